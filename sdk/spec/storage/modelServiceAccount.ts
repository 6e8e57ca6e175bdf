/** What a user may say of a ServiceAccount whose pods load models with the rights of a cloud account. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { dnsLabel, list, object, textLike } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { regionField } from "./s3";

/** A role of AWS, for models at `s3://`. */
export interface AwsIdentity {
  /** ARN of the role; its trust policy must name this ServiceAccount. */
  roleArn: Input<string>;
  /** Region of the bucket. Default: what the download finds. */
  region?: string;
}

/** An account of Google Cloud, for models at `gs://`. */
export interface GoogleIdentity {
  /** `name@project.iam.gserviceaccount.com`; it must let this ServiceAccount act for it (workloadIdentityUser). */
  serviceAccount: Input<string>;
}

/** A managed identity of Azure, for models at `https://<account>.blob.core.windows.net`. Pods take `podLabels` as well. */
export interface AzureIdentity {
  /** Client id of the managed identity; it must have a federated credential for this ServiceAccount. */
  clientId: Input<string>;
  /** Default: the tenant of the cluster. */
  tenantId?: Input<string>;
}

/**
 * Arguments of the ModelServiceAccount component: at most one of `aws`, `google` and `azure`.
 *
 * @requirement ST-1, ST-2
 */
export interface ModelServiceAccountArgs {
  /** Name of the ServiceAccount. Default: the component's name. */
  name?: string;
  /** Namespace of the models. */
  namespace: Input<string>;
  aws?: AwsIdentity;
  google?: GoogleIdentity;
  azure?: AzureIdentity;
  /** Secrets with credentials that KServe reads by the account. */
  secrets?: Input<string>[];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const awsIdentitySchema = object({
  roleArn: textLike(/^arn:[a-z-]+:iam::\d{12}:role\/.+$/, "the ARN of a role (arn:aws:iam::<account>:role/<name>)"),
  region: regionField.optional(),
}) satisfies SchemaOf<AwsIdentity>;

export const googleIdentitySchema = object({
  serviceAccount: textLike(
    /^[a-z0-9-]+@[a-z0-9.:-]+\.iam\.gserviceaccount\.com$/,
    "an account such as reader@project.iam.gserviceaccount.com",
  ),
}) satisfies SchemaOf<GoogleIdentity>;

export const azureIdentitySchema = object({
  clientId: textLike(UUID, "the client id of a managed identity (a UUID)"),
  tenantId: textLike(UUID, "the id of a tenant (a UUID)").optional(),
}) satisfies SchemaOf<AzureIdentity>;

export const modelServiceAccountSchema = object({
  name: dnsLabel("the name of a service account").optional(),
  namespace: dnsLabel("a namespace"),
  aws: awsIdentitySchema.optional(),
  google: googleIdentitySchema.optional(),
  azure: azureIdentitySchema.optional(),
  secrets: list(dnsLabel("the name of a Secret"), "Secret names").optional(),
}) satisfies SchemaOf<ModelServiceAccountArgs>;

/** An account with its defaults. */
export type ModelServiceAccountSpec = z.output<typeof modelServiceAccountSchema> & { name: string };

export const modelServiceAccountRules: readonly SpecRule<ModelServiceAccountArgs>[] = [oneCloud];

function oneCloud(args: Loose<ModelServiceAccountArgs>): Problem[] {
  const clouds = (["aws", "google", "azure"] as const).filter((cloud) => args[cloud] !== undefined);
  if (clouds.length === 1 || (clouds.length === 0 && (args.secrets ?? []).length > 0)) return [];
  const found = clouds.length === 0 ? "stands for no account" : `names ${clouds.join(" and ")}`;
  return [{ path: [], message: `${found}; expected one of aws, google, azure, or secrets alone` }];
}
