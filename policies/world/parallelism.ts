/** The parallel sizes of a workload's server beside the accelerators of its pod. */
import type { Accelerators } from "../../sdk/catalog/acceleratorFamilies";
import type { Argument, ArgumentPosition } from "../../sdk/pod/arguments";
import { worldSize, type WorldSize } from "../../sdk/capacity/worldSize";
import type { Place, Workload } from "./types";
import { quotePlace } from "./workload";

export interface Parallelism {
  size: WorldSize<Argument>;
  /** The accelerators of the main container; `undefined` when it asks for none. */
  devices: (Accelerators & { place: Place | undefined }) | undefined;
}

/**
 * What one pod runs on what it has; `undefined` where the two cannot be compared: no runtime, several pods that work
 * together, devices by claim or of several kinds, or devices that hold more than one rank.
 */
export function parallelismOf(workload: Workload): Parallelism | undefined {
  const main = workload.pod?.main;
  if (main === undefined || isMultiNode(workload)) return undefined;
  const size = worldSize(workload.arguments);
  const [first, ...others] = workload.accelerators;
  const claims = main.resources?.claims ?? [];
  if (size.spansPods || others.length > 0 || claims.length > 0 || first?.family.rankPerDevice === false)
    return undefined;
  return { size, devices: first && { ...first, place: devicesPlace(workload, first.resource) } };
}

/** Several pods form one server; KServe decides the sizes of each. */
export function isMultiNode({ service }: Workload): boolean {
  return service.spec.predictor.workerSpec !== undefined;
}

/** Whether the server takes vLLM's flags and defaults: then a size that is not given is 1. */
export function isVllm(workload: Workload): boolean {
  const { program } = workload.arguments;
  if (program !== undefined) return /^vllm\b/.test(program);
  const repository = workload.pod?.main.image?.split("/").at(-1) ?? "";
  return repository.includes("vllm");
}

/** Where a size is written. */
export function argumentPlace(workload: Workload, { source, index }: ArgumentPosition): Place | undefined {
  return workload.placeOf(`main.${source}[${index}]`);
}

/** Where the sizes are written. */
export function sizePlaces(workload: Workload, { factors }: Pick<WorldSize<Argument>, "factors">): Place[] {
  return factors.flatMap(({ argument }) => (argument && argumentPlace(workload, argument)) ?? []);
}

/** `2 (tensor-parallel-size 2, spec.containers[…].args[3] of ServingRuntime models/granite)`. */
export function describeSize(workload: Workload, { ranks, factors }: WorldSize<Argument>, finding: Place): string {
  if (factors.length === 0) return `${ranks} (no parallel size is given, so each is 1)`;
  const product = factors.map(({ flag, value }) => `${flag} ${value}`).join(" x ");
  const places = sizePlaces(workload, { factors });
  return `${ranks} (${[product, ...places.map((place) => quotePlace(place, finding))].join(", ")})`;
}

function devicesPlace(workload: Workload, resource: string): Place | undefined {
  const at = (kind: string) => workload.placeOf(`main.resources.${kind}[${JSON.stringify(resource)}]`);
  return at("limits") ?? at("requests");
}
