/**
 * Volumes, mounts and the init container that bring a model into the pod: for `storageUris` in the Deployment's
 * template, for every other way to name a model when the pod webhook sees the pod.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/storage_initializer_injector.go` (CommonStorageInitialization).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { InjectionContext } from "../clusterObjects";
import { variableNamed, withVariable } from "../merge/environment";
import {
  added,
  append,
  field,
  isUnknown,
  itemNamed,
  items,
  text,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import {
  INTERNAL,
  MODEL_MOUNT_PATH,
  STORAGE_INITIALIZER,
  TRANSFORMER_CONTAINER,
  WORKER_CONTAINER,
} from "../template/names";
import { type Location, withInitializer } from "./initializer";
import { OCI_PREFIX } from "./modelcar";
import { changeNamed, commonParent, type ModelMount, parseClaim, volumeNameOf, withModelMount } from "./mounts";
import { storageContainerFor, takesSeveral } from "./storageContainer";
import type { StorageKey } from "./storageKey";

const CLAIM_PREFIX = "pvc://";

/** What a pod says about its model beside the location. */
export interface StorageSettings {
  /** Of the pod. */
  annotations: Traced;
  storage: StorageKey | undefined;
}

/** The pod with the model of one location at `/mnt/models`, as the webhook adds it. */
export function withModel(spec: Traced, uri: Traced, settings: StorageSettings, context: InjectionContext): Traced {
  if (isLeftAlone(spec, uri, settings, context)) return spec;
  const servers = serversOf(spec, uri, context);
  if (servers === undefined) return spec;
  const readOnly = isReadOnly(settings);
  const shared = { mountPath: MODEL_MOUNT_PATH, readOnly, origin: uri.origin };
  const written = text(uri) ?? "";
  if (written.startsWith(CLAIM_PREFIX)) {
    const { claim, path } = parseClaim(written);
    const mount = { ...shared, volume: "kserve-pvc-source", claim, subPath: path };
    return withPointedVariable(withModelMount(spec, mount, servers), servers);
  }
  const downloader = storageContainerFor(written, context.objects.storageContainers);
  const mount = { ...shared, volume: "kserve-provision-location" };
  const download = { ...settings, locations: [{ uri, mountPath: MODEL_MOUNT_PATH }], mount, servers, downloader };
  return withPointedVariable(withInitializer(spec, download, context), servers);
}

/** The template with everything that `storageUris` of a component names. */
export function withStorageUris(
  spec: Traced,
  storageUris: Traced | undefined,
  settings: StorageSettings,
  context: InjectionContext,
): Traced {
  if (storageUris === undefined) return spec;
  const locations = items(storageUris).map(locationOf);
  const gap = [storageUris, ...locations.map(({ uri }) => uri)].find(isUnknown);
  if (gap !== undefined) return withUnknownModel(spec, gap);
  const [first] = locations;
  if (first === undefined || isLeftAlone(spec, first.uri, settings, context)) return spec;
  const servers = serversOf(spec, storageUris, context);
  if (servers === undefined) return spec;
  const downloader = storageContainerFor(text(first.uri) ?? "", context.objects.storageContainers);
  if (downloader.outcome === "matched" && !takesSeveral(downloader.spec)) {
    const name = text(field(downloader.spec, "container", "name")) ?? "";
    context.problems.push({
      at: first.uri,
      message: `storage container "${name}" does not support multi-model download`,
    });
    return spec;
  }
  const readOnly = isReadOnly(settings);
  const claimed = locations.filter(isClaim).reduce((rest, { uri, mountPath }) => {
    const { claim } = parseClaim(text(uri) ?? "");
    return withModelMount(rest, { ...mountOf(mountPath, readOnly, uri), claim }, servers);
  }, spec);
  const downloads = locations.filter((location) => !isClaim(location));
  if (downloads.length === 0) return claimed;
  const mount = mountOf(commonParent(downloads.map(({ mountPath }) => mountPath)), readOnly, storageUris);
  return withInitializer(claimed, { ...settings, locations: downloads, mount, servers, downloader }, context);
}

/** A pod that gets a model from a place that is not known yet: its further containers and volumes are not either. */
export function withUnknownModel(spec: Traced, { origin }: Traced): Traced {
  const lists = ["containers", "initContainers", "volumes"];
  return lists.reduce((rest, list) => withField(rest, list, append(field(rest, list), unknown(origin))), spec);
}

function locationOf(entry: Traced): Location {
  return { uri: field(entry, "uri") ?? added(""), mountPath: text(field(entry, "mountPath")) ?? MODEL_MOUNT_PATH };
}

function isClaim({ uri }: Location): boolean {
  return text(uri)?.startsWith(CLAIM_PREFIX) === true;
}

function mountOf(mountPath: string, readOnly: boolean, { origin }: Traced): ModelMount {
  return { volume: volumeNameOf(mountPath), mountPath, readOnly, origin };
}

/** The agent pulls its models itself, a ModelCar has them, and nothing is added twice. */
function isLeftAlone(
  spec: Traced,
  first: Traced,
  { annotations }: StorageSettings,
  { config }: InjectionContext,
): boolean {
  if (field(annotations, `${INTERNAL}/agent`) !== undefined) return true;
  if (config.storageInitializer.enableModelcar && text(first)?.startsWith(OCI_PREFIX) === true) return true;
  return itemNamed(field(spec, "initContainers"), STORAGE_INITIALIZER) !== undefined;
}

function isReadOnly({ annotations }: StorageSettings): boolean {
  return text(field(annotations, "storage.kserve.io/readonly")) !== "false";
}

/** The containers that see the model: the server, and a transformer beside it. */
function serversOf(spec: Traced, at: Traced, { problems }: InjectionContext): string[] | undefined {
  const containers = field(spec, "containers");
  const has = (name: string): boolean => itemNamed(containers, name) !== undefined;
  const server = [MAIN_CONTAINER, WORKER_CONTAINER].find(has);
  if (server !== undefined) return [server, TRANSFORMER_CONTAINER].filter(has);
  if (!isUnknown(containers) && !items(containers).some((one) => isUnknown(one) || isUnknown(field(one, "name")))) {
    problems.push({ at, message: `Invalid configuration: cannot find container ${MAIN_CONTAINER}` });
  }
  return undefined;
}

/** A custom predictor reads from its variable where the model is. */
function withPointedVariable(spec: Traced, [server = MAIN_CONTAINER]: readonly string[]): Traced {
  const changed = changeNamed(field(spec, "containers"), server, (container) => {
    const written = variableNamed(container, "STORAGE_URI");
    if (written === undefined || (text(field(written, "value")) ?? "") === "") return container;
    return withVariable(container, "STORAGE_URI", added(MODEL_MOUNT_PATH));
  });
  return withField(spec, "containers", changed);
}
