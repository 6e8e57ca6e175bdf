/** Models on the disks of nodes: KServe 0.17 `pkg/apis/serving/v1alpha1/local_model_*_types.go`. Cluster-scoped. */
import type { types } from "@pulumi/kubernetes";
import type { Unwrap } from "@pulumi/pulumi";
import type { KubernetesObject } from "./core";
import type { SERVING_V1ALPHA1 } from "./kserve";

export interface LocalModelCache extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA1;
  kind: "LocalModelCache";
  spec: {
    /** Immutable. */
    sourceModelUri: string;
    modelSize: string;
    /** At least one. */
    nodeGroups: string[];
  };
}

export interface LocalModelNodeGroup extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA1;
  kind: "LocalModelNodeGroup";
  spec: {
    storageLimit: string;
    persistentVolumeSpec: Unwrap<types.input.core.v1.PersistentVolumeSpec>;
    persistentVolumeClaimSpec: Unwrap<types.input.core.v1.PersistentVolumeClaimSpec>;
  };
}
