/**
 * The parts of `inferenceservice-config` that say what is added to each pod: initializer, ModelCar, agent, credentials.
 * Upstream: kserve/kserve `pkg/types/types.go`, `pkg/webhook/admission/pod/*_injector.go`, `pkg/credentials`.
 */
import { recordOf, stringOr, stringsOf } from "./jsonFields";

/** An added container: its image and what it asks for. */
export interface ContainerConfig {
  image: string;
  cpuRequest: string;
  cpuLimit: string;
  memoryRequest: string;
  memoryLimit: string;
}

/** Settings of the initializer that downloads models, and of the sidecar that holds an `oci://` model. */
export interface StorageInitializerConfig extends ContainerConfig {
  /** Whether `oci://` models run as a sidecar; else the initializer gets them to download. */
  enableModelcar: boolean;
  /** Requests and limits of the sidecar. */
  cpuModelcar: string;
  memoryModelcar: string;
  /** User of the sidecar and of the server beside it; absent: their images decide. */
  uidModelcar?: number;
  /** ConfigMap of CA certificates for the initializer; absent: none. */
  caBundleConfigMapName?: string;
  caBundleVolumeMountPath?: string;
}

/** The sidecar that logs and batches requests, and pulls the models of a multi-model server. */
export type AgentConfig = ContainerConfig;

/** What the agent logs where the service does not say so itself. */
export interface LoggerConfig {
  defaultUrl: string;
  caBundle?: string;
  caCertFile?: string;
  tlsSkipVerify: boolean;
  marshallerUrl?: string;
  batchSize?: number;
  batchInterval?: string;
  storage?: { path?: string; parameters?: Record<string, string>; serviceAccountName?: string };
}

/** Written to pods that say nothing of the kind themselves; `"true"` or another text. */
export interface MetricsAggregatorConfig {
  enableMetricAggregation: string;
  enablePrometheusScraping: string;
}

/** Names and defaults of credentials; every text may be empty. */
export interface S3Config {
  s3AccessKeyIDName: string;
  s3SecretAccessKeyName: string;
  s3Endpoint: string;
  s3UseHttps: string;
  s3Region: string;
  s3VerifySSL: string;
  s3UseVirtualBucket: string;
  s3UseAccelerate: string;
  s3UseAnonymousCredential: string;
  s3CABundleConfigMap: string;
  s3CABundle: string;
}

export interface CredentialsConfig {
  /** The Secret that `storage.key` looks into. */
  storageSpecSecretName: string;
  /** The annotation that names another Secret; empty: none does. */
  storageSecretNameAnnotation: string;
  gcsCredentialFileName: string;
  s3: S3Config;
}

/** The sections of this file. */
export interface InjectionConfig {
  storageInitializer: StorageInitializerConfig;
  agent: AgentConfig;
  logger: LoggerConfig;
  metricsAggregator: MetricsAggregatorConfig;
  credentials: CredentialsConfig;
}

const SIZE = { cpuRequest: "100m", cpuLimit: "1", memoryRequest: "100Mi", memoryLimit: "1Gi" };
const S3_DEFAULTS: S3Config = {
  s3AccessKeyIDName: "awsAccessKeyID",
  s3SecretAccessKeyName: "awsSecretAccessKey",
  s3Endpoint: "",
  s3UseHttps: "",
  s3Region: "",
  s3VerifySSL: "",
  s3UseVirtualBucket: "",
  s3UseAccelerate: "",
  s3UseAnonymousCredential: "",
  s3CABundleConfigMap: "",
  s3CABundle: "",
};

/** KServe 0.17.0 as shipped. */
export const DEFAULT_INJECTION_CONFIG: InjectionConfig = {
  storageInitializer: {
    image: "kserve/storage-initializer:latest",
    ...SIZE,
    enableModelcar: true,
    cpuModelcar: "10m",
    memoryModelcar: "15Mi",
    uidModelcar: 1010,
    caBundleVolumeMountPath: "/etc/ssl/custom-certs",
  },
  agent: { image: "kserve/agent:latest", ...SIZE },
  logger: { defaultUrl: "http://default-broker", tlsSkipVerify: false },
  metricsAggregator: { enableMetricAggregation: "false", enablePrometheusScraping: "false" },
  credentials: {
    storageSpecSecretName: "storage-config",
    storageSecretNameAnnotation: "serving.kserve.io/storageSecretName",
    gcsCredentialFileName: "gcloud-application-credentials.json",
    s3: { ...S3_DEFAULTS, s3AccessKeyIDName: "AWS_ACCESS_KEY_ID", s3SecretAccessKeyName: "AWS_SECRET_ACCESS_KEY" },
  },
};

type Section = (key: string) => Record<string, unknown> | undefined;

/** Reads the sections that are there; the others are as shipped. */
export function readInjectionConfig(section: Section): InjectionConfig {
  const read = <K extends keyof InjectionConfig>(
    key: K,
    parse: (from: Record<string, unknown>) => InjectionConfig[K],
  ): InjectionConfig[K] => {
    const from = section(key);
    return from === undefined ? DEFAULT_INJECTION_CONFIG[key] : parse(from);
  };
  return {
    storageInitializer: read("storageInitializer", storageInitializer),
    agent: read("agent", (from) => containerConfig(from, DEFAULT_INJECTION_CONFIG.agent)),
    logger: read("logger", logger),
    metricsAggregator: read("metricsAggregator", (from) => ({
      enableMetricAggregation: stringOr(from.enableMetricAggregation, ""),
      enablePrometheusScraping: stringOr(from.enablePrometheusScraping, ""),
    })),
    credentials: read("credentials", credentials),
  };
}

function containerConfig(from: Record<string, unknown>, defaults: ContainerConfig): ContainerConfig {
  const { image, cpuRequest, cpuLimit, memoryRequest, memoryLimit } = defaults;
  const given = stringsOf(from, ["image", "cpuRequest", "cpuLimit", "memoryRequest", "memoryLimit"]);
  return { image, cpuRequest, cpuLimit, memoryRequest, memoryLimit, ...given };
}

function storageInitializer(from: Record<string, unknown>): StorageInitializerConfig {
  const { uidModelcar } = from;
  return {
    ...containerConfig(from, DEFAULT_INJECTION_CONFIG.storageInitializer),
    enableModelcar: from.enableModelcar === true,
    cpuModelcar: "10m",
    memoryModelcar: "15Mi",
    ...stringsOf(from, ["cpuModelcar", "memoryModelcar", "caBundleConfigMapName", "caBundleVolumeMountPath"]),
    ...(typeof uidModelcar === "number" ? { uidModelcar } : {}),
  };
}

function logger(from: Record<string, unknown>): LoggerConfig {
  const { batchSize, storage } = from;
  return {
    defaultUrl: stringOr(from.defaultUrl, ""),
    tlsSkipVerify: from.tlsSkipVerify === true,
    ...stringsOf(from, ["caBundle", "caCertFile", "marshallerUrl", "batchInterval"]),
    ...(typeof batchSize === "number" ? { batchSize } : {}),
    ...(storage === undefined ? {} : { storage: loggerStorage(recordOf(storage)) }),
  };
}

function loggerStorage(from: Record<string, unknown>): NonNullable<LoggerConfig["storage"]> {
  const parameters = recordOf(from.parameters);
  return {
    ...stringsOf(from, ["path", "serviceAccountName"]),
    parameters: stringsOf(parameters, Object.keys(parameters)) as Record<string, string>,
  };
}

function credentials(from: Record<string, unknown>): CredentialsConfig {
  const { gcsCredentialFileName, storageSpecSecretName } = DEFAULT_INJECTION_CONFIG.credentials;
  return {
    storageSpecSecretName,
    storageSecretNameAnnotation: "",
    gcsCredentialFileName,
    ...stringsOf(from, ["storageSpecSecretName", "storageSecretNameAnnotation"]),
    ...stringsOf(recordOf(from.gcs), ["gcsCredentialFileName"]),
    s3: { ...S3_DEFAULTS, ...stringsOf(recordOf(from.s3), Object.keys(S3_DEFAULTS) as (keyof S3Config)[]) },
  };
}
