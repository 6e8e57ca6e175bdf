import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as serving from "pulumi-model-serving";

const config = new pulumi.Config();
const platform = new serving.OpenShiftAI("platform", { version: "3.4" });
const gpus = new serving.Accelerators("gpus", { operators: [{ vendor: "nvidia" }] });
const monitoring = new serving.UserWorkloadMonitoring("monitoring", { provision: "create" });
const opts = { dependsOn: [platform, gpus, monitoring] };
const project = new k8s.core.v1.Namespace("models", { metadata: { name: "models" } }, opts);
const namespace = project.metadata.name;

const gpu = { accelerator: "NVIDIA-A100-SXM4-80GB", count: 1, cpu: 8, memory: "64Gi" };
const hardwareProfile = new serving.HardwareProfile("a100", { ...gpu, namespace: "models" }, { dependsOn: project });
const accessKeyId = config.requireSecret("accessKeyId");
const secretAccessKey = config.requireSecret("secretAccessKey");
const s3 = { bucket: "models", endpoint: config.require("endpoint"), accessKeyId, secretAccessKey };
const connection = new serving.ModelConnection("store", { namespace, s3 });
const model = new serving.ModelDeployment("granite", {
  namespace,
  source: { connection: connection.secretName, path: "granite-3.1-8b-instruct" },
  modelSize: "16Gi",
  vllm: { maxModelLen: 8192 },
  hardwareProfile,
  exposure: { auth: "token" },
});
const of = { namespace: "models", inferenceServiceName: "granite" };
new serving.ModelAlerts("granite-alerts", of, { dependsOn: model });
new serving.NetworkPolicies("granite-network", { ...of, callers: [{ namespace: "chat" }] }, { dependsOn: model });
export const { url, testCommand } = model;
