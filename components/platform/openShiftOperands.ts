import type { OperatorName } from "../../sdk/catalog/operators";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { OpenShiftOperand } from "../../sdk/kubernetes/openshiftOperands";
import type { PlatformDependencies } from "../../sdk/spec/platform/openShiftAI";

/** An operator that the platform builds on, and the object that makes it work. */
export interface Dependency {
  operator: OperatorName;
  operand?: OpenShiftOperand;
}

/** Workloads of models, and of those who train them; as opendatahub-io/odh-gitops enables them. */
const FRAMEWORKS = ["Deployment", "Pod", "PyTorchJob", "RayCluster", "RayJob", "StatefulSet", "TrainJob"];

/**
 * By the names that a user gives them, in the order in which they are installed. Only Kuadrant says in a documented way
 * when it is ready; for the others the platform's own readiness tells.
 */
export const DEPENDENCIES: Readonly<Record<keyof PlatformDependencies, Dependency>> = {
  certManager: { operator: "openshift-cert-manager-operator" },
  connectivityLink: {
    operator: "rhcl-operator",
    operand: {
      apiVersion: "kuadrant.io/v1beta1",
      kind: "Kuadrant",
      metadata: {
        name: "kuadrant",
        namespace: "kuadrant-system",
        labels: { ...MANAGED },
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {},
    },
  },
  leaderWorkerSet: {
    operator: "leader-worker-set",
    operand: {
      apiVersion: "operator.openshift.io/v1",
      kind: "LeaderWorkerSetOperator",
      metadata: {
        name: "cluster",
        labels: { ...MANAGED },
      },
      spec: { managementState: "Managed", logLevel: "Normal", operatorLogLevel: "Normal" },
    },
  },
  customMetricsAutoscaler: {
    operator: "openshift-custom-metrics-autoscaler-operator",
    operand: {
      apiVersion: "keda.sh/v1alpha1",
      kind: "KedaController",
      metadata: {
        name: "keda",
        namespace: "openshift-keda",
        labels: { ...MANAGED },
      },
      spec: { watchNamespace: "" },
    },
  },
  kueue: {
    operator: "kueue-operator",
    operand: {
      apiVersion: "kueue.openshift.io/v1",
      kind: "Kueue",
      metadata: {
        name: "cluster",
        labels: { ...MANAGED },
      },
      spec: { managementState: "Managed", config: { integrations: { frameworks: FRAMEWORKS } } },
    },
  },
};
