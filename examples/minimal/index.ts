import * as k8s from "@pulumi/kubernetes";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("my-namespace", { metadata: { name: "my-namespace" } });
const namespace = project.metadata.name;
const source = { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" };

const runtime = new ServingRuntime("minimal-model", { namespace, image: "quay.io/modh/vllm:rhoai-2.20-cpu" });

/** @requirement EX-8 */
const model = new ModelDeployment("minimal-model", {
  namespace,
  source,
  runtime,
  resources: { requests: { cpu: 8, memory: "32Gi" } },
});

export const { internalUrl, testCommand } = model;
