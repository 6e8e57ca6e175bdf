import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const resources = { requests: { cpu: 4, memory: "80Gi" }, limits: { cpu: 8, memory: "96Gi" } };

const runtime = new ServingRuntime("quantized-model", {
  namespace,
  accelerator: "nvidia.com/gpu",
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
  vllm: { maxModelLen: 8192, gpuMemoryUtilization: 0.95 },
  resources: { limits: { memory: "96Gi" } },
});

/** @requirement EX-11 */
const model = new ModelDeployment("quantized-model", {
  namespace,
  source: { oci: "registry.redhat.io/rhelai1/modelcar-llama-3-3-70b-instruct-fp8-dynamic:1.5" },
  runtime,
  accelerator: "NVIDIA-A100-SXM4-80GB",
  resources,
  exposure: { auth: "token" },
});

export const { url, testCommand } = model;
