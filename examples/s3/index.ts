import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ModelConnection, ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const config = new pulumi.Config();
const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const accelerator = "nvidia.com/gpu";
const accessKeyId = config.requireSecret("accessKeyId");
const secretAccessKey = config.requireSecret("secretAccessKey");

const connection = new ModelConnection("model-s3-storage", {
  namespace,
  displayName: "Model S3 Storage",
  s3: { endpoint: "https://s3.amazonaws.com", bucket: "my-model-bucket", accessKeyId, secretAccessKey },
});

const image = "quay.io/modh/vllm:rhoai-2.20-cuda";
const runtime = new ServingRuntime("s3-model", { namespace, accelerator, acceleratorCount: 1, image });

/** @requirement EX-16, MC-21 */
const model = new ModelDeployment("s3-model", {
  namespace,
  connection,
  source: { path: "models/llama-3.1-8b-instruct/" },
  runtime,
  accelerator,
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 4, memory: "24Gi" } },
});

export const { internalUrl, testCommand } = model;
