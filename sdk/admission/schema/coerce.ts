/**
 * What the API server does to a custom resource while it reads it: fields that the schema does not declare go, nulls go,
 * defaults come. Upstream: kubernetes `staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}`.
 */
import { type Schema, fieldSchema, itemSchema } from "./schemas";

export type Json = Record<string, unknown>;

/** Whether a value is an object rather than a list, a scalar or nothing. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys that every resource has at its root, declared or not. */
const ROOT_FIELDS: readonly string[] = ["apiVersion", "kind", "metadata"];

/** A copy without undeclared fields, and the paths of those, sorted. */
export function prune(object: Json, schema: Schema): { object: Json; unknownFields: string[] } {
  const unknownFields: string[] = [];
  const pruned: Json = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    if (ROOT_FIELDS.includes(key)) pruned[key] = value;
    else pruneField(pruned, key, value, schema, "", unknownFields);
  }
  return { object: pruned, unknownFields: unknownFields.sort() };
}

function pruneField(into: Json, key: string, value: unknown, schema: Schema, path: string, unknown: string[]): void {
  const declared = fieldSchema(schema, key);
  const at = path === "" ? key : `${path}.${key}`;
  const keepsAll = schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
  if (declared !== undefined) into[key] = pruneValue(value, declared, at, unknown);
  else if (keepsAll) into[key] = value;
  else unknown.push(at);
}

function pruneValue(value: unknown, schema: Schema | undefined, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => pruneValue(item, itemSchema(schema), `${path}[${index}]`, unknown));
  }
  if (!isObject(value)) return value;
  const pruned: Json = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) pruneField(pruned, key, inner, schema ?? {}, path, unknown);
  }
  return pruned;
}

/** Without the nulls that no schema allows and no default replaces; what has none is not copied. */
export function withoutNulls(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return changedList(value, (item) => withoutNulls(item, itemSchema(schema)));
  if (!isObject(value)) return value;
  return changedFields(value, (inner, key) => {
    const declared = fieldSchema(schema, key);
    const stays = inner !== null || declared?.nullable === true || declared?.default !== undefined;
    return stays ? withoutNulls(inner, declared) : undefined;
  });
}

/** With the schema's defaults, also in place of nulls; what needs none is not copied. */
export function withDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    return changedList(value, (item) => withDefaults(isReplaced(item, items) ? items?.default : item, items));
  }
  if (!isObject(value) || schema === undefined) return value;
  const filled = changedFields(value, (inner, key) => {
    const declared = fieldSchema(schema, key);
    return withDefaults(isReplaced(inner, declared) ? declared?.default : inner, declared);
  });
  const missing = defaultsOf(schema).filter(([key]) => filled[key] === undefined);
  return missing.length === 0 ? filled : { ...filled, ...Object.fromEntries(missing) };
}

const defaults = new Map<Schema, readonly (readonly [string, unknown])[]>();

/** The fields of a schema that have a default, with it. */
function defaultsOf(schema: Schema): readonly (readonly [string, unknown])[] {
  const known = defaults.get(schema);
  if (known !== undefined) return known;
  const made = Object.keys(schema.properties ?? {}).flatMap((key) => {
    const declared = fieldSchema(schema, key);
    return declared?.default === undefined ? [] : [[key, withDefaults(declared.default, declared)] as const];
  });
  defaults.set(schema, made);
  return made;
}

function changedList(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

/** Fields whose change is `undefined` go. */
function changedFields(object: Json, change: (value: unknown, key: string) => unknown): Json {
  let changed: Json | undefined;
  for (const key of Object.keys(object)) {
    const after = change(object[key], key);
    if (after === object[key]) continue;
    changed ??= { ...object };
    if (after === undefined) Reflect.deleteProperty(changed, key);
    else changed[key] = after;
  }
  return changed ?? object;
}

function isReplaced(value: unknown, schema: Schema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true && schema.default !== undefined;
}
