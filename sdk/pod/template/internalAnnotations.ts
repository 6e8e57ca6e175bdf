/**
 * Annotations by which the controller tells the pod webhook what to add to a pod: model, agent, logger, batcher.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/component.go`.
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import { variableNamed } from "../merge/environment";
import { goJsonOfMap } from "../merge/goJson";
import {
  added,
  field,
  isSet,
  isUnknown,
  itemNamed,
  items,
  plain,
  text,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import { INTERNAL, MODEL_MOUNT_PATH } from "./names";

/** Storage by key has no scheme until the pod webhook has read the Secret. */
const SCHEME_PLACEHOLDER = "<scheme-placeholder>";

/** A text around a value that may be unknown. */
export function prefixed(prefix: string, value: Traced | undefined, suffix = ""): Traced {
  if (value !== undefined && isUnknown(value)) return unknown(value.origin);
  return { kind: "leaf", value: prefix + (text(value) ?? "") + suffix, origin: value?.origin };
}

/** What the first container of a transformer or an explainer says in `STORAGE_URI`, or `art` in `storageUri`. */
export function companionStorageAnnotations(component: Traced | undefined): Traced | undefined {
  const art = field(component, "art");
  const [first] = items(field(component, "containers"));
  const variable = variableNamed(first, "STORAGE_URI");
  const written = variable === undefined ? undefined : (field(variable, "value") ?? added(""));
  const uri = isSet(art) ? field(art, "storageUri") : written;
  if (uri === undefined || (isSet(art) && text(uri) === "")) return undefined;
  return withField(added({}), `${INTERNAL}/storage-initializer-sourceuri`, uri);
}

/** How the pod webhook learns what to download. */
export function storageAnnotations(predictor: Traced | undefined): Traced | undefined {
  const model = field(predictor, "model");
  const [uri, storage] = [field(model, "storageUri") ?? customStorageUri(predictor), field(model, "storage")];
  if (isUnknown(storage)) return storage;
  let result = added({});
  if (storage !== undefined && isSet(storage)) {
    result = withField(result, `${INTERNAL}/storage-spec`, added("true"));
    const [parameters, key, path] = ["parameters", "key", "path"].map((name) => field(storage, name));
    if (isSet(parameters)) result = withField(result, `${INTERNAL}/storage-spec-param`, sortedJson(parameters));
    if (isSet(key)) result = withField(result, `${INTERNAL}/storage-spec-key`, key);
    if (isSet(path)) result = withField(result, `${INTERNAL}/storage-initializer-sourceuri`, storagePath(path));
  }
  if (isSet(uri)) result = withField(result, `${INTERNAL}/storage-initializer-sourceuri`, uri);
  return result;
}

function storagePath(path: Traced | undefined): Traced {
  const relative = path?.kind === "leaf" && typeof path.value === "string" ? path.value.replace(/^\//, "") : path;
  return typeof relative === "string"
    ? { kind: "leaf", value: `${SCHEME_PLACEHOLDER}://${relative}`, origin: path?.origin }
    : unknown(path?.origin);
}

/** A predictor of plain containers names its model in an environment variable. */
function customStorageUri(predictor: Traced | undefined): Traced | undefined {
  if (field(predictor, "model") !== undefined) return undefined;
  const variable = variableNamed(itemNamed(field(predictor, "containers"), MAIN_CONTAINER), "STORAGE_URI");
  return variable && (field(variable, "value") ?? added(""));
}

function sortedJson(map: Traced | undefined): Traced {
  if (map?.kind !== "map" || [...map.fields.values()].some(isUnknown)) return unknown(map?.origin);
  const entries = [...map.fields].map(([key, value]) => [key, plain(value)] as const);
  return { kind: "leaf", value: goJsonOfMap(Object.fromEntries(entries)), origin: map.origin };
}

/** A service without any model gets the agent that serves many models from one pod. */
export function agentAnnotations(service: Traced): Traced | undefined {
  const predictor = field(service, "spec", "predictor");
  const model = field(predictor, "model");
  const [container] = items(field(predictor, "containers"));
  if (container !== undefined) {
    if (text(field(variableNamed(container, "MULTI_MODEL_SERVER"), "value")) !== "true") return undefined;
  } else {
    const storages = [field(model, "storageUri"), field(model, "storage"), items(field(predictor, "storageUris"))[0]];
    if (storages.some(isSet) || text(field(model, "modelFormat", "name")) === "huggingface") return undefined;
  }
  const settings = added({
    [`${INTERNAL}/agent`]: "true",
    [`${INTERNAL}/configMountPath`]: "/mnt/configs",
    [`${INTERNAL}/modelDir`]: MODEL_MOUNT_PATH,
  });
  return withField(
    settings,
    `${INTERNAL}/configVolumeName`,
    prefixed("modelconfig-", field(service, "metadata", "name"), "-0"),
  );
}

export function loggerAnnotations(logger: Traced | undefined): Traced | undefined {
  if (!isSet(logger) || isUnknown(logger)) return isUnknown(logger) ? logger : undefined;
  let result = added({ [`${INTERNAL}/logger`]: "true" });
  const url = field(logger, "url");
  if (isSet(url)) result = withField(result, `${INTERNAL}/logger-sink-url`, url);
  result = withField(result, `${INTERNAL}/logger-mode`, field(logger, "mode") ?? added(""));
  for (const [name, suffix] of [
    ["metadataHeaders", "logger-metadata-headers"],
    ["metadataAnnotations", "logger-metadata-annotations"],
  ] as const) {
    const list = field(logger, name);
    if (list?.kind !== "list") continue;
    const joined = list.items.map((item) => text(item) ?? "").join(",");
    result = withField(result, `${INTERNAL}/${suffix}`, { kind: "leaf", value: joined, origin: list.origin });
  }
  return result;
}

export function batcherAnnotations(batcher: Traced | undefined): Traced | undefined {
  if (!isSet(batcher) || isUnknown(batcher)) return isUnknown(batcher) ? batcher : undefined;
  let result = added({ [`${INTERNAL}/batcher`]: "true" });
  for (const [name, suffix] of [
    ["maxBatchSize", "batcher-max-batchsize"],
    ["maxLatency", "batcher-max-latency"],
  ] as const) {
    const value = field(batcher, name);
    if (value?.kind !== "leaf" || typeof value.value !== "number") continue;
    result = withField(result, `${INTERNAL}/${suffix}`, { ...value, value: String(value.value) });
  }
  return result;
}
