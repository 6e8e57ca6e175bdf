/** One spelling for inputs that mean the same to the API server. */
import builtInVersions from "./builtInVersions.json";
import { apiVersionOf, at, kindOf, without } from "./objects";
import { hasUnknown, isObject, type JsonObject } from "./wire";

const BUILT_IN: ReadonlySet<string> = new Set(builtInVersions);

/** Whether Kubernetes itself defines the group and version; false for custom resources. */
export function isBuiltIn(apiVersion: string): boolean {
  return BUILT_IN.has(apiVersion.replace(/^core\//, ""));
}

/** Fields of the metadata that only the API server writes. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

export function normalizeInputs(inputs: JsonObject): JsonObject {
  const writable = READ_ONLY.reduce((object, field) => without(object, "metadata", field), inputs);
  if (hasUnknown(writable)) return writable;
  if (apiVersionOf(writable) === "v1" && kindOf(writable) === "Secret") return normalizeSecret(writable);
  if (kindOf(writable) === "CustomResourceDefinition" && isBuiltIn(apiVersionOf(writable))) {
    const definition = without(writable, "status");
    const obsolete = at(definition, "spec", "preserveUnknownFields") === false;
    return obsolete ? without(definition, "spec", "preserveUnknownFields") : definition;
  }
  return writable;
}

/** The API server turns `stringData` into `data`, and writes `data` in canonical base64. */
function normalizeSecret(secret: JsonObject): JsonObject {
  const { stringData, data, ...rest } = secret;
  const encoded = Object.entries(isObject(data) ? data : {}).map(([key, value]) => [key, canonicalBase64(value)]);
  const plain = Object.entries(isObject(stringData) ? stringData : {}).map(([key, value]) => [
    key,
    typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value,
  ]);
  const all = Object.fromEntries([...encoded, ...plain]) as JsonObject;
  return data === undefined && plain.length === 0 ? rest : { ...rest, data: all };
}

function canonicalBase64<T>(value: T): T | string {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) return value;
  return Buffer.from(value, "base64").toString("base64");
}
