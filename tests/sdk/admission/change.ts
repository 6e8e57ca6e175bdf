/** Changes of plain objects at a path. */

/** A change of an object. */
export interface Mistake {
  label: string;
  /** Changes the object in place; leaves one alone that it does not fit. */
  apply: (object: Json) => void;
}

export type Json = Record<string, unknown>;
type Path = readonly (string | number)[];

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every place below spec, labels and annotations. */
export function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const below = entries
    .filter(([key]) => at.length > 0 || key === "spec")
    .flatMap(([key, inner]) => paths(inner, [...at, key]));
  return at.length > 1 ? [at, ...below] : below;
}

export function pick(list: readonly Path[], index: number): Path {
  return list[index % list.length] ?? [];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);
}

/** Makes what is missing on the way; stops where something else is in the way. */
export function change(object: Json, path: Path, replace: (value: unknown) => unknown): void {
  const last = path.at(-1);
  if (last === undefined) return;
  let parent = object;
  for (const key of path.slice(0, -1)) {
    parent[key] ??= {};
    const next = parent[key];
    if (typeof next !== "object" || next === null) return;
    parent = next as Json;
  }
  const value = replace(parent[last]);
  if (value === undefined && !Array.isArray(parent)) Reflect.deleteProperty(parent, last);
  else parent[last] = value ?? null;
}
