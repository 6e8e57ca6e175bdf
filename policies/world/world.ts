/**
 * All objects of one judgement: those of a stack or of files, and what the cluster holds already.
 *
 * A stack or file object hides the inventory object of the same identity: that is how an update looks (the old one in
 * the inventory, the new one in the stack). Equal identities inside the stack are all kept, so a rule can see them.
 */
import { clusterNodes, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { builtInCatalog, type Catalog } from "../../sdk/catalog/catalog";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { UNKNOWN, guard } from "../../sdk/pod/unknown";
import * as kinds from "./kinds";
import { isClusterScoped, type Kind } from "./kinds";
import { lazy } from "./lazy";
import { growingPools } from "./nodePools";
import { NOT_YET_KNOWN, groupOf, isRecord, nameOf, refOf } from "./reference";
import { shapeProblems } from "./shape";
import { readable, snapshot } from "./snapshot";
import type { SourcedObject } from "./source";
import type { MalformedObject, Place, ResourceRef, World, WorldObject } from "./types";
import { workloadsOf } from "./workload";

export { NOT_YET_KNOWN, groupOf, nameOf, refOf } from "./reference";
export type { Source, SourcedObject } from "./source";
export type { MalformedObject, Place, ProfileReference, ResourceRef, World, WorldObject, Workload } from "./types";

/**
 * Index objects for rules.
 *
 * @param objects in any order; `List`s are opened; objects without kind or name end up in {@link World.malformed}
 * @param catalog with the user's own entries, where there are some
 */
export function buildWorld(objects: SourcedObject[], catalog: Catalog = builtInCatalog): World {
  const malformed: MalformedObject[] = [];
  const index = indexObjects(objects.flatMap(openList).flatMap((sourced) => identify(sourced, malformed)));
  const workloads = lazy(() => workloadsOf(world));
  const nodes = lazy(() => nodesOf(world));
  const pools = lazy(() => growingPools(world));
  const before = lazy(() =>
    buildWorld(
      objects.filter(({ source }) => source.from === "inventory"),
      catalog,
    ),
  );
  const world: World = {
    ...index,
    catalog,
    malformed,
    locate: (path) => locate(path, [...index.judged, ...index.inventory]),
    get workloads() {
      return workloads();
    },
    get nodes() {
      return nodes();
    },
    get pools() {
      return pools();
    },
    get before() {
      return before();
    },
  };
  return world;
}

type Index = Pick<
  World,
  "judged" | "inventory" | "duplicates" | "list" | "subjects" | "find" | "previous" | "inventoryHas"
>;

function indexObjects(objects: WorldObject[]): Index {
  // An object whose name is not known yet is never the same as another one.
  const identities = new Map(objects.map((object, i) => [object, identityOf(object.ref) ?? `unknown ${i}`]));
  const identity = (object: WorldObject) => identities.get(object) ?? "";
  const judged = objects.filter(isJudged);
  const existing = objects.filter((object) => !isJudged(object));
  const judgedBy = groupBy(judged, identity);
  const existingBy = new Map(existing.map((object) => [identity(object), object]));
  const inventory = [...existingBy.values()].filter((object) => !judgedBy.has(identity(object)));
  const byKind = groupBy([...judged, ...inventory], kindOf);
  const byIdentity = new Map([...inventory, ...judged.toReversed()].map((object) => [identity(object), object]));
  const inventoryKinds = new Set(existing.map(kindOf));
  const list = <T extends KubernetesObject>({ group, kind }: Kind<T>) =>
    (byKind.get(kindKey(group, kind)) ?? []) as WorldObject<T>[];
  return {
    judged,
    inventory,
    duplicates: [...judgedBy.values()].filter((group) => group.length > 1),
    list,
    subjects: (kind) => list(kind).filter(isJudged),
    find: <T extends KubernetesObject>({ group, kind }: Kind<T>, name: string, namespace = "default") =>
      byIdentity.get(identityKey(group, kind, namespace, name)) as WorldObject<T> | undefined,
    previous: <T extends KubernetesObject>(object: WorldObject<T>) =>
      existingBy.get(identity(object)) as WorldObject<T> | undefined,
    inventoryHas: ({ group, kind }) => inventoryKinds.has(kindKey(group, kind)),
  };
}

function isJudged({ source }: WorldObject): boolean {
  return source.from !== "inventory";
}

function nodesOf(world: World): ClusterNode[] {
  // A stack's own Pod or DaemonSet that is not known yet takes no place that could be counted.
  const objects = <T extends KubernetesObject>(kind: Kind<T>) =>
    world.list(kind).flatMap(({ object }) => readable(() => [snapshot(object)]));
  return clusterNodes({ nodes: objects(kinds.node), pods: objects(kinds.pod), daemonSets: objects(kinds.daemonSet) });
}

function openList(sourced: SourcedObject): SourcedObject[] {
  const { object, source } = sourced;
  if (!isRecord(object) || typeof object.kind !== "string" || !object.kind.endsWith("List")) return [sourced];
  const { items, apiVersion, kind } = object;
  if (!Array.isArray(items)) return [sourced];
  // The items of a NodeList leave out what it says of all of them.
  const shared = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item: unknown) => openList({ object: isRecord(item) ? { ...shared, ...item } : item, source }));
}

function identify({ object, source }: SourcedObject, malformed: MalformedObject[]): WorldObject[] {
  const problem = problemOf(object);
  if (problem !== undefined || !isRecord(object)) {
    malformed.push({ source, problem: problem ?? "not an object" });
    return [];
  }
  const ref = refOf(object);
  const misshapen = shapeProblems(object).map((text) => ({ source, problem: `${nameOf(ref)}: ${text}` }));
  malformed.push(...misshapen);
  if (misshapen.length > 0) return [];
  const raw = withNamespace(object, ref) as unknown as KubernetesObject;
  return [{ ref, source, raw, object: guard(raw, pathPrefix(ref)) }];
}

/** Unknown values are reported with the object they are in: `Route[models/granite].spec.host`. */
function pathPrefix({ kind, namespace, name }: ResourceRef): string {
  return `${kind}[${namespace === undefined ? name : `${namespace}/${name}`}]`;
}

/** Also reads the paths of `resolveRuntime`: `ServingRuntime[name].spec…`, and `ServingRuntime.metadata` for an unknown name. */
function locate(path: string, objects: readonly WorldObject[]): Place | undefined {
  const parts = /^([A-Z]\w*)(?:\[([^\]]*)\])?\.(.+)$/.exec(path);
  if (parts === null) return undefined;
  const [, kind, name = NOT_YET_KNOWN, rest = ""] = parts;
  const found = objects.find(
    ({ ref }) => ref.kind === kind && [`${ref.namespace ?? ""}/${ref.name}`, ref.name, ref.namespace].includes(name),
  );
  return found && { resource: found.ref, path: rest };
}

/** What the API server does with a namespaced object that names no namespace. */
function withNamespace(object: Record<string, unknown>, { namespace }: ResourceRef): Record<string, unknown> {
  const { metadata } = object;
  const isComplete = !isRecord(metadata) || namespace === undefined || namespace === metadata.namespace;
  return isComplete || namespace === NOT_YET_KNOWN ? object : { ...object, metadata: { ...metadata, namespace } };
}

function problemOf(object: unknown): string | undefined {
  if (!isRecord(object)) return "not an object";
  if (!isText(object.apiVersion)) return textProblem("apiVersion", object.apiVersion);
  if (!isText(object.kind)) return textProblem("kind", object.kind);
  if (!isRecord(object.metadata)) return object.metadata === UNKNOWN ? undefined : "metadata is missing";
  const name = object.metadata.name ?? object.metadata.generateName;
  return isText(name) ? undefined : textProblem("metadata.name", name);
}

/** YAML reads `y`, `no` and `12` without quotes as no text, which surprises whoever wrote a name. */
function textProblem(path: string, value: unknown): string {
  if (value === undefined || value === null || value === "") return `${path} is missing`;
  if (typeof value !== "boolean" && typeof value !== "number") return `${path} is not a string`;
  const kind = typeof value === "boolean" ? "a boolean" : "a number";
  return `${path} is ${kind}, ${value}; to mean text, quote it`;
}

function isText(value: unknown): boolean {
  return value === UNKNOWN || (typeof value === "string" && value !== "");
}

function identityOf({ apiVersion, kind, namespace = "default", name }: ResourceRef): string | undefined {
  if (name === NOT_YET_KNOWN || namespace === NOT_YET_KNOWN) return undefined;
  return identityKey(groupOf(apiVersion), kind, namespace, name);
}

function identityKey(group: string, kind: string, namespace: string, name: string): string {
  return [group, kind, isClusterScoped(kind) ? "" : namespace, name].join("/");
}

function kindOf({ ref }: WorldObject): string {
  return kindKey(groupOf(ref.apiVersion), ref.kind);
}

function kindKey(group: string, kind: string): string {
  return `${group}/${kind}`;
}

function groupBy<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
