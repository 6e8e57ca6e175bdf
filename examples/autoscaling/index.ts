import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const source = { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" };

const runtime = new ServingRuntime("autoscale-model", {
  namespace,
  accelerator: "nvidia.com/gpu",
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { memory: "24Gi" } },
});

/** @requirement EX-12 */
const model = new ModelDeployment("autoscale-model", {
  namespace,
  source,
  runtime,
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
  autoscaling: { minReplicas: 1, maxReplicas: 5, metric: "cpu", target: 70 },
  exposure: { auth: "token" },
});

export const { url, testCommand } = model;
