import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { MetricsViewersArgs, MetricsViewersSpec } from "../../sdk/spec/monitoring/metricsViewers";
import { metricsViewersRules, metricsViewersSchema } from "../../sdk/spec/monitoring/metricsViewers";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";

const TYPE = "model-serving:index:MetricsViewers";
const RBAC = "rbac.authorization.k8s.io";

/**
 * Lets people without administrator rights read the metrics of a namespace.
 *
 * @requirement MO-11
 */
export class MetricsViewers extends pulumi.ComponentResource {
  /** Name of the RoleBinding. */
  readonly roleBindingName: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: MetricsViewersArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `MetricsViewers ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      metricsViewersSchema,
      [...metricsViewersRules, defaultName(metricsViewersSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = metricsViewersManifest({ ...spec, name: spec.name ?? name });
    createObject(name, restoreManifest(manifest, restore), childOf(this, opts));
    this.roleBindingName = pulumi.output(manifest.metadata.name);
    this.registerOutputs({ roleBindingName: this.roleBindingName });
  }
}

/** A RoleBinding to a ClusterRole. */
export interface RoleBinding extends KubernetesObject {
  roleRef: { apiGroup: string; kind: "ClusterRole"; name: string };
  subjects: { apiGroup?: string; kind: string; name: string; namespace?: string }[];
}

/** The RoleBinding of people, groups and programs. */
export function metricsViewersManifest(viewers: MetricsViewersSpec): RoleBinding {
  const { name, namespace } = viewers;
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace, labels: { ...MANAGED } },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: viewers.clusterRole },
    subjects: [
      ...viewers.users.map((user) => ({ apiGroup: RBAC, kind: "User", name: user })),
      ...viewers.groups.map((group) => ({ apiGroup: RBAC, kind: "Group", name: group })),
      ...viewers.serviceAccounts.map((account) => ({ kind: "ServiceAccount", name: account, namespace })),
    ],
  };
}
