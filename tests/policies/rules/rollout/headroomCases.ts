/** Services on few nodes for the specs of `rollout/gpu-headroom`. */
import { changed, granite, graniteRuntime } from "../granite";

export const runtime = changed(graniteRuntime(), ({ spec }) => (spec.containers[0]!.args = ["--port=8080"]));

/** A service that asks for some accelerators per pod. */
export function service(gpus: number, change: Record<string, unknown> = {}, name = "granite") {
  return changed(granite(), ({ metadata, spec }) => {
    metadata.name = name;
    const count = String(gpus);
    spec.predictor.model!.resources = { limits: { cpu: "1", memory: "1Gi", "nvidia.com/gpu": count } };
    Object.assign(spec.predictor, change);
  });
}

export const rolling = (maxSurge: string | number, maxUnavailable: string | number) => ({
  deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
});
export const recreate = { deploymentStrategy: { type: "Recreate" } };
export const replicas = (count: number) => ({ minReplicas: count, maxReplicas: count });
/** KServe's default strategy. */
export const byDefault = { deploymentStrategy: undefined };
export const autoscaled = (object: ReturnType<typeof service>) =>
  changed(object, ({ metadata }) => (metadata.annotations = { "serving.kserve.io/autoscalerClass": "hpa" }));
/** The same service before it is changed. */
export const earlier = (object: ReturnType<typeof service>) =>
  changed(object, ({ spec }) => (spec.predictor.model!.args = ["--max-model-len=2048"]));
/** The same object with its keys in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
export const path = "spec.predictor.deploymentStrategy";
