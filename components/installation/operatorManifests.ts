import type { OperatorCoordinates } from "../../sdk/catalog/operators";
import type { EnvVar, KubernetesObject } from "../../sdk/kubernetes/core";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { OperatorGroup, Subscription } from "../../sdk/kubernetes/operatorLifecycle";
import { OPERATOR_GROUP_V1, SUBSCRIPTION_V1ALPHA1 } from "../../sdk/kubernetes/operatorLifecycle";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { OperatorSettingsSpec } from "../../sdk/spec/installation/operator";
import { targetsOf } from "../../sdk/spec/installation/operator";

/** An operator of the catalogue and how it is wanted. */
export type OperatorInstallation = OperatorCoordinates &
  Partial<Omit<OperatorSettingsSpec, keyof OperatorCoordinates>> & {
    /** Environment of the operator's pods. */
    env?: EnvVar[];
  };

/** The catalogue's operator with what the settings change. */
export function operatorWith(
  coordinates: OperatorCoordinates,
  settings: OperatorSettingsSpec | undefined,
): OperatorInstallation {
  const { namespace, targetNamespaces = targetsOf(coordinates, namespace), ...rest } = settings ?? {};
  const { sharedNamespace, ...fixed } = coordinates;
  const moved = present({ namespace: namespace ?? coordinates.namespace, targetNamespaces });
  const shared = namespace === undefined && sharedNamespace === true;
  return { ...fixed, ...present(rest), ...moved, sharedNamespace: shared };
}

/** The objects by which OLM installs an operator. */
export interface OperatorManifests {
  /** Absent where OpenShift has made it, together with an OperatorGroup. */
  namespace?: KubernetesObject;
  operatorGroup?: OperatorGroup;
  subscription: Subscription;
}

/** Set once the ClusterServiceVersion exists, and so do the CRDs; holds under every channel and approval. */
const INSTALLED = "jsonpath={.status.installedCSV}";

/** By which OpenShift's own Prometheus finds a namespace. */
const MONITORED = { "openshift.io/cluster-monitoring": "true" };

/** By which pods may do what Pod Security Admission forbids elsewhere. */
export const PRIVILEGED: Readonly<Record<string, string>> = {
  "pod-security.kubernetes.io/enforce": "privileged",
  "pod-security.kubernetes.io/audit": "privileged",
  "pod-security.kubernetes.io/warn": "privileged",
};

/** Namespace, OperatorGroup and Subscription of an operator. */
export function operatorManifests(operator: OperatorInstallation): OperatorManifests {
  const { namespace } = operator;
  const subscription: Subscription = {
    apiVersion: SUBSCRIPTION_V1ALPHA1,
    kind: "Subscription",
    metadata: {
      name: operator.package,
      namespace,
      labels: { ...MANAGED },
      annotations: { "pulumi.com/waitFor": INSTALLED },
    },
    spec: present({
      name: operator.package,
      channel: operator.channel,
      source: operator.catalogSource,
      sourceNamespace: operator.catalogSourceNamespace ?? "openshift-marketplace",
      installPlanApproval: operator.installPlanApproval ?? "Automatic",
      startingCSV: operator.startingCsv,
      config: nonEmpty(present({ env: nonEmpty(operator.env) })),
    }),
  };
  if (operator.sharedNamespace === true) return { subscription };
  return {
    namespace: namespaceManifest(namespace, operator.clusterMonitoring === true ? MONITORED : {}),
    operatorGroup: {
      apiVersion: OPERATOR_GROUP_V1,
      kind: "OperatorGroup",
      metadata: { name: operator.package, namespace, labels: { ...MANAGED } },
      spec: present({ targetNamespaces: nonEmpty(operator.targetNamespaces) }),
    },
    subscription,
  };
}

/** A namespace for operators. */
export function namespaceManifest(name: string, more: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { ...MANAGED, ...more } } };
}
