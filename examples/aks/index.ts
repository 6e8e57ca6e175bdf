import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSettings, Platform, Provision } from "pulumi-model-serving";
import { Accelerators, KServe, ModelDeployment, ModelServiceAccount } from "pulumi-model-serving";

const config = new pulumi.Config();
const chart = config.getObject<ChartSettings>("chart") ?? {};
const provision: Provision = config.get("kserve") === "existing" ? "existing" : "create";

const kserve = new KServe("kserve", { parts: { certManager: provision, inferenceServices: provision } });
const operators = [{ vendor: "nvidia" as const, chart }];
const gpus = new Accelerators("gpus", { distribution: "aks", operators, nodeFeatureDiscovery: { chart } });
const opts = { dependsOn: [kserve, gpus] };
const { metadata } = new k8s.core.v1.Namespace("models", { metadata: { name: "models" } }, opts);
const shared = { namespace: metadata.name, platform: { kind: "kserve", install: "helm" } satisfies Platform };

const azure = { clientId: config.require("clientId") };
const account = new ModelServiceAccount("reader", { namespace: metadata.name, azure });
const model = new ModelDeployment("granite", {
  ...shared,
  source: { uri: `https://${config.require("storageAccount")}.blob.core.windows.net/models/granite` },
  serviceAccountName: account.serviceAccountName,
  // Without the label Azure's webhook leaves the pods alone.
  labels: { "azure.workload.identity/use": "true" },
  accelerator: "nvidia.com/gpu",
  modelSize: "16Gi",
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 4, memory: "24Gi" } },
});
export const { internalUrl, testCommand } = model;
