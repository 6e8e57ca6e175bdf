/**
 * What server-side apply refuses before anything else sees the object: undeclared fields, wrong types, repeated keys.
 * Upstream: `sigs.k8s.io/structured-merge-diff/typed/{validate,helpers}.go`.
 */
import { UNKNOWN } from "../../pod/unknown";
import { isObject, type Json } from "./coerce";
import { goPrint, goQuote, goSyntax, goTypeName, sortedEntries } from "../golang/text";
import type { Schema } from "./schemas";
import { METADATA_SHAPE, type Shape, shapeOf } from "./shapes";

/** Stands for a key known only after apply; whether it equals another one is asked again where keys are checked. */
const UNKNOWN_KEY = "\u0000";

/** One complaint, with its path as structured-merge-diff writes it. */
export interface ApplyError {
  field: string;
  message: string;
}

/** Every complaint about an object. */
export function applyErrors(object: Json, schema: Schema): ApplyError[] {
  const { metadata, ...rest } = object;
  return [...valueErrors(metadata, METADATA_SHAPE, ".metadata"), ...mapErrors(rest, shapeOf(schema), "")];
}

function valueErrors(value: unknown, shape: Shape, path: string): ApplyError[] {
  if (value === UNKNOWN || value === null || value === undefined) return [];
  if (shape.kind === "map" && isObject(value)) return mapErrors(value, shape, path);
  if (shape.kind === "list" && Array.isArray(value)) return listErrors(value, shape, path);
  const message = mismatch(value, shape.kind);
  return message === undefined ? [] : [{ field: path, message }];
}

function mismatch(value: unknown, kind: Shape["kind"]): string | undefined {
  switch (kind) {
    case "map":
    case "list":
      return `expected ${kind}, got &{${goPrint(value)}}`;
    case "string":
      return typeof value === "string"
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `expected boolean, got &{${goPrint(value)}}`;
    case "numeric":
      return typeof value === "number" ? undefined : `expected numeric (int or float), got ${goTypeName(value)}`;
    case "scalar":
      return typeof value === "object" ? `expected any scalar, got &{${goPrint(value)}}` : undefined;
    case "any":
      return undefined;
  }
}

function mapErrors(value: Json, shape: Shape, path: string): ApplyError[] {
  return sortedEntries(value).flatMap(([key, inner]) => {
    const declared = shape.field?.(key);
    const field = `${path}.${key}`;
    return declared === undefined
      ? [{ field, message: "field not declared in schema" }]
      : valueErrors(inner, declared, field);
  });
}

function listErrors(list: readonly unknown[], shape: Shape, path: string): ApplyError[] {
  const { items = { kind: "any" } } = shape;
  const isAssociative = shape.keys !== undefined || shape.isSet === true;
  const seen = new Set<string>();
  const errors: ApplyError[] = [];
  for (const [index, item] of list.entries()) {
    const wrong = isAssociative ? elementError(item, shape, items) : undefined;
    // Without a key there is no path to what lies deeper.
    if (wrong !== undefined) return [...errors, { field: path, message: `element ${index}: ${wrong}` }];
    const element = isAssociative ? elementOf(item, shape, items) : `[${index}]`;
    if (isAssociative && seen.has(element) && !element.includes(UNKNOWN_KEY)) {
      errors.push({ field: path, message: `duplicate entries for key ${element}` });
    }
    seen.add(element);
    errors.push(...valueErrors(item, items, `${path}${element}`));
  }
  return errors;
}

/** Why an item of a set or a map-like list cannot be told from others. */
function elementError(item: unknown, { keys }: Shape, items: Shape): string | undefined {
  if (item === UNKNOWN) return undefined;
  if (keys === undefined) {
    if (isObject(item)) return "associative list without keys has an element that's a map type";
    if (Array.isArray(item)) return "not supported: associative list with lists as elements";
    return item === null ? "associative list without keys has an element that's an explicit null" : undefined;
  }
  if (item === null) return "associative list with keys may not have a null element";
  if (!isObject(item)) return "associative list with keys may not have non-map elements";
  if (keysOf(item, keys, items).length > 0) return undefined;
  const names = keys.map(goQuote).join(" ");
  const reason = `has an element that omits all key fields [${names}]`;
  return `associative list with keys ${reason} (and doesn't have default values for any key fields)`;
}

/** `[name="x"]`, or `[="x"]` in a set. */
function elementOf(item: unknown, { keys }: Shape, items: Shape): string {
  if (keys === undefined) return `[=${keyText(item)}]`;
  return `[${isObject(item) ? keysOf(item, keys, items).join(",") : keyText(item)}]`;
}

function keysOf(item: Json, keys: readonly string[], items: Shape): string[] {
  return [...keys].sort().flatMap((key) => {
    const value = item[key] === undefined ? items.field?.(key)?.default : item[key];
    return value === undefined ? [] : [`${key}=${keyText(value)}`];
  });
}

function keyText(value: unknown): string {
  if (value === UNKNOWN) return UNKNOWN_KEY;
  if (Array.isArray(value)) return `[${value.map(keyText).join(",")}]`;
  if (isObject(value))
    return sortedEntries(value)
      .map(([key, inner]) => `${key}=${keyText(inner)}`)
      .join("");
  if (value === null) return "null";
  return typeof value === "string" ? goQuote(value) : goPrint(value);
}
