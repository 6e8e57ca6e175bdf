/** What a user may say of OpenShift's monitoring of user workloads. */
import { loadAll, YAMLException } from "js-yaml";
import type { z } from "zod";
import { bytes, dnsLabel, object, textLike } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";
import type { SpecRule } from "../schema/validate";

/** The ConfigMaps that OpenShift's monitoring reads. There is one of each in a cluster. */
export const CLUSTER_MONITORING = { name: "cluster-monitoring-config", namespace: "openshift-monitoring" };
export const USER_WORKLOAD_MONITORING = {
  name: "user-workload-monitoring-config",
  namespace: "openshift-user-workload-monitoring",
};

/**
 * Arguments of the UserWorkloadMonitoring component.
 *
 * @requirement MO-4
 */
export interface UserWorkloadMonitoringArgs {
  /**
   * Who writes the ConfigMaps. `create`: this stack; it fails where one exists, since all settings of OpenShift's
   * monitoring are one text that no two owners can share. `existing`: somebody else did; it is checked that user
   * workloads are monitored. `skip`: nothing is made or checked. Default: `existing`.
   */
  provision?: Provision;
  /** How long metrics are kept, such as `15d`. Only with `create`. Default: OpenShift's. */
  retention?: string;
  /** Size of a volume for the metrics, such as `40Gi`. Only with `create`. Default: none, they end with the pod. */
  volumeSize?: string;
  /** Class of that volume. Default: the cluster's. */
  storageClassName?: string;
}

export const userWorkloadMonitoringSchema = object({
  provision: provision.default("existing"),
  retention: textLike(/^\d+(ms|[smhdwy])$/, 'a duration such as "15d"').optional(),
  volumeSize: bytes.optional(),
  storageClassName: dnsLabel("the name of a storage class").optional(),
}) satisfies SchemaOf<UserWorkloadMonitoringArgs>;

export type UserWorkloadMonitoringSpec = z.output<typeof userWorkloadMonitoringSchema>;

export const userWorkloadMonitoringRules: readonly SpecRule<UserWorkloadMonitoringArgs>[] = [
  ({ provision: who = "existing", ...settings }) =>
    who === "create"
      ? []
      : Object.entries(settings)
          .filter(([, value]) => value !== undefined)
          .map(([key]) => ({ path: [key], message: `is written only with provision "create", not with "${who}"` })),
  ({ volumeSize, storageClassName }) =>
    storageClassName === undefined || volumeSize !== undefined
      ? []
      : [{ path: ["storageClassName"], message: "counts only together with volumeSize" }],
];

/** Whether the text of `cluster-monitoring-config` turns user workload monitoring on; OpenShift reads no broken text. */
export function monitorsUserWorkloads(configYaml: string | undefined): boolean {
  const config = firstDocument(configYaml ?? "");
  if (typeof config !== "object" || config === null || !("enableUserWorkload" in config)) return false;
  return config.enableUserWorkload === true;
}

function firstDocument(yaml: string): unknown {
  try {
    return loadAll(yaml)[0];
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}
