/**
 * What `predictor.storageUris` adds to the pod template; the other ways to name a model only leave annotations there
 * and become volumes and containers when the pod webhook sees the pod.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/storage_initializer_injector.go` (CommonStorageInitialization).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import { mapItems } from "../template/containers";
import { added, field, isUnknown, items, text, type Traced, unknown, withField } from "../merge/traced";

const MOUNTING_CONTAINERS = [MAIN_CONTAINER, "transformer-container"];

/** The pod with a volume and mounts for each claim, and one shared volume for everything that is downloaded. */
export function withStorageUris(pod: Traced, predictor: Traced | undefined, annotations: Traced): Traced {
  const locations = field(predictor, "storageUris");
  if (locations === undefined) return pod;
  if (isUnknown(locations)) return withField(withField(pod, "volumes", locations), "initContainers", locations);
  const first = text(field(items(locations)[0], "uri"));
  if (first === undefined || first.startsWith("oci://")) return pod;
  const readOnly = text(field(annotations, "storage.kserve.io/readonly")) !== "false";
  const isClaim = (location: Traced): boolean => text(field(location, "uri"))?.startsWith("pvc://") === true;
  let result = pod;
  for (const location of items(locations).filter(isClaim)) {
    const [claimName] = (text(field(location, "uri")) ?? "").slice("pvc://".length).split("/");
    const source = { persistentVolumeClaim: { claimName } };
    result = withMount(result, mountPathOf(location), source, readOnly, location);
  }
  const downloads = items(locations).filter((location) => !isClaim(location));
  if (downloads.length === 0) return result;
  const shared = commonParent(downloads.map(mountPathOf));
  // The initializer's environment depends on Secrets and ClusterStorageContainers, which no manifest shows.
  const initialized = withField(result, "initContainers", unknown(locations.origin));
  return withMount(initialized, shared, { emptyDir: {} }, readOnly, locations);
}

function withMount(pod: Traced, path: string, source: object, readOnly: boolean, from: Traced): Traced {
  const name = path.replace(/^\/+|\/+$/g, "").replaceAll("/", "-");
  const volumes = field(pod, "volumes");
  const mount = { ...added({ name, mountPath: path, ...(readOnly ? { readOnly } : {}) }), origin: from.origin };
  const containers = mapItems(field(pod, "containers") ?? added([]), (container) => {
    const mounts = field(container, "volumeMounts");
    const mounted = items(mounts).some((other) => text(field(other, "name")) === name);
    if (mounted || isUnknown(mounts) || !MOUNTING_CONTAINERS.includes(text(field(container, "name")) ?? ""))
      return container;
    return withField(container, "volumeMounts", {
      kind: "list",
      items: [...items(mounts), mount],
      origin: mounts?.origin,
    });
  });
  const result = withField(pod, "containers", containers);
  const present = items(volumes).some((volume) => text(field(volume, "name")) === name);
  if (present || isUnknown(volumes)) return result;
  const volume = { ...added({ name, ...source }), origin: from.origin };
  return withField(result, "volumes", { kind: "list", items: [...items(volumes), volume], origin: volumes?.origin });
}

function mountPathOf(location: Traced): string {
  return text(field(location, "mountPath")) ?? "/mnt/models";
}

/** The longest folder that holds all paths. */
function commonParent(paths: readonly string[]): string {
  if (paths.length === 1) return paths[0] ?? "";
  const split = paths.map((path) => path.split("/").filter((step) => step !== ""));
  const [first = []] = split;
  const shared = first.findIndex((step, depth) => split.some((steps) => steps[depth] !== step));
  return `/${first.slice(0, shared < 0 ? undefined : shared).join("/")}`;
}
