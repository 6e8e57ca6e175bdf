import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ModelConnection, ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const config = new pulumi.Config();
const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const accelerator = "nvidia.com/gpu";
const accessKeyId = config.requireSecret("accessKeyId");
const s3 = { bucket: "my-storage", accessKeyId, secretAccessKey: config.requireSecret("secretAccessKey") };

const connection = new ModelConnection("aws-connection-my-storage", { namespace, s3 });

/** @requirement EX-1 */
const runtime = new ServingRuntime("vllm-runtime", {
  namespace,
  accelerator,
  displayName: "vLLM ServingRuntime for KServe",
  image: "quay.io/modh/vllm@sha256:8a3dd8ad6e15fe7b8e5e471037519719d4d8ad3db9d69389f2beded36a6f5b21",
});

/** @requirement EX-2, MC-21 */
const granite = new ModelDeployment("granite", {
  namespace,
  displayName: "granite",
  connection,
  source: { path: "models/granite-7b-instruct/" },
  runtime,
  accelerator,
  resources: { requests: { cpu: 1, memory: "8Gi" }, limits: { cpu: 6, memory: "24Gi" } },
});

export const { internalUrl, testCommand } = granite;
