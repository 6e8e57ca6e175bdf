/**
 * Which runtime KServe 0.17.0 takes for a service.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go` (reconcileModel) and
 * `pkg/apis/serving/v1beta1/predictor_model.go` (GetSupportingRuntimes).
 */
import type { ObjectMeta } from "../kubernetes/core";
import type {
  ClusterServingRuntime,
  InferenceService,
  ModelFormat,
  Protocol,
  ServingRuntime,
  ServingRuntimeSpec,
} from "../kubernetes/kserve";
import { modelOf } from "./legacyPredictor";
import { guard, UNKNOWN, UnknownValueError } from "./unknown";

/** Where an object without a namespace goes, so that a runtime and a service without one still meet. */
const DEFAULT_NAMESPACE = "default";

export type Runtime = ServingRuntime | ClusterServingRuntime;

/** KServe's words in `status.modelStatus.lastFailureInfo`. */
export type RuntimeFailure = "RuntimeNotRecognized" | "RuntimeDisabled" | "NoSupportingRuntime";

export type RuntimeResolution =
  /** `automatic` when the service names none and KServe chose. */
  | { outcome: "resolved"; runtime: Runtime; automatic: boolean }
  /** A predictor of plain containers needs no runtime. */
  | { outcome: "none" }
  /** With KServe's own message; `runtime` is the one that was named and is no use. */
  | { outcome: "failed"; reason: RuntimeFailure; message: string; runtime?: Runtime };

/** Lower goes first in automatic selection; runtimes that list no protocol go last. */
const PROTOCOL_ORDER: readonly Protocol[] = ["v1", "v2", "grpc-v1", "grpc-v2"];

/**
 * Finds the runtime of a service among all runtimes of the cluster; those of other namespaces are ignored.
 * @throws UnknownValueError when the answer depends on a value that is known only after apply
 */
export function resolveRuntime(service: InferenceService, runtimes: readonly Runtime[]): RuntimeResolution {
  const { metadata, spec } = guard(service);
  const { workerSpec } = spec.predictor;
  const model = modelOf(spec.predictor);
  if (model === undefined) return { outcome: "none" };
  const { modelFormat } = model;
  const namespace = (metadata as ObjectMeta).namespace ?? DEFAULT_NAMESPACE;
  // The defaulting webhook does the same before the controller looks.
  const protocol = model.protocolVersion ?? (modelFormat.name === "triton" ? "v2" : undefined);
  if (model.runtime === undefined) {
    const wanted = { format: modelFormat, protocol: protocol ?? "v1", isMultiNode: workerSpec !== undefined };
    const chosen = select(runtimes, namespace, wanted);
    if (chosen !== undefined) return { outcome: "resolved", runtime: chosen, automatic: true };
    return failed("NoSupportingRuntime", "No runtime found to support specified framework/version");
  }
  const runtime = lookUp(runtimes, model.runtime, namespace);
  if (runtime === undefined) return failed("RuntimeNotRecognized", "Waiting for runtime to become available");
  const { disabled, protocolVersions, supportedModelFormats } = readable(runtime).spec;
  if (disabled === true) return failed("RuntimeDisabled", "Specified runtime is disabled", runtime);
  if (protocol !== undefined && !speaks(protocolVersions, protocol)) {
    return failed("NoSupportingRuntime", "Specified runtime does not support specified protocol version", runtime);
  }
  if (!supports(supportedModelFormats ?? [], modelFormat)) {
    return failed("NoSupportingRuntime", "Specified runtime does not support specified framework/version", runtime);
  }
  return { outcome: "resolved", runtime, automatic: false };
}

function failed(reason: RuntimeFailure, message: string, runtime?: Runtime): RuntimeResolution {
  return { outcome: "failed", reason, message, ...(runtime === undefined ? {} : { runtime }) };
}

/** A ServingRuntime of the namespace goes before a ClusterServingRuntime of the same name. */
function lookUp(runtimes: readonly Runtime[], name: string, namespace: string): Runtime | undefined {
  for (const group of byScope(runtimes, namespace)) {
    const found = group.filter(({ metadata }) => metadata.name === name || isUnknown(metadata.name));
    const certain = found.find((runtime) => !isUnknown(runtime.metadata.name) && !mayBeElsewhere(runtime));
    if (certain !== undefined) return certain;
    if (found[0] !== undefined) throw new UnknownValueError(`${found[0].kind}.metadata`);
  }
  return undefined;
}

function byScope(runtimes: readonly Runtime[], namespace: string): [Runtime[], Runtime[]] {
  const namespaced = runtimes.filter(({ kind, metadata }) => {
    const own = (metadata.namespace ?? DEFAULT_NAMESPACE) === namespace;
    return kind === "ServingRuntime" && (own || isUnknown(metadata.namespace));
  });
  return [namespaced, runtimes.filter(({ kind }) => kind === "ClusterServingRuntime")];
}

function mayBeElsewhere({ metadata }: Runtime): boolean {
  return isUnknown(metadata.namespace);
}

/** Unknown values in it are reported with the runtime's kind and name. */
function readable(runtime: Runtime): Runtime {
  return guard(runtime, isUnknown(runtime.metadata.name) ? runtime.kind : `${runtime.kind}[${runtime.metadata.name}]`);
}

function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

interface Wanted {
  format: ModelFormat;
  protocol: Protocol;
  isMultiNode: boolean;
}

/** The first candidate of the namespace, else of the cluster: by priority, then protocol, then newest, then name. */
function select(runtimes: readonly Runtime[], namespace: string, wanted: Wanted): Runtime | undefined {
  for (const group of byScope(runtimes, namespace)) {
    const candidates = group.filter((runtime) => isCandidate(readable(runtime).spec, wanted));
    const isDoubtful = (one: Runtime): boolean =>
      mayBeElsewhere(one) || (candidates.length > 1 && isUnknown(one.metadata.name));
    const doubtful = candidates.find(isDoubtful);
    if (doubtful !== undefined) throw new UnknownValueError(`${doubtful.kind}.metadata`);
    candidates.sort(byAge).sort((left, right) => byPriority(left, right, wanted));
    if (candidates[0] !== undefined) return candidates[0];
  }
  return undefined;
}

function isCandidate(spec: ServingRuntimeSpec, { format, protocol, isMultiNode }: Wanted): boolean {
  if (spec.disabled === true || spec.multiModel === true || (spec.workerSpec !== undefined) !== isMultiNode)
    return false;
  const automatic = (spec.supportedModelFormats ?? []).filter(({ autoSelect }) => autoSelect === true);
  return supports(automatic, format) && speaks(spec.protocolVersions, protocol);
}

function byAge(left: Runtime, right: Runtime): number {
  const protocols = protocolOrder(left) - protocolOrder(right);
  if (protocols !== 0) return protocols;
  const [a, b] = [createdAt(left), createdAt(right)];
  if (a !== b) return a > b ? -1 : 1;
  return left.metadata.name < right.metadata.name ? -1 : 1;
}

function protocolOrder({ spec }: Runtime): number {
  const places = (spec.protocolVersions ?? []).map((protocol) => PROTOCOL_ORDER.indexOf(protocol));
  return places.length === 0
    ? PROTOCOL_ORDER.length
    : Math.min(...places.map((at) => (at < 0 ? PROTOCOL_ORDER.length : at)));
}

/** Known for objects of a cluster only; RFC 3339 texts compare like the times. */
function createdAt({ metadata }: Runtime): string {
  return "creationTimestamp" in metadata ? String(metadata.creationTimestamp) : "";
}

/** Higher first, none (priorities start at 1) last; upstream takes the format's first entry, whatever its version. */
function byPriority(left: Runtime, right: Runtime, { format }: Wanted): number {
  const [a, b] = [left, right].map(({ spec }) => spec.supportedModelFormats?.find(({ name }) => name === format.name));
  return (b?.priority ?? 0) - (a?.priority ?? 0);
}

/** By name, or by name and version when the service gives one; upper and lower case differ. */
function supports(formats: readonly { name: string; version?: string }[], { name, version }: ModelFormat): boolean {
  return formats.some((format) => format.name === name && (version === undefined || format.version === version));
}

/** A runtime that lists no protocol speaks every one. */
function speaks(protocols: readonly Protocol[] | undefined, protocol: Protocol): boolean {
  return protocols === undefined || protocols.length === 0 || protocols.includes(protocol);
}
