import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ModelVolume, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const volume = new ModelVolume("model-pvc", { namespace, size: "40Gi", path: "llama-3.1-8b-instruct" });
const accelerator = "nvidia.com/gpu";

const runtime = new ServingRuntime("pvc-model", {
  namespace,
  accelerator,
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
});

/** @requirement EX-17, MC-21 */
const model = new ModelDeployment("pvc-model", {
  namespace,
  source: {},
  volume,
  runtime,
  accelerator,
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
});

export const { internalUrl, testCommand } = model;
