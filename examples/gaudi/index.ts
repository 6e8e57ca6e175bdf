import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("gaudi", { metadata: { name: "gaudi-models" } });
const namespace = project.metadata.name;
const accelerator = "habana.ai/gaudi";

const runtime = new ServingRuntime("dev-granite", {
  namespace,
  accelerator,
  image: "quay.io/modh/vllm:rhoai-2.20-gaudi",
  skipWarmup: true,
  vllm: { maxModelLen: 4096 },
});

/** @requirement EX-28 */
const granite = new ModelDeployment("granite", {
  namespace,
  environment: "dev",
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  runtime,
  accelerator,
  resources: { requests: { cpu: 4, memory: "32Gi" } },
});

export const { internalUrl, testCommand } = granite;
