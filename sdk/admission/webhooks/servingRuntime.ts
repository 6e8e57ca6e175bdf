/**
 * The rules of the validating webhooks for ServingRuntimes and ClusterServingRuntimes, in upstream's order.
 * Upstream: kserve/kserve `pkg/webhook/admission/servingruntime/servingruntime_webhook.go`.
 */
import type { DecodedModelFormat, DecodedRuntime, DecodedRuntimeSpec } from "./decoded";
import { multiNodeRuntimeDenial } from "./multiNode";
import { type Denial, firstDenial, type Rule } from "./rule";

/** The rules for a runtime beside the existing ones of its scope, the stored version of itself included. */
export function servingRuntimeRules(existing: readonly DecodedRuntime[]): readonly Rule<DecodedRuntime>[] {
  return [
    (runtime) => (isDisabled(runtime) ? undefined : firstDenial(existing, (other) => priorityDenial(runtime, other))),
    (runtime) => {
      if (isDisabled(runtime)) return undefined;
      const previous = existing.find(({ metadata }) => metadata?.name === runtime.metadata?.name);
      return multiNodeRuntimeDenial(runtime, previous?.spec ?? {});
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
