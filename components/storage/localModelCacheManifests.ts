import { SERVING_V1ALPHA1 } from "../../sdk/kubernetes/kserve";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { LocalModelCache, LocalModelNodeGroup } from "../../sdk/kubernetes/localModel";
import type { LocalModelCacheSpec, NodeGroupSpec } from "../../sdk/spec/storage/localModelCache";
import { cachedUri } from "../../sdk/spec/storage/localModelCache";

/** One cached model on the nodes of its groups. */
export function localModelCacheManifest(cache: LocalModelCacheSpec): LocalModelCache {
  const groups = cache.nodeGroupNames ?? cache.nodeGroups?.map(({ name }) => name) ?? [];
  return {
    apiVersion: SERVING_V1ALPHA1,
    kind: "LocalModelCache",
    metadata: { name: cache.name, labels: { ...MANAGED } },
    spec: {
      sourceModelUri: cachedUri(cache),
      modelSize: cache.modelSize,
      nodeGroups: groups,
    },
  };
}

/** Nodes by their labels, and the volume and claim that KServe makes on them for each model. */
export function nodeGroupManifest(group: NodeGroupSpec): LocalModelNodeGroup {
  const { name, storageLimit, storageClassName, nodeSelector } = group;
  const accessModes = ["ReadWriteOnce"];
  const matchExpressions = Object.entries(nodeSelector).map(([key, value]) => ({
    key,
    operator: "In",
    values: [value],
  }));
  return {
    apiVersion: SERVING_V1ALPHA1,
    kind: "LocalModelNodeGroup",
    metadata: { name, labels: { ...MANAGED } },
    spec: {
      storageLimit,
      persistentVolumeSpec: {
        accessModes,
        volumeMode: "Filesystem",
        capacity: { storage: storageLimit },
        local: { path: group.path },
        storageClassName,
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
      persistentVolumeClaimSpec: {
        accessModes,
        storageClassName,
        resources: { requests: { storage: storageLimit } },
      },
    },
  };
}
