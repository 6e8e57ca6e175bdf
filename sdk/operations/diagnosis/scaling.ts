/** Autoscalers that do not scale, or cannot any more. */
import { conditionOf, listAt, nameOf, ofKind, textAt, valueAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";

/**
 * What autoscalers say: no metric, or no replicas left to add.
 * @requirement TR-6
 */
export function diagnoseScaling(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "HorizontalPodAutoscaler", "autoscaling").flatMap((scaler) => [
    ...blind(scaler),
    ...exhausted(scaler),
  ]);
}

function blind(scaler: SeenObject): Diagnosis[] {
  const active = conditionOf(scaler, "ScalingActive");
  if (textAt(active, "status") !== "False" || textAt(active, "reason") === "ScalingDisabled") return [];
  const message = textAt(active, "message") ?? "";
  const lacksRequest = message.includes("missing request for");
  return [
    {
      id: "TR-6",
      subject: nameOf(scaler),
      evidence: `${textAt(active, "reason") ?? ""}: ${message}`,
      cause: lacksRequest
        ? "a container of the pods requests nothing of the metric, so there is no share to calculate"
        : "the autoscaler gets no metric, so the number of replicas stays as it is",
      rules: [lacksRequest ? "scale/cpu-request" : "scale/metric-valid"],
      wayOut: lacksRequest
        ? "a cpu request for every container, of runtime and service"
        : "metrics-server must run; GPU and queue metrics need autoscaling by KEDA",
    },
  ];
}

function exhausted(scaler: SeenObject): Diagnosis[] {
  const limited = conditionOf(scaler, "ScalingLimited");
  const most = valueAt(scaler.raw, "spec", "maxReplicas");
  const isFull = valueAt(scaler.raw, "status", "currentReplicas") === most;
  if (textAt(limited, "reason") !== "TooManyReplicas" || !isFull) return [];
  const current = listAt(scaler.raw, "status", "currentMetrics").flatMap(
    (metric) => valueAt(metric, "resource", "current", "averageUtilization") ?? [],
  );
  return [
    {
      id: "TR-6",
      subject: nameOf(scaler),
      evidence: `${String(most)} of ${String(most)} replicas${current.length === 0 ? "" : `, at ${current.map(String).join(" and ")} %`}`,
      cause: "the load wants more replicas than maxReplicas allows",
      rules: ["scale/max-fits"],
      wayOut: "raise maxReplicas as far as nodes and quota reach (model-serving plan), or the target",
    },
  ];
}
