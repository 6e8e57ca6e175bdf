/**
 * The rules for `metadata` that hold for every resource.
 * Upstream: kubernetes `staging/src/k8s.io/apimachinery/pkg/{api/validation/objectmeta.go,util/validation/validation.go}`.
 */
import { UNKNOWN } from "../../pod/unknown";
import { isObject, type Json } from "./coerce";
import { type FieldError, forbidden, invalid, required, tooLong } from "./fieldError";
import { sortedEntries } from "../golang/text";
import type { Findings } from "./structural";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${QUALIFIED_NAME})?`;
const CHARACTERS = "'-', '_' or '.', and must start and end with an alphanumeric character";
const SUBDOMAIN_LENGTH = 253;
const LABEL_LENGTH = 63;
const ANNOTATIONS_BYTES = 256 * 1024;

/** What the API server says about the metadata of an object that is created. */
export function metadataErrors(metadata: Json, namespaced: boolean): Findings {
  const { generateName, name, namespace } = metadata;
  const errors: FieldError[] = [];
  if (isText(generateName)) {
    const masked =
      generateName.length > 1 && generateName.endsWith("-") ? `${generateName.slice(0, -2)}a` : generateName;
    errors.push(...subdomainErrors(masked).map((detail) => invalid("metadata.generateName", generateName, detail)));
  }
  if (isText(name)) errors.push(...subdomainErrors(name).map((detail) => invalid("metadata.name", name, detail)));
  else if (name !== UNKNOWN && !isText(generateName)) {
    errors.push(required("metadata.name", "name or generateName is required"));
  }
  if (namespaced && isText(namespace)) {
    errors.push(...labelErrors(namespace).map((detail) => invalid("metadata.namespace", namespace, detail)));
  } else if (!namespaced && isText(namespace)) {
    errors.push(forbidden("metadata.namespace", "not allowed on this type"));
  }
  const undecided = [name, generateName, namespace].includes(UNKNOWN) ? ["metadata.name"] : [];
  const common = labelAndAnnotationErrors(metadata);
  return { errors: [...errors, ...common.errors], undecided: [...undecided, ...common.undecided] };
}

/** The part that is checked again on update. */
export function labelAndAnnotationErrors({ labels, annotations, finalizers, ownerReferences }: Json): Findings {
  const undecided = [labels, annotations].includes(UNKNOWN) ? ["metadata"] : [];
  const errors: FieldError[] = [];
  for (const [key, value] of fieldsOf(labels)) {
    errors.push(...qualifiedNameErrors(key).map((detail) => invalid("metadata.labels", key, detail)));
    if (value === UNKNOWN) undecided.push(`metadata.labels[${key}]`);
    else if (typeof value === "string") {
      errors.push(...labelValueErrors(value).map((detail) => invalid("metadata.labels", value, detail)));
    }
  }
  let bytes = 0;
  for (const [key, value] of fieldsOf(annotations)) {
    errors.push(
      ...qualifiedNameErrors(key.toLowerCase()).map((detail) => invalid("metadata.annotations", key, detail)),
    );
    bytes += byteLength(key) + (typeof value === "string" ? byteLength(value) : 0);
  }
  if (bytes > ANNOTATIONS_BYTES) errors.push(tooLong("metadata.annotations", ANNOTATIONS_BYTES));
  errors.push(...ownerErrors(ownerReferences));
  for (const finalizer of Array.isArray(finalizers) ? finalizers : []) {
    if (typeof finalizer !== "string") continue;
    errors.push(...qualifiedNameErrors(finalizer).map((detail) => invalid("metadata.finalizers", finalizer, detail)));
  }
  return { errors, undecided };
}

function ownerErrors(owners: unknown): FieldError[] {
  if (!Array.isArray(owners)) return [];
  // Upstream names no index here.
  return owners.flatMap((owner: unknown) => {
    const empty = (["kind", "name", "uid"] as const).filter((key) => !isObject(owner) || !isText(owner[key]));
    const version = isObject(owner) && isText(owner.apiVersion);
    const at = "metadata.ownerReferences";
    return [
      ...(version ? [] : [invalid(`${at}.apiVersion`, "", "version must not be empty")]),
      ...empty.map((key) => invalid(`${at}.${key}`, "", "must not be empty")),
    ];
  });
}

/** RFC 1123 subdomain: names of objects. */
function subdomainErrors(value: string): string[] {
  const meaning = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`;
  return [...lengthErrors(value, SUBDOMAIN_LENGTH), ...patternErrors(value, SUBDOMAIN, meaning, ["example.com"])];
}

/** RFC 1123 label: names of namespaces. */
function labelErrors(value: string): string[] {
  const meaning = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`;
  const wrong = patternErrors(value, LABEL, meaning, ["my-name", "123-abc"]);
  const isSubdomain = patternErrors(value, SUBDOMAIN, "", []).length === 0;
  return [
    ...lengthErrors(value, LABEL_LENGTH),
    ...(wrong.length > 0 && isSubdomain ? ["must not contain dots"] : wrong),
  ];
}

/** Keys of labels and annotations. */
function qualifiedNameErrors(value: string): string[] {
  const parts = value.split("/");
  const meaning = `must consist of alphanumeric characters, ${CHARACTERS}`;
  const examples = ["MyName", "my.name", "123-abc"];
  if (parts.length > 2) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a qualified name ${regexError(meaning, QUALIFIED_NAME, examples)} ${optional}`];
  }
  const name = parts.at(-1) ?? "";
  const [prefix] = parts.length === 2 ? parts : [];
  const prefixErrors = prefix === "" ? ["must be non-empty"] : prefix === undefined ? [] : subdomainErrors(prefix);
  const nameErrors = [
    ...(name === "" ? ["must be non-empty"] : lengthErrors(name, LABEL_LENGTH)),
    ...patternErrors(name, QUALIFIED_NAME, meaning, examples),
  ];
  return [...prefixErrors.map((text) => `prefix part ${text}`), ...nameErrors.map((text) => `name part ${text}`)];
}

function labelValueErrors(value: string): string[] {
  const meaning = `a valid label must be an empty string or consist of alphanumeric characters, ${CHARACTERS}`;
  return [
    ...lengthErrors(value, LABEL_LENGTH),
    ...patternErrors(value, LABEL_VALUE, meaning, ["MyValue", "my_value", "12345"]),
  ];
}

function lengthErrors(value: string, limit: number): string[] {
  return byteLength(value) > limit ? [`must be no more than ${limit} characters`] : [];
}

function patternErrors(value: string, pattern: string, meaning: string, examples: readonly string[]): string[] {
  return matcher(pattern).test(value) ? [] : [regexError(meaning, pattern, examples)];
}

const matchers = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  const made = matchers.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  matchers.set(pattern, made);
  return made;
}

function regexError(meaning: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${meaning} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

/** A text that is given; the empty one is Go's way to leave a field out. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function fieldsOf(value: unknown): [string, unknown][] {
  return isObject(value) ? sortedEntries(value) : [];
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}
