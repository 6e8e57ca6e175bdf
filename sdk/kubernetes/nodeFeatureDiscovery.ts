/**
 * Node Feature Discovery as plain data. Upstream: openshift/cluster-nfd-operator `api/v1`, and
 * kubernetes-sigs/node-feature-discovery `api/nfd/v1alpha1`, whose rules OpenShift's operator serves namespaced.
 */
import type { KubernetesObject, ObjectMeta, Toleration } from "./core";

export const NFD_V1 = "nfd.openshift.io/v1";
export const NFD_RULE_V1ALPHA1 = "nfd.k8s-sigs.io/v1alpha1";

/** What OpenShift's operator of NFD deploys. */
export interface NodeFeatureDiscovery extends KubernetesObject {
  apiVersion: typeof NFD_V1;
  kind: "NodeFeatureDiscovery";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    operand: { imagePullPolicy: string; servicePort: number; workerTolerations?: Toleration[] };
    /** The worker's configuration file. */
    workerConfig: { configData: string };
  };
}

/** A condition on one feature of a node. */
export interface MatchExpression {
  op: "In" | "Exists";
  value?: string[];
}

/** Labels for nodes with certain features. */
export interface NodeFeatureRule extends KubernetesObject {
  apiVersion: typeof NFD_RULE_V1ALPHA1;
  kind: "NodeFeatureRule";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    rules: {
      name: string;
      labels: Record<string, string>;
      matchAny: { matchFeatures: { feature: string; matchExpressions: Record<string, MatchExpression> }[] }[];
    }[];
  };
}
