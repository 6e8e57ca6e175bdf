/** The Configs that KServe 0.17.0 ships, and which of them are laid under a service. */
import type { LLMInferenceServiceConfig, LLMInferenceServiceSpec } from "../../kubernetes/llmInferenceService";
import { SERVING_V1ALPHA2 } from "../../kubernetes/llmInferenceService";
import { field, isSet, text, type Traced } from "../merge/traced";
import { spreadOf } from "./parallelism";
import table from "./presets.json";

/** Where KServe and its presets live. */
export const KSERVE_NAMESPACE = "kserve";

const PREFIX = "kserve-config-llm-";
const specs: Readonly<Record<string, LLMInferenceServiceSpec>> = table.configs;

/** What the endpoint picker is told where nobody configures it. */
export const SCHEDULER_CONFIG: Readonly<Record<"prefillDecode" | "default", string>> = table.schedulerConfig;

/** A preset as KServe ships it, or `undefined`. */
export function shippedPreset(name: string): LLMInferenceServiceConfig | undefined {
  const spec = specs[name];
  return (
    spec && {
      apiVersion: SERVING_V1ALPHA2,
      kind: "LLMInferenceServiceConfig",
      metadata: { name, namespace: KSERVE_NAMESPACE },
      spec,
    }
  );
}

/**
 * Names of the presets for a service with its Configs, in the order in which they are laid over each other; `unknown`
 * where a size that decides is known only after apply.
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/config_merge.go` (combineBaseRefsConfig).
 */
export function presetNames(spec: Traced): string[] | "unknown" {
  const router = field(spec, "router");
  const names: string[] = [];
  if (isSet(field(router, "scheduler")) && !hasPoolRef(spec)) names.push("scheduler");
  const hasRouteRefs = (): boolean => {
    const refs = field(router, "route", "http", "refs");
    return refs?.kind === "list" && refs.items.length > 0;
  };
  if (isSet(field(router, "route")) && !hasRouteRefs()) names.push("router-route");
  const prefill = field(spec, "prefill");
  const workloads = isSet(prefill) ? [presetOf(prefill, "prefill-"), presetOf(spec, "decode-")] : [presetOf(spec, "")];
  if (workloads.includes("unknown")) return "unknown";
  return [...names, ...workloads.filter((name) => name !== "none")].map((name) => PREFIX + name);
}

/** Whether requests are scheduled by a pool that somebody else made. */
export function hasPoolRef(spec: Traced): boolean {
  return (text(field(spec, "router", "scheduler", "pool", "ref", "name")) ?? "") !== "";
}

function presetOf(workload: Traced | undefined, role: string): string {
  if (!isSet(field(workload, "worker"))) return `${role}template`;
  const spread = spreadOf(workload);
  return spread === "data" || spread === "pipeline" ? `${role}worker-${spread}-parallel` : spread;
}
