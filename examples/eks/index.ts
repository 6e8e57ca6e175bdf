import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ChartSettings, Platform, Provision } from "pulumi-model-serving";
import { Accelerators, KServe, ModelBucket, ModelDeployment } from "pulumi-model-serving";

const config = new pulumi.Config();
const chart = config.getObject<ChartSettings>("chart") ?? {};
const provision: Provision = config.get("kserve") === "existing" ? "existing" : "create";

const kserve = new KServe("kserve", { parts: { certManager: provision, inferenceServices: provision } });
const operators = [{ vendor: "nvidia" as const, chart }];
const gpus = new Accelerators("gpus", { distribution: "eks", operators, nodeFeatureDiscovery: { chart } });
const opts = { dependsOn: [kserve, gpus] };
const { metadata } = new k8s.core.v1.Namespace("models", { metadata: { name: "models" } }, opts);
const shared = { namespace: metadata.name, platform: { kind: "kserve", install: "helm" } satisfies Platform };

const { identities } = aws.eks.getClusterOutput({ name: config.get("cluster") ?? "serving" });
const url = identities.apply(([identity]) => identity?.oidcs[0]?.issuer ?? "");
const oidcProviderArn = aws.iam.getOpenIdConnectProviderOutput({ url }).arn;
const region = new pulumi.Config("aws").require("region");
const access = { role: { oidcProviderArn }, namespace: metadata.name, prefix: "granite" };
const bucket = new ModelBucket("store", { region, access, platform: shared.platform });

const model = new ModelDeployment("granite", {
  ...shared,
  source: { s3: pulumi.interpolate`${bucket.bucketName}/granite` },
  serviceAccountName: bucket.serviceAccountName.apply((name) => name ?? "default"),
  accelerator: "nvidia.com/gpu",
  modelSize: "16Gi",
  vllm: { maxModelLen: 4096 },
  resources: { requests: { cpu: 4, memory: "24Gi" } },
});
export const { internalUrl, testCommand } = model;
