import * as k8s from "@pulumi/kubernetes";
import { HardwareProfile, ModelDeployment, ModelVolume, ServingRuntime } from "pulumi-model-serving";

const project = new k8s.core.v1.Namespace("wizard", { metadata: { name: "wizard" } });
const namespace = project.metadata.name;

const profile = { namespace: "wizard", cpu: 1, memory: "2Gi" };
const hardwareProfile = new HardwareProfile("small", profile, { dependsOn: project });
const volume = new ModelVolume("models", { namespace, size: "10Gi", path: "fraud" });
const runtime = new ServingRuntime("fraud", { namespace, runtime: "kserve-ovms" });

/** @requirement EX-22 */
const fraud = new ModelDeployment("fraud", {
  namespace,
  source: {},
  volume,
  modelType: "predictive",
  modelFormat: "onnx",
  modelFormatVersion: "1",
  displayName: "Fraud",
  description: "Tells fraud from payments",
  hardwareProfile,
  resources: { limits: { cpu: 2, memory: "4Gi" } },
  runtime,
  replicas: 2,
  exposure: { auth: "token" },
  args: ["--nireq=4"],
  env: [{ name: "TZ", value: "UTC" }],
});
export const { url, tokenSecrets, testCommand } = fraud;
