import * as k8s from "@pulumi/kubernetes";
import { HardwareProfile, ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;

const gpu = { displayName: "NVIDIA GPU", accelerator: "nvidia.com/gpu", count: 1, cpu: 2, memory: "16Gi" };
const hardwareProfile = new HardwareProfile(
  "migrated-gpu",
  { ...gpu, namespace: "my-namespace" },
  { dependsOn: project },
);

const runtime = new ServingRuntime("granite-model", {
  namespace,
  accelerator: "nvidia.com/gpu",
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
  vllm: { maxModelLen: 4096 },
  resources: { requests: { memory: "16Gi" }, limits: { memory: "24Gi" } },
});

/** @requirement EX-4, EX-5, EX-6, EX-7 */
const granite = new ModelDeployment("granite-model", {
  namespace,
  displayName: "Granite 3.1 8B Instruct",
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  runtime,
  hardwareProfile,
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
  exposure: { auth: "token" },
});

export const { url, internalUrl, testCommand } = granite;
