/** Deployments (`apps/v1`) as plain data. Upstream: k8s.io/api. */
import type { Affinity, Container, DeploymentStrategy, KubernetesObject, ObjectMeta, Toleration, Volume } from "./core";

type Namespaced = ObjectMeta & { namespace: string };

/** Identity of the processes of a pod. */
export interface PodSecurityContext {
  runAsUser?: number;
  runAsGroup?: number;
  fsGroup?: number;
  runAsNonRoot?: boolean;
  seccompProfile?: { type: "RuntimeDefault" };
}

export interface ServerPodSpec {
  containers: Container[];
  volumes?: Volume[];
  tolerations?: Toleration[];
  nodeSelector?: Record<string, string>;
  affinity?: Affinity;
  imagePullSecrets?: { name: string }[];
  serviceAccountName?: string;
  /** False: the pod is told nothing of the namespace's Services by variables. */
  enableServiceLinks: boolean;
  securityContext?: PodSecurityContext;
}

export interface Deployment extends KubernetesObject {
  apiVersion: "apps/v1";
  kind: "Deployment";
  metadata: Namespaced;
  spec: {
    /** Absent where an autoscaler owns it. */
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    strategy: DeploymentStrategy;
    progressDeadlineSeconds: number;
    template: { metadata: { labels: Record<string, string> }; spec: ServerPodSpec };
  };
}
