import type { PredictorSpec, ScalingMetric } from "../../sdk/kubernetes/kserve";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { AutoscalingSpec, PrometheusMetric } from "../../sdk/spec/inference/autoscaling";
import { vllmQuery } from "../../sdk/spec/inference/autoscaling";
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import type { Plain } from "../../sdk/spec/schema/plain";

/**
 * The number of replicas: a fixed one is its own upper bound, an autoscaler's bounds never fix one.
 *
 * @requirement IS-12, IS-22, DS-10, DS-11, DS-12
 */
export function replicaScaling(service: InferenceServiceSpec): Partial<PredictorSpec> {
  const { replicas = 1, autoscaling } = service;
  if (autoscaling === undefined) return { minReplicas: replicas, maxReplicas: replicas };
  const { autoscalerClass, minReplicas, maxReplicas, metric = "cpu", target = 80 } = autoscaling;
  const bounds = { minReplicas, maxReplicas };
  if (autoscalerClass === "hpa") return { ...bounds, scaleMetric: metric, scaleTarget: target };
  return autoscalerClass === "keda" ? { ...bounds, autoScaling: kedaScaling(autoscaling, service) } : bounds;
}

function kedaScaling(
  { prometheus = [], scaleUpStabilizationSeconds: up, scaleDownStabilizationSeconds: down }: AutoscalingSpec,
  service: InferenceServiceSpec,
): NonNullable<PredictorSpec["autoScaling"]> {
  // The windows are all that KServe hands on to KEDA.
  const behavior = present({
    scaleUp: up === undefined ? undefined : { stabilizationWindowSeconds: up },
    scaleDown: down === undefined ? undefined : { stabilizationWindowSeconds: down },
  });
  return present({
    metrics: prometheus.map((metric) => ({ type: "External" as const, external: externalMetric(metric, service) })),
    behavior: nonEmpty(behavior),
  });
}

/** KServe takes the threshold from `value` as it is written, and lets KEDA divide by it. */
function externalMetric(
  { vllm, query, target, serverAddress, tenant, authentication }: Plain<PrometheusMetric>,
  service: InferenceServiceSpec,
): NonNullable<ScalingMetric["external"]> {
  return present({
    metric: present({
      backend: "prometheus" as const,
      serverAddress,
      query: vllm === undefined ? query : vllmQuery(vllm, service),
      namespace: tenant,
    }),
    authenticationRef:
      authentication === undefined
        ? undefined
        : present({ authenticationRef: { name: authentication.name }, authModes: authentication.modes }),
    target: { type: "Value" as const, value: target },
  });
}
