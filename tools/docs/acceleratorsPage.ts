/** The generated parts of `docs/accelerators.md`. */
import gaudi from "../../sdk/capacity/fit/gaudi.json";
import { acceleratorTargets, type AcceleratorTarget } from "../../sdk/catalog/acceleratorTargets";
import { chartCoordinates, chartNames } from "../../sdk/catalog/charts";
import { nvidiaNodeImage } from "../../sdk/catalog/nvidiaNodeImages";
import { operatorCoordinates, operatorNames } from "../../sdk/catalog/operators";
import { KubernetesDistribution } from "../../sdk/spec/installation/distribution";
import { table, withPart } from "./markdown";

/** The page with its tables as the catalogue has them now. */
export function acceleratorsPage(present: string): string {
  const parts: Record<string, string> = {
    hardware: hardwareTable(),
    "gaudi configurations": gaudiTable(),
    "node images": nodeImageTable(),
    operators: operatorTable(),
    charts: chartTable(),
  };
  return Object.entries(parts).reduce((page, [part, text]) => withPart(page, part, text), present);
}

function hardwareTable(): string {
  const rows = acceleratorTargets.map((target) => [
    target.displayName,
    code(target.resource),
    code(target.operator),
    code(target.runtime),
    target.imageFamily,
    code(target.nodeLabel),
    code(target.taint),
    target.hardwareProfile,
    supportOf(target),
  ]);
  return table(
    ["Hardware", "Resource", "Operator", "Runtime", "Images", "Node label", "Usual taint", "Profile", "OpenShift AI"],
    rows,
  );
}

function supportOf({ support }: AcceleratorTarget): string {
  return support.map(({ from, to, level }) => `${level}: ${releases(from, to)}`).join("; ");
}

function releases(from: string, to: string | undefined): string {
  if (to === undefined) return `${from} and later`;
  return from === to ? from : `${from} to ${to}`;
}

function gaudiTable(): string {
  return table(
    ["Model", "Tensor parallel sizes"],
    gaudi.map(({ family, tensorParallelSizes }) => [`\`${family}\``, tensorParallelSizes.join(", ")]),
  );
}

function nodeImageTable(): string {
  const by = (installed: boolean): string => (installed ? "operator" : "node image");
  const rows = Object.values(KubernetesDistribution).map((distribution) => {
    const { driver, toolkit, source } = nvidiaNodeImage(distribution);
    return [`\`${distribution}\``, by(driver), by(toolkit), source];
  });
  return table(["Distribution", "Driver from", "Container toolkit from", "Source"], rows);
}

function operatorTable(): string {
  const rows = operatorNames.map((name) => {
    const { namespace, targetNamespaces, channel, catalogSource } = operatorCoordinates(name);
    return [code(name), code(namespace), targetNamespaces?.join(", ") ?? "all", code(channel), catalogSource];
  });
  return table(["Package", "Namespace", "Watches", "Channel", "Catalogue"], rows);
}

function chartTable(): string {
  const rows = chartNames.map((name) => {
    const { chart, repository, version, namespace } = chartCoordinates(name);
    return [code(chart), repository, code(version), code(namespace)];
  });
  return table(["Chart", "Repository", "Version", "Namespace"], rows);
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}
