/** Reading and copying Kubernetes objects as plain JSON. */
import { isObject, isUnknown, type Json, type JsonObject } from "./wire";

/** The value at a path, undefined where the path leaves the object. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isObject(current)) current = current[step];
    else return undefined;
  }
  return current;
}

/** The text at a path; undefined when it is anything but a known, non-empty string. */
export function textAt(value: Json | undefined, ...path: (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== "" && !isUnknown(found) ? found : undefined;
}

export function numberAt(value: Json | undefined, ...path: (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** The objects in the array at a path; empty when there is none. */
export function objectsAt(value: Json | undefined, ...path: (string | number)[]): JsonObject[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

export const apiVersionOf = (object: JsonObject): string => textAt(object, "apiVersion") ?? "";
export const kindOf = (object: JsonObject): string => textAt(object, "kind") ?? "";
export const nameOf = (object: JsonObject): string | undefined => textAt(object, "metadata", "name");
export const namespaceOf = (object: JsonObject): string | undefined => textAt(object, "metadata", "namespace");
export const annotationOf = (object: JsonObject, key: string): string | undefined =>
  textAt(object, "metadata", "annotations", key);

/** A JSON value as a person reads it: text as it is, everything else as JSON. */
export function display(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A copy with `value` at `path`; objects on the way are made. Nothing happens where an unknown or a scalar is in the way. */
export function withValue(object: JsonObject, path: [string, ...string[]], value: Json): JsonObject {
  const [key, ...rest] = path;
  const [next] = rest;
  if (next === undefined) return { ...object, [key]: value };
  const inner = object[key] ?? {};
  return isObject(inner) ? { ...object, [key]: withValue(inner, [next, ...rest.slice(1)], value) } : object;
}

/** A copy without the value at `path`. */
export function without(object: JsonObject, ...path: string[]): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined || !(key in object)) return object;
  if (rest.length > 0) {
    const inner = object[key];
    return isObject(inner) ? { ...object, [key]: without(inner, ...rest) } : object;
  }
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** The id of a resource: `namespace/name`, or `name` where there is no namespace. */
export function idOf(object: JsonObject): string {
  const namespace = namespaceOf(object);
  return namespace === undefined ? (nameOf(object) ?? "") : `${namespace}/${nameOf(object) ?? ""}`;
}

export function parseId(id: string): { namespace?: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** What a URN says about a resource: Kubernetes' names for its type, and the logical name. */
export interface Identity {
  urn: string;
  /** As in the type token, such as `kubernetes:apps/v1:Deployment`. */
  token: string;
  apiVersion: string;
  kind: string;
  /** The resource manages some fields of an object that it does not own. */
  patch: boolean;
  name: string;
}

/** @throws Error when the URN is not one of this package's resources */
export function identify(urn: string): Identity {
  const [, , types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  const token = types.slice(types.lastIndexOf("$") + 1);
  const [pkg, group = "", type = ""] = token.split(":");
  if (pkg !== "kubernetes" || !/^[^/]+\/[^/]+$/.test(group) || type === "") {
    throw new Error(`${token} is not a Kubernetes resource: expected kubernetes:<group>/<version>:<Kind>`);
  }
  const apiVersion = group.replace(/^core\//, "");
  const patch = type.endsWith("Patch") && type !== "Patch";
  return { urn, token, apiVersion, kind: patch ? type.slice(0, -5) : type, patch, name: name.join("::") };
}
