/** Objects as a cluster prints them: anything may be missing, or of a type that nobody expects. */
import { parseQuantity, scaledValue } from "../pod/quantity";

/** An object with the parts that every kind has; the rest is read with {@link valueAt} and its siblings. */
export interface SeenObject {
  apiVersion: string;
  kind: string;
  /** Empty for an object of the cluster. */
  namespace: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  raw: unknown;
}

/** The objects among some values, those of Lists included, in their order. */
export function seen(values: readonly unknown[]): SeenObject[] {
  return values.flatMap((value) => {
    const [apiVersion, kind] = [textAt(value, "apiVersion"), textAt(value, "kind")];
    if (apiVersion === undefined || kind === undefined) return [];
    const items = valueAt(value, "items");
    if (kind.endsWith("List") && Array.isArray(items)) {
      // The items of a NodeList leave out what it says of all of them.
      const shared = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
      return seen(items.map((item: unknown) => (isRecord(item) ? { ...shared, ...item } : item)));
    }
    return [
      {
        apiVersion,
        kind,
        namespace: textAt(value, "metadata", "namespace") ?? "",
        name: textAt(value, "metadata", "name") ?? "",
        labels: textsAt(value, "metadata", "labels"),
        annotations: textsAt(value, "metadata", "annotations"),
        raw: value,
      },
    ];
  });
}

/** Those of a kind of a group; versions of one group are equivalent here. */
export function ofKind(objects: readonly SeenObject[], kind: string, group: string): SeenObject[] {
  return objects.filter((object) => object.kind === kind && groupOf(object.apiVersion) === group);
}

/** `Kind namespace/name`, as reports name an object. */
export function nameOf({ kind, namespace, name }: Pick<SeenObject, "kind" | "namespace" | "name">): string {
  return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

export function valueAt(data: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), data);
}

export function textAt(data: unknown, ...keys: readonly string[]): string | undefined {
  const value = valueAt(data, ...keys);
  return typeof value === "string" ? value : undefined;
}

export function listAt(data: unknown, ...keys: readonly string[]): readonly unknown[] {
  const value = valueAt(data, ...keys);
  return Array.isArray(value) ? value : [];
}

/** The fields that are texts. */
export function textsAt(data: unknown, ...keys: readonly string[]): Record<string, string> {
  const value = valueAt(data, ...keys);
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** A condition of `status.conditions` by its type. */
export function conditionOf(object: SeenObject, type: string): unknown {
  return listAt(object.raw, "status", "conditions").find((condition) => textAt(condition, "type") === type);
}

/** Resource names that a node has or offers. */
export function resourcesOf({ raw }: SeenObject): string[] {
  const lists = ["capacity", "allocatable"].map((list) => valueAt(raw, "status", list));
  return Object.keys(Object.assign({}, ...lists.filter(isRecord)) as object);
}

/** Devices of a node: what it has, or what pods can be given; none where it does not say. A thousand are `1k`. */
export function deviceCount({ raw }: SeenObject, list: "allocatable" | "capacity", resource: string): number {
  const count = valueAt(raw, "status", list, resource);
  if (typeof count === "number") return count;
  return typeof count === "string" && /^\d+k?$/.test(count) ? Number(scaledValue(parseQuantity(count), 0)) : 0;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
