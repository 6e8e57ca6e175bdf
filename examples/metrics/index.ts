import * as k8s from "@pulumi/kubernetes";
import { InferenceService, ModelDeployment, ServingRuntime, promql } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("metrics", { metadata: { name: "measured-models" } });
const namespace = project.metadata.name;

const granite = new ModelDeployment("granite", {
  namespace,
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 2, memory: "16Gi" } },
});

const { runtimeName } = new ServingRuntime("kserve-ovms", { namespace, runtime: "kserve-ovms" });
const mobilenet = new InferenceService("mobilenet", {
  namespace,
  runtimeName,
  modelFormat: "onnx",
  source: { oci: "quay.io/example/mobilenet:v2-7" },
  resources: { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "4Gi" } },
});

/** @requirement EX-27 */
export const queries = {
  vllm: granite.modelName.apply((service) => promql("vllm", "requests", { namespace: "measured-models", service })),
  ovms: mobilenet.modelName.apply((service) => promql("ovms", "requests", { namespace: "measured-models", service })),
};
