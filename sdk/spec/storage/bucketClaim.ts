/** What a user may say of a bucket in the cluster: OpenShift Data Foundation or Rook. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { Platform } from "../platform/platform";
import { platformField } from "../platform/platform";
import { dnsLabel, flag, object, text } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { bucketName } from "./s3";

/**
 * Arguments of the BucketClaim component.
 *
 * @requirement ST-2
 */
export interface BucketClaimArgs {
  /** Name of the claim, and of the ConfigMap and Secret that its provisioner makes. Default: the component's name. */
  name?: string;
  /** Namespace of the models. */
  namespace: Input<string>;
  /** Class of object storage, such as `openshift-storage.noobaa.io` (Data Foundation) or `rook-ceph-bucket`. */
  storageClassName: string;
  /** Name of the bucket. Default: made from the claim's name. */
  bucketName?: string;
  /** Name of the connection's Secret. Default: `<name>-connection`. */
  connectionName?: string;
  /** Name of the connection for people. Default: the Secret's. */
  displayName?: Input<string>;
  /** Whether the store may be spoken to without TLS, as Rook's are inside the cluster by default. Default: false. */
  allowHttp?: boolean;
  /** ConfigMap with the certificate authority of the store. Plain KServe only. */
  caBundleConfigMap?: Input<string>;
  /** Whether the bucket and its models outlive the stack. Default: true. */
  retain?: boolean;
  /** Default: OpenShift AI. */
  platform?: Platform;
}

export const bucketClaimSchema = object({
  name: dnsLabel("the name of a claim").optional(),
  namespace: dnsLabel("a namespace"),
  storageClassName: text("a class of object storage"),
  bucketName: bucketName.optional(),
  connectionName: dnsLabel("the name of a Secret").optional(),
  displayName: text("a name").optional(),
  allowHttp: flag.default(false),
  caBundleConfigMap: dnsLabel("the name of a ConfigMap").optional(),
  retain: flag.default(true),
  platform: platformField,
}) satisfies SchemaOf<BucketClaimArgs>;

/** A claim with its defaults. */
export type BucketClaimSpec = z.output<typeof bucketClaimSchema> & { name: string };

/** The connection of a claim is called after it, with an ending. */
export function bucketClaimRules(componentName: string): readonly SpecRule<BucketClaimArgs>[] {
  return [
    ({ name = componentName, connectionName }) => {
      const derived = connectionNameOf(name);
      if (connectionName !== undefined || name.length > 63 || derived.length <= 63) return [];
      const message = `is missing, and ${quote(derived)} of its default has ${derived.length} characters, of which 63 are possible; give a shorter name`;
      return [{ path: ["connectionName"], message }];
    },
  ];
}

/** Name of the connection's Secret, unless the claim gives one. */
export function connectionNameOf(claim: string): string {
  return `${claim}-connection`;
}

/** Address of the store, from what its provisioner writes into the claim's ConfigMap; port 80 speaks plain HTTP. */
export function claimEndpoint({ BUCKET_HOST = "", BUCKET_PORT = "443" }: Record<string, string>): string {
  if (BUCKET_PORT === "80") return `http://${BUCKET_HOST}`;
  return BUCKET_PORT === "443" || BUCKET_PORT === ""
    ? `https://${BUCKET_HOST}`
    : `https://${BUCKET_HOST}:${BUCKET_PORT}`;
}
