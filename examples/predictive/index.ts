import * as k8s from "@pulumi/kubernetes";
import { InferenceService, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("predictive", { metadata: { name: "predictive-models" } });
const namespace = project.metadata.name;

// An entry for the dashboard of this project.
new ServingRuntime("own-mlserver", { namespace, runtime: "mlserver-runtime", scope: "project-template" });

const { runtimeName } = new ServingRuntime("triton", {
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

const source = { oci: "quay.io/example/words:1" };
const resources = { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "4Gi" } };
const words = new InferenceService("words", { namespace, runtimeName, modelFormat: "triton", source, resources });
export const { internalUrl } = words;
