/**
 * The parts of the core API that serving objects embed, as plain data.
 *
 * The shapes come from `@pulumi/kubernetes` (types only, nothing is loaded at run time) with every `Input` removed,
 * so a manifest can be built, printed and judged without Pulumi.
 */
import type { types } from "@pulumi/kubernetes";
import type { Unwrap } from "@pulumi/pulumi";

/** Anything with a kind and a name: what `kubectl get -o yaml` prints. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The metadata a person writes; what the API server adds (uid, managedFields, ...) is not listed. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A v1 Secret; `stringData` is laid over `data`. */
export interface Secret extends KubernetesObject {
  apiVersion: "v1";
  kind: "Secret";
  /** Base64. */
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

/** A v1 ServiceAccount and the Secrets it names. */
export interface ServiceAccount extends KubernetesObject {
  apiVersion: "v1";
  kind: "ServiceAccount";
  secrets?: { name?: string }[];
}

export type Container = Unwrap<types.input.core.v1.Container>;
export type ContainerPort = Unwrap<types.input.core.v1.ContainerPort>;
export type EnvVar = Unwrap<types.input.core.v1.EnvVar>;
export type Probe = Unwrap<types.input.core.v1.Probe>;
export type Volume = Unwrap<types.input.core.v1.Volume>;
export type VolumeMount = Unwrap<types.input.core.v1.VolumeMount>;
export type Toleration = Unwrap<types.input.core.v1.Toleration>;
export type Taint = Unwrap<types.input.core.v1.Taint>;
export type Affinity = Unwrap<types.input.core.v1.Affinity>;
export type LocalObjectReference = Unwrap<types.input.core.v1.LocalObjectReference>;
export type PodSpec = Unwrap<types.input.core.v1.PodSpec>;
export type DeploymentStrategy = Unwrap<types.input.apps.v1.DeploymentStrategy>;
export type HorizontalPodAutoscalerBehavior = Unwrap<types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior>;

/** Requests and limits by resource name; values are canonical Kubernetes quantities (`"500m"`, `"16Gi"`, `"1"`). */
export interface ResourceRequirements {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

export interface Service extends KubernetesObject {
  apiVersion: "v1";
  kind: "Service";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    selector: Record<string, string>;
    ports: { name: string; port: number; targetPort: string; protocol: "TCP" }[];
  };
}

/** Variables of a container from all of a Secret or ConfigMap. */
export interface EnvFromSource {
  prefix?: string;
  secretRef?: { name: string; optional?: boolean };
  configMapRef?: { name: string; optional?: boolean };
}
