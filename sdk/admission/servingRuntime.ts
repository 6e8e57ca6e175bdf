/**
 * The rules of the validating webhooks for ServingRuntimes and ClusterServingRuntimes, in upstream's order.
 * Upstream: kserve/kserve `pkg/webhook/admission/servingruntime/servingruntime_webhook.go`.
 */
import { MAIN_CONTAINER } from "../kubernetes/kserve";
import { variable } from "./components";
import type { DecodedModelFormat, DecodedRuntime, DecodedRuntimeSpec } from "./decoded";
import { parallelSizeDenial, unknownAccelerator } from "./multiNode";
import { type Denial, firstDenial, type Rule } from "./rule";

const WORKER_CONTAINER = "worker-container";

/** The rules for a runtime beside the existing ones of its scope, the stored version of itself included. */
export function servingRuntimeRules(existing: readonly DecodedRuntime[]): readonly Rule<DecodedRuntime>[] {
  return [
    (runtime) => (isDisabled(runtime) ? undefined : firstDenial(existing, (other) => priorityDenial(runtime, other))),
    (runtime) => {
      if (isDisabled(runtime)) return undefined;
      const previous = existing.find(({ metadata }) => metadata?.name === runtime.metadata?.name);
      return multiNodeDenial(runtime, previous?.spec ?? {});
    },
  ];
}

function isDisabled({ spec }: DecodedRuntime): boolean {
  return spec?.disabled === true;
}

/** Upstream looks at priorities only when there is another runtime. */
function priorityDenial(runtime: DecodedRuntime, other: DecodedRuntime): Denial | undefined {
  const [name, otherName] = [runtime.metadata?.name ?? "", other.metadata?.name ?? ""];
  const isCluster = runtime.kind === "ClusterServingRuntime";
  const field = "spec.supportedModelFormats";
  const twice = differentPriorities(runtime.spec?.supportedModelFormats ?? []);
  if (twice !== undefined) {
    const kind = isCluster ? "clusterservingruntime" : "servingruntime";
    return { message: `different priorities assigned for the model format ${twice} under the ${kind} ${name}`, field };
  }
  const shared = samePriority(runtime.spec ?? {}, other.spec ?? {});
  if (shared === undefined || name === otherName) return undefined;
  const place = isCluster
    ? `in the clusterservingruntimes ${otherName} and ${name}`
    : `in the servingruntimes ${otherName} and ${name} in namespace ${runtime.metadata?.namespace ?? ""}`;
  return { message: `same priority assigned for the model format ${shared} ${place}`, field };
}

function differentPriorities(formats: readonly DecodedModelFormat[]): string | undefined {
  const priorities = new Map<string, number | undefined>();
  for (const { name = "", autoSelect, priority } of formats) {
    if (autoSelect !== true) continue;
    if (!priorities.has(name)) priorities.set(name, priority);
    const first = priorities.get(name);
    if (first !== undefined && priority !== undefined && first !== priority) return name;
  }
  return undefined;
}

function samePriority(ours: DecodedRuntimeSpec, theirs: DecodedRuntimeSpec): string | undefined {
  if ((ours.multiModel ?? false) !== (theirs.multiModel ?? false) || theirs.disabled === true) return undefined;
  const protocols = ours.protocolVersions ?? [];
  if (!(theirs.protocolVersions ?? []).some((protocol) => protocols.includes(protocol))) return undefined;
  for (const other of theirs.supportedModelFormats ?? []) {
    const clash = (ours.supportedModelFormats ?? []).find((format) => clashes(format, other));
    if (clash !== undefined) return clash.name ?? "";
  }
  return undefined;
}

function clashes(format: DecodedModelFormat, other: DecodedModelFormat): boolean {
  if (format.autoSelect !== true || other.autoSelect !== true) return false;
  const isSameFormat = (format.name ?? "").toLowerCase() === (other.name ?? "").toLowerCase();
  return (
    isSameFormat &&
    format.version === other.version &&
    format.priority !== undefined &&
    format.priority === other.priority
  );
}

function multiNodeDenial(
  { kind = "", metadata, spec = {} }: DecodedRuntime,
  previous: DecodedRuntimeSpec,
): Denial | undefined {
  const deny = (reason: string, field: string): Denial => ({
    message: `the ${kind} ${metadata?.name ?? ""} is invalid: ${reason}`,
    field: `spec.${field}`,
  });
  const { workerSpec: worker, containers = [], annotations = {} } = spec;
  if (worker === undefined) {
    if (previous.workerSpec === undefined) return undefined;
    return deny("removing workerSpec where it already exists is not allowed", "workerSpec");
  }
  const [first, ...others] = worker.containers ?? [];
  if (others.length > 0) {
    return deny("setting multiple containers in workerSpec is not allowed", "workerSpec.containers");
  }
  const unknown = (container: typeof first, field: string): Denial | undefined =>
    unknownAccelerator(container, annotations, `spec.${field}`, (given) =>
      deny(given?.message ?? `unknown GPU resource type in a container(${container?.name ?? ""})`, field),
    );
  const main = firstDenial(containers, (container, index) => {
    if (container.name !== MAIN_CONTAINER) return undefined;
    for (const name of ["PIPELINE_PARALLEL_SIZE", "TENSOR_PARALLEL_SIZE"]) {
      if (variable(container, name) === undefined) continue;
      return deny(`setting ${name} in environment variables is not allowed`, `containers[${index}].env`);
    }
    return unknown(container, `containers[${index}].resources`);
  });
  if (main !== undefined) return main;
  // Upstream reads the first container without asking whether there is one.
  if (first === undefined) {
    const message = "panic: runtime error: index out of range [0] with length 0 [recovered]";
    return { message, field: "spec.workerSpec.containers" };
  }
  const workers = first.name === WORKER_CONTAINER ? unknown(first, "workerSpec.containers[0].resources") : undefined;
  return workers ?? parallelSizeDenial(worker, (reason, field) => deny(`the ${reason}`, `workerSpec.${field}`));
}
