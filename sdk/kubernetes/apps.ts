/** Deployments (`apps/v1`) and what scales and reaches them, as plain data. Upstream: k8s.io/api. */
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

export interface Service extends KubernetesObject {
  apiVersion: "v1";
  kind: "Service";
  metadata: Namespaced;
  spec: {
    selector: Record<string, string>;
    ports: { name: string; port: number; targetPort: string; protocol: "TCP" }[];
  };
}

export interface HorizontalPodAutoscaler extends KubernetesObject {
  apiVersion: "autoscaling/v2";
  kind: "HorizontalPodAutoscaler";
  metadata: Namespaced;
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

/** An Ingress of `networking.k8s.io/v1`. */
export interface Ingress extends KubernetesObject {
  apiVersion: "networking.k8s.io/v1";
  kind: "Ingress";
  metadata: Namespaced;
  spec: {
    ingressClassName?: string;
    tls?: { hosts: string[]; secretName: string }[];
    rules: {
      host: string;
      http: {
        paths: {
          path: string;
          pathType: "Prefix";
          backend: { service: { name: string; port: { name: string } } };
        }[];
      };
    }[];
  };
}

/** An HTTPRoute of the Gateway API, as far as one server needs it. */
export interface ServerHttpRoute extends KubernetesObject {
  apiVersion: "gateway.networking.k8s.io/v1";
  kind: "HTTPRoute";
  metadata: Namespaced;
  spec: {
    parentRefs: { name: string; namespace?: string }[];
    hostnames?: string[];
    rules: { backendRefs: { name: string; port: number }[] }[];
  };
}
