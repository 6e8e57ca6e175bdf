/**
 * The init container that downloads a model: KServe's own settings, credentials, and the ClusterStorageContainer laid
 * over both. Upstream: kserve/kserve `pkg/utils/storage.go` (CreateInitContainerWithConfig),
 * `pkg/webhook/admission/pod/storage_initializer_injector.go`.
 */
import type { InjectionContext } from "../clusterObjects";
import type { ContainerConfig } from "../controllerConfig";
import { decode } from "../merge/decode";
import { withVariableDefault } from "../merge/environment";
import { strategicMerge } from "../merge/strategicMerge";
import { added, append, field, items, text, type Traced, unknown, withField } from "../merge/traced";
import { canonicalQuantity } from "../quantity";
import { STORAGE_INITIALIZER } from "../template/names";
import { caBundleOf, caBundleVolume, withCaBundle } from "./caBundle";
import { withAccountCredentials } from "./credentials";
import { type ModelMount, mountEntry, withModelMount, withVolume, withVolumeMount } from "./mounts";
import type { StorageContainerMatch } from "./storageContainer";
import { type StorageKey, withStorageKey } from "./storageKey";

/** A model's place and where the containers find it. */
export interface Location {
  uri: Traced;
  mountPath: string;
}

/** What is downloaded, by what, and for which containers. */
export interface Download {
  locations: Location[];
  mount: ModelMount;
  servers: readonly string[];
  annotations: Traced;
  storage: StorageKey | undefined;
  downloader: StorageContainerMatch;
}

const HUGGING_FACE_DEFAULTS = {
  HF_HUB_ENABLE_HF_TRANSFER: "1",
  HF_XET_HIGH_PERFORMANCE: "1",
  HF_XET_NUM_CONCURRENT_RANGE_GETS: "8",
};

/** The pod with the init container, and with the folder that it fills in every container that serves. */
export function withInitializer(spec: Traced, download: Download, context: InjectionContext): Traced {
  const { locations, mount, servers, annotations, storage, downloader } = download;
  const args = locations.flatMap(({ uri, mountPath }) => [uri, added(mountPath)]);
  const own = containerOf(STORAGE_INITIALIZER, context.config.storageInitializer, args);
  const mounted = withVolumeMount(own, mountEntry(mount, false));
  const given =
    storage === undefined
      ? withAccountCredentials(mounted, field(spec, "serviceAccountName"), annotations, context)
      : { container: withStorageKey(mounted, storage, annotations, context), volumes: [] };
  const bundle = caBundleOf(given.container, context);
  const merged = mergedWith(given.container, downloader, context);
  const complete = withHuggingFaceDefaults(bundle === undefined ? merged : withCaBundle(merged, bundle));
  const volumes = [...given.volumes, ...(bundle === undefined ? [] : [caBundleVolume(bundle)])];
  const prepared = volumes.reduce(withVolume, withModelMount(spec, mount, servers));
  const container = downloader.outcome === "unknown" ? unknown(mount.origin) : { ...complete, origin: mount.origin };
  return withField(prepared, "initContainers", append(field(prepared, "initContainers"), container));
}

/** A container with an image and sizes from the controller's settings. */
export function containerOf(name: string, config: ContainerConfig, args: readonly Traced[]): Traced {
  const { image, cpuLimit, memoryLimit, cpuRequest, memoryRequest } = config;
  const resources = {
    limits: { cpu: canonicalQuantity(cpuLimit), memory: canonicalQuantity(memoryLimit) },
    requests: { cpu: canonicalQuantity(cpuRequest), memory: canonicalQuantity(memoryRequest) },
  };
  const container = added({ name, image, resources, terminationMessagePolicy: "FallbackToLogsOnError" });
  return withField(container, "args", { kind: "list", items: args });
}

/**
 * The name is that of the ClusterStorageContainer's container, if it has one. Upstream reads the merged container back
 * into the one it had, and Go keeps of an item at the same place what the new one does not say: a variable may end up
 * with both a value and a reference, and the API server refuses the pod.
 */
function mergedWith(container: Traced, downloader: StorageContainerMatch, { problems }: InjectionContext): Traced {
  if (downloader.outcome === "unknown") return container;
  const merged = strategicMerge(container, decode(field(downloader.spec, "container")));
  const result = readInto(container, merged) ?? container;
  const both = items(field(result, "env")).find((one) => isBoth(field(one, "value"), field(one, "valueFrom")));
  if (both !== undefined) {
    problems.push({
      at: both,
      message: 'valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    });
  }
  return result;
}

function isBoth(value: Traced | undefined, reference: Traced | undefined): boolean {
  return (text(value) ?? "") !== "" && reference !== undefined;
}

/** What Go's `json.Unmarshal` makes of a struct that already holds something. */
function readInto(old: Traced | undefined, read: Traced | undefined): Traced | undefined {
  if (old === undefined || read === undefined) return read ?? old;
  if (old.kind === "list" && read.kind === "list") {
    return { ...read, items: read.items.map((item, index) => readInto(old.items[index], item) ?? item) };
  }
  if (old.kind !== "map" || read.kind !== "map") return read;
  const fields = new Map(old.fields);
  for (const [key, value] of read.fields) fields.set(key, readInto(old.fields.get(key), value) ?? value);
  return { ...read, fields };
}

function withHuggingFaceDefaults(container: Traced): Traced {
  return Object.entries(HUGGING_FACE_DEFAULTS).reduce(
    (rest, [name, value]) => withVariableDefault(rest, name, added(value)),
    container,
  );
}
