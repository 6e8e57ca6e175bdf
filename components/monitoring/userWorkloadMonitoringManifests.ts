import { dump } from "js-yaml";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { UserWorkloadMonitoringSpec } from "../../sdk/spec/monitoring/userWorkloadMonitoring";
import { CLUSTER_MONITORING, USER_WORKLOAD_MONITORING } from "../../sdk/spec/monitoring/userWorkloadMonitoring";

/** A ConfigMap. */
export interface ConfigMap extends KubernetesObject {
  data: Record<string, string>;
}

/**
 * The ConfigMaps that turn on OpenShift's monitoring of user workloads, and say how long it remembers.
 *
 * @requirement MO-4
 */
export function userWorkloadMonitoringManifests(spec: UserWorkloadMonitoringSpec): ConfigMap[] {
  const prometheus = nonEmpty(present({ retention: spec.retention, volumeClaimTemplate: volumeOf(spec) }));
  const cluster = configMap(CLUSTER_MONITORING, { enableUserWorkload: true });
  return prometheus === undefined ? [cluster] : [cluster, configMap(USER_WORKLOAD_MONITORING, { prometheus })];
}

function volumeOf({ volumeSize, storageClassName }: UserWorkloadMonitoringSpec): object | undefined {
  if (volumeSize === undefined) return undefined;
  return { spec: present({ storageClassName, resources: { requests: { storage: volumeSize } } }) };
}

function configMap(place: { name: string; namespace: string }, config: object): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...place, labels: { ...MANAGED } },
    data: { "config.yaml": dump(config) },
  };
}
