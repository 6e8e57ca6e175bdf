import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { ModelDeployment, Route } from "pulumi-model-serving";
import type { Autoscaling, ResourceSettings } from "pulumi-model-serving";

const config = new Config();
const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const autoscaling = config.getObject<Autoscaling>("autoscaling");

/** @requirement EX-23, OP-23, BP-22 */
const granite = new ModelDeployment("granite-model", {
  namespace,
  platform: { kind: "kserve" },
  source: { oci: `registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:${config.get("version") ?? "1.5"}` },
  image: config.get("image") ?? "quay.io/modh/vllm:rhoai-2.20-cuda",
  accelerator: "nvidia.com/gpu",
  acceleratorCount: config.getNumber("gpus") ?? 1,
  vllm: { maxModelLen: config.getNumber("maxModelLen") ?? 4096 },
  resources: config.getObject<ResourceSettings>("resources") ?? { requests: { cpu: 2, memory: "16Gi" } },
  ...(autoscaling === undefined ? { replicas: config.getNumber("replicas") ?? 1 } : { autoscaling }),
});

const certificateSecretName = config.get("certificate");
const route = new Route("granite-route", {
  namespace,
  inferenceServiceName: "granite-model",
  ...(certificateSecretName === undefined ? {} : { certificateSecretName }),
});

export const { modelVersion, serverArguments, internalUrl, testCommand } = granite;
export const externalUrl = route.url;
