/** Objects as a cluster prints them, as small as each test needs. */

interface Fields {
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  metadata?: object;
  [field: string]: unknown;
}

const object =
  (apiVersion: string, kind: string, usual: string | undefined) =>
  (name: string, { namespace = usual, labels, annotations, metadata, ...fields }: Fields = {}): object => ({
    apiVersion,
    kind,
    metadata: { name, namespace, labels, annotations, ...metadata },
    ...fields,
  });

export const service = object("serving.kserve.io/v1beta1", "InferenceService", "models");
export const runtime = object("serving.kserve.io/v1alpha1", "ServingRuntime", "models");
export const clusterRuntime = object("serving.kserve.io/v1alpha1", "ClusterServingRuntime", undefined);
export const profile = object("infrastructure.opendatahub.io/v1", "HardwareProfile", "redhat-ods-applications");
export const pod = object("v1", "Pod", "models");
export const node = object("v1", "Node", undefined);
export const route = object("route.openshift.io/v1", "Route", "models");
export const kubernetesService = object("v1", "Service", "models");
export const configMap = object("v1", "ConfigMap", "openshift-monitoring");
export const claim = object("v1", "PersistentVolumeClaim", "models");
export const deployment = object("apps/v1", "Deployment", "models");
export const replicaSet = object("apps/v1", "ReplicaSet", "models");
export const scaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "models");
export const dashboardConfig = object("opendatahub.io/v1alpha", "OdhDashboardConfig", "redhat-ods-applications");
export const template = object("template.openshift.io/v1", "Template", "redhat-ods-applications");

/** An event about an object of namespace `models`. */
export function event(kind: string, name: string, reason: string, message: string): object {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${reason}`, namespace: "models" },
    involvedObject: { kind, name, namespace: "models" },
    reason,
    message,
  };
}

/** A service of one model and one runtime. */
export const serving = (runtimeName: string, model: object = {}): object => ({
  predictor: { model: { modelFormat: { name: "vLLM" }, runtime: runtimeName, ...model } },
});
