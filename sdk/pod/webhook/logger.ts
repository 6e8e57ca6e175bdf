/**
 * What the agent is told to log, and where to.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/agent_injector.go` (getLoggerConfigs, InjectAgent).
 */
import type { InjectionContext } from "../clusterObjects";
import { added, field, isSet, text, type Traced, unknown } from "../merge/traced";
import { INTERNAL } from "../template/names";
import type { PodMetadata } from "../template/metadata";

/** The logger of the service's predictor over that of the controller's settings; also for other components. */
export interface LoggerSettings {
  caBundle: string | undefined;
  marshallerUrl: Traced | undefined;
  batchSize: Traced | undefined;
  batchInterval: Traced | undefined;
  storePath: Traced | undefined;
  storeFormat: Traced | undefined;
  /** The account with the store's credentials; absent: requests are not stored. */
  storeAccount: Traced | undefined;
}

const DEFAULT_STORE_ACCOUNT = "logger-sa";

/** Reads the predictor's logger. */
export function loggerSettings(predictor: Traced | undefined, { config }: InjectionContext): LoggerSettings {
  const logger = field(predictor, "logger");
  const { caBundle, marshallerUrl, batchSize, batchInterval, storage } = config.logger;
  const own = isSet(logger) ? logger : undefined;
  const store = own === undefined ? (storage === undefined ? undefined : added(storage)) : field(own, "storage");
  const written = field(store, "serviceAccountName");
  const account = written === undefined || text(written) === "" ? added(DEFAULT_STORE_ACCOUNT) : written;
  return {
    caBundle,
    marshallerUrl: field(own, "marshallerUrl") ?? optional(marshallerUrl),
    batchSize: field(own, "batchSize") ?? optional(batchSize),
    batchInterval: field(own, "batchInterval") ?? optional(batchInterval),
    storePath: field(store, "path"),
    storeFormat: field(store, "parameters", "format"),
    storeAccount: isSet(store) ? account : undefined,
  };
}

/** The agent's arguments. */
export function loggerArguments(
  { labels, annotations }: PodMetadata,
  settings: LoggerSettings,
  { config, namespace }: InjectionContext,
): Traced[] {
  const internal = (name: string): Traced | undefined => field(annotations, `${INTERNAL}/${name}`);
  const { defaultUrl, caCertFile, tlsSkipVerify } = config.logger;
  const given: [string, Traced | undefined][] = [
    ["--log-url", internal("logger-sink-url") ?? added(defaultUrl)],
    // The API server names the pod after the webhook has seen it.
    ["--source-uri", added("")],
    ["--log-mode", internal("logger-mode") ?? added("all")],
    ["--inference-service", field(labels, "serving.kserve.io/inferenceservice") ?? added("")],
    ["--namespace", namespace ?? added("default")],
    ["--endpoint", field(labels, "endpoint") ?? added("")],
    ["--component", field(labels, "component") ?? added("")],
    ["--log-store-path", filled(settings.storePath)],
    ["--log-store-format", filled(settings.storeFormat)],
    ["--log-marshaller-url", filled(settings.marshallerUrl)],
    ["--log-batch-size", positive(settings.batchSize)],
    ["--log-batch-interval", filled(settings.batchInterval)],
    ["--metadata-headers", internal("logger-metadata-headers")],
    ["--metadata-annotations", quotedAnnotations(internal("logger-metadata-annotations"), annotations)],
    ["--logger-ca-cert-file", optional(caCertFile)],
    ["--logger-tls-skip-verify", added(String(tlsSkipVerify))],
  ];
  return given.flatMap(([flag, value]) => (value === undefined ? [] : [added(flag), value]));
}

function optional(value: string | number | undefined): Traced | undefined {
  return value === undefined ? undefined : added(value);
}

function filled(value: Traced | undefined): Traced | undefined {
  return text(value) === "" || !isSet(value) ? undefined : value;
}

function positive(value: Traced | undefined): Traced | undefined {
  if (value?.kind !== "leaf" || typeof value.value !== "number") return value;
  return value.value > 0 ? { ...value, value: String(value.value) } : undefined;
}

/** `key=value` of those annotations that the pod has. */
function quotedAnnotations(names: Traced | undefined, annotations: Traced): Traced | undefined {
  const list = text(names);
  if (names === undefined || list === undefined) return names;
  const found = list.split(",").flatMap((name) => {
    const value = field(annotations, name);
    return value === undefined ? [] : [{ name, value: text(value) }];
  });
  if (found.some(({ value }) => value === undefined)) return unknown(names.origin);
  return { ...names, kind: "leaf", value: found.map(({ name, value }) => `${name}=${value ?? ""}`).join(",") };
}
