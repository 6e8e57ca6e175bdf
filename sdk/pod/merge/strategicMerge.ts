/**
 * The strategic merge that KServe uses to lay an InferenceService over its runtime.
 * Upstream: kubernetes/apimachinery `pkg/util/strategicpatch/patch.go` (mergeMap, mergeSlice) and kserve/kserve
 * `pkg/controller/v1beta1/inferenceservice/utils/utils.go` (MergeRuntimeContainers, MergePodSpec).
 *
 * Unknown values take part: an unknown leaf is copied, and where an unknown value meets a map or a keyed list the
 * result is unknown as a whole, because anything in it could be overridden.
 */
import { field, isUnknown, type Traced, type TracedList, type TracedMap, unknown, withField } from "./traced";
import { UNKNOWN } from "../unknown";

/** Lists that are merged item by item, and the field that identifies an item; every other list is replaced whole. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  volumes: "name",
  imagePullSecrets: "name",
  resourceClaims: "name",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
  env: "name",
  ports: "containerPort",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
};

/** The parts of a runtime's pod that KServe lays under the service's; `hostIPC` of a runtime is not among them. */
const RUNTIME_POD_FIELDS = ["nodeSelector", "affinity", "tolerations", "volumes", "imagePullSecrets", "schedulerName"];

/** The patch laid over the base, as `StrategicMergePatch` does. */
export function strategicMerge(base: Traced | undefined, patch: Traced | undefined, name = ""): Traced | undefined {
  if (base === undefined || patch === undefined) return patch ?? base;
  const mergeKey = MERGE_KEYS[name];
  if (patch.kind === "map") {
    if (isUnknown(base)) return base;
    return base.kind === "map" ? mergeMaps(base, patch) : patch;
  }
  if (patch.kind === "list" && mergeKey !== undefined) {
    if (isUnknown(base)) return base;
    return base.kind === "list" ? mergeLists(base, patch, mergeKey) : patch;
  }
  return patch;
}

/** A runtime's container with the service's laid over it; arguments are appended, not replaced. */
export function mergeContainers(runtime: Traced, service: Traced): Traced {
  const merged = strategicMerge(runtime, withField(service, "name", undefined)) ?? runtime;
  return withField(merged, "args", concatenate(field(runtime, "args"), field(service, "args")));
}

/** A runtime's pod with the service's laid over it; containers are left to the caller. */
export function mergePods(runtime: Traced | undefined, service: Traced): Traced {
  const taken = RUNTIME_POD_FIELDS.map((name) => [name, field(runtime, name)] as const);
  const fields = new Map(taken.filter((entry): entry is [string, Traced] => entry[1] !== undefined));
  return strategicMerge({ kind: "map", fields, origin: runtime?.origin }, service) ?? service;
}

/** All the maps in one, the later ones winning; unknown when one of them is. */
export function unionMaps(...maps: (Traced | undefined)[]): Traced {
  const gap = maps.find(isUnknown);
  if (gap !== undefined) return gap;
  return { kind: "map", fields: new Map(maps.flatMap((map) => (map?.kind === "map" ? [...map.fields] : []))) };
}

function concatenate(first: Traced | undefined, second: Traced | undefined): Traced | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  if (isUnknown(second)) return second;
  if (isUnknown(first) || first.kind !== "list" || second.kind !== "list") return first;
  return { kind: "list", items: [...first.items, ...second.items], origin: second.origin };
}

function mergeMaps(base: TracedMap, patch: TracedMap): Traced {
  const fields = new Map(base.fields);
  for (const [key, value] of patch.fields) {
    const merged = strategicMerge(fields.get(key), value, key);
    if (merged !== undefined) fields.set(key, merged);
  }
  return { kind: "map", fields, origin: patch.origin };
}

function mergeLists(base: TracedList, patch: TracedList, mergeKey: string): Traced {
  if (base.items.length === 0 || patch.items.length === 0) return patch.items.length === 0 ? base : patch;
  const gap = [...patch.items, ...base.items].find((item) => keyOf(item, mergeKey) === UNKNOWN);
  if (gap !== undefined) return unknown(field(gap, mergeKey)?.origin ?? gap.origin);
  const merged = [...base.items];
  for (const item of patch.items) {
    const position = indexOf(merged, item, mergeKey);
    if (position < 0) merged.push(item);
    else merged[position] = strategicMerge(merged[position], item) ?? item;
  }
  return { kind: "list", items: inMergeOrder(merged, base.items, patch.items, mergeKey), origin: patch.origin };
}

/**
 * Upstream's order: the patch's items in the patch's order, and before each of them those items of the base that stand
 * before it in the base. So an item that only the patch has comes before everything that only the base has.
 */
function inMergeOrder(merged: Traced[], base: readonly Traced[], patch: readonly Traced[], mergeKey: string): Traced[] {
  const place = (list: readonly Traced[], item: Traced): number => indexOf(list, item, mergeKey);
  const untouched = merged.filter((item) => place(patch, item) < 0);
  const patched = merged.filter((item) => place(patch, item) >= 0);
  patched.sort((left, right) => place(patch, left) - place(patch, right));
  const ordered: Traced[] = [];
  for (const item of patched) {
    const before = untouched.filter((other) => place(base, other) < place(base, item));
    ordered.push(...untouched.splice(0, before.length), item);
  }
  return [...ordered, ...untouched];
}

function indexOf(list: readonly Traced[], item: Traced, mergeKey: string): number {
  const key = keyOf(item, mergeKey);
  return list.findIndex((candidate) => keyOf(candidate, mergeKey) === key);
}

function keyOf(item: Traced, mergeKey: string): unknown {
  const key = field(item, mergeKey);
  return key?.kind === "leaf" ? key.value : undefined;
}
