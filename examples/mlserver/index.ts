import * as k8s from "@pulumi/kubernetes";
import { InferenceService, ServingRuntime, v2InferenceRequest } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("mlserver", { metadata: { name: "mlserver-models" } });
const namespace = project.metadata.name;

const server = { runtime: "mlserver-runtime", platform: { version: "3.4" } };
const { runtimeName } = new ServingRuntime("mlserver", { namespace, ...server });
const small = {
  namespace,
  runtimeName,
  resources: { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "4Gi" } },
};

// MLServer finds model.joblib by itself, and nothing in a sub-folder.
const env = [{ name: "MLSERVER_MODEL_URI", value: "/mnt/models/trained/fraud.json" }];

/** @requirement EX-21 */
const models = {
  iris: { modelFormat: "sklearn", source: { oci: "quay.io/example/iris:1" } },
  fraud: { modelFormat: "xgboost", source: { oci: "quay.io/example/fraud:1" }, env },
  churn: { modelFormat: "lightgbm", source: { oci: "quay.io/example/churn:1" } },
  digits: { modelFormat: "onnx", source: { oci: "quay.io/example/digits:1" } },
};
const services = Object.entries(models).map(([name, model]) => new InferenceService(name, { ...small, ...model }));

const flower = { name: "predict", shape: [1, 4], datatype: "FP32" as const, data: [5.1, 3.5, 1.4, 0.2] };
export const urls = services.map(({ internalUrl }) => internalUrl);
export const request = services[0]?.internalUrl.apply((url) =>
  v2InferenceRequest({ url, model: "iris", inputs: [flower] }),
);
