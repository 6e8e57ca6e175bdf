import * as k8s from "@pulumi/kubernetes";
import { HuggingFaceBackend, HuggingFaceServe, HuggingFaceTask } from "pulumi-model-serving";

const { metadata } = new k8s.core.v1.Namespace("huggingface-serve", { metadata: { name: "huggingface-serve" } });

/** @requirement EX-26 */
const qwen = new HuggingFaceServe("qwen", {
  namespace: metadata.name,
  path: "huggingface://Qwen/Qwen2.5-0.5B",
  backend: HuggingFaceBackend.HuggingFace,
  task: HuggingFaceTask.TextGeneration,
  maxLength: 4096,
  resources: { requests: { cpu: 4, memory: "16Gi" } },
});

export const { internalUrl, apis, protocol, testCommand } = qwen;
