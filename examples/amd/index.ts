import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const source = { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" };

const runtime = new ServingRuntime("amd-model", {
  namespace,
  accelerator: "amd.com/gpu",
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-rocm",
});

/** @requirement EX-9 */
const model = new ModelDeployment("amd-model", {
  namespace,
  source,
  runtime,
  accelerator: "amd.com/gpu",
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
});

export const { internalUrl, testCommand } = model;
