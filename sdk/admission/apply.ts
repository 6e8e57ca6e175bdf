/**
 * What server-side apply refuses before anything else sees the object: undeclared fields, wrong types, repeated keys.
 * Upstream: `sigs.k8s.io/structured-merge-diff/typed/{validate,helpers}.go`.
 */
import { UNKNOWN } from "../pod/unknown";
import { isObject, type Json } from "./coerce";
import { goJson, goNumber, goQuote, sortedEntries } from "./goText";
import { type Schema, fieldSchema, itemSchema } from "./schemas";

/** One complaint, with its path as structured-merge-diff writes it. */
export interface ApplyError {
  field: string;
  message: string;
}

/** Every complaint about an object. */
export function applyErrors(object: Json, schema: Schema): ApplyError[] {
  const { metadata: _, ...rest } = object;
  return objectErrors(rest, schema, "");
}

function valueErrors(value: unknown, schema: Schema, path: string): ApplyError[] {
  if (value === UNKNOWN || value === null || value === undefined) return [];
  const wrong = (message: string): ApplyError[] => [{ field: path, message }];
  if (schema["x-kubernetes-int-or-string"] === true) {
    return typeof value === "object" ? wrong(`expected any scalar, got &{${goValue(value)}}`) : [];
  }
  switch (schema.type) {
    case "object":
      return isObject(value) ? objectErrors(value, schema, path) : wrong(`expected map, got &{${goValue(value)}}`);
    case "array":
      return Array.isArray(value) ? listErrors(value, schema, path) : wrong(`expected list, got &{${goValue(value)}}`);
    case "string":
      if (typeof value === "string") return [];
      return wrong(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    case "boolean":
      return typeof value === "boolean" ? [] : wrong(`expected boolean, got &{${goValue(value)}}`);
    case "integer":
    case "number":
      return typeof value === "number" ? [] : wrong(`expected numeric (int or float), got ${goTypeOf(value)}`);
    default:
      return [];
  }
}

function objectErrors(value: Json, schema: Schema, path: string): ApplyError[] {
  return sortedEntries(value).flatMap(([key, inner]) => {
    const declared = fieldSchema(schema, key);
    if (declared !== undefined) return valueErrors(inner, declared, `${path}.${key}`);
    return acceptsAll(schema) ? [] : [{ field: `${path}.${key}`, message: "field not declared in schema" }];
  });
}

/** Objects without declared fields take anything. */
function acceptsAll(schema: Schema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
}

function listErrors(list: readonly unknown[], schema: Schema, path: string): ApplyError[] {
  const items = itemSchema(schema);
  if (items === undefined) return [];
  const isSet = schema["x-kubernetes-list-type"] === "set";
  const keys = schema["x-kubernetes-list-type"] === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : undefined;
  const seen = new Set<string>();
  const errors: ApplyError[] = [];
  for (const [index, item] of list.entries()) {
    const element = isSet ? `[=${goJson(item)}]` : keys === undefined ? `[${index}]` : elementOf(item, keys, items);
    if (element === undefined) {
      const message = `element ${index}: associative list with keys has an element that omits all key fields ${JSON.stringify(keys).replace(/,/g, " ")} (and doesn't have default values for any key fields)`;
      return [...errors, { field: path, message }];
    }
    if (keys !== undefined || isSet) {
      if (seen.has(element)) errors.push({ field: path, message: `duplicate entries for key ${element}` });
      seen.add(element);
    }
    errors.push(...valueErrors(item, items, `${path}${element}`));
  }
  return errors;
}

/** `[name="x"]`, with keys left out unless they have a default. */
function elementOf(item: unknown, keys: readonly string[], schema: Schema): string | undefined {
  if (!isObject(item)) return undefined;
  const given = [...keys].sort().flatMap((key) => {
    const value = item[key] ?? fieldSchema(schema, key)?.default;
    return value === undefined ? [] : [`${key}=${typeof value === "string" ? goQuote(value) : goJson(value)}`];
  });
  return given.length === 0 ? undefined : `[${given.join(",")}]`;
}

/** `%v`. */
function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (isObject(value))
    return `map[${sortedEntries(value)
      .map(([key, inner]) => `${key}:${goValue(inner)}`)
      .join(" ")}]`;
  if (typeof value === "number") return goNumber(value);
  return value === null ? "<nil>" : String(value);
}

/** `%#v`. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (isObject(value)) {
    return `map[string]interface {}{${sortedEntries(value)
      .map(([key, inner]) => `${goQuote(key)}:${goSyntax(inner)}`)
      .join(", ")}}`;
  }
  return typeof value === "string" ? goQuote(value) : goValue(value);
}

/** `%T`. */
function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
