/** The parts of `docs/runtimes.md` that the catalogue says. */
import { mlserverFrameworks } from "../../sdk/catalog/mlserver";
import type { CatalogueRuntime } from "../../sdk/catalog/servingRuntimes";
import { servingRuntimes, supportOf } from "../../sdk/catalog/servingRuntimes";
import { vllmPresets } from "../../sdk/catalog/vllmPresets";
import { vllmArguments, type VllmSettings } from "../../sdk/spec/runtimes/vllm";
import { table } from "./markdown";

/** Releases whose levels of support are shown. */
const RELEASES = ["2.25", "3.0", "3.2", "3.3", "3.4", "3.5"];

/** As code, when there is something. */
function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** How each runtime is reached, watched and probed. */
export function endpointsTable(runtimes: readonly CatalogueRuntime[] = servingRuntimes): string {
  const rows = runtimes.map(({ name, endpoints, spec }) => {
    const metrics = Object.entries(spec.annotations ?? {});
    const find = (suffix: string) => metrics.find(([key]) => key.endsWith(suffix))?.[1] ?? "";
    const { port = "", grpcPort = "", health, metricsPort = find("/port") } = endpoints ?? {};
    const own = spec.containers.some(({ readinessProbe }) => readinessProbe !== undefined);
    const probe = own ? "its own" : code(health?.ready ?? "");
    const scrape = `${metricsPort}${find("/path")}`;
    return [code(name), String(port), String(grpcPort), scrape, probe, spec.schedulerName ?? ""];
  });
  return table(["Runtime", "REST", "gRPC", "Metrics", "Ready", "Scheduler"], rows);
}

/** Who answers for each runtime, by release. */
export function supportTable(runtimes: readonly CatalogueRuntime[] = servingRuntimes): string {
  const ofPlatform = runtimes.filter(
    ({ distribution, support }) => distribution === "openshift-ai" || support === "tested-and-verified",
  );
  const rows = ofPlatform.map((runtime) => [code(runtime.name), ...RELEASES.map((release) => level(runtime, release))]);
  return table(["Runtime", ...RELEASES], rows);
}

function level(runtime: CatalogueRuntime, release: string): string {
  const { support } = supportOf(runtime, release);
  const isListed =
    runtime.versions === undefined || runtime.versions.some(({ platformVersion }) => platformVersion === release);
  const isSaid = runtime.supportByVersion?.some(({ platformVersion }) => platformVersion === release) === true;
  if (support === "removed") return "–";
  return isListed || isSaid ? support : "";
}

/** Frameworks of MLServer. */
export function frameworksTable(): string {
  const rows = mlserverFrameworks.map(({ name, displayName, modelClass, wellKnownFiles }) => [
    displayName,
    code(name),
    code(modelClass),
    wellKnownFiles.map(code).join(", "),
  ]);
  return table(["Framework", "Format", "Class", "Files it finds by itself"], rows);
}

/** Presets of vLLM. */
export function presetsTable(): string {
  const rows = vllmPresets.map(({ name, description, vllm, resources }) => {
    const { requests, limits } = resources ?? {};
    const cpu = requests && limits ? `${requests.cpu}–${limits.cpu} cores, ${requests.memory}–${limits.memory}` : "";
    return [
      code(name),
      description,
      vllmArguments(vllm as VllmSettings)
        .map(code)
        .join(" "),
      cpu,
    ];
  });
  return table(["Preset", "For", "Arguments", "CPU and memory"], rows);
}
