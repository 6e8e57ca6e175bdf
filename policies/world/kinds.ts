/** The kinds that rules look up. Versions of one group are equivalent here, so a kind has a group and no version. */
import type {
  DeploymentStrategy,
  KubernetesObject,
  ObjectMeta,
  PodSpec,
  Secret,
  ServiceAccount,
} from "../../sdk/kubernetes/core";
import type { HardwareProfile } from "../../sdk/kubernetes/hardwareProfile";
import type {
  ClusterServingRuntime,
  ClusterStorageContainer,
  InferenceService,
  ServingRuntime,
} from "../../sdk/kubernetes/kserve";
import type { LLMInferenceService, LLMInferenceServiceConfig } from "../../sdk/kubernetes/llmInferenceService";
import type { Route } from "../../sdk/kubernetes/route";
import type { KarpenterNodePool } from "../../sdk/capacity/inventory/pools/karpenter";
import type { MachineAutoscaler, MachineSet } from "../../sdk/capacity/inventory/pools/machineSets";
import type { LimitRange } from "../../sdk/capacity/quota/limitRange";
import type { ResourceQuota } from "../../sdk/capacity/quota/resourceQuota";
import type { DaemonSetObject, NodeObject, PodObject } from "../../sdk/capacity/inventory/inventory";

export interface Kind<T extends KubernetesObject = KubernetesObject> {
  group: string;
  kind: string;
  /** Never set; carries the type of the objects of this kind. */
  readonly shape?: T;
}

/** What the API server or a controller adds to the metadata of a stored object. */
export interface StoredMeta extends ObjectMeta {
  ownerReferences?: { apiVersion?: string; kind: string; name: string }[];
}

export interface DeploymentObject extends KubernetesObject {
  spec?: { replicas?: number; strategy?: DeploymentStrategy; template?: { spec?: PodSpec } };
}

export interface ConfigMapObject extends KubernetesObject {
  data?: Record<string, string>;
}

export interface PriorityClassObject extends KubernetesObject {
  value?: number;
  globalDefault?: boolean;
  preemptionPolicy?: string;
}

const serving = "serving.kserve.io";

export const inferenceService: Kind<InferenceService> = { group: serving, kind: "InferenceService" };
export const servingRuntime: Kind<ServingRuntime> = { group: serving, kind: "ServingRuntime" };
export const clusterServingRuntime: Kind<ClusterServingRuntime> = { group: serving, kind: "ClusterServingRuntime" };
export const clusterStorageContainer: Kind<ClusterStorageContainer> = {
  group: serving,
  kind: "ClusterStorageContainer",
};
export const llmInferenceService: Kind<LLMInferenceService> = { group: serving, kind: "LLMInferenceService" };
export const llmInferenceServiceConfig: Kind<LLMInferenceServiceConfig> = {
  group: serving,
  kind: "LLMInferenceServiceConfig",
};
export const hardwareProfile: Kind<HardwareProfile> = {
  group: "infrastructure.opendatahub.io",
  kind: "HardwareProfile",
};
export const route: Kind<Route> = { group: "route.openshift.io", kind: "Route" };
export const node: Kind<NodeObject> = { group: "", kind: "Node" };
export const pod: Kind<PodObject> = { group: "", kind: "Pod" };
export const daemonSet: Kind<DaemonSetObject> = { group: "apps", kind: "DaemonSet" };
export const deployment: Kind<DeploymentObject> = { group: "apps", kind: "Deployment" };
export const secret: Kind<Secret> = { group: "", kind: "Secret" };
export const serviceAccount: Kind<ServiceAccount> = { group: "", kind: "ServiceAccount" };
export const configMap: Kind<ConfigMapObject> = { group: "", kind: "ConfigMap" };
export const priorityClass: Kind<PriorityClassObject> = { group: "scheduling.k8s.io", kind: "PriorityClass" };

export const resourceQuota: Kind<ResourceQuota> = { group: "", kind: "ResourceQuota" };
export const limitRange: Kind<LimitRange> = { group: "", kind: "LimitRange" };
export const karpenterNodePool: Kind<KarpenterNodePool> = { group: "karpenter.sh", kind: "NodePool" };
export const machineSet: Kind<MachineSet> = { group: "machine.openshift.io", kind: "MachineSet" };
export const machineAutoscaler: Kind<MachineAutoscaler> = {
  group: "autoscaling.openshift.io",
  kind: "MachineAutoscaler",
};
export const eksNodegroup: Kind = { group: "eks.services.k8s.aws", kind: "Nodegroup" };

const clusterScoped = new Set([
  "ClusterQueue",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterServingRuntime",
  "ClusterStorageContainer",
  "CustomResourceDefinition",
  "DSCInitialization",
  "DataScienceCluster",
  "GatewayClass",
  "IngressClass",
  "LocalModelCache",
  "LocalModelNode",
  "LocalModelNodeGroup",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "NodeClaim",
  "NodePool",
  "PersistentVolume",
  "PriorityClass",
  "ResourceFlavor",
  "RuntimeClass",
  "StorageClass",
  "ValidatingWebhookConfiguration",
]);

/** Whether objects of a kind live outside namespaces; a namespaced object without one is in `default`. */
export function isClusterScoped(kind: string): boolean {
  return clusterScoped.has(kind);
}
