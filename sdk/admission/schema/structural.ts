/**
 * A custom resource against the schema of its CRD, in the API server's words.
 *
 * A JSON-schema library would judge the same but say something else, so this walks the schema as the API server does.
 * Upstream: kubernetes `staging/src/k8s.io/apiextensions-apiserver/pkg/{apiserver/validation,registry/customresource}`,
 * kube-openapi `pkg/validation/validate`.
 */
import { UNKNOWN } from "../../pod/unknown";
import { isObject } from "./coerce";
import { type FieldError, invalid, notSupported, required, tooLong, tooMany, typeInvalid } from "./fieldError";
import { goJson, sortedEntries } from "../golang/text";
import { type Schema, fieldSchema, itemSchema } from "./schemas";
import { isSame } from "./same";

/** What a walk finds: complaints, and the fields whose unknown values leave it open. */
export interface Findings {
  errors: FieldError[];
  undecided: string[];
}

/** Everything the schema says about a value; given the stored value, only about what has changed. */
export function schemaErrors(value: unknown, schema: Schema, previous?: unknown): Findings {
  const findings: Findings = { errors: [], undecided: [] };
  walk(value, schema, "", previous, findings);
  return findings;
}

function walk(value: unknown, schema: Schema, path: string, previous: unknown, findings: Findings): void {
  if (value === UNKNOWN) {
    if (isConstrained(schema)) findings.undecided.push(path);
    return;
  }
  // CRD ratcheting: what an update leaves as it was is not held against it.
  if (previous !== undefined && isSame(value, previous)) return;
  findings.errors.push(...typeErrors(value, schema, path));
  if (schema.enum?.includes(value) === false) findings.errors.push(notSupported(path, value, schema.enum));
  if (typeof value === "string") findings.errors.push(...textErrors(value, schema, path));
  if (typeof value === "number") findings.errors.push(...numberErrors(value, schema, path));
  if (Array.isArray(value)) walkList(value, schema, path, previous, findings);
  if (isObject(value)) walkObject(value, schema, path, previous, findings);
}

function walkObject(value: object, schema: Schema, path: string, previous: unknown, findings: Findings): void {
  const before = isObject(previous) ? previous : {};
  const entries = sortedEntries(value);
  for (const [key, inner] of entries) {
    const declared = fieldSchema(schema, key);
    if (declared !== undefined) walk(inner, declared, path === "" ? key : `${path}.${key}`, before[key], findings);
  }
  const names = new Set(entries.map(([key]) => key));
  for (const key of schema.required ?? []) {
    if (!names.has(key)) findings.errors.push(required(path === "" ? key : `${path}.${key}`));
  }
}

function walkList(value: readonly unknown[], schema: Schema, path: string, before: unknown, findings: Findings): void {
  const items = itemSchema(schema);
  const { minItems, maxItems } = schema;
  if (items !== undefined) {
    const previous = Array.isArray(before) ? before : [];
    value.forEach((item, index) => {
      walk(item, items, `${path}[${index}]`, counterpart(item, previous, schema), findings);
    });
  }
  if (minItems !== undefined && value.length < minItems) {
    findings.errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) findings.errors.push(tooMany(path, value.length, maxItems));
}

/** Only items of a map-like list have an item they replace. */
function counterpart(item: unknown, previous: readonly unknown[], schema: Schema): unknown {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (keys === undefined || !isObject(item)) return undefined;
  return previous.find((one) => isObject(one) && keys.every((key) => isSame(one[key], item[key])));
}

/** Formats such as int32 bound nothing: the API server strips those it does not know, these among them. */
function typeErrors(value: unknown, schema: Schema, path: string): FieldError[] {
  const isEither = schema["x-kubernetes-int-or-string"] === true;
  const types = isEither ? ["integer", "string"] : schema.type === undefined ? [] : [schema.type];
  if (types.length === 0) return [];
  const actual = typeOf(value);
  if (types.includes(actual) || (actual === "integer" && types.includes("number"))) return [];
  const failure = (expected: string, found: string): FieldError =>
    typeInvalid(path, found, `${path} in body must be of type ${expected}: ${JSON.stringify(found)}`);
  const own = failure(types.join(","), actual);
  if (!isEither || value === null || schema.anyOf === undefined) return [own];
  const none = invalid("<nil>", "", `${JSON.stringify(path)} must validate at least one schema (anyOf)`);
  return [own, none, failure("integer", actual)];
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** The first complaint only, as upstream. */
function textErrors(value: string, schema: Schema, path: string): FieldError[] {
  const { maxLength, minLength, pattern, format } = schema;
  const length = Array.from(value).length;
  if (maxLength !== undefined && length > maxLength) return [tooLong(path, maxLength)];
  if (minLength !== undefined && length < minLength) {
    return [invalid(path, value, `${path} in body should be at least ${minLength} chars long`)];
  }
  if (pattern !== undefined && !matcher(pattern).test(value)) {
    return [invalid(path, value, `${path} in body should match '${pattern}'`)];
  }
  if (format === "date-time" && Number.isNaN(Date.parse(value))) {
    return [typeInvalid(path, value, `${path} in body must be of type date-time: ${JSON.stringify(value)}`)];
  }
  return [];
}

function numberErrors(value: number, { minimum, maximum }: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (maximum !== undefined && value > maximum) {
    errors.push(invalid(path, value, `${path} in body should be less than or equal to ${maximum}`));
  }
  if (minimum !== undefined && value < minimum) {
    errors.push(invalid(path, value, `${path} in body should be greater than or equal to ${minimum}`));
  }
  return errors;
}

const matchers = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(pattern, "u");
  matchers.set(pattern, made);
  return made;
}

/** Whether a value of the declared type can still be refused: an unknown one is taken to be of its type. */
function isConstrained(schema: Schema): boolean {
  const { type, minimum, maximum, minLength, maxLength, pattern, minItems, maxItems } = schema;
  if (type === "object" || type === "array") return true;
  return [schema.enum, minimum, maximum, minLength, maxLength, pattern, minItems, maxItems].some(
    (limit) => limit !== undefined,
  );
}

/** Items that occur twice in lists that are sets or maps. Upstream: `pkg/apiserver/schema/listtype`. */
export function listErrors(value: unknown, schema: Schema | undefined, path = ""): Findings {
  const findings: Findings = { errors: [], undecided: [] };
  walkLists(value, schema, path, findings);
  return findings;
}

function walkLists(value: unknown, schema: Schema | undefined, path: string, findings: Findings): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    const listType = schema["x-kubernetes-list-type"];
    if (listType === "set") repeated(value, path, findings);
    if (listType === "map") repeatedKeys(value, schema["x-kubernetes-list-map-keys"] ?? [], path, findings);
    value.forEach((item, index) => {
      walkLists(item, itemSchema(schema), `${path}[${index}]`, findings);
    });
  } else if (isObject(value)) {
    for (const [key, inner] of sortedEntries(value)) {
      const isDeclared = Object.hasOwn(schema.properties ?? {}, key);
      const at = isDeclared ? (path === "" ? key : `${path}.${key}`) : `${path}[${key}]`;
      walkLists(inner, fieldSchema(schema, key), at, findings);
    }
  }
}

function repeatedKeys(list: readonly unknown[], keys: readonly string[], path: string, findings: Findings): void {
  const wrong = list.findIndex((item) => item !== null && item !== UNKNOWN && !isObject(item));
  if (wrong >= 0) {
    const detail = "must be an object for an array of list-type map";
    findings.errors.push(invalid(`${path}[${wrong}]`, list[wrong], detail));
    return;
  }
  const found = list.map((item) => {
    if (!isObject(item)) return item === UNKNOWN ? UNKNOWN : {};
    const given = keys.filter((key) => item[key] !== undefined);
    return given.some((key) => item[key] === UNKNOWN)
      ? UNKNOWN
      : Object.fromEntries(given.map((key) => [key, item[key]]));
  });
  repeated(found, path, findings);
}

/** Only the first repetition of each is named. */
function repeated(list: readonly unknown[], path: string, findings: Findings): void {
  if (list.length > 1 && list.includes(UNKNOWN)) findings.undecided.push(path);
  const seen = new Map<string, number>();
  list.forEach((item, index) => {
    if (item === UNKNOWN) return;
    const key = goJson(item);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (times !== 2) return;
    const field = `${path}[${index}]`;
    findings.errors.push({
      type: "Duplicate value",
      field,
      body: `Duplicate value: ${typeof item === "string" ? JSON.stringify(item) : key}`,
      blocksRules: false,
    });
  });
}
