/**
 * NVIDIA NIM, as plain data: the account of OpenShift AI (opendatahub-io/odh-model-controller `api/nim/v1`) and the
 * kinds of NVIDIA's operator (NVIDIA/k8s-nim-operator `api/apps/v1alpha1`).
 */
import type { KubernetesObject, ObjectMeta, ResourceRequirements, Toleration } from "./core";

type Namespaced = ObjectMeta & { namespace: string };

export interface NimAccount extends KubernetesObject {
  apiVersion: "nim.opendatahub.io/v1";
  kind: "Account";
  metadata: Namespaced;
  spec: {
    apiKeySecret: { name: string; namespace: string };
    modelListConfig?: { name: string; namespace: string };
    validationRefreshRate?: string;
    nimConfigRefreshRate?: string;
  };
}

export interface NimCache extends KubernetesObject {
  apiVersion: "apps.nvidia.com/v1alpha1";
  kind: "NIMCache";
  metadata: Namespaced;
  spec: {
    source: { ngc: { modelPuller: string; pullSecret: string; authSecret: string; model?: { profiles: string[] } } };
    storage: { pvc: { create: true; size: string; volumeAccessMode: string; storageClass?: string } };
    tolerations?: Toleration[];
    nodeSelector?: Record<string, string>;
  };
}

export interface NimService extends KubernetesObject {
  apiVersion: "apps.nvidia.com/v1alpha1";
  kind: "NIMService";
  metadata: Namespaced;
  spec: {
    image: { repository: string; tag: string; pullPolicy: "IfNotPresent"; pullSecrets: string[] };
    authSecret: string;
    storage: { nimCache: { name: string } };
    replicas: number;
    resources: ResourceRequirements;
    tolerations?: Toleration[];
    nodeSelector?: Record<string, string>;
    expose: { service: { type: "ClusterIP"; port: number } };
  };
}
