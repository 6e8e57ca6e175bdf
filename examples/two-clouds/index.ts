import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "pulumi-model-serving";
import { ModelBucket, ModelDeployment, ModelServiceAccount } from "pulumi-model-serving";

const config = new pulumi.Config();
const region = new pulumi.Config("aws").require("region");
const amazon = new aws.Provider("amazon", { region: region as aws.Region });
const eks = new k8s.Provider("eks", { kubeconfig: config.requireSecret("eks") });
const gke = new k8s.Provider("gke", { kubeconfig: config.requireSecret("gke") });
const metadata = { name: "models" };
const onEks = new k8s.core.v1.Namespace("eks", { metadata }, { provider: eks }).metadata.name;
const onGke = new k8s.core.v1.Namespace("gke", { metadata }, { provider: gke }).metadata.name;

const access = { podIdentity: { clusterName: config.require("cluster") }, namespace: onEks };
const bucket = new ModelBucket("store", { region, access }, { providers: [amazon, eks] });
const google = { serviceAccount: config.require("googleAccount") };
const account = new ModelServiceAccount("reader", { namespace: onGke, google }, { provider: gke });

const model = {
  platform: { kind: "kserve" } satisfies Platform,
  ...{ accelerator: "nvidia.com/gpu", modelSize: "16Gi", vllm: { maxModelLen: 4096 } },
  resources: { requests: { cpu: 4, memory: "24Gi" } },
};
const s3 = { s3: pulumi.interpolate`${bucket.bucketName}/granite` };
const reader = bucket.serviceAccountName.apply((name) => name ?? "default");
const inAws = { ...model, namespace: onEks, source: s3, serviceAccountName: reader };
const gs = { uri: `gs://${config.require("bucket")}/granite` };
const inGoogle = { ...model, namespace: onGke, source: gs, serviceAccountName: account.serviceAccountName };
const amazonGranite = new ModelDeployment("granite-amazon", inAws, { provider: eks });
const googleGranite = new ModelDeployment("granite-google", inGoogle, { provider: gke });
export const urls = [amazonGranite.internalUrl, googleGranite.internalUrl];
