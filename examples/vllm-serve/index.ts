import * as k8s from "@pulumi/kubernetes";
import { VllmServe } from "pulumi-model-serving";

const { metadata } = new k8s.core.v1.Namespace("vllm-serve", { metadata: { name: "vllm-serve" } });
const model = { namespace: metadata.name, url: "hf://Qwen/Qwen2.5-0.5B", modelName: "qwen" };

/** @requirement EX-26 */
const onCpu = new VllmServe("qwen-cpu", {
  ...model,
  useCpuImage: true,
  resources: { requests: { cpu: 4, memory: "16Gi" } },
  vllm: { maxModelLen: 4096 },
});

const onGpu = new VllmServe("qwen-gpu", {
  ...model,
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 4, memory: "16Gi" } },
});

export const urls = { cpu: onCpu.baseUrl, gpu: onGpu.baseUrl };
export const testCommands = { cpu: onCpu.testCommand, gpu: onGpu.testCommand };
