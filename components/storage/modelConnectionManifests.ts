import type { ObjectMeta, Secret, ServiceAccount } from "../../sdk/kubernetes/core";
import { annotations, labels } from "../../sdk/kubernetes/kserve";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import { isEventual } from "../../sdk/spec/schema/eventual";
import type { ModelConnectionSpec, S3ConnectionSpec } from "../../sdk/spec/storage/modelConnection";
import { s3Address } from "../../sdk/spec/storage/modelConnection";
import { serviceAccountOf } from "./modelLocation";

/** Name of the Secret in which plain KServe looks for storage credentials. */
export const STORAGE_CONFIG = "storage-config";

/** A Secret without its data: what is known at preview and no secret. */
export interface SecretFrame extends Omit<Secret, "data" | "stringData"> {
  metadata: ObjectMeta & { namespace: string };
  type: string;
}

/** How Open Data Hub calls each kind of connection. */
const PROTOCOLS = {
  s3: { protocol: "s3", type: "s3" },
  uri: { protocol: "uri", type: "uri-v1" },
  oci: { protocol: "oci", type: "oci-v1" },
} as const;

/**
 * The Secret of a connection: on OpenShift AI as its dashboard writes it, on plain KServe with the annotations that
 * KServe reads instead. Its values come from {@link connectionData}.
 *
 * @requirement ST-4, ST-5, ST-8, ST-9
 */
export function connectionSecret(connection: ModelConnectionSpec): SecretFrame {
  const { name, namespace, platform } = connection;
  const onOpenShiftAI = platform.kind === "openshift-ai" && connection.huggingFace === undefined;
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: connection.oci === undefined ? "Opaque" : "kubernetes.io/dockerconfigjson",
    metadata: present({
      name,
      namespace,
      labels: present({
        [labels.managedBy]: "pulumi",
        [labels.dashboard]: onOpenShiftAI ? "true" : undefined,
        // Open Data Hub copies what bears it into storage-config, which holds S3 credentials only.
        [labels.managed]: onOpenShiftAI && connection.s3 !== undefined ? "true" : undefined,
      }),
      annotations: onOpenShiftAI ? dashboardAnnotations(connection) : kserveAnnotations(connection),
    }),
  };
}

function dashboardAnnotations(connection: ModelConnectionSpec): Record<string, string> {
  const kind = connection.s3 !== undefined ? "s3" : connection.uri !== undefined ? "uri" : "oci";
  const { protocol, type } = PROTOCOLS[kind];
  return present({
    [annotations.connectionTypeProtocol]: protocol,
    [annotations.connectionTypeRef]: type,
    [annotations.connectionType]: kind === "s3" ? "s3" : undefined,
    [annotations.displayName]: connection.displayName ?? connection.name,
    [annotations.description]: connection.description,
    [annotations.connectionHidden]: connection.hidden ? "true" : undefined,
  });
}

/** KServe reads them where a ServiceAccount lists the Secret. */
function kserveAnnotations({ s3 }: ModelConnectionSpec): Record<string, string> | undefined {
  if (s3 === undefined) return undefined;
  const { endpoint, region } = s3Address(s3);
  const isKnown = !isEventual(endpoint);
  return present({
    "serving.kserve.io/s3-endpoint": isKnown ? new URL(endpoint).host : endpoint,
    "serving.kserve.io/s3-usehttps": isKnown ? (endpoint.startsWith("https:") ? "1" : "0") : undefined,
    "serving.kserve.io/s3-region": region,
    "serving.kserve.io/s3-cabundle-configmap": s3.caBundleConfigMap,
  });
}

/**
 * Keys and texts of a connection's Secret; all its values must be known.
 *
 * @requirement ST-4, ST-6, ST-8, ST-9, ST-26
 */
export function connectionData(connection: ModelConnectionSpec): Record<string, string> {
  const { name, s3, uri, oci, huggingFace, platform } = connection;
  if (s3 !== undefined) {
    const { endpoint, region } = s3Address(s3);
    return {
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      AWS_S3_ENDPOINT: endpoint,
      AWS_DEFAULT_REGION: region,
      AWS_S3_BUCKET: s3.bucket,
      ...(platform.kind === "kserve" ? { [name]: storageEntry(s3) } : {}),
    };
  }
  if (uri !== undefined) return { URI: uri.uri };
  if (huggingFace !== undefined) return { HF_TOKEN: huggingFace.token };
  return {
    ".dockerconfigjson": oci?.dockerConfigJson ?? dockerConfigJson(oci),
    OCI_HOST: oci?.host ?? "",
    ACCESS_TYPE: JSON.stringify(oci?.access ?? []),
  };
}

/** What KServe reads under the key of a storage Secret. Upstream: `pkg/credentials` (CreateStorageSpecSecretEnvs). */
export function storageEntry(s3: S3ConnectionSpec): string {
  const { endpoint, region } = s3Address(s3);
  return JSON.stringify({
    type: "s3",
    access_key_id: s3.accessKeyId,
    secret_access_key: s3.secretAccessKey,
    endpoint_url: endpoint,
    bucket: s3.bucket,
    region,
    ...(s3.caBundleConfigMap === undefined ? {} : { cabundle_configmap: s3.caBundleConfigMap }),
  });
}

function dockerConfigJson(oci: ModelConnectionSpec["oci"]): string {
  const { host = "", username = "", password = "" } = oci ?? {};
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [host]: { username, password, auth } } });
}

/**
 * The namespace's storage Secret, for services that name a key of it.
 *
 * @requirement ST-6
 */
export function storageConfigSecret({ namespace }: ModelConnectionSpec): SecretFrame {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: STORAGE_CONFIG, namespace, labels: { ...MANAGED } },
  };
}

/** The ServiceAccount whose pods may load from the connection's place. */
export function connectionServiceAccount({ name, namespace }: ModelConnectionSpec): ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: serviceAccountOf(name), namespace, labels: { ...MANAGED } },
    secrets: [{ name }],
  };
}
