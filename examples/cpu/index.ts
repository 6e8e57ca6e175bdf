import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const source = { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" };

const resources = { requests: { cpu: 8, memory: "32Gi" }, limits: { cpu: 16, memory: "48Gi" } };

const runtime = new ServingRuntime("cpu-model", {
  namespace,
  image: "quay.io/modh/vllm:rhoai-2.20-cpu",
  vllm: { maxModelLen: 2048 },
  resources,
});

/** @requirement EX-13 */
const model = new ModelDeployment("cpu-model", { namespace, source, runtime, resources });

export const { internalUrl, testCommand } = model;
