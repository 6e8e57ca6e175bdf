/**
 * What KServe's pod webhook makes of a pod, step by step in its order.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/mutator.go` (mutate).
 */
import type { InjectionContext } from "../clusterObjects";
import {
  added,
  field,
  isUnknown,
  itemNamed,
  items,
  text,
  type Traced,
  unknown,
  withDefault,
  withField,
} from "../merge/traced";
import { withModelcar, OCI_PREFIX } from "../storage/modelcar";
import { withModel, withUnknownModel } from "../storage/modelStorage";
import { changeNamed } from "../storage/mounts";
import { readStorageKeyAnnotations } from "../storage/storageKey";
import type { PodMetadata } from "../template/metadata";
import { INTERNAL, STORAGE_INITIALIZER } from "../template/names";
import { withAgent } from "./agent";
import { loggerSettings } from "./logger";

/** A pod: what the webhook reads and changes of it. */
export interface Pod extends PodMetadata {
  spec: Traced;
}

const GKE_SELECTOR = "cloud.google.com/gke-accelerator";
const METRICS_PORT = "9091";
const AGGREGATED_METRICS_PORT = "9088";

/**
 * The pod after the webhook.
 * @param predictor of the service; its logger is every component's
 */
export function withInjections(pod: Pod, predictor: Traced | undefined, context: InjectionContext): Pod {
  const { annotations } = pod;
  const uri = field(annotations, `${INTERNAL}/storage-initializer-sourceuri`);
  const selected = withAcceleratorSelector(pod.spec, annotations);
  const stored = uri === undefined ? selected : withStorage(selected, uri, annotations, context);
  const owned = withInitializerUser(stored, annotations);
  const served = withAgent(owned, pod, loggerSettings(predictor, context), context);
  const spec = uri === undefined ? served : withImageModel(served, uri, context);
  return { labels: pod.labels, annotations: withMetrics(annotations, context), spec };
}

/** Google's accelerator by annotation, where a container has NVIDIA devices. */
function withAcceleratorSelector(spec: Traced, annotations: Traced): Traced {
  const written = field(annotations, "serving.kserve.io/gke-accelerator");
  const containers = items(field(spec, "containers"));
  const hasGpu = containers.some((one) => field(one, "resources", "limits", "nvidia.com/gpu") !== undefined);
  if (written === undefined || !hasGpu) return spec;
  return withField(spec, "nodeSelector", withField(field(spec, "nodeSelector"), GKE_SELECTOR, written));
}

function withStorage(spec: Traced, uri: Traced, annotations: Traced, context: InjectionContext): Traced {
  if (isUnknown(uri)) return withUnknownModel(spec, uri);
  return withModel(spec, uri, { annotations, storage: readStorageKeyAnnotations(annotations) }, context);
}

function withImageModel(spec: Traced, uri: Traced, { config }: InjectionContext): Traced {
  const written = text(uri) ?? "";
  if (!config.storageInitializer.enableModelcar || !written.startsWith(OCI_PREFIX)) return spec;
  return withModelcar(spec, uri, written.slice(OCI_PREFIX.length), config.storageInitializer);
}

/** The user by annotation, for clusters where Istio's own plugin intercepts the initializer. */
function withInitializerUser(spec: Traced, annotations: Traced): Traced {
  const written = field(annotations, "serving.kserve.io/storage-initializer-uid");
  const containers = field(spec, "initContainers");
  if (written === undefined || itemNamed(containers, STORAGE_INITIALIZER) === undefined) return spec;
  const uid = text(written);
  if (uid !== undefined && !/^[+-]?\d+$/.test(uid)) return spec;
  const user = uid === undefined ? unknown(written.origin) : { ...added(Number(uid)), origin: written.origin };
  const changed = changeNamed(containers, STORAGE_INITIALIZER, (one) =>
    withField(one, "securityContext", withField(field(one, "securityContext"), "runAsUser", user)),
  );
  return withField(spec, "initContainers", changed);
}

/** With scraping on, port and path are always those of Knative's queue proxy, whatever the runtime says. */
function withMetrics(annotations: Traced, { config }: InjectionContext): Traced {
  const { enableMetricAggregation, enablePrometheusScraping } = config.metricsAggregator;
  const defaulted = withDefault(
    withDefault(annotations, "serving.kserve.io/enable-metric-aggregation", enableMetricAggregation),
    "serving.kserve.io/enable-prometheus-scraping",
    enablePrometheusScraping,
  );
  const scraping = field(defaulted, "serving.kserve.io/enable-prometheus-scraping");
  const aggregation = field(defaulted, "serving.kserve.io/enable-metric-aggregation");
  const gap = [scraping, aggregation].find(isUnknown);
  if (gap !== undefined) {
    const any = unknown(gap.origin);
    return withField(withField(defaulted, PORT, any), PATH, any);
  }
  if (text(scraping) !== "true") return defaulted;
  const port = text(aggregation) === "true" ? AGGREGATED_METRICS_PORT : METRICS_PORT;
  return withField(withField(defaulted, PORT, added(port)), PATH, added("/metrics"));
}

const PORT = "prometheus.io/port";
const PATH = "prometheus.io/path";
