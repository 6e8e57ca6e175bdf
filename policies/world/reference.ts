/** Naming objects: references, identities and how people write them. */
import { UNKNOWN } from "../../sdk/pod/unknown";
import type { ResourceRef } from "./types";
import { isClusterScoped } from "./kinds";

/** What a name or namespace that is known only after apply looks like in a {@link ResourceRef}. */
export const NOT_YET_KNOWN = "(known after apply)";

/** The group of an apiVersion; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** How people name a resource: `InferenceService models/granite`. */
export function nameOf(ref: ResourceRef): string {
  return ref.namespace === undefined ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}

/** Some names, of which people need not read all: `a, b, c and 2 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  if (names.length > shown.length) return `${shown.join(", ")} and ${names.length - shown.length} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}

/** With a capital letter, to begin a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The reference of an object of any content; what is not known yet is written as {@link NOT_YET_KNOWN}. */
export function refOf(object: object): ResourceRef {
  const { apiVersion, kind: writtenKind, metadata: written } = object as Record<string, unknown>;
  const metadata = isRecord(written) ? written : { name: UNKNOWN, namespace: UNKNOWN };
  const kind = text(writtenKind, "");
  const named = { apiVersion: text(apiVersion, ""), kind };
  const name = text(metadata.name ?? metadata.generateName, "");
  return isClusterScoped(kind)
    ? { ...named, name }
    : { ...named, namespace: text(metadata.namespace, "default"), name };
}

/** A value in data of any content; `undefined` where the way to it does not exist. */
export function valueAt(data: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), data);
}

function text(value: unknown, missing: string): string {
  if (value === UNKNOWN) return NOT_YET_KNOWN;
  return typeof value === "string" && value !== "" ? value : missing;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
