import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { InferenceService, ModelConnection, ServingRuntime } from "pulumi-model-serving";

const password = new pulumi.Config().requireSecret("registryToken");
const project = new k8s.core.v1.Namespace("oci-model-example", { metadata: { name: "oci-model-example" } });
const namespace = project.metadata.name;

const login = { host: "quay.io", username: "example+models", password };
const registry = new ModelConnection("registry-login", { namespace, oci: login });
const { runtimeName } = new ServingRuntime("kserve-ovms", { namespace, runtime: "kserve-ovms" });

const mobilenet = {
  namespace,
  runtimeName,
  modelFormat: "onnx",
  source: { oci: "quay.io/example/mobilenet:v2-7" },
  resources: { requests: { cpu: 0.1, memory: "500Mi" }, limits: { cpu: 0.5, memory: "4Gi" } },
};

/** @requirement EX-19, MC-21 */
const ofPublic = new InferenceService("sample-isvc-using-oci", mobilenet);
/** @requirement EX-20 */
const ofPrivate = new InferenceService("sample-isvc-using-private-oci", {
  ...mobilenet,
  imagePullSecrets: [registry.secretName],
});

export const urls = [ofPublic, ofPrivate].map(({ internalUrl }) => internalUrl);
