import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSettings, Platform, Provision } from "pulumi-model-serving";
import { Accelerators, HttpRoute, KServe, ModelDeployment, ModelServiceAccount } from "pulumi-model-serving";

const config = new pulumi.Config();
const chart = config.getObject<ChartSettings>("chart") ?? {};
const provision: Provision = config.get("kserve") === "existing" ? "existing" : "create";
const parts = { certManager: provision, inferenceServices: provision };

// GKE's gateways refuse the time-outs in KServe's own routes, so KServe publishes nothing.
const kserve = new KServe("kserve", { parts, ingress: { disabled: true } });
const operators = [{ vendor: "nvidia" as const, chart }];
const gpus = new Accelerators("gpus", { distribution: "gke", operators, nodeFeatureDiscovery: { chart } });
const opts = { dependsOn: [kserve, gpus] };
const { metadata } = new k8s.core.v1.Namespace("models", { metadata: { name: "models" } }, opts);
const shared = { namespace: metadata.name, platform: { kind: "kserve", install: "helm" } satisfies Platform };

const google = { serviceAccount: config.require("googleAccount") };
const account = new ModelServiceAccount("reader", { namespace: metadata.name, google });
const model = new ModelDeployment("granite", {
  ...shared,
  source: { uri: `gs://${config.require("bucket")}/granite` },
  serviceAccountName: account.serviceAccountName,
  accelerator: "nvidia.com/gpu",
  modelSize: "16Gi",
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 4, memory: "24Gi" } },
});
const to = { namespace: metadata.name, serviceName: "granite-predictor", port: 80, gatewayKnowsTimeouts: false };
const gateway = { name: "models", namespace: "gateways" };
new HttpRoute("granite", { ...to, gateway, hostnames: [config.require("host")] }, { dependsOn: model });
export const { internalUrl, testCommand } = model;
