/** OLM's objects (`operators.coreos.com`), as plain data. Upstream: operator-framework/api `pkg/operators`. */
import type { EnvVar, KubernetesObject, ObjectMeta, Toleration } from "./core";

export const OPERATOR_GROUP_V1 = "operators.coreos.com/v1";
export const SUBSCRIPTION_V1ALPHA1 = "operators.coreos.com/v1alpha1";

/** Which namespaces the operators of a namespace watch; at most one in each. */
export interface OperatorGroup extends KubernetesObject {
  apiVersion: typeof OPERATOR_GROUP_V1;
  kind: "OperatorGroup";
  metadata: ObjectMeta & { namespace: string };
  /** An empty one means all namespaces. */
  spec: { targetNamespaces?: string[] };
}

/** The wish to have an operator, and its updates. */
export interface Subscription extends KubernetesObject {
  apiVersion: typeof SUBSCRIPTION_V1ALPHA1;
  kind: "Subscription";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    name: string;
    channel: string;
    source: string;
    sourceNamespace: string;
    installPlanApproval: "Automatic" | "Manual";
    startingCSV?: string;
    config?: { env?: EnvVar[]; tolerations?: Toleration[] };
  };
}
