/** Objects of Kubernetes as they cross the wire; what all providers share comes along. */
import { hasSecret, isObject, isSecret, makeSecret, reveal, type Json, type JsonObject } from "../plugin/wire";

export * from "../plugin/wire";

/** Schema keys of a CustomResourceDefinition, which Pulumi writes with underscores. */
const DASHED: ReadonlySet<string> = new Set([
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
]);

/** {@link reveal} of a set of properties, with the keys of a schema spelled as Kubernetes spells them. */
export function fromPulumi(properties: JsonObject): JsonObject {
  return renameKeys(reveal(properties), (key) => (DASHED.has(dashed(key)) ? dashed(key) : key)) as JsonObject;
}

/** An object of the API server as properties of a Pulumi resource. */
export function toPulumi(object: JsonObject): JsonObject {
  return renameKeys(object, (key) => (DASHED.has(key) ? key.replaceAll("-", "_") : key)) as JsonObject;
}

/**
 * Marks in `outs` what is secret in `ins`, as the official plugin does it: key by key through objects; an array with
 * one secret element becomes secret as a whole; data of a Secret is secret wherever it came from.
 */
export function copySecrets(outs: JsonObject, ins: JsonObject | undefined): JsonObject {
  const marked = { ...outs };
  if (outs.kind === "Secret") {
    for (const key of ["data", "stringData"]) {
      const value = outs[key];
      if (value !== undefined && !isSecret(value)) marked[key] = makeSecret(value);
    }
    return marked;
  }
  for (const [key, value] of Object.entries(ins ?? {})) {
    const out = outs[key];
    if (out === undefined || isSecret(out)) continue;
    if (isObject(out) && isObject(value) && !isSecret(value)) marked[key] = copySecrets(out, value);
    else if (hasSecret(value)) marked[key] = makeSecret(out);
  }
  return marked;
}

function renameKeys(value: Json, rename: (key: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renameKeys(item, rename)]));
}

function dashed(key: string): string {
  return key.replaceAll("_", "-");
}
