/**
 * Labels and annotations of the predictor's pods.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/{predictor,component}.go`.
 */
import type { ControllerConfig } from "../controllerConfig";
import { unionMaps } from "../merge/strategicMerge";
import { added, field, isSet, isUnknown, items, plain, text, type Traced, unknown, withField } from "../merge/traced";

const INTERNAL = "internal.serving.kserve.io";
/** Storage by key has no scheme until the pod webhook has read the Secret. */
const SCHEME_PLACEHOLDER = "<scheme-placeholder>";

/** Runtime, then service, then predictor, each over the one before; the controller's own last. */
export function podLabels(service: Traced, runtime: Traced | undefined): Traced {
  const name = field(service, "metadata", "name");
  const own = new Map([
    ["serving.kserve.io/inferenceservice", name ?? added("")],
    ["component", added("predictor")],
    ["app", prefixed("isvc.", name, "-predictor")],
  ]);
  return unionMaps(
    field(runtime, "spec", "labels"),
    field(service, "metadata", "labels"),
    field(service, "spec", "predictor", "labels"),
    { kind: "map", fields: own },
  );
}

/** The same order for annotations, without those that the administrator keeps from the pods. */
export function podAnnotations(service: Traced, runtime: Traced | undefined, config: ControllerConfig): Traced {
  const allowed = (map: Traced | undefined): Traced | undefined => {
    if (map?.kind !== "map") return map;
    const kept = [...map.fields].filter(([key]) => !config.annotationDisallowedList.includes(key));
    return { ...map, fields: new Map(kept) };
  };
  const predictor = field(service, "spec", "predictor");
  return unionMaps(
    allowed(field(runtime, "spec", "annotations")),
    allowed(field(service, "metadata", "annotations")),
    loggerAnnotations(field(predictor, "logger")),
    batcherAnnotations(field(predictor, "batcher")),
    storageAnnotations(predictor),
    agentAnnotations(service),
    allowed(field(predictor, "annotations")),
  );
}

/** A text around a value that may be unknown. */
function prefixed(prefix: string, value: Traced | undefined, suffix = ""): Traced {
  if (value !== undefined && isUnknown(value)) return unknown(value.origin);
  return { kind: "leaf", value: prefix + (text(value) ?? "") + suffix, origin: value?.origin };
}

/** How the pod webhook learns what to download. */
function storageAnnotations(predictor: Traced | undefined): Traced | undefined {
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
  const main = items(field(predictor, "containers")).find((one) => text(field(one, "name")) === "kserve-container");
  const variable = items(field(main, "env")).find((one) => text(field(one, "name")) === "STORAGE_URI");
  return variable && (field(variable, "value") ?? added(""));
}

/** JSON as Go prints it: keys sorted, `<`, `>` and `&` escaped. */
function sortedJson(map: Traced | undefined): Traced {
  if (map?.kind !== "map" || [...map.fields.values()].some(isUnknown)) return unknown(map?.origin);
  const sorted = [...map.fields].sort(([left], [right]) => (left < right ? -1 : 1));
  const json = JSON.stringify(Object.fromEntries(sorted.map(([key, value]) => [key, plain(value)])));
  const escaped = json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  return { kind: "leaf", value: escaped, origin: map.origin };
}

/** A service without any model gets the agent that serves many models from one pod. */
function agentAnnotations(service: Traced): Traced | undefined {
  const predictor = field(service, "spec", "predictor");
  const model = field(predictor, "model");
  const [container] = items(field(predictor, "containers"));
  if (container !== undefined) {
    const flag = items(field(container, "env")).find((one) => text(field(one, "name")) === "MULTI_MODEL_SERVER");
    if (text(field(flag, "value")) !== "true") return undefined;
  } else {
    const storages = [field(model, "storageUri"), field(model, "storage"), items(field(predictor, "storageUris"))[0]];
    if (storages.some(isSet) || text(field(model, "modelFormat", "name")) === "huggingface") return undefined;
  }
  const settings = added({
    [`${INTERNAL}/agent`]: "true",
    [`${INTERNAL}/configMountPath`]: "/mnt/configs",
    [`${INTERNAL}/modelDir`]: "/mnt/models",
  });
  return withField(
    settings,
    `${INTERNAL}/configVolumeName`,
    prefixed("modelconfig-", field(service, "metadata", "name"), "-0"),
  );
}

function loggerAnnotations(logger: Traced | undefined): Traced | undefined {
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

function batcherAnnotations(batcher: Traced | undefined): Traced | undefined {
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
