/**
 * Credentials from the Secrets of a service account, as KServe hands them to the container that downloads or logs.
 * Upstream: kserve/kserve `pkg/credentials/service_account_credentials.go` (CreateSecretVolumeAndEnv) and the folders beside it.
 */
import type { Secret, ServiceAccount } from "../../kubernetes/core";
import { type InjectionContext, objectNamed, secretText } from "../clusterObjects";
import { variable, variableNamed, withVariable, withVariables } from "../merge/environment";
import { added, append, field, type Origin, text, type Traced, trace, unknown, withField } from "../merge/traced";
import { UNKNOWN } from "../unknown";
import { withVolumeMount } from "./mounts";
import { S3_SECRET_KEYS, s3Variables } from "./s3Environment";

/** A container with credentials, and the volumes they need. */
export interface Credentialed {
  container: Traced;
  /** Added to the pod where it has none of the name; an unknown one stands for any number of them. */
  volumes: Traced[];
}

const IRSA_ANNOTATION = "eks.amazonaws.com/role-arn";
const AZURE_VARIABLES = [
  ...["SUBSCRIPTION_ID", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "STORAGE_ACCESS_KEY", "ACCESS_TOKEN"],
  ...["ACCESS_EXPIRES_ON_SECONDS", "ACCOUNT_NAME", "SERVICE_URL"],
];
/** Those that may also be spelled `AZ_…` in the Secret. */
const AZURE_OLD_SPELLINGS = ["SUBSCRIPTION_ID", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"];

/** The container with the credentials of a service account; what is not known of it leaves an unknown rest. */
export function withAccountCredentials(
  container: Traced,
  accountName: Traced | undefined,
  annotations: Traced,
  context: InjectionContext,
): Credentialed {
  const name = accountName === undefined ? "default" : text(accountName);
  const account = name === undefined ? undefined : objectNamed(context.objects.serviceAccounts, name, context);
  if (account === undefined) return withUnknownRest(container, accountName?.origin);
  const role = account.metadata.annotations ?? {};
  let result: Credentialed = { container, volumes: [] };
  if (role[IRSA_ANNOTATION] !== undefined) {
    const variables = s3Variables(role, () => undefined, context.config.credentials.s3);
    result = { container: withVariables(container, variables), volumes: [] };
  }
  return secretNames(account, annotations, context).reduce<Credentialed>((rest, secretName) => {
    const next = withSecret(rest.container, secretName, context);
    return { container: next.container, volumes: [...rest.volumes, ...next.volumes] };
  }, result);
}

/** A reference to a key of a Secret. */
export function secretVariable(name: string, secretName: string, key: string): Traced {
  return added({ name, valueFrom: { secretKeyRef: { name: secretName, key } } });
}

/** A container that may have any further variables and mounts, and its pod any further volumes. */
function withUnknownRest(container: Traced, origin: Origin | undefined): Credentialed {
  const rest = unknown(origin);
  const mounts = append(field(container, "volumeMounts"), rest);
  return { container: withField(withVariables(container, [rest]), "volumeMounts", mounts), volumes: [rest] };
}

/** The annotation on the pod goes before all that the account names. */
function secretNames(
  account: ServiceAccount,
  annotations: Traced,
  { config }: InjectionContext,
): (Traced | undefined)[] {
  const annotation = config.credentials.storageSecretNameAnnotation;
  const written = annotation === "" ? undefined : field(annotations, annotation);
  if (written !== undefined) return [written];
  const traced = trace(account, account);
  return (account.secrets ?? []).map((_, index) => field(itemAt(field(traced, "secrets"), index), "name"));
}

function itemAt(list: Traced | undefined, index: number): Traced | undefined {
  return list?.kind === "list" ? list.items[index] : list;
}

function withSecret(container: Traced, name: Traced | undefined, context: InjectionContext): Credentialed {
  const secret = objectNamed(context.objects.secrets, text(name) ?? "", context);
  if (secret === undefined) return withUnknownRest(container, name?.origin);
  const maps: unknown[] = [secret.data, secret.stringData];
  if (maps.some((map) => map === UNKNOWN)) return withUnknownRest(container, name?.origin);
  const keys = new Set([...Object.keys(secret.data ?? {}), ...Object.keys(secret.stringData ?? {})]);
  const { s3, gcsCredentialFileName } = context.config.credentials;
  if (keys.has(s3.s3SecretAccessKeyName)) return withS3Secret(container, secret, context);
  if (keys.has(gcsCredentialFileName)) return withGcsSecret(container, secret, gcsCredentialFileName);
  if (["AZ_CLIENT_ID", "AZURE_CLIENT_ID", "AZURE_ACCESS_TOKEN"].some((key) => keys.has(key))) {
    return { container: withVariables(container, azureVariables(secret, keys)), volumes: [] };
  }
  const found = ["AZURE_STORAGE_ACCESS_KEY", "https-host", "HDFS_NAMENODE", "HF_TOKEN"].find((key) => keys.has(key));
  if (found === "https-host") return withHeaders(container, secret);
  if (found === "HDFS_NAMENODE") {
    return withSecretVolume(container, secret, "hdfs-secrets", "/var/secrets/kserve-hdfscreds");
  }
  const variables = found === undefined ? [] : [secretVariable(found, secret.metadata.name, found)];
  return { container: withVariables(container, variables), volumes: [] };
}

/** Values that are set already are overridden; references beside them stay. */
function withS3Secret(container: Traced, secret: Secret, { config }: InjectionContext): Credentialed {
  const { s3 } = config.credentials;
  const { name, annotations = {} } = secret.metadata;
  const keys = [
    secretVariable("AWS_ACCESS_KEY_ID", name, s3.s3AccessKeyIDName),
    secretVariable("AWS_SECRET_ACCESS_KEY", name, s3.s3SecretAccessKeyName),
  ];
  const texts = new Map(S3_SECRET_KEYS.map((key) => [key, secretText(secret, key)]));
  if ([...texts.values()].includes(UNKNOWN)) return withUnknownRest(withVariables(container, keys), undefined);
  const settings = [...keys, ...s3Variables(annotations, (key) => texts.get(key) as string | undefined, s3)];
  const isSet = (setting: Traced): boolean => variableNamed(container, nameOf(setting)) !== undefined;
  const overridden = settings
    .filter(isSet)
    .reduce((rest, setting) => withVariable(rest, nameOf(setting), field(setting, "value")), container);
  const variables = settings.filter((setting) => !isSet(setting));
  return { container: withVariables(overridden, variables), volumes: [] };
}

function nameOf(setting: Traced): string {
  return text(field(setting, "name")) ?? "";
}

function withGcsSecret(container: Traced, secret: Secret, fileName: string): Credentialed {
  const mounted = withSecretVolume(container, secret, "user-gcp-sa", "/var/secrets/");
  const credentials = variable("GOOGLE_APPLICATION_CREDENTIALS", `/var/secrets/${fileName}`);
  return { ...mounted, container: withVariables(mounted.container, [credentials]) };
}

function withSecretVolume(container: Traced, { metadata }: Secret, volume: string, mountPath: string): Credentialed {
  return {
    container: withVolumeMount(container, added({ name: volume, mountPath, readOnly: true })),
    volumes: [added({ name: volume, secret: { secretName: metadata.name } })],
  };
}

/** The tenant is referred to even where the Secret does not name it. */
function azureVariables({ metadata }: Secret, keys: ReadonlySet<string>): Traced[] {
  return AZURE_VARIABLES.flatMap((suffix) => {
    const name = `AZURE_${suffix}`;
    const hasOld = AZURE_OLD_SPELLINGS.includes(suffix) && keys.has(`AZ_${suffix}`);
    const key = hasOld ? `AZ_${suffix}` : name;
    return keys.has(key) || name === "AZURE_TENANT_ID" ? [secretVariable(name, metadata.name, key)] : [];
  });
}

function withHeaders(container: Traced, secret: Secret): Credentialed {
  const host = secretText(secret, "https-host");
  const headers = secretText(secret, "headers");
  if (host === UNKNOWN || headers === UNKNOWN) return withUnknownRest(container, undefined);
  if (host === undefined || headers === undefined) return { container, volumes: [] };
  return { container: withVariables(container, [variable(`${host}-headers`, headers)]), volumes: [] };
}
