/** What a user may say of a saved connection: credentials and place of models, in one Secret. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { Platform } from "../platform/platform";
import { platformField } from "../platform/platform";
import { isEventual } from "../schema/eventual";
import { choice, credential, dnsLabel, flag, list, object, text, textLike, unquoted } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Path, Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";
import type { SpecRule } from "../schema/validate";
import { partitionOf } from "../../catalog/awsPartitions";
import { bucketName, defaultEndpoint, endpointProblem, isPlaceholder, regionField } from "./s3";

/**
 * A bucket of an S3-compatible store: Amazon S3, MinIO, OpenShift Data Foundation, Ceph.
 *
 * @requirement ST-2, ST-4, ST-23
 */
export interface S3Connection {
  /** Address of the store, without a bucket. Default: that of Amazon S3 in `region`. */
  endpoint?: Input<string>;
  /** Default: `us-east-1`, which stores without regions take as well. */
  region?: Input<string>;
  /** Name of the bucket. */
  bucket: Input<string>;
  /** Becomes a Pulumi secret. */
  accessKeyId: Input<string>;
  /** Becomes a Pulumi secret. */
  secretAccessKey: Input<string>;
  /** Whether `endpoint` may be `http://`, which sends keys and models in the clear. Default: false. */
  allowHttp?: boolean;
  /** ConfigMap with the certificate authority of the store, in the same namespace. Plain KServe only. */
  caBundleConfigMap?: Input<string>;
}

/**
 * A place by its address.
 *
 * @requirement ST-8
 */
export interface UriConnection {
  /** Any URI that KServe accepts, with its scheme. Becomes a Pulumi secret, since it may hold a signature. */
  uri: Input<string>;
}

/** What an account of a registry may do. */
export const RegistryAccess = { Pull: "Pull", Push: "Push" } as const;
export type RegistryAccess = (typeof RegistryAccess)[keyof typeof RegistryAccess];

/**
 * An account of a container registry: name and password, or the whole file that `podman login` writes.
 *
 * @requirement ST-9
 */
export interface OciConnection {
  /** Host of the registry, such as `registry.redhat.io`. */
  host: string;
  username?: Input<string>;
  /** Password or token. Becomes a Pulumi secret. */
  password?: Input<string>;
  /** Contents of `.dockerconfigjson` instead of `username` and `password`. Becomes a Pulumi secret. */
  dockerConfigJson?: Input<string>;
  /** Default: `Pull`. */
  access?: RegistryAccess[];
}

/**
 * An account of Hugging Face, for models that are not handed out to everybody.
 *
 * @requirement ST-26
 */
export interface HuggingFaceConnection {
  /** Token, `hf_...`. Becomes a Pulumi secret. */
  token: Input<string>;
}

/** What a connection is, wherever it is made: exactly one of `s3`, `uri`, `oci` and `huggingFace`. */
export interface ModelConnectionSettings {
  /** Name for people. Default: `name`. */
  displayName?: Input<string>;
  /** Description for people. */
  description?: Input<string>;
  /** Whether the dashboard keeps it out of its list of connections. Default: false. */
  hidden?: boolean;
  s3?: S3Connection;
  uri?: UriConnection;
  oci?: OciConnection;
  huggingFace?: HuggingFaceConnection;
  /**
   * The namespace's Secret `storage-config` with an entry for this connection. Default: `skip`, since models find the
   * connection's own Secret. Plain KServe and `s3` only: OpenShift AI generates that Secret itself.
   */
  storageConfig?: Provision;
}

/**
 * Arguments of the ModelConnection component: exactly one of `s3`, `uri`, `oci` and `huggingFace`.
 *
 * @requirement ST-1, ST-25
 */
export interface ModelConnectionArgs extends ModelConnectionSettings {
  /** Name of the Secret. Default: the component's name. */
  name?: string;
  /** Namespace of the models that use it. */
  namespace: Input<string>;
  /** Default: OpenShift AI. */
  platform?: Platform;
}

export const s3ConnectionSchema = object(
  {
    endpoint: text("the URL of a store").optional(),
    region: regionField.optional(),
    bucket: bucketName,
    accessKeyId: credential("the id of an access key"),
    secretAccessKey: credential("a secret access key"),
    allowHttp: flag.default(false),
    caBundleConfigMap: dnsLabel("the name of a ConfigMap").optional(),
  },
  "an object",
  unquoted,
) satisfies SchemaOf<S3Connection>;

export const uriConnectionSchema = object(
  { uri: credential("a URI") },
  "an object",
  unquoted,
) satisfies SchemaOf<UriConnection>;

export const ociConnectionSchema = object(
  {
    host: textLike(/^[a-z0-9.-]+(:\d+)?$/i, "the host of a registry", (value) =>
      value.replace(/^\w+:\/\//, "").replace(/\/.*$/, ""),
    ),
    username: text("the name of an account").optional(),
    password: credential("a password or token").optional(),
    dockerConfigJson: credential("the contents of .dockerconfigjson").optional(),
    access: list(choice(Object.values(RegistryAccess)), "Pull and Push").default(["Pull"]),
  },
  "an object",
  unquoted,
) satisfies SchemaOf<OciConnection>;

export const huggingFaceConnectionSchema = object(
  {
    token: credential("a token of Hugging Face"),
  },
  "an object",
  unquoted,
) satisfies SchemaOf<HuggingFaceConnection>;

export const modelConnectionSchema = object({
  name: dnsLabel("the name of a Secret").optional(),
  namespace: dnsLabel("a namespace"),
  displayName: text("a name").optional(),
  description: text("a description").optional(),
  hidden: flag.default(false),
  s3: s3ConnectionSchema.optional(),
  uri: uriConnectionSchema.optional(),
  oci: ociConnectionSchema.optional(),
  huggingFace: huggingFaceConnectionSchema.optional(),
  storageConfig: provision.default("skip"),
  platform: platformField,
}) satisfies SchemaOf<ModelConnectionArgs>;

/** A connection with its defaults. */
export type ModelConnectionSpec = z.output<typeof modelConnectionSchema> & { name: string };
export type S3ConnectionSpec = z.output<typeof s3ConnectionSchema>;

const KINDS = ["s3", "uri", "oci", "huggingFace"] as const;
const CREDENTIALS = ["accessKeyId", "secretAccessKey", "uri", "username", "password", "dockerConfigJson", "token"];

/** Whether the value at a path ends in the Secret's data, where Pulumi secrets belong. */
export function isCredential(path: Path): boolean {
  return path.length === 2 && CREDENTIALS.includes(String(path[1]));
}

export const modelConnectionRules: readonly SpecRule<ModelConnectionArgs>[] = [
  oneKind,
  ({ s3 }) => (s3 === undefined ? [] : within(["s3"], s3IsReachable(s3))),
  ({ uri }) => at(["uri", "uri"], uriProblem(uri?.uri)),
  ({ oci }) => (oci === undefined ? [] : within(["oci"], accountIsWhole(oci))),
  credentialsAreReal,
  storageConfigIsOurs,
];

function oneKind(args: Loose<ModelConnectionArgs>): Problem[] {
  const given = KINDS.filter((kind) => args[kind] !== undefined);
  if (given.length === 1) return [];
  const found = given.length === 0 ? "names no place" : `names ${given.join(" and ")}`;
  return [{ path: [], message: `${found}; expected exactly one of ${KINDS.join(", ")}` }];
}

function s3IsReachable({ endpoint, region, bucket, allowHttp = false }: Loose<S3Connection>): Problem[] {
  if (endpoint !== undefined) return at(["endpoint"], endpointProblem(endpoint, bucket, allowHttp));
  if (region === undefined || isEventual(region) || partitionOf(region) !== undefined) return [];
  const message = `${quote(region)} is no region of Amazon S3, whose address is the default of endpoint; write endpoint as well`;
  return [{ path: ["region"], message }];
}

function uriProblem(uri: string | undefined): string | undefined {
  if (uri === undefined || isEventual(uri) || /^[a-z][a-z0-9+.-]*:\/\/./i.test(uri)) return undefined;
  return "has no scheme such as https://, hf:// or oci://";
}

function accountIsWhole({ host, username, password, dockerConfigJson }: Loose<OciConnection>): Problem[] {
  if (dockerConfigJson === undefined) {
    if (username !== undefined && password !== undefined) return [];
    return [{ path: [], message: "names no account; expected username and password, or dockerConfigJson" }];
  }
  if (username !== undefined || password !== undefined) {
    return [
      { path: ["dockerConfigJson"], message: "cannot be combined with username and password; keep one of the two" },
    ];
  }
  if (isEventual(dockerConfigJson) || host === undefined) return [];
  return at(["dockerConfigJson"], dockerConfigProblem(dockerConfigJson, host));
}

function dockerConfigProblem(written: string, host: string): string | undefined {
  const hosts = authHosts(written);
  if (hosts === undefined) return 'is not a registry login: expected JSON with an object "auths"';
  if (hosts.some((known) => known.replace(/^https?:\/\//, "").split("/")[0] === host)) return undefined;
  return `holds no login for ${host} (it has ${hosts.length === 0 ? "none at all" : hosts.join(", ")})`;
}

function authHosts(written: string): string[] | undefined {
  try {
    const { auths } = JSON.parse(written) as { auths?: unknown };
    return typeof auths === "object" && auths !== null ? Object.keys(auths) : undefined;
  } catch {
    return undefined;
  }
}

/** Sample values of guides lead to pods that cannot load their model, long after the preview. */
function credentialsAreReal(args: Loose<ModelConnectionArgs>): Problem[] {
  return KINDS.flatMap((kind) =>
    Object.entries(args[kind] ?? {}).flatMap(([field, value]) => {
      if (!isCredential([kind, field]) || typeof value !== "string" || isEventual(value) || !isPlaceholder(value))
        return [];
      const shown = value === "" ? "is empty" : `${quote(value)} is a placeholder`;
      return [{ path: [kind, field], message: `${shown}; give the real one as a Pulumi secret` }];
    }),
  );
}

function storageConfigIsOurs({ storageConfig, platform, s3 }: Loose<ModelConnectionArgs>): Problem[] {
  if (storageConfig !== "create") return [];
  if (platform?.kind !== "kserve") {
    const message = `"create" is for plain KServe; OpenShift AI generates storage-config from all connections itself`;
    return [{ path: ["storageConfig"], message }];
  }
  if (s3 !== undefined) return [];
  return [{ path: ["storageConfig"], message: `"create" is for s3; storage-config holds no other credentials` }];
}

/** Endpoint and region of a connection, defaults filled in. */
export function s3Address({ endpoint, region }: S3ConnectionSpec): { endpoint: string; region: string } {
  return { endpoint: endpoint ?? defaultEndpoint(region), region: region ?? "us-east-1" };
}
