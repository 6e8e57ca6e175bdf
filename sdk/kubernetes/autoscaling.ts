/** Autoscalers (`autoscaling/v2`) as plain data. Upstream: k8s.io/api. */
import type { KubernetesObject, ObjectMeta } from "./core";

export interface HorizontalPodAutoscaler extends KubernetesObject {
  apiVersion: "autoscaling/v2";
  kind: "HorizontalPodAutoscaler";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    scaleTargetRef: { apiVersion: string; kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
    metrics: {
      type: "Resource";
      resource: { name: string; target: { type: "Utilization"; averageUtilization: number } };
    }[];
  };
}
