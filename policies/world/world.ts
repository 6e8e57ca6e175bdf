/**
 * All objects of one judgement: those of a stack or of files, and what the cluster holds already.
 *
 * A stack or file object hides the inventory object of the same identity: that is how an update looks (the old one in
 * the inventory, the new one in the stack). Equal identities inside the stack are all kept, so a rule can see them.
 */
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { UNKNOWN, guard } from "../../sdk/pod/unknown";
import type { ResourceRef } from "../rule";
import { isClusterScoped, type Kind } from "./kinds";
import type { Source, SourcedObject } from "./source";

export type { Source, SourcedObject } from "./source";

/** An object with an identity and a source. */
export interface WorldObject<T extends KubernetesObject = KubernetesObject> {
  ref: ResourceRef;
  source: Source;
  /** The object for rules: reading a value that is known only after apply throws `UnknownValueError`. */
  object: T;
  /** The same object for merging, where such values are the symbol `UNKNOWN` and are copied along. */
  raw: T;
}

/** Something in the input that is no Kubernetes object: no rule can judge it. */
export interface MalformedObject {
  source: Source;
  /** One sentence: what is missing. */
  problem: string;
}

/** See {@link buildWorld}. */
export interface World {
  /** Objects of the stack or the files, in the order given; these are judged. */
  judged: WorldObject[];
  /** Objects of the inventory that the stack or the files do not replace. */
  inventory: WorldObject[];
  malformed: MalformedObject[];
  /** Objects of a kind that will exist after the deployment: judged ones first, then the rest of the inventory. */
  list<T extends KubernetesObject>(kind: Kind<T>): WorldObject<T>[];
  /** Objects of a kind that are judged. */
  subjects<T extends KubernetesObject>(kind: Kind<T>): WorldObject<T>[];
  /** The object of that name, or `undefined`; `namespace` is ignored for kinds without one. */
  find<T extends KubernetesObject>(kind: Kind<T>, name: string, namespace?: string): WorldObject<T> | undefined;
  /** What the inventory holds under the identity of a judged object: its state before this deployment. */
  previous<T extends KubernetesObject>(object: WorldObject<T>): WorldObject<T> | undefined;
  /** Groups of judged objects that share one identity. */
  duplicates: WorldObject[][];
  /** Whether the inventory holds any object of a kind, replaced ones included. */
  inventoryHas(kind: Kind): boolean;
}

/** What a name or namespace that is known only after apply looks like in a {@link ResourceRef}. */
export const NOT_YET_KNOWN = "(known after apply)";

/**
 * Index objects for rules.
 *
 * @param objects in any order; `List`s are opened; objects without kind or name end up in {@link World.malformed}
 */
export function buildWorld(objects: SourcedObject[]): World {
  const malformed: MalformedObject[] = [];
  const identified = objects.flatMap(openList).flatMap((sourced) => identify(sourced, malformed));
  // An object whose name is not known yet is never the same as another one.
  const identities = new Map(identified.map((object, i) => [object, identityOf(object.ref) ?? `unknown ${i}`]));
  const identity = (object: WorldObject) => identities.get(object) ?? "";
  const judged = identified.filter(({ source }) => source.from !== "inventory");
  const existing = identified.filter(({ source }) => source.from === "inventory");
  const judgedBy = groupBy(judged, identity);
  const existingBy = new Map(existing.map((object) => [identity(object), object]));
  const inventory = [...existingBy.values()].filter((object) => !judgedBy.has(identity(object)));
  const byKind = groupBy([...judged, ...inventory], kindOf);
  const byIdentity = new Map([...inventory, ...judged.toReversed()].map((object) => [identity(object), object]));
  const inventoryKinds = new Set(existing.map(kindOf));

  return {
    judged,
    inventory,
    malformed,
    duplicates: [...judgedBy.values()].filter((group) => group.length > 1),
    list: <T extends KubernetesObject>({ group, kind }: Kind<T>) =>
      (byKind.get(kindKey(group, kind)) ?? []) as WorldObject<T>[],
    subjects: <T extends KubernetesObject>({ group, kind }: Kind<T>) =>
      (byKind.get(kindKey(group, kind)) ?? []).filter(({ source }) => source.from !== "inventory") as WorldObject<T>[],
    find: <T extends KubernetesObject>({ group, kind }: Kind<T>, name: string, namespace = "default") =>
      byIdentity.get(identityKey(group, kind, namespace, name)) as WorldObject<T> | undefined,
    previous: <T extends KubernetesObject>(object: WorldObject<T>) =>
      existingBy.get(identity(object)) as WorldObject<T> | undefined,
    inventoryHas: ({ group, kind }) => inventoryKinds.has(kindKey(group, kind)),
  };
}

/** The group of an apiVersion; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** How people name a resource: `InferenceService models/granite`. */
export function nameOf(ref: ResourceRef): string {
  return ref.namespace === undefined ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}

/** The reference of a plain object, such as the origin of an effective value. */
export function refOf(object: KubernetesObject): ResourceRef {
  const { apiVersion, kind, metadata } = object;
  return isClusterScoped(kind)
    ? { apiVersion, kind, name: metadata.name }
    : { apiVersion, kind, namespace: metadata.namespace ?? "default", name: metadata.name };
}

function openList(sourced: SourcedObject): SourcedObject[] {
  const { object, source } = sourced;
  if (!isRecord(object) || typeof object.kind !== "string" || !object.kind.endsWith("List")) return [sourced];
  const { items } = object;
  return Array.isArray(items) ? items.flatMap((item: unknown) => openList({ object: item, source })) : [sourced];
}

function identify({ object, source }: SourcedObject, malformed: MalformedObject[]): WorldObject[] {
  const problem = problemOf(object);
  if (problem !== undefined || !isRecord(object)) {
    malformed.push({ source, problem: problem ?? "not an object" });
    return [];
  }
  const raw = object as unknown as KubernetesObject;
  return [{ ref: lenientRef(object), source, raw, object: guard(raw) }];
}

function problemOf(object: unknown): string | undefined {
  if (!isRecord(object)) return "not an object";
  if (!isText(object.apiVersion)) return "apiVersion is missing or not a string";
  if (!isText(object.kind)) return "kind is missing or not a string";
  if (!isRecord(object.metadata)) return object.metadata === UNKNOWN ? undefined : "metadata is missing";
  if (!isText(object.metadata.name ?? object.metadata.generateName)) return "metadata.name is missing or not a string";
  return undefined;
}

/** Like {@link refOf} for data of any content; what is not known yet is written as {@link NOT_YET_KNOWN}. */
function lenientRef(object: Record<string, unknown>): ResourceRef {
  const metadata = isRecord(object.metadata) ? object.metadata : { name: UNKNOWN, namespace: UNKNOWN };
  const kind = text(object.kind, "");
  const named = { apiVersion: text(object.apiVersion, ""), kind };
  const name = text(metadata.name ?? metadata.generateName, "");
  return isClusterScoped(kind)
    ? { ...named, name }
    : { ...named, namespace: text(metadata.namespace, "default"), name };
}

function text(value: unknown, missing: string): string {
  if (value === UNKNOWN) return NOT_YET_KNOWN;
  return typeof value === "string" && value !== "" ? value : missing;
}

function isText(value: unknown): boolean {
  return value === UNKNOWN || (typeof value === "string" && value !== "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
