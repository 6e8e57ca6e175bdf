/** Kueue (`kueue.x-k8s.io`): flavors and queues as they are written, as plain data. Upstream: `apis/kueue/v1beta{1,2}`. */
import type { KubernetesObject, ObjectMeta, Toleration } from "./core";

export type KueueApi = "v1beta1" | "v1beta2";

type ApiVersion = `kueue.x-k8s.io/${KueueApi}`;

export interface ResourceFlavor extends KubernetesObject {
  apiVersion: ApiVersion;
  kind: "ResourceFlavor";
  spec: { nodeLabels?: Record<string, string>; tolerations?: Toleration[] };
}

export interface QuotaOfResource {
  name: string;
  nominalQuota: string;
  borrowingLimit?: string;
  lendingLimit?: string;
}

export interface ClusterQueue extends KubernetesObject {
  apiVersion: ApiVersion;
  kind: "ClusterQueue";
  spec: {
    /** v1beta1. */
    cohort?: string;
    /** v1beta2. */
    cohortName?: string;
    queueingStrategy: "BestEffortFIFO" | "StrictFIFO";
    namespaceSelector: { matchLabels?: Record<string, string> };
    preemption?: { reclaimWithinCohort?: string; withinClusterQueue?: string };
    resourceGroups: {
      coveredResources: string[];
      flavors: { name: string; resources: QuotaOfResource[] }[];
    }[];
  };
}

export interface LocalQueue extends KubernetesObject {
  apiVersion: ApiVersion;
  kind: "LocalQueue";
  metadata: ObjectMeta & { namespace: string };
  spec: { clusterQueue: string };
}
