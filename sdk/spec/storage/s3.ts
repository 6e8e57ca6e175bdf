/** Names, addresses and keys of S3 stores. */
import type { z } from "zod";
import { s3Endpoint } from "../../catalog/awsPartitions";
import { isEventual } from "../schema/eventual";
import { textLike } from "../schema/fields";
import { quote } from "../schema/problem";

/** Region of stores that have none, such as MinIO. */
export const DEFAULT_REGION = "us-east-1";

/** Name of a bucket. Upstream: the naming rules of Amazon S3, which the other stores share. */
export const bucketName: z.ZodType<string, string> = textLike(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "the name of a bucket (3 to 63 lower case letters, digits, dashes, dots)",
  (value) =>
    value
      .replace(/^s3:\/\//, "")
      .replace(/\/.*$/, "")
      .toLowerCase(),
);

export const regionField: z.ZodType<string, string> = textLike(/^[a-z0-9-]+$/, "a region such as us-east-1");

/**
 * What is wrong with the address of an S3 store: a URL, without a bucket, with TLS.
 *
 * @requirement ST-23
 */
export function endpointProblem(endpoint: string, bucket: string | undefined, allowHttp: boolean): string | undefined {
  if (isEventual(endpoint)) return undefined;
  const withScheme = /^[\w.-]+(:\d+)?(\/.*)?$/.test(endpoint) ? `; did you mean https://${endpoint}?` : "";
  const url = /^https?:\/\//.test(endpoint) && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined) {
    const scheme = endpoint.startsWith("s3://") ? "; a bucket belongs into bucket" : withScheme;
    return `${quote(endpoint)} is not the URL of a store, such as https://s3.amazonaws.com${scheme}`;
  }
  if (url.username !== "" || url.search !== "") return "holds credentials or a query; expected the bare URL of a store";
  const origin = `${url.protocol}//${url.host}`;
  if (url.pathname !== "/") {
    return `${quote(endpoint)} names a bucket; write it into bucket and ${origin} here`;
  }
  if (bucket !== undefined && !isEventual(bucket) && url.host.startsWith(`${bucket}.`)) {
    const bare = `${url.protocol}//${url.host.slice(bucket.length + 1)}`;
    return `${quote(endpoint)} names the bucket ${quote(bucket)} again; did you mean ${bare}?`;
  }
  if (url.protocol === "https:" || allowHttp) return undefined;
  return `${quote(endpoint)} sends keys and models in the clear; use https, or set allowHttp to true`;
}

/** The endpoint of a connection that names none. */
export function defaultEndpoint(region: string | undefined): string {
  return s3Endpoint(region ?? DEFAULT_REGION) ?? "https://s3.amazonaws.com";
}

const PLACEHOLDER =
  /^(your|my)?[-_ ]?(aws[-_ ]?)?(secret[-_ ]?)?(access[-_ ]?)?(key|token|password|secret)([-_ ]?id)?$/i;

/**
 * Whether a credential is one of documentation's stand-ins, such as `your-access-key` or `<token>`.
 *
 * @requirement ST-25
 */
export function isPlaceholder(value: string): boolean {
  const bare = value.trim();
  return (
    bare === "" ||
    /^<.*>$|^\$?\{[\w .-]+\}$|^x{3,}$|^\*{3,}$|^(change[-_ ]?me|todo|replace[-_ ]?me|placeholder|redacted|example)$/i.test(
      bare,
    ) ||
    /^your[-_ ]/i.test(bare) ||
    PLACEHOLDER.test(bare) ||
    /EXAMPLE(KEY)?$/.test(bare)
  );
}
