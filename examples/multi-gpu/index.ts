import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;

const runtime = new ServingRuntime("multi-gpu-model", {
  namespace,
  accelerator: "nvidia.com/gpu",
  acceleratorCount: 2,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
  vllm: { maxModelLen: 8192, tensorParallelSize: 2, distributedExecutorBackend: "mp" },
  sharedMemory: "16Gi",
  resources: { limits: { memory: "96Gi" } },
});

/** @requirement EX-14, EX-15 */
const model = new ModelDeployment("multi-gpu-model", {
  namespace,
  source: { oci: "registry.redhat.io/rhelai1/modelcar-llama-3-3-70b-instruct:1.5" },
  runtime,
  accelerator: "NVIDIA-A100-SXM4-80GB",
  acceleratorCount: 2,
  resources: { requests: { cpu: 8, memory: "80Gi" }, limits: { cpu: 16, memory: "96Gi" } },
  autoscaling: { minReplicas: 1, maxReplicas: 3, metric: "cpu", target: 80 },
  exposure: { auth: "token" },
});

export const { url, testCommand } = model;
