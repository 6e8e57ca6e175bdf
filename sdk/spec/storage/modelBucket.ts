/** What a user may say of a bucket for models on AWS, and of who may read it. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { awsPartitions, partitionOf } from "../../catalog/awsPartitions";
import type { Platform } from "../platform/platform";
import { platformField } from "../platform/platform";
import { isEventual } from "../schema/eventual";
import { dnsLabel, flag, object, record, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import { provision, type Provision } from "../schema/provision";
import type { SpecRule } from "../schema/validate";
import { bucketName, regionField } from "./s3";

/** Pods show the token of their ServiceAccount (IRSA): EKS, ROSA and every cluster with an OIDC provider in IAM. */
export interface RoleAccess {
  /** ARN of the cluster's OIDC provider in IAM. */
  oidcProviderArn: Input<string>;
  /** Audience of the tokens. Default: `sts.amazonaws.com`. */
  audience?: string;
}

/** EKS Pod Identity: an agent on the nodes hands out the role's keys. */
export interface PodIdentityAccess {
  /** Name of the EKS cluster, which must run the Pod Identity agent. */
  clusterName: Input<string>;
}

/** An IAM user and its key, for clusters outside AWS. The key goes into the Secret of a ModelConnection. */
export interface AccessKeyAccess {
  /** Name of the Secret. Default: `<component>-connection`. */
  connectionName?: string;
  /** Name of the connection for people. Default: the Secret's. */
  displayName?: Input<string>;
}

/** Who may read the models: at most one of the properties. */
export interface BucketAccess {
  role?: RoleAccess;
  podIdentity?: PodIdentityAccess;
  accessKey?: AccessKeyAccess;
  /** Namespace of the models that read. */
  namespace: Input<string>;
  /** ServiceAccount to make for their pods with `role` and `podIdentity`. Default: `<component>-reader`. */
  serviceAccountName?: string;
  /** Path that may be read, such as `models/granite`. Default: the whole bucket. */
  prefix?: string;
}

/** What a bucket is, and who may read it. */
export interface ModelBucketSettings {
  /** Name of the bucket, unique in all of AWS. Default: Pulumi makes one from the component's name. */
  bucketName?: string;
  /** Default: `create`; `existing` gives access to a bucket that somebody else made, and takes `bucketName`. */
  provision?: Provision;
  /** Region of the bucket, such as `eu-central-1`. */
  region: string;
  /** ARN of a KMS key that encrypts the models. Default: keys of S3 itself (AES256). */
  kmsKeyArn?: Input<string>;
  /** Days after which replaced and deleted versions are removed. Default: 30. */
  noncurrentVersionDays?: number;
  /** Days after which parts of uploads that were never finished are removed. Default: 7. */
  abandonedUploadDays?: number;
  /** Whether Pulumi refuses to delete the bucket. Default: true. */
  protect?: boolean;
  /** Whether the address of the bucket answers over IPv6 as well. Default: false. */
  dualStack?: boolean;
  /** Tags of everything that is made in AWS. */
  tags?: Record<string, Input<string>>;
  /** Who may read. Default: nobody but the account itself. */
  access?: BucketAccess;
}

/**
 * Arguments of the ModelBucket component.
 *
 * @requirement ST-2
 */
export interface ModelBucketArgs extends ModelBucketSettings {
  /** Default: OpenShift AI. */
  platform?: Platform;
}

const arn = (what: string, service: string): z.ZodType<string, string> =>
  textLike(new RegExp(`^arn:[a-z-]+:${service}:[^:]*:\\d{12}:.+$`), what);

export const roleAccessSchema = object({
  oidcProviderArn: arn("the ARN of an OIDC provider (arn:aws:iam::<account>:oidc-provider/<issuer>)", "iam"),
  audience: text("an audience").default("sts.amazonaws.com"),
}) satisfies SchemaOf<RoleAccess>;

export const podIdentityAccessSchema = object({
  clusterName: text("the name of an EKS cluster"),
}) satisfies SchemaOf<PodIdentityAccess>;

export const accessKeyAccessSchema = object({
  connectionName: dnsLabel("the name of a Secret").optional(),
  displayName: text("a name").optional(),
}) satisfies SchemaOf<AccessKeyAccess>;

export const bucketAccessSchema = object({
  role: roleAccessSchema.optional(),
  podIdentity: podIdentityAccessSchema.optional(),
  accessKey: accessKeyAccessSchema.optional(),
  namespace: dnsLabel("a namespace"),
  serviceAccountName: dnsLabel("the name of a service account").optional(),
  prefix: text("a path in the bucket").optional(),
}) satisfies SchemaOf<BucketAccess>;

export const modelBucketSchema = object({
  bucketName: bucketName.optional(),
  provision: provision.default("create"),
  region: regionField,
  kmsKeyArn: arn("the ARN of a KMS key", "kms").optional(),
  noncurrentVersionDays: whole(1).default(30),
  abandonedUploadDays: whole(1).default(7),
  protect: flag.default(true),
  dualStack: flag.default(false),
  tags: record(text("the value of a tag"), "values of tags").optional(),
  access: bucketAccessSchema.optional(),
  platform: platformField,
}) satisfies SchemaOf<ModelBucketArgs>;

/** A bucket with its defaults. */
export type ModelBucketSpec = z.output<typeof modelBucketSchema>;

const WAYS = ["role", "podIdentity", "accessKey"] as const;

export const modelBucketRules: readonly SpecRule<ModelBucketArgs>[] = [
  ({ region }) => at(["region"], regionProblem(region)),
  existingIsNamed,
  ({ access }) => (access === undefined ? [] : within(["access"], accessIsClear(access))),
  samePartition,
];

function regionProblem(region: string | undefined): string | undefined {
  if (region === undefined || isEventual(region) || partitionOf(region) !== undefined) return undefined;
  return `${quote(region)} is no region of ${awsPartitions.map(({ id }) => id).join(", ")}`;
}

function existingIsNamed({ provision: who, bucketName: name, ...args }: Loose<ModelBucketArgs>): Problem[] {
  if (who === "skip")
    return [{ path: ["provision"], message: '"skip" leaves nothing to make; leave the component out' }];
  if (who !== "existing") return [];
  const problems: Problem[] = [];
  if (name === undefined)
    problems.push({ path: ["bucketName"], message: "is missing; which bucket is it that exists?" });
  for (const key of ["noncurrentVersionDays", "abandonedUploadDays", "protect"] as const) {
    if (args[key] !== undefined)
      problems.push({ path: [key], message: "is up to whoever made the bucket; leave it out of an existing one" });
  }
  return problems;
}

function accessIsClear({ prefix, serviceAccountName, ...access }: Loose<BucketAccess>): Problem[] {
  const given = WAYS.filter((way) => access[way] !== undefined);
  const problems: Problem[] = [];
  if (given.length !== 1) {
    const found = given.length === 0 ? "says nobody how to read" : `names ${given.join(" and ")}`;
    problems.push({ path: [], message: `${found}; expected exactly one of ${WAYS.join(", ")}` });
  }
  if (serviceAccountName !== undefined && access.accessKey !== undefined)
    problems.push({
      path: ["serviceAccountName"],
      message: "belongs to role and podIdentity; a connection has its own",
    });
  if (prefix === undefined || isEventual(prefix)) return problems;
  if (/^[a-z][a-z0-9+]*:\/\//i.test(prefix) || prefix.startsWith("/") || /[*?]|\$\{/.test(prefix)) {
    const message = `${quote(prefix)} is not a path in the bucket, such as models/granite: no scheme, no slash in front, no wildcard`;
    problems.push({ path: ["prefix"], message });
  }
  return problems;
}

/** ARNs of one partition mean nothing in another. */
function samePartition({ region, kmsKeyArn, access }: Loose<ModelBucketArgs>): Problem[] {
  const partition = region === undefined ? undefined : partitionOf(region)?.id;
  const wrong = (written: string | undefined): string | undefined => {
    const found = written === undefined || isEventual(written) ? undefined : written.split(":")[1];
    if (partition === undefined || found === undefined || found === partition) return undefined;
    return `${quote(written)} is of partition ${found}, but ${region} is of ${partition}`;
  };
  return [
    ...at(["kmsKeyArn"], wrong(kmsKeyArn)),
    ...at(["access", "role", "oidcProviderArn"], wrong(access?.role?.oidcProviderArn)),
  ];
}
