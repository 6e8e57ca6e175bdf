/**
 * What the API server does to a custom resource while it reads it: fields that the schema does not declare go, nulls go,
 * defaults come. Upstream: kubernetes `staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}`.
 */
import { type Schema, fieldSchema, itemSchema, propertyOf } from "./schemas";

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

/** A copy without the nulls that no schema allows and no default replaces. */
export function withoutNulls(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, itemSchema(schema)));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => {
    const declared = fieldSchema(schema, key);
    return inner !== null || declared?.nullable === true || declared?.default !== undefined;
  });
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner, fieldSchema(schema, key))]));
}

/** A copy with the schema's defaults, also in place of nulls. */
export function withDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    return value.map((item: unknown) => withDefaults(isReplaced(item, items) ? items?.default : item, items));
  }
  if (!isObject(value) || schema === undefined) return value;
  const filled: Json = { ...value };
  for (const key of Object.keys(schema.properties ?? {})) {
    const declared = fieldSchema(schema, key);
    if (declared?.default === undefined) continue;
    if (filled[key] === undefined || isReplaced(filled[key], declared)) filled[key] = declared.default;
  }
  for (const [key, inner] of Object.entries(filled)) {
    const declared = fieldSchema(schema, key);
    const isExtra = propertyOf(schema, key) === undefined;
    filled[key] = withDefaults(isExtra && isReplaced(inner, declared) ? declared?.default : inner, declared);
  }
  return filled;
}

function isReplaced(value: unknown, schema: Schema | undefined): boolean {
  return value === null && schema !== undefined && schema.nullable !== true && schema.default !== undefined;
}
