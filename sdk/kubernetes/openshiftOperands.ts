/**
 * Objects that make operators of OpenShift work, as plain data. Upstream: openshift/kueue-operator
 * `pkg/apis/kueueoperator/v1`, openshift/lws-operator, Kuadrant/kuadrant-operator, kedacore/keda-olm-operator.
 */
import type { KubernetesObject } from "./core";

export interface KueueOperand extends KubernetesObject {
  apiVersion: "kueue.openshift.io/v1";
  kind: "Kueue";
  spec: { managementState: "Managed"; config: { integrations: { frameworks: string[] } } };
}

export interface LeaderWorkerSetOperand extends KubernetesObject {
  apiVersion: "operator.openshift.io/v1";
  kind: "LeaderWorkerSetOperator";
  spec: { managementState: "Managed"; logLevel: "Normal"; operatorLogLevel: "Normal" };
}

export interface KuadrantOperand extends KubernetesObject {
  apiVersion: "kuadrant.io/v1beta1";
  kind: "Kuadrant";
  spec: Record<string, never>;
}

export interface KedaOperand extends KubernetesObject {
  apiVersion: "keda.sh/v1alpha1";
  kind: "KedaController";
  spec: { watchNamespace: string };
}

export type OpenShiftOperand = KueueOperand | LeaderWorkerSetOperand | KuadrantOperand | KedaOperand;
