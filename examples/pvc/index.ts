import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const claim = new k8s.core.v1.PersistentVolumeClaim("model-pvc", {
  metadata: { name: "model-pvc", namespace },
  spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "40Gi" } } },
});
const accelerator = "nvidia.com/gpu";

const runtime = new ServingRuntime("pvc-model", {
  namespace,
  accelerator,
  acceleratorCount: 1,
  image: "quay.io/modh/vllm:rhoai-2.20-cuda",
});

const model = new ModelDeployment("pvc-model", {
  namespace,
  source: { pvc: pulumi.interpolate`${claim.metadata.name}/llama-3.1-8b-instruct` },
  runtime,
  accelerator,
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
});

export const { internalUrl, testCommand } = model;
