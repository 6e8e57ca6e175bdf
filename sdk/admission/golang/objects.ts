/**
 * How a webhook written in Go reads an object and writes it again: wrong types are refused in encoding/json's words,
 * fields left out come back as zero values. Upstream: `sigs.k8s.io/json/internal/golang/encoding/json/{decode,encode}.go`.
 */
import { canonicalQuantity, QuantityError } from "../../pod/quantity";
import { UNKNOWN } from "../../pod/unknown";
import { isObject, type Json } from "../schema/coerce";
import { goJson, goNumber, goQuote, sortedEntries } from "./text";
import { type GoType, type GoStruct, goType } from "./types";

/** Reading an object: the value, or why Go refuses it, and the fields whose unknown values leave that open. */
export interface Decoded {
  value: Json;
  refusal?: { message: string; field: string };
  undecided: string[];
}

/** A place in an object; its names are put together only for messages. */
interface Reading {
  parent?: Reading;
  /** As a user writes the step: `.key`, `[0]` or `[key]`. */
  step: string;
  /** The struct being filled and its field, embedded structs included; absent for items. */
  struct?: string;
  field?: string;
}

interface State {
  first?: { message: string; field: string };
  undecided: string[];
}

/** Ends reading at once, unlike a wrong type, after which reading goes on. */
class Refusal extends Error {
  constructor(
    message: string,
    readonly field: string,
  ) {
    super(message);
  }
}

/** Reads an object as the Go type of this name. */
export function goDecode(object: Json, reference: string): Decoded {
  const state: State = { undecided: [] };
  const root: Reading = { step: "" };
  try {
    const value = decode(object, goType(reference), root, state);
    const refusal = state.first === undefined ? {} : { refusal: state.first };
    return { value: isObject(value) ? value : {}, ...refusal, undecided: state.undecided };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { value: {}, refusal: { message: error.message, field: error.field }, undecided: [] };
  }
}

function decode(value: unknown, type: GoType, at: Reading, state: State): unknown {
  if (type.kind === "custom") return decodeCustom(value, type.text, at, state);
  if (value === null || value === undefined) return undefined;
  if (value === UNKNOWN) return value;
  switch (type.kind) {
    case "pointer":
      return decode(value, type.of, at, state);
    case "struct":
      return isObject(value) ? decodeStruct(value, type, at, state) : mismatch(value, type, at, state);
    case "list":
      if (!Array.isArray(value)) return mismatch(value, type, at, state);
      return value.map((item: unknown, index) => {
        const result = decode(item, type.of, { parent: at, step: `[${index}]` }, state);
        return result ?? zero(type.of);
      });
    case "map":
      if (!isObject(value)) return mismatch(value, type, at, state);
      return decodeMap(value, type.of, at, state);
    case "string":
    case "bytes":
      return typeof value === "string" ? value : mismatch(value, type, at, state);
    case "bool":
      return typeof value === "boolean" ? value : mismatch(value, type, at, state);
    case "integer":
      return decodeInteger(value, type, at, state);
    case "any":
      return value;
  }
}

function decodeStruct(value: Json, type: GoStruct, at: Reading, state: State): Json {
  const read: Json = {};
  for (const [key, inner] of sortedEntries(value)) {
    const field = type.fields.get(key);
    if (field === undefined) continue;
    const place = { parent: at, step: `.${key}`, struct: type.name, field: field.via + key };
    const result = decode(inner, field.type, place, state);
    if (result !== undefined) read[key] = result;
  }
  return read;
}

function decodeMap(value: Json, of: GoType, at: Reading, state: State): Json {
  const read: Json = {};
  for (const [key, inner] of sortedEntries(value)) {
    const result = decode(inner, of, { parent: at, step: `[${key}]` }, state);
    read[key] = result ?? zero(of);
  }
  return read;
}

function decodeInteger(value: unknown, type: GoType & { bits?: number }, at: Reading, state: State): unknown {
  if (typeof value !== "number") return mismatch(value, type, at, state);
  const limit = 2 ** ((type.bits ?? 64) - (type.text.startsWith("uint") ? 0 : 1));
  const lowest = type.text.startsWith("uint") ? 0 : -limit;
  if (Number.isInteger(value) && value >= lowest && value < limit) return value;
  return saveError(`number ${goNumber(value)}`, type, at, state);
}

function mismatch(value: unknown, type: GoType, at: Reading, state: State): unknown {
  return saveError(jsonKind(value), type, at, state);
}

/** Only the first is reported. */
function saveError(found: string, type: GoType, at: Reading, state: State): unknown {
  state.first ??= { message: wrongType(found, type.text, at), field: pathOf(at) };
  return undefined;
}

function pathOf(at: Reading | undefined): string {
  return at === undefined ? "" : (pathOf(at.parent) + at.step).replace(/^\./, "");
}

function structOf(at: Reading | undefined): string | undefined {
  return at === undefined ? undefined : (at.struct ?? structOf(at.parent));
}

function fieldsOf(at: Reading | undefined): string[] {
  return at === undefined ? [] : [...fieldsOf(at.parent), ...(at.field === undefined ? [] : [at.field])];
}

function wrongType(found: string, type: string, at: Reading): string {
  const struct = structOf(at);
  const field = struct === undefined ? "Go value" : `Go struct field ${struct}.${fieldsOf(at).join(".")}`;
  return `json: cannot unmarshal ${found} into ${field} of type ${type}`;
}

/** Types that read themselves; what they refuse ends everything. */
function decodeCustom(value: unknown, type: string, at: Reading, state: State): unknown {
  if (value === UNKNOWN) {
    if (type.endsWith("Quantity")) state.undecided.push(pathOf(at));
    return value;
  }
  if (value === null || value === undefined) return undefined;
  if (type === "resource.Quantity") return decodeQuantity(value, at);
  if (type === "v1beta1.MetricQuantity") return decodeMetricQuantity(value, at);
  if (type === "intstr.IntOrString") return decodeIntOrString(value, at);
  const isTime = type === "v1.Time" || type === "apis.VolatileTime";
  if (!isTime) return value;
  if (typeof value !== "string") {
    throw new Refusal(wrongType(jsonKind(value), "string", at), pathOf(at));
  }
  if (Number.isNaN(Date.parse(value)))
    throw new Refusal(`parsing time ${goQuote(value)} as "2006-01-02T15:04:05Z07:00"`, pathOf(at));
  return value;
}

function decodeQuantity(value: unknown, at: Reading): string {
  const text = typeof value === "string" ? JSON.stringify(value).slice(1, -1).trim() : goJson(value);
  try {
    return canonicalQuantity(text);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new Refusal(quantityRefusal(text), pathOf(at));
  }
}

const QUANTITY = /^[+-]?\d*(\.\d*)?[eEinumkKMGTP]*[-+]?\d*$/;
const QUANTITY_FORMAT = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";

/** Upstream tells apart what has no such form and what only has a suffix that does not exist. */
function quantityRefusal(text: string): string {
  if (text !== "" && QUANTITY.test(text)) return "unable to parse quantity's suffix";
  return `quantities must match the regular expression '${QUANTITY_FORMAT}'`;
}

/** Keeps its text as it was written. */
function decodeMetricQuantity(value: unknown, at: Reading): string {
  const isWhole = typeof value === "number" && Number.isInteger(value);
  if (typeof value !== "string" && !isWhole) {
    const found = typeof value === "number" ? `number ${goNumber(value)}` : jsonKind(value);
    const reason = `json: cannot unmarshal ${found} into Go value of type int64`;
    throw new Refusal(`value must be string or integer: ${reason}`, pathOf(at));
  }
  const text = String(value);
  try {
    decodeQuantity(value, at);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`failed to parse quantity ${goQuote(text)}: ${error.message}`, pathOf(at));
  }
  return text;
}

function decodeIntOrString(value: unknown, at: Reading): unknown {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value;
  const found = typeof value === "number" ? `number ${goNumber(value)}` : jsonKind(value);
  throw new Refusal(wrongType(found, "int32", at), pathOf(at));
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "object" : typeof value;
}

/** Writes what {@link goDecode} read: zero values where Go writes them, nothing where it does not. */
export function goEncode(object: Json, reference: string): Json {
  const encoded = encode(object, goType(reference));
  return isObject(encoded) ? encoded : {};
}

function encode(value: unknown, type: GoType): unknown {
  if (value === undefined) return zero(type);
  if (value === UNKNOWN || value === null) return value;
  if (type.kind === "pointer") return encode(value, type.of);
  if (type.kind === "list" && Array.isArray(value)) return value.map((item) => encode(item, type.of));
  if (type.kind === "map" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encode(inner, type.of)]));
  }
  return type.kind === "struct" && isObject(value) ? encodeStruct(value, type) : value;
}

function encodeStruct(value: Json, type: GoStruct): Json {
  const written: Json = {};
  for (const { name, type: of, omitsEmpty } of type.fields.values()) {
    const inner = value[name];
    if (omitsEmpty && isEmpty(inner, of)) continue;
    written[name] = encode(inner, of);
  }
  return written;
}

/** What Go takes for empty; a pointer is empty only when it points nowhere. */
function isEmpty(value: unknown, type: GoType): boolean {
  if (value === undefined) return true;
  if (type.kind === "pointer" || type.kind === "custom" || type.kind === "struct") return false;
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

function zero(type: GoType): unknown {
  if (type.kind === "struct") return encodeStruct({}, type);
  if (type.kind === "string") return "";
  if (type.kind === "bool") return false;
  if (type.kind === "integer") return 0;
  if (type.text === "resource.Quantity" || type.text === "v1beta1.MetricQuantity") return "0";
  return type.text === "intstr.IntOrString" ? 0 : null;
}
