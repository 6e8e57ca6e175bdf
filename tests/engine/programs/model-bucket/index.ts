import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ModelBucket } from "pulumi-model-serving";

const region = new pulumi.Config("aws").require("region");
const { metadata } = new k8s.core.v1.Namespace("buckets", { metadata: { name: "buckets" } });
const namespace = metadata.name;
const clusterName = "serving";

const { identities } = aws.eks.getClusterOutput({ name: clusterName });
const url = identities.apply(([identity]) => identity?.oidcs[0]?.issuer ?? "");
const oidcProviderArn = aws.iam.getOpenIdConnectProviderOutput({ url }).arn;

const byToken = new ModelBucket("by-token", {
  bucketName: new pulumi.Config().get("bucketName") ?? "acme-models",
  region,
  tags: { team: "serving" },
  access: { role: { oidcProviderArn }, namespace, prefix: "models/granite" },
});
const byAgent = new ModelBucket("by-agent", { region, access: { podIdentity: { clusterName }, namespace } });
const byKey = new ModelBucket("by-key", { region, access: { accessKey: {}, namespace } });

export const buckets = [byToken, byAgent, byKey].map(({ bucketArn, endpoint }) => ({ bucketArn, endpoint }));
export const readers = {
  byToken: byToken.serviceAccountName,
  byAgent: byAgent.serviceAccountName,
  byKey: byKey.connectionName,
};
