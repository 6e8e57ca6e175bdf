import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const accelerator = "nvidia.com/gpu";

const runtime = new ServingRuntime("custom-args-model", {
  namespace,
  accelerator,
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
  vllm: {
    maxModelLen: 2048,
    maxNumSeqs: 256,
    gpuMemoryUtilization: 0.95,
    dtype: "float16",
    enforceEager: true,
    enablePrefixCaching: true,
  },
  resources: { requests: { memory: "16Gi" }, limits: { memory: "24Gi" } },
});

/** @requirement EX-10 */
const model = new ModelDeployment("custom-args-model", {
  namespace,
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  runtime,
  accelerator,
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
});

export const { internalUrl, testCommand } = model;
