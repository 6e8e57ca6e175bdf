import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { UserWorkloadMonitoringArgs } from "../../sdk/spec/monitoring/userWorkloadMonitoring";
import {
  CLUSTER_MONITORING,
  monitorsUserWorkloads,
  userWorkloadMonitoringRules,
  userWorkloadMonitoringSchema,
} from "../../sdk/spec/monitoring/userWorkloadMonitoring";
import { childOf } from "../children";
import { createObject } from "../objects";
import { plainError, specify } from "../specification";
import { userWorkloadMonitoringManifests } from "./userWorkloadMonitoringManifests";

const TYPE = "model-serving:index:UserWorkloadMonitoring";

/**
 * OpenShift's monitoring of user workloads, made or checked. Its ConfigMaps are singletons whose settings are one text,
 * so they are never changed under another owner: making them where they exist fails, and is meant to.
 *
 * @requirement MO-4
 */
export class UserWorkloadMonitoring extends pulumi.ComponentResource {
  /** Whether user workloads are monitored; undefined where nobody looked. */
  readonly enabled: pulumi.Output<boolean | undefined>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: UserWorkloadMonitoringArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const subject = `UserWorkloadMonitoring ${JSON.stringify(name)}`;
    const { spec } = specify(userWorkloadMonitoringSchema, userWorkloadMonitoringRules, args, subject);
    super(TYPE, name, args, opts);
    const child = childOf(this, opts);
    this.enabled = pulumi.output<boolean | undefined>(spec.provision === "create" ? true : undefined);
    if (spec.provision === "existing") this.enabled = checked(name, subject, child);
    if (spec.provision === "create") {
      for (const { metadata, ...manifest } of userWorkloadMonitoringManifests(spec)) {
        const suffix = metadata.name === CLUSTER_MONITORING.name ? "" : "-user-workload";
        createObject(`${name}${suffix}`, { ...manifest, metadata }, child);
      }
    }
    this.registerOutputs({ enabled: this.enabled });
  }
}

/** Reads the ConfigMap of somebody else, and says what to add where user workloads are not monitored. */
function checked(name: string, subject: string, opts: pulumi.CustomResourceOptions): pulumi.Output<boolean> {
  const { namespace, name: configMap } = CLUSTER_MONITORING;
  const found = k8s.core.v1.ConfigMap.get(name, `${namespace}/${configMap}`, opts);
  return found.data.apply((data) => {
    const text = (data as Record<string, string> | undefined)?.["config.yaml"];
    if (monitorsUserWorkloads(text)) return true;
    const message = `${subject}: user workloads are not monitored, so no model has metrics; add "enableUserWorkload: true" to config.yaml of ConfigMap ${configMap} in ${namespace}`;
    throw plainError(message);
  });
}
