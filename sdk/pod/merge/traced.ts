/**
 * Plain data in which every value remembers where it was written.
 *
 * The controller's merge is done on this form, so that the result can say of each field which object a user has to
 * edit. A value without an origin was put there by a controller. Nodes are never changed, only replaced.
 */
import type { KubernetesObject } from "../../kubernetes/core";
import { UNKNOWN } from "../unknown";

/** Where a user wrote a value. */
export interface Origin {
  /** The object to edit. */
  object: KubernetesObject;
  /** The field in that object, such as `spec.predictor.model.args[0]` or `spec.containers[kserve-container].image`. */
  path: string;
}

export type Scalar = string | number | boolean | null | typeof UNKNOWN;
export interface TracedLeaf {
  readonly kind: "leaf";
  readonly value: Scalar;
  readonly origin?: Origin | undefined;
}
export interface TracedList {
  readonly kind: "list";
  readonly items: readonly Traced[];
  readonly origin?: Origin | undefined;
}
export interface TracedMap {
  readonly kind: "map";
  readonly fields: ReadonlyMap<string, Traced>;
  readonly origin?: Origin | undefined;
}
export type Traced = TracedLeaf | TracedList | TracedMap;

/** Fields whose items are found by a field of their own rather than by their position. */
const ITEM_KEYS: readonly string[] = ["name", "mountPath", "devicePath", "containerPort", "topologyKey", "ip"];

/** Traces a value a user wrote; `undefined` fields are absent. Pulumi unknowns are expected as {@link UNKNOWN}. */
export function trace(value: unknown, object: KubernetesObject, path = ""): Traced {
  const origin = { object, path };
  if (Array.isArray(value)) {
    const names = value.map(itemName);
    // Two mounts of one volume have the same name: then only the position tells them apart.
    const step = (index: number): string => {
      const name = names[index];
      return name === undefined || names.indexOf(name) !== names.lastIndexOf(name) ? String(index) : name;
    };
    const items = value.map((item: unknown, index) => trace(item, object, `${path}[${step(index)}]`));
    return { kind: "list", items, origin };
  }
  if (typeof value === "object" && value !== null) {
    const written = Object.entries(value).filter(([, inner]) => inner !== undefined);
    const fields = written.map(([key, inner]) => [key, trace(inner, object, joinPath(path, key))] as const);
    return { kind: "map", fields: new Map(fields), origin };
  }
  return { kind: "leaf", value: scalar(value), origin };
}

/** A value that a controller adds, or that no single object determines. */
export function added(value: unknown): Traced {
  if (Array.isArray(value)) return { kind: "list", items: value.map(added) };
  if (typeof value === "object" && value !== null) {
    const written = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return { kind: "map", fields: new Map(written.map(([key, inner]) => [key, added(inner)])) };
  }
  return { kind: "leaf", value: scalar(value) };
}

/** The plain data again. */
export function plain(node: Traced): unknown {
  if (node.kind === "leaf") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.fields].map(([key, inner]) => [key, plain(inner)]));
}

/** A value nobody knows yet, blamed on the place that makes it unknown. */
export function unknown(origin: Origin | undefined): TracedLeaf {
  return { kind: "leaf", value: UNKNOWN, origin };
}

export function isUnknown(node: Traced | undefined): boolean {
  return node?.kind === "leaf" && node.value === UNKNOWN;
}

/** Whether a pointer field is given at all. */
export function isSet(node: Traced | undefined): boolean {
  return node !== undefined && !(node.kind === "leaf" && node.value === null);
}

/** The field at the end of a chain of keys; unknown as soon as something on the way is unknown. */
export function field(node: Traced | undefined, ...keys: string[]): Traced | undefined {
  let current = node;
  for (const key of keys) {
    if (current === undefined || isUnknown(current)) return current;
    current = current.kind === "map" ? current.fields.get(key) : undefined;
  }
  return current;
}

/** The text of a leaf; `undefined` when absent, unknown or no string. */
export function text(node: Traced | undefined): string | undefined {
  return node?.kind === "leaf" && typeof node.value === "string" ? node.value : undefined;
}

/** The items of a list; none when absent, unknown or no list. */
export function items(node: Traced | undefined): readonly Traced[] {
  return node?.kind === "list" ? node.items : [];
}

/** The list with items at its end, a new one where there is none; unknown stays unknown. */
export function append(list: Traced | undefined, ...added: readonly Traced[]): Traced {
  if (list !== undefined && isUnknown(list)) return list;
  return { kind: "list", items: [...items(list), ...added], origin: list?.origin };
}

/** Applies a function to every item that is known; an unknown list stays as it is. */
export function mapItems(list: Traced, change: (item: Traced) => Traced): Traced {
  if (list.kind !== "list") return list;
  return { ...list, items: list.items.map((item) => (isUnknown(item) ? item : change(item))) };
}

/** The map with one field set, replaced or, given `undefined`, removed; unknown stays unknown. */
export function withField(node: Traced | undefined, key: string, value: Traced | undefined): Traced {
  if (node !== undefined && isUnknown(node)) return node;
  const fields = new Map(node?.kind === "map" ? node.fields : []);
  if (value === undefined) fields.delete(key);
  else fields.set(key, value);
  return { kind: "map", fields, origin: node?.origin };
}

/** The map with a field that is set only where it is absent. */
export function withDefault(node: Traced, key: string, value: unknown): Traced {
  return field(node, key) === undefined ? withField(node, key, added(value)) : node;
}

/** Changes the value at a chain of keys where it exists. */
export function changeField(node: Traced, keys: readonly string[], change: (value: Traced) => Traced): Traced {
  const [key, ...rest] = keys;
  if (key === undefined || isUnknown(node)) return isUnknown(node) ? node : change(node);
  const inner = field(node, key);
  return inner === undefined ? node : withField(node, key, changeField(inner, rest, change));
}

/** The item of a list whose key field has this value. */
export function itemNamed(node: Traced | undefined, name: string, key = "name"): Traced | undefined {
  return items(node).find((item) => text(field(item, key)) === name);
}

/** The node at a path such as `containers[kserve-container].resources.limits["nvidia.com/gpu"]`. */
export function select(node: Traced | undefined, path: string): Traced | undefined {
  let current = node;
  for (const step of parsePath(path)) {
    if (current === undefined) return undefined;
    if (current.kind === "list") current = itemAt(current, step);
    else if (current.kind === "map") current = current.fields.get(step);
    // Beyond an unknown value lies what made it unknown.
    else if (!isUnknown(current)) return undefined;
  }
  return current;
}

/** One more step on a path: `a.b`, or `a["x/y"]` where the key is no identifier. */
export function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function parsePath(path: string): string[] {
  const steps = path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[([^\]]*)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, bracketed, bare]) =>
    quoted === undefined ? (bracketed ?? bare ?? "") : String(JSON.parse(quoted)),
  );
}

function itemAt(list: TracedList, step: string): Traced | undefined {
  const keyed = list.items.find((item) => {
    const key = ITEM_KEYS.map((name) => field(item, name)).find((candidate) => candidate !== undefined);
    return key?.kind === "leaf" && key.value !== UNKNOWN && String(key.value) === step;
  });
  return keyed ?? (/^\d+$/.test(step) ? list.items[Number(step)] : undefined);
}

function itemName(item: unknown): string | undefined {
  const name: unknown = typeof item === "object" && item !== null && "name" in item ? item.name : undefined;
  return typeof name === "string" && /^[\w.-]+$/.test(name) && !/^\d+$/.test(name) ? name : undefined;
}

function scalar(value: unknown): Scalar {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === UNKNOWN ? UNKNOWN : null;
}
