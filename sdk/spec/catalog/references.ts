/** What one catalogue says of another: every name must lead somewhere. */
import { acceleratorFamily, familyOfVendor } from "../../catalog/acceleratorFamilies";
import type { Catalog } from "../../catalog/catalog";
import { nearest } from "../../catalog/nearest";
import { findModelServer, serverArgument, type ModelServer } from "../../catalog/serverArguments";
import type { CatalogueRuntime } from "../../catalog/servingRuntimes";
import { compareReleases, parseRelease } from "../../catalog/versions";
import { unknownName } from "../schema/fields";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import type { CatalogKind } from "./entries";

/** A mistake in an entry that is given by kind and name, not by its place in a list. */
export interface ReferenceProblem extends Problem {
  kind: CatalogKind;
  entry: string;
}

/** Everything that leads nowhere, and every name that two entries claim. */
export function referenceProblems(catalog: Catalog): ReferenceProblem[] {
  return [
    ...catalog.accelerators.flatMap((accelerator) =>
      placed("accelerators", accelerator.name, vendorProblems(accelerator.vendor)),
    ),
    ...acceleratorNames(catalog),
    ...catalog.machineShapes.flatMap((shape) =>
      placed("machineShapes", `${shape.cloud} ${shape.name}`, shapeProblems(shape.accelerator, catalog)),
    ),
    ...catalog.models.flatMap((model) => placed("models", model.id, modelProblems(model, catalog))),
    ...catalog.servingImages.flatMap((image) => placed("servingImages", image.image, imageProblems(image, catalog))),
    ...catalog.servingRuntimes.flatMap((runtime) =>
      placed("servingRuntimes", runtime.name, runtimeProblems(runtime, catalog)),
    ),
    ...catalog.modelServers.flatMap((server) => placed("modelServers", server.server, serverProblems(server))),
  ];
}

function placed(kind: CatalogKind, entry: string, problems: readonly Problem[]): ReferenceProblem[] {
  return problems.map((problem) => ({ ...problem, kind, entry }));
}

function vendorProblems(vendor: Catalog["accelerators"][number]["vendor"]): Problem[] {
  const hasResource = familyOfVendor(vendor)?.resource !== undefined;
  return at(["vendor"], hasResource ? undefined : `${quote(vendor)} has no family with a resource name`);
}

/** Names, aliases and label values each belong to one product. */
function acceleratorNames({ accelerators }: Catalog): ReferenceProblem[] {
  const owners = new Map<string, string>();
  return accelerators.flatMap(({ name, aliases, productLabel, otherLabels = {} }) => {
    const labels = Object.entries(otherLabels).flatMap(([key, values]) => values.map((value) => `${key}=${value}`));
    const claims = [
      ...[name, ...aliases].map((alias) => alias.toLowerCase()),
      ...labels,
      ...(productLabel === undefined ? [] : [`${productLabel.key}=${productLabel.value}`]),
    ];
    return claims.flatMap((claim) => {
      const owner = owners.get(claim);
      owners.set(claim, owner ?? name);
      if (owner === undefined) return [];
      return placed("accelerators", name, at(["name"], `${quote(claim)} is a name or label of ${owner} already`));
    });
  });
}

function shapeProblems(accelerator: string, { accelerators }: Catalog): Problem[] {
  const names = accelerators.map(({ name }) => name);
  return at(["accelerator"], names.includes(accelerator) ? undefined : noSuch(accelerator, "accelerator", names));
}

function modelProblems({ image, modelcar, minimumVllm }: Catalog["models"][number], catalog: Catalog): Problem[] {
  const isOfCar = image === undefined || modelcar === undefined || image.includes(`/${modelcar}`);
  const newest = findModelServer("vllm", catalog.modelServers)?.versions.at(-1);
  // A model may be older than the oldest release whose arguments were read.
  const isTooNew = minimumVllm !== undefined && newest !== undefined && compareReleases(minimumVllm, newest) > 0;
  const message = `${quote(minimumVllm)} is newer than any release known of vllm, ${newest ?? ""}`;
  return [
    ...at(["image"], isOfCar ? undefined : `${quote(image)} is not an image of ${quote(modelcar)}`),
    ...at(["minimumVllm"], isTooNew ? message : undefined),
  ];
}

function imageProblems(
  { server, serverVersion, vendor }: Catalog["servingImages"][number],
  catalog: Catalog,
): Problem[] {
  const hardware = catalog.servingRuntimes.filter((one) => one.server === server).map((one) => one.hardware);
  // A server that no runtime starts may be built for anything.
  const isForRuntime = hardware.length === 0 || hardware.includes(vendor);
  const message = `${quote(vendor)} is hardware that no runtime of ${server} is for: ${[...new Set(hardware)].join(", ")}`;
  return [
    ...serverNameProblems(server, catalog),
    ...at(["vendor"], isForRuntime ? undefined : message),
    ...(serverVersion === undefined ? [] : releaseProblems(serverVersion, server, ["serverVersion"], catalog)),
  ];
}

function runtimeProblems(runtime: CatalogueRuntime, catalog: Catalog): Problem[] {
  const { recommendedAccelerators, versions = [], server } = runtime;
  return [
    ...recommendedAccelerators.flatMap((resource, index) => {
      const isKnown = acceleratorFamily(resource) !== undefined;
      const message = `${quote(resource)} is not the resource name of a known accelerator`;
      return at(["recommendedAccelerators", index], isKnown ? undefined : message);
    }),
    ...versions.flatMap(({ serverVersion }, index) =>
      serverVersion === undefined
        ? []
        : releaseProblems(serverVersion, server, ["versions", index, "serverVersion"], catalog),
    ),
    ...argumentProblems(runtime, versions.at(-1)?.serverVersion, catalog),
  ];
}

/** The arguments of a runtime exist in the newest release it ships, whose `spec` it carries. */
function argumentProblems(runtime: CatalogueRuntime, version: string | undefined, catalog: Catalog): Problem[] {
  const { server, spec } = runtime;
  return spec.containers.flatMap(({ args = [] }, container) =>
    args.flatMap((text, index) => {
      const flag = /^--?([A-Za-z][\w-]*)/.exec(text)?.[1];
      const found = flag === undefined ? undefined : serverArgument(server, flag, version, catalog.modelServers);
      const isWrong = found?.status === "unknown-name" || found?.status === "removed" || found?.status === "not-yet";
      const message = `${quote(text)} is not an argument of ${server} ${version ?? ""}`;
      return at(["spec", "containers", container, "args", index], isWrong ? message : undefined);
    }),
  );
}

/** A server is known by its arguments or by a runtime that starts it. */
function serverNameProblems(server: string, { servingRuntimes, modelServers }: Catalog): Problem[] {
  const names = new Set([...modelServers, ...servingRuntimes].map((one) => one.server));
  return at(["server"], names.has(server) ? undefined : noSuch(server, "model server", [...names]));
}

/** A release among those whose arguments were read, where any were. */
function releaseProblems(version: string, server: string, path: Problem["path"], catalog: Catalog): Problem[] {
  const { versions = [] } = findModelServer(server, catalog.modelServers) ?? {};
  const [oldest, newest] = [versions[0], versions.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const release = parseRelease(version);
  const isRead =
    release !== undefined && compareReleases(oldest, release) <= 0 && compareReleases(release, newest) <= 0;
  return at(
    path,
    isRead ? undefined : `${quote(version)} is not among the releases known of ${server}, ${oldest} to ${newest}`,
  );
}

function serverProblems({ arguments: known, environment }: ModelServer): Problem[] {
  const names = known.map(({ flag }) => flag);
  const lists = { arguments: known, environment };
  return Object.entries(lists).flatMap(([list, entries]) =>
    entries.flatMap(({ replacements = [] }, index) =>
      replacements
        .filter((name) => !names.includes(name))
        .map((name) => ({ path: [list, index, "replacements"], message: noSuch(name, "argument", names) })),
    ),
  );
}

/** Shorter than {@link unknownName} where the list of existing names would fill a screen. */
function noSuch(name: string, what: string, existing: readonly string[]): string {
  if (existing.length <= 12) return unknownName(name, what, existing);
  const proposal = nearest(name, existing);
  return `${quote(name)}: no such ${what}${proposal === undefined ? "" : `; did you mean ${proposal}?`}`;
}
