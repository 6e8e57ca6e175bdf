/** Where two values differ. */
import type { PropertyPath } from "./propertyPath";
import { isObject, isUnknown, type Json } from "./wire";

export type ChangeKind = "add" | "update" | "delete";

export interface Change {
  path: PropertyPath;
  kind: ChangeKind;
  /** Absent for a deletion. */
  value?: Json;
}

/** Every place where two values differ, as deep as both go. */
export function compare(old: Json | undefined, next: Json | undefined, path: PropertyPath = []): Change[] {
  if (next === undefined || (next === null && old === undefined))
    return old === undefined ? [] : [{ path, kind: "delete" }];
  if (old === undefined) return [{ path, kind: "add", value: next }];
  if (isObject(old) && isObject(next)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
    return keys.flatMap((key) => compare(old[key], next[key], [...path, key]));
  }
  if (Array.isArray(old) && Array.isArray(next)) {
    const length = Math.max(old.length, next.length);
    return Array.from({ length }, (_, index) => compare(old[index], next[index], [...path, index])).flat();
  }
  if (old === next && !isUnknown(next)) return [];
  return next === null ? [{ path, kind: "delete" }] : [{ path, kind: "update", value: next }];
}
