import type { KubernetesObject, PodSpec } from "../kubernetes/core";
export interface NodeObject extends KubernetesObject {
  spec?: object;
}
export interface PodObject extends KubernetesObject {
  spec?: PodSpec;
}
export interface DaemonSetObject extends KubernetesObject {
  spec?: { template?: { spec?: PodSpec } };
}
