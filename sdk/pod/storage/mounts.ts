/**
 * Volumes for models and their mounts.
 * Upstream: kserve/kserve `pkg/utils/storage.go` (AddModelMount, FindCommonParentPath, ParsePvcURI).
 */
import { added, append, field, itemNamed, items, type Origin, text, type Traced, withField } from "../merge/traced";

/** A volume, and where containers see it. */
export interface ModelMount {
  volume: string;
  mountPath: string;
  subPath?: string;
  readOnly: boolean;
  /** The claim; absent: an empty folder. */
  claim?: string;
  origin: Origin | undefined;
}

/** The pod with the mount in the first container of each name, and the volume where that added a mount. */
export function withModelMount(spec: Traced, mount: ModelMount, containers: readonly string[]): Traced {
  return containers.reduce((rest, name) => withMountIn(rest, mount, name), spec);
}

/** The pod with a volume where it has none of that name. */
export function withVolume(spec: Traced, volume: Traced): Traced {
  const volumes = field(spec, "volumes");
  if (itemNamed(volumes, text(field(volume, "name")) ?? "") !== undefined) return spec;
  return withField(spec, "volumes", append(volumes, volume));
}

/** The container with a mount at the end of its list. */
export function withVolumeMount(container: Traced, mount: Traced): Traced {
  return withField(container, "volumeMounts", append(field(container, "volumeMounts"), mount));
}

/** Changes the first container of a name, if the list has one. */
export function changeNamed(
  list: Traced | undefined,
  name: string,
  change: (item: Traced) => Traced,
): Traced | undefined {
  const position = items(list).findIndex((item) => text(field(item, "name")) === name);
  if (list?.kind !== "list" || position < 0) return list;
  return { ...list, items: list.items.map((item, index) => (index === position ? change(item) : item)) };
}

/** Claim and path of `pvc://claim/path`. */
export function parseClaim(uri: string): { claim: string; path: string } {
  const [claim = "", ...path] = uri.slice("pvc://".length).split("/");
  return { claim, path: path.join("/") };
}

/** The name of the volume for a path: `/mnt/models` is `mnt-models`. */
export function volumeNameOf(path: string): string {
  return path.replace(/^\/+|\/+$/g, "").replaceAll("/", "-");
}

/** The longest folder that holds all paths. */
export function commonParent(paths: readonly string[]): string {
  if (paths.length === 1) return paths[0] ?? "";
  const split = paths.map((path) => path.split("/").filter((step) => step !== ""));
  const [first = []] = split;
  const shared = first.findIndex((step, depth) => split.some((steps) => steps[depth] !== step));
  return `/${first.slice(0, shared < 0 ? undefined : shared).join("/")}`;
}

function withMountIn(spec: Traced, mount: ModelMount, name: string): Traced {
  const lists = [
    ["containers", mount.readOnly],
    ["initContainers", false],
  ] as const;
  for (const [list, readOnly] of lists) {
    const container = itemNamed(field(spec, list), name);
    if (container === undefined || itemNamed(field(container, "volumeMounts"), mount.volume) !== undefined) continue;
    const entry = mountEntry(mount, readOnly);
    const changed = changeNamed(field(spec, list), name, (one) => withVolumeMount(one, entry));
    return withVolume(withField(spec, list, changed), volumeEntry(mount));
  }
  return spec;
}

/** The mount of a container; absent fields are those that Go leaves out. */
export function mountEntry({ volume, mountPath, subPath, origin }: ModelMount, readOnly: boolean): Traced {
  const entry = {
    name: volume,
    mountPath,
    ...(subPath === undefined || subPath === "" ? {} : { subPath }),
    ...(readOnly ? { readOnly } : {}),
  };
  return { ...added(entry), origin };
}

function volumeEntry({ volume, claim, origin }: ModelMount): Traced {
  const source = claim === undefined ? { emptyDir: {} } : { persistentVolumeClaim: { claimName: claim } };
  return { ...added({ name: volume, ...source }), origin };
}
