/** Who may read a bucket of models, and what their pods show for it. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { all } from "@pulumi/pulumi";
import type { ModelBucketSpec } from "../../sdk/spec/storage/modelBucket";
import type { EventualManifest } from "../objects";
import { createObject } from "../objects";
import type { PolicyDocument } from "./bucketPolicies";
import { podIdentityTrust, readPolicy, roleTrust } from "./bucketPolicies";
import { ModelConnection } from "./modelConnection";
import { serviceAccountManifest } from "./serviceAccountManifest";

/** What models need to know of their access; undefined where the way they read has no such thing. */
export interface BucketReaders {
  roleArn: pulumi.Output<string> | undefined;
  serviceAccountName: pulumi.Output<string> | undefined;
  connectionName: pulumi.Output<string> | undefined;
}

/** A part of the arguments with its Outputs back in place, so that what is known stays known. */
export type Known = <Part>(select: (spec: ModelBucketSpec) => Part) => pulumi.Output<Part>;

interface Place {
  partition: string;
  bucket: pulumi.Output<string>;
  endpoint: pulumi.Output<string>;
}

/** Role and ServiceAccount, or user and connection, as `access` says. */
export function bucketReaders(
  name: string,
  spec: ModelBucketSpec,
  known: Known,
  place: Place,
  child: pulumi.CustomResourceOptions,
): BucketReaders {
  const { access } = spec;
  if (access === undefined) return { roleArn: undefined, serviceAccountName: undefined, connectionName: undefined };
  const policy = all([known(rightsOf), place.bucket]).apply(([args, bucket]) =>
    JSON.stringify(readPolicy({ partition: place.partition, bucket }, args.prefix, args.kmsKeyArn)),
  );
  if (access.accessKey !== undefined) return keyHolder(name, spec, known, place, policy, child);
  return roleHolder(name, spec, known, policy, child);
}

function keyHolder(
  name: string,
  spec: ModelBucketSpec,
  known: Known,
  { bucket, endpoint }: Place,
  policy: pulumi.Output<string>,
  child: pulumi.CustomResourceOptions,
): BucketReaders {
  const user = new aws.iam.User(`${name}-reader`, { tags: tagsOf(known) }, child);
  const rights = new aws.iam.UserPolicy(`${name}-reader`, { user: user.name, policy }, child);
  const key = new aws.iam.AccessKey(`${name}-reader`, { user: user.name }, { ...child, dependsOn: [rights] });
  const connection = new ModelConnection(
    `${name}-connection`,
    {
      name: spec.access?.accessKey?.connectionName ?? `${name}-connection`,
      namespace: known((args) => args.access?.namespace ?? ""),
      displayName: known((args) => args.access?.accessKey?.displayName ?? `${name}-connection`),
      platform: spec.platform as object,
      s3: { bucket, endpoint, region: spec.region, accessKeyId: key.id, secretAccessKey: key.secret },
    },
    child,
  );
  return { roleArn: undefined, serviceAccountName: undefined, connectionName: connection.secretName };
}

function roleHolder(
  name: string,
  spec: ModelBucketSpec,
  known: Known,
  policy: pulumi.Output<string>,
  child: pulumi.CustomResourceOptions,
): BucketReaders {
  const accountName = spec.access?.serviceAccountName ?? `${name}-reader`;
  const assumeRolePolicy = known(({ access }) => access).apply((access) =>
    JSON.stringify(trustOf(access, accountName)),
  );
  const role = new aws.iam.Role(`${name}-reader`, { assumeRolePolicy, tags: tagsOf(known) }, child);
  const rights = new aws.iam.RolePolicy(`${name}-reader`, { role: role.name, policy }, child);
  const namespace = known((args) => args.access?.namespace ?? "");
  const viaAgent = spec.access?.podIdentity !== undefined;
  const manifest = all([namespace, role.arn]).apply(([where, roleArn]) => {
    const identity = viaAgent ? {} : { aws: { roleArn, region: spec.region } };
    return serviceAccountManifest({ name: accountName, namespace: where, ...identity });
  });
  const object = { apiVersion: "v1", kind: "ServiceAccount", metadata: manifest.metadata } as EventualManifest;
  const account = createObject(`${name}-reader`, object, { ...child, dependsOn: [rights] });
  if (viaAgent) {
    const clusterName = known((args) => args.access?.podIdentity?.clusterName ?? "");
    const { region } = spec;
    new aws.eks.PodIdentityAssociation(
      `${name}-reader`,
      { clusterName, namespace, serviceAccount: accountName, roleArn: role.arn, region, tags: tagsOf(known) },
      { ...child, dependsOn: [account] },
    );
  }
  return { roleArn: role.arn, serviceAccountName: account.id.apply(() => accountName), connectionName: undefined };
}

function rightsOf({ access, kmsKeyArn }: ModelBucketSpec): { prefix: string; kmsKeyArn: string | undefined } {
  return { prefix: access?.prefix ?? "", kmsKeyArn };
}

function trustOf(access: ModelBucketSpec["access"], accountName: string): PolicyDocument {
  if (access?.role === undefined) return podIdentityTrust();
  return roleTrust(access.role.oidcProviderArn, access.role.audience, access.namespace, accountName);
}

function tagsOf(known: Known): pulumi.Output<Record<string, string>> {
  return known((args): Record<string, string> => args.tags ?? {});
}
