/**
 * A service with everything that presets and its own Configs lay under it.
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/config_merge.go` (combineBaseRefsConfig, mergeSpecs).
 */
import type { LLMInferenceServiceConfig } from "../../kubernetes/llmInferenceService";
import { decode, mapLeaves } from "../merge/decode";
import { strategicMerge } from "../merge/strategicMerge";
import {
  added,
  changeField,
  field,
  isSet,
  isUnknown,
  items,
  text,
  trace,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import type { Problem } from "../problem";
import { executeTemplate, type Scope } from "./goTemplate";
import { childOf } from "./names";
import { KSERVE_NAMESPACE, presetNames, shippedPreset } from "./presets";
import { templateScope } from "./templateScope";

/** Where the endpoint picker's own configuration stands; it may hold any JSON. */
const INLINE = ["router", "scheduler", "config", "inline"];

/**
 * The spec that the workloads are made of; unknown as a whole where it is not known which Configs belong to it.
 * @param service traced
 * @param configs those that are known; one that KServe ships is taken as shipped where it is not among them
 */
export function combine(service: Traced, configs: readonly LLMInferenceServiceConfig[], problems: Problem[]): Traced {
  const find = (name: Traced): Traced | undefined => specOf(name, service, configs, problems);
  const written = decodeSpec(field(service, "spec"));
  const own = withModelName(written, field(written, "model", "name") ?? field(service, "metadata", "name"));
  const refs = field(own, "baseRefs");
  const bases = items(refs).map((ref) => find(field(ref, "name") ?? added("")));
  const gap = [refs, ...bases].find(isUnknown);
  if (gap !== undefined) return unknown(gap.origin);
  // The other way round than in the end: here Configs win. It only tells which parts there are, and the model's name.
  const resolved = bases.reduce<Traced>((rest, base) => layered(rest, base, []), own);
  const named = withModelName(own, field(resolved, "model", "name"));
  const names = presetNames(resolved);
  if (names === "unknown") return unknown(field(resolved, "parallelism")?.origin ?? own.origin);
  const layers = [...names.map((name) => find(added(name))), ...bases, named];
  const merged = layers.reduce<Traced>((rest, layer) => layered(rest, layer, problems), added({}));
  const scope = templateScope(withField(service, "spec", named));
  return executed(withSchedulerAccount(merged, service), scope, problems);
}

/** The spec of the Config of that name, in the service's namespace or in KServe's. */
function specOf(
  name: Traced,
  service: Traced,
  configs: readonly LLMInferenceServiceConfig[],
  problems: Problem[],
): Traced | undefined {
  if (isUnknown(name)) return name;
  const wanted = text(name) ?? "";
  const namespace = text(field(service, "metadata", "namespace")) ?? "default";
  const inNamespace = (own: string): LLMInferenceServiceConfig | undefined =>
    configs.find(({ metadata }) => metadata.name === wanted && (metadata.namespace ?? "default") === own);
  const config = inNamespace(namespace) ?? inNamespace(KSERVE_NAMESPACE) ?? shippedPreset(wanted);
  if (config !== undefined) return decodeSpec(field(trace(config, config), "spec"));
  const message = `failed to get LLMInferenceServiceConfig "${wanted}" from namespaces ["${namespace}", "${KSERVE_NAMESPACE}"]`;
  if (!problems.some((known) => known.message === message)) {
    problems.push({ message, at: name.origin === undefined ? (field(service, "spec") ?? service) : name });
  }
  return undefined;
}

function decodeSpec(spec: Traced | undefined): Traced {
  const decoded = decode(spec) ?? added({});
  const inline = field(spec, ...INLINE);
  return isSet(inline) && inline !== undefined ? changeField(decoded, INLINE, () => inline) : decoded;
}

function withModelName(spec: Traced, name: Traced | undefined): Traced {
  return withField(spec, "model", withField(field(spec, "model") ?? added({}), "name", name));
}

/** One spec over another, with what is peculiar to this merge. */
function layered(base: Traced, layer: Traced | undefined, problems: Problem[]): Traced {
  if (layer === undefined) return base;
  const [below, above] = [field(base, ...INLINE), field(layer, ...INLINE)];
  // Upstream looks nested fields up in a Go type that has none.
  const nested =
    above?.kind === "map" ? [...above.fields].find(([key, own]) => isNested(own, field(below, key))) : undefined;
  if (nested !== undefined) {
    const message = `failed to merge specs: unable to find api field in struct RawExtension for the json field "${nested[0]}"`;
    problems.push({ message, at: nested[1] });
  }
  const merged = strategicMerge(base, layer) ?? base;
  const template = field(layer, "router", "scheduler", "template");
  // The one list of containers that upstream does not protect: absent means "remove".
  const removes = template?.kind === "map" && field(template, "containers") === undefined;
  if (!removes || field(base, "router", "scheduler", "template") === undefined) return merged;
  return changeField(merged, ["router", "scheduler", "template"], (own) => withField(own, "containers", undefined));
}

function isNested(own: Traced, below: Traced | undefined): boolean {
  return own.kind !== "leaf" && own.kind === below?.kind;
}

function withSchedulerAccount(spec: Traced, service: Traced): Traced {
  return changeField(spec, ["router", "scheduler", "template"], (template) =>
    field(template, "serviceAccountName") === undefined
      ? withField(template, "serviceAccountName", childOf(service, "-epp-sa"))
      : template,
  );
}

/** Every text is a template, the user's too. */
function executed(spec: Traced, scope: Scope, problems: Problem[]): Traced {
  return mapLeaves(spec, (leaf) => {
    if (typeof leaf.value !== "string" || !leaf.value.includes("{{")) return leaf;
    const result = executeTemplate(leaf.value, scope);
    if (result.kind === "value") return { ...leaf, value: result.text };
    if (result.kind === "failed") problems.push({ message: result.message, at: leaf });
    return unknown(leaf.origin);
  });
}
