/**
 * `model.storage`: location and credentials by a key of the Secret `storage-config`.
 * Upstream: kserve/kserve `pkg/credentials/service_account_credentials.go` (CreateStorageSpecSecretEnvs).
 */
import { type InjectionContext, objectNamed, secretText } from "../clusterObjects";
import { recordOf, stringOr } from "../jsonFields";
import { variable, withVariables } from "../merge/environment";
import { goJsonOfMap } from "../merge/goJson";
import { added, field, isSet, isUnknown, items, text, type Traced, unknown, withField } from "../merge/traced";
import { INTERNAL } from "../template/names";
import { UNKNOWN } from "../unknown";
import { secretVariable } from "./credentials";

/** What a service writes under `storage`. */
export interface StorageKey {
  /** Empty: the Secret's default entry. */
  key: string;
  parameters: Readonly<Record<string, string>>;
  /** Something of it is known only after apply. */
  isUnknown?: boolean;
  /** Where it is written. */
  at: Traced;
}

/** What the entry of the Secret adds to the parameters. */
interface Resolved {
  type: string | typeof UNKNOWN;
  bucket: string;
  variables: Traced[];
}

/** An entry that is surely there, but not known. */
const PRESENT = Symbol("present");
const SCHEME_PLACEHOLDER = "<scheme-placeholder>://";
const OVERRIDE_VARIABLE = "STORAGE_OVERRIDE_CONFIG";
const TYPES = ["s3", "hdfs", "webhdfs"];

/** Key and parameters where a component gives both; absent where one is missing. */
export function readStorageKey(storage: Traced | undefined): StorageKey | undefined {
  const [key, parameters] = [field(storage, "key"), field(storage, "parameters")];
  if (storage === undefined || !isSet(key) || !isSet(parameters)) return undefined;
  return storageKey(key, parameters, storage);
}

/** What the controller's annotations say of it. */
export function readStorageKeyAnnotations(annotations: Traced): StorageKey | undefined {
  const internal = (name: string): Traced | undefined => field(annotations, `${INTERNAL}/${name}`);
  const flag = internal("storage-spec");
  if (flag === undefined || text(flag) !== "true") return undefined;
  const written = internal("storage-spec-param");
  const parsed = text(written) === undefined ? undefined : added(readEntry(text(written) ?? "") ?? {});
  const parameters = written !== undefined && parsed === undefined ? unknown(written.origin) : parsed;
  return storageKey(internal("storage-spec-key"), parameters, internal("storage-spec-key") ?? written ?? flag);
}

function storageKey(key: Traced | undefined, parameters: Traced | undefined, at: Traced): StorageKey {
  const entries = parameters?.kind === "map" ? [...parameters.fields] : [];
  const gap = [key, parameters, ...entries.map(([, value]) => value)].some(isUnknown);
  const texts = entries.map(([name, value]) => [name, text(value) ?? ""] as const);
  return { key: text(key) ?? "", parameters: Object.fromEntries(texts), isUnknown: gap, at };
}

/** The initializer with the entry's variables, and the location completed; unknown where the Secret is not known. */
export function withStorageKey(
  container: Traced,
  storage: StorageKey,
  annotations: Traced,
  context: InjectionContext,
): Traced {
  const refuse = (message: string): Traced => {
    context.problems.push({ at: storage.at, message });
    return container;
  };
  const resolved = resolve(storage, annotations, context);
  if (typeof resolved === "string") return refuse(resolved);
  const located = withLocation(container, resolved, storage);
  if (typeof located === "string") return refuse(located);
  const isPlain = Object.keys(storage.parameters).length === 0;
  const overrides = isPlain ? [] : [overrideVariable(storage)];
  return withVariables(located, [...resolved.variables, ...overrides]);
}

function overrideVariable({ parameters, isUnknown: unsure, at }: StorageKey): Traced {
  const known = { ...variable(OVERRIDE_VARIABLE, goJsonOfMap(parameters)), origin: at.origin };
  return unsure === true ? withField(known, "value", unknown(at.origin)) : known;
}

/** Type, bucket and variables, or why KServe refuses. */
function resolve(storage: StorageKey, annotations: Traced, context: InjectionContext): Resolved | string {
  const { type = "", bucket = "" } = storage.parameters;
  const rest = unknown(storage.at.origin);
  const written = field(annotations, context.config.credentials.storageSecretNameAnnotation);
  const secretName = written === undefined ? context.config.credentials.storageSpecSecretName : text(written);
  if (storage.isUnknown === true) return { type: UNKNOWN, bucket: "", variables: [rest] };
  if (secretName === undefined) return { type: type === "" ? UNKNOWN : type, bucket, variables: [rest] };
  const key = storage.key === "" ? (type === "" ? "default" : `default_${type}`) : storage.key;
  const entry = entryOf(secretName, key, storage.key !== "", context);
  if (entry === UNKNOWN) return { type: type === "" ? UNKNOWN : type, bucket, variables: [rest] };
  if (entry === undefined) {
    if (storage.key !== "") return `specified storage key ${key} not found in storage secret ${secretName}`;
    return type === "" ? "unable to determine storage type" : { type, bucket, variables: [] };
  }
  const reference = secretVariable("STORAGE_CONFIG", secretName, key);
  if (type !== "") return { type, bucket, variables: [reference] };
  if (entry === PRESENT) return { type: UNKNOWN, bucket, variables: [rest, reference] };
  const fields = readEntry(entry);
  if (fields === undefined) return `invalid json encountered in key ${key} of storage secret ${secretName}`;
  return fromEntry(fields, bucket, reference);
}

function fromEntry(fields: Record<string, unknown>, bucket: string, reference: Traced): Resolved | string {
  const type = stringOr(fields.type, "");
  if (type === "") return "unable to determine storage type";
  if (!TYPES.includes(type)) {
    return `storage type must be one of [${TYPES.join(", ")}]. storage type [${type}] is not supported`;
  }
  const bundle = fields.cabundle_configmap;
  const certificates = typeof bundle === "string" ? [variable("AWS_CA_BUNDLE_CONFIGMAP", bundle)] : [];
  return {
    type,
    bucket: bucket === "" ? stringOr(fields.bucket, "") : bucket,
    variables: [...certificates, reference],
  };
}

function entryOf(
  secretName: string,
  key: string,
  mustExist: boolean,
  context: InjectionContext,
): string | undefined | typeof PRESENT | typeof UNKNOWN {
  const secret = objectNamed(context.objects.secrets, secretName, context);
  const entry = secret === undefined ? UNKNOWN : secretText(secret, key);
  return entry === UNKNOWN && mustExist ? PRESENT : entry;
}

function readEntry(json: string): Record<string, unknown> | undefined {
  try {
    return recordOf(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Every location, which is every second argument, with its scheme and bucket. */
function withLocation(container: Traced, { type, bucket }: Resolved, { at }: StorageKey): Traced | string {
  const args = field(container, "args");
  const written = items(args);
  if (args === undefined || text(written[0])?.startsWith(SCHEME_PLACEHOLDER) !== true) return container;
  if (type === "s3" && bucket === "") {
    return `format [${type}] requires a bucket but one wasn't found in storage data or parameters`;
  }
  const completed = written.map((argument, index): Traced => {
    if (index % 2 === 1) return argument;
    if (type === UNKNOWN) return unknown(at.origin);
    const path = (text(argument) ?? "").slice(SCHEME_PLACEHOLDER.length);
    const value = `${type}://${type === "s3" ? `${bucket}/` : ""}${path}`;
    return { kind: "leaf", value, origin: argument.origin };
  });
  return withField(container, "args", { kind: "list", items: completed, origin: args.origin });
}
