import * as k8s from "@pulumi/kubernetes";
import { InferenceService, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("predictive", { metadata: { name: "predictive-models" } });
const namespace = project.metadata.name;

// Copies of the platform's templates, as the dashboard makes them, and an entry for the dashboard of this project.
const ovms = new ServingRuntime("kserve-ovms", { namespace, runtime: "kserve-ovms" });
const mlserver = new ServingRuntime("mlserver", {
  namespace,
  runtime: "mlserver-runtime",
  platform: { version: "3.4" },
});
new ServingRuntime("own-mlserver", { namespace, runtime: "mlserver-runtime", scope: "project-template" });

const triton = new ServingRuntime("triton", {
  namespace,
  displayName: "Triton",
  image: "nvcr.io/nvidia/tritonserver:23.05-py3",
  args: ["tritonserver", "--model-store=/mnt/models", "--http-port=8080", "--grpc-port=9000"],
  custom: {
    ports: [{ port: 8080 }],
    formats: [{ name: "triton", version: "2" }],
    protocolVersions: ["v2", "grpc-v2"],
    health: { live: "/v2/health/live", ready: "/v2/health/ready" },
    metrics: { port: 8002 },
    serverType: "tritonserver",
    modelTypes: ["predictive"],
  },
});

const small = {
  resources: { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "4Gi" } },
  replicas: 1,
};

const image = new InferenceService("mobilenet", {
  ...small,
  namespace,
  runtimeName: ovms.runtimeName,
  modelFormat: "onnx",
  source: { oci: "quay.io/example/mobilenet:v2-7" },
  imagePullSecrets: ["registry-login"],
});
const flowers = new InferenceService("iris", {
  ...small,
  namespace,
  runtimeName: mlserver.runtimeName,
  modelFormat: "sklearn",
  source: { oci: "quay.io/example/iris:1" },
  // Not one of the names that MLServer finds by itself.
  env: [{ name: "MLSERVER_MODEL_URI", value: "/mnt/models/trained/iris.pkl" }],
});
const words = new InferenceService("words", {
  ...small,
  namespace,
  runtimeName: triton.runtimeName,
  modelFormat: "triton",
  source: { oci: "quay.io/example/words:1" },
});

export const urls = [image, flowers, words].map(({ internalUrl }) => internalUrl);
