/**
 * Which runtime KServe takes by itself, where two are equally good, and whether the dashboard would have taken another.
 * The rules are those of `sdk/pod/runtime.ts`.
 */
import type { InferenceService, ModelFormat, Protocol } from "../kubernetes/kserve";
import { readPlatformRuntime } from "../pod/platformRuntime";
import { resolveRuntime, type Runtime } from "../pod/runtime";
import { suggestRuntime, type RuntimeRequest, type RuntimeSuggestion } from "./suggestRuntime";

/** A service that names no runtime. */
export interface UnnamedService {
  namespace: string;
  format: ModelFormat;
  protocolVersion?: Protocol;
  /** Whether it has workers, on further nodes. Default: false. */
  multiNode?: boolean;
}

/** What KServe does. */
export interface ControllerChoice {
  /** The runtime that it takes; absent: none supports the format. */
  runtime?: string;
  /** All that it could take, the best first. */
  candidates: string[];
  /** Others as good as the one taken: only their age decides, so a new runtime changes which one serves. */
  ties: string[];
}

/** Both answers, side by side. */
export interface SelectionReport {
  dashboard: RuntimeSuggestion;
  controller: ControllerChoice;
  /** Whether both take the same one, or both none. */
  agree: boolean;
  /** What is wrong with leaving the choice to KServe; empty when nothing is. */
  problems: string[];
}

/**
 * What KServe takes for a service that names no runtime.
 *
 * @requirement AS-9
 */
export function controllerChoice(service: UnnamedService, runtimes: readonly Runtime[]): ControllerChoice {
  const ranked = rank(service, runtimes);
  const [first, ...others] = ranked;
  if (first === undefined) return { candidates: [], ties: [] };
  const ties = others.filter((other) => isEqual(first, other, service.format));
  return { runtime: nameOf(first), candidates: ranked.map(nameOf), ties: ties.map(nameOf) };
}

/**
 * Compares what the dashboard suggests with what KServe takes. Both algorithms differ: the dashboard asks for the
 * accelerator of the profile and ignores `autoSelect`, KServe does the opposite.
 *
 * @requirement AS-9
 */
export function compareSelections(
  service: UnnamedService,
  request: Omit<RuntimeRequest, "format" | "runtime">,
  runtimes: readonly Runtime[],
): SelectionReport {
  const reachable = runtimes.filter(
    ({ kind, metadata }) => kind !== "ServingRuntime" || metadata.namespace === service.namespace,
  );
  const offered = reachable.map(({ metadata, spec }) =>
    readPlatformRuntime({ metadata: { namespace: service.namespace, ...metadata }, spec }),
  );
  const dashboard = suggestRuntime({ ...request, format: service.format }, offered);
  const controller = controllerChoice(service, runtimes);
  const suggested = dashboard.outcome === "runtime" ? dashboard.runtime : undefined;
  const agree = suggested === controller.runtime;
  return { dashboard, controller, agree, problems: problemsOf(dashboard, controller, agree) };
}

function problemsOf(dashboard: RuntimeSuggestion, controller: ControllerChoice, agree: boolean): string[] {
  const { runtime, ties } = controller;
  const tied =
    runtime === undefined || ties.length === 0
      ? []
      : [
          `KServe takes ${runtime}, but only because it is the youngest: ${ties.join(", ")} ${ties.length === 1 ? "fits" : "fit"} as well; name the runtime`,
        ];
  if (agree) return tied;
  const suggestion = dashboard.outcome === "runtime" ? dashboard.runtime : "none";
  return [...tied, `the dashboard suggests ${suggestion}, KServe takes ${runtime ?? "none"}; name the runtime`];
}

/** Best first: what is left when the better ones are gone. */
function rank(service: UnnamedService, runtimes: readonly Runtime[]): Runtime[] {
  const chosen = resolveRuntime(serviceOf(service), runtimes);
  if (chosen.outcome !== "resolved") return [];
  const others = runtimes.filter((runtime) => runtime !== chosen.runtime);
  return [chosen.runtime, ...rank(service, others)];
}

function serviceOf({ namespace, format, protocolVersion, multiNode }: UnnamedService): InferenceService {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "service", namespace },
    spec: {
      predictor: {
        model: { modelFormat: format, ...(protocolVersion !== undefined && { protocolVersion }) },
        ...(multiNode === true && { workerSpec: { containers: [] } }),
      },
    },
  };
}

/** Scope and priority go before age; so do protocols, among runtimes of one priority. */
function isEqual(one: Runtime, other: Runtime, format: ModelFormat): boolean {
  return one.kind === other.kind && priorityOf(one, format) === priorityOf(other, format);
}

function priorityOf({ spec }: Runtime, format: ModelFormat): number {
  return spec.supportedModelFormats?.find(({ name }) => name === format.name)?.priority ?? 0;
}

function nameOf({ metadata }: Runtime): string {
  return metadata.name;
}
