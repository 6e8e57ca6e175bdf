/** Requests for what the documentation names, one by one, and the runtimes that are there while they are made. */
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { NAME, NAMESPACE } from "./bases";
import type { AdmissionCase } from "./cases";

const container = { name: "kserve-container", image: "x:1" };

function runtime(kind: string, name: string, spec: object): KubernetesObject {
  const metadata = { name, ...(kind === "ServingRuntime" ? { namespace: NAMESPACE } : {}) };
  return {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind,
    metadata,
    ...{ spec: { containers: [container], ...spec } },
  };
}

const taken = { name: "taken", version: "1", autoSelect: true, priority: 5 };

/** Runtimes of the cluster, whose priorities others may clash with. */
export const presentRuntimes: readonly KubernetesObject[] = ["ServingRuntime", "ClusterServingRuntime"].map((kind) =>
  runtime(kind, `present-${kind.toLowerCase()}`, { supportedModelFormats: [taken], protocolVersions: ["v2"] }),
);

function service(name: string, predictor: object, annotations: Record<string, string> = {}): KubernetesObject {
  const metadata = { name, namespace: NAMESPACE, annotations };
  return { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata, ...{ spec: { predictor } } };
}

const model = { modelFormat: { name: "vLLM" } };
const mode = (value: string): Record<string, string> => ({ "serving.kserve.io/deploymentMode": value });

const scaler = (value: string): Record<string, string> => ({
  ...mode("Standard"),
  "serving.kserve.io/autoscalerClass": value,
});
const variable = { name: "A", value: "1" };

function request(label: string, object: KubernetesObject, rest: Partial<AdmissionCase> = {}): AdmissionCase {
  return { labels: [label], object, request: "write", fieldValidation: "Warn", ...rest };
}

export const specialCases: readonly AdmissionCase[] = [
  request("a name of 49 characters", service("a".repeat(49), { model })),
  request("a name of 63 characters", service("a".repeat(63), { model })),
  request("the old spelling of the mode", service(NAME, { model }, mode("RawDeployment"))),
  request("an old-style predictor", service(NAME, { sklearn: { storageUri: "gs://a/b" } })),
  request("two old-style predictors", service(NAME, { sklearn: {}, onnx: {} })),
  request("an old-style predictor and a model", service(NAME, { sklearn: {}, model })),
  request("no implementation", service(NAME, { minReplicas: 1 })),
  request("a number for a GPU", service(NAME, { model: { ...model, resources: { limits: { "nvidia.com/gpu": 1 } } } })),
  request(
    "a runtime of the same priority",
    runtime("ServingRuntime", NAME, { supportedModelFormats: [taken], protocolVersions: ["v2", "v1"] }),
  ),
  request(
    "a cluster runtime of the same priority",
    runtime("ClusterServingRuntime", NAME, { supportedModelFormats: [taken], protocolVersions: ["v2"] }),
  ),
  request(
    "the same priority for another protocol",
    runtime("ServingRuntime", NAME, { supportedModelFormats: [taken], protocolVersions: ["v1"] }),
  ),
  request("the same priority without protocols", runtime("ServingRuntime", NAME, { supportedModelFormats: [taken] })),
  request("a change of the mode", service(NAME, { model }, mode("Knative")), {
    previous: service(NAME, { model }, mode("Standard")),
    previousMode: "Standard",
  }),
  request("no change of the mode", service(NAME, { model }, mode("RawDeployment")), {
    previous: service(NAME, { model }, mode("Standard")),
    previousMode: "Standard",
  }),
  request("the worker removed", runtime("ServingRuntime", NAME, {}), {
    previous: runtime("ServingRuntime", NAME, { workerSpec: { containers: [{ name: "worker-container" }] } }),
  }),
  request("a variable three times", service(NAME, { model: { ...model, env: [variable, variable, variable] } })),
  request(
    "a variable three times, applied",
    service(NAME, { model: { ...model, env: [variable, variable, variable] } }),
    {
      request: "apply",
    },
  ),
  request("two wrong types", service(NAME, { minReplicas: "1", maxReplicas: "2", model })),
  request("a number beyond int32", service(NAME, { maxReplicas: 2 ** 31, model })),
  request("a target of 101", service(NAME, { model, scaleMetric: "memory", scaleTarget: 101 }, scaler("hpa"))),
  request("a target of 100", service(NAME, { model, scaleMetric: "memory", scaleTarget: 100 }, scaler("hpa"))),
  request(
    "a disabled runtime of the same priority",
    runtime("ServingRuntime", NAME, { supportedModelFormats: [taken], protocolVersions: ["v2"], disabled: true }),
  ),
  request("a worker without containers", runtime("ServingRuntime", NAME, { workerSpec: { containers: [] } })),
  request("no containers, applied", runtime("ServingRuntime", NAME, { containers: null }), { request: "apply" }),
  request(
    "accelerators without a name",
    runtime("ServingRuntime", NAME, {
      workerSpec: { containers: [{ name: "worker-container", resources: { limits: { "x.y/z": "1" } } }] },
      annotations: { "serving.kserve.io/gpu-resource-types": '["x.y/z", ""]' },
    }),
  ),
  request("owners without identity, applied", owned([{ apiVersion: "v1", kind: "Pod", name: "p" }, { kind: "Pod" }]), {
    request: "apply",
  }),
  request("an undeclared field, applied without field validation", service(NAME, { model, replicas: 2 }), {
    request: "apply",
    fieldValidation: "Ignore",
  }),
  request(
    "a protocol that is none",
    service(NAME, { containers: [{ ...container, env: [{ name: "PROTOCOL", value: "v3" }] }] }),
  ),
  request("weights of 99", graph([40, 59])),
  request("weights of 100", graph([40, 60])),
];

function owned(ownerReferences: readonly object[]): KubernetesObject {
  const object = service(NAME, { model });
  const metadata = { ...object.metadata, ...{ ownerReferences } };
  return { ...object, metadata };
}

function graph(weights: readonly number[]): KubernetesObject {
  const steps = weights.map((weight, index) => ({ serviceName: `s${index}`, weight }));
  const metadata = { name: NAME, namespace: NAMESPACE };
  const spec = { nodes: { root: { routerType: "Splitter", steps } } };
  return { apiVersion: "serving.kserve.io/v1alpha1", kind: "InferenceGraph", metadata, ...{ spec } };
}
