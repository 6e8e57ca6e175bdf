import * as k8s from "@pulumi/kubernetes";
import { HardwareProfile, ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("wizard", { metadata: { name: "wizard" } });
const namespace = project.metadata.name;

const profile = { namespace: "wizard", accelerator: "nvidia.com/gpu", cpu: 2, memory: "16Gi" };
const hardwareProfile = new HardwareProfile("one-gpu", profile, { dependsOn: project });
const runtime = new ServingRuntime("chat", { namespace, runtime: "vllm-cuda-runtime" });

/** @requirement EX-22 */
const chat = new ModelDeployment("chat", {
  namespace,
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  modelType: "generative",
  displayName: "Chat",
  description: "Answers questions",
  hardwareProfile,
  resources: { limits: { cpu: 4, memory: "24Gi" } },
  runtime,
  replicas: 2,
  aiAsset: { useCase: "chat" },
  exposure: { auth: "token", tokens: ["app", "tests"], authProxyType: "kube-rbac-proxy" },
  args: ["--max-model-len=4096"],
  env: [{ name: "VLLM_LOGGING_LEVEL", value: "WARNING" }],
  deploymentStrategy: { type: "Recreate" },
});

export const { url, tokenSecrets, testCommand } = chat;
