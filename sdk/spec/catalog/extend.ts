/** A user's own entries on top of the built-in catalogue. */
import type { Catalog } from "../../catalog/catalog";
import { nearest } from "../../catalog/nearest";
import { expected, unknownKey } from "../schema/fields";
import type { Problem } from "../schema/problem";
import { quote, within } from "../schema/problem";
import { validate } from "../schema/validate";
import { CATALOG_KINDS, entryKinds, entryName, type CatalogKind, type RawEntry } from "./entries";
import { referenceProblems } from "./references";

/**
 * What a user adds: lists of entries by kind. An entry whose name exists already changes the fields it gives and keeps
 * the others; any other entry is new and must be complete.
 */
export type CatalogAdditions = {
  [Kind in CatalogKind]?: Partial<Catalog[Kind][number]>[];
};

/** The extended catalogue; the base itself while there are problems. */
export interface ExtendedCatalog {
  catalog: Catalog;
  /** Those of the shape of entries, and those of names, of which nothing is said where the entry meant is misshapen. */
  problems: Problem[];
}

/**
 * Puts a user's entries on top of a catalogue; nothing global changes.
 *
 * @param additions {@link CatalogAdditions}, as read from a file or from configuration
 */
export function extendCatalog(base: Catalog, additions: unknown): ExtendedCatalog {
  if (additions === undefined) return { catalog: base, problems: [] };
  if (!isRecord(additions)) {
    const message = expected(`a mapping with ${CATALOG_KINDS.join(", ")}`)({ code: "custom", input: additions });
    return { catalog: base, problems: [{ path: [], message }] };
  }
  const unknown = Object.keys(additions)
    .filter((key) => !isKind(key))
    .map((key) => ({ path: [key], message: unknownKey(key, CATALOG_KINDS) }));
  const parts = CATALOG_KINDS.map((kind) => ({ kind, ...extendKind(kind, base[kind], additions[kind]) }));
  const shapes = [...unknown, ...parts.flatMap(({ kind, problems }) => within([kind], problems))];
  const catalog = Object.fromEntries(parts.map(({ kind, entries }) => [kind, entries]));
  // Every entry has been read by the schema of its kind.
  const extended = { ...base, ...catalog };
  const claimed = shapes.length === 0 ? [] : namesIn(additions);
  const isClaimed = ({ message }: Problem): boolean => claimed.some((name) => message.startsWith(`${quote(name)}: `));
  const problems = [...shapes, ...unresolved(extended, additions).filter((problem) => !isClaimed(problem))];
  return problems.length > 0 ? { catalog: base, problems } : { catalog: extended, problems: [] };
}

/** The names of all entries, right or wrong, whatever the list is called. */
export function namesIn(additions: unknown): string[] {
  if (!isRecord(additions)) return [];
  return Object.values(additions)
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : isRecord(list) ? [list, ...Object.values(list)] : []))
    .flatMap((entry): unknown[] => (isRecord(entry) ? [...NAMES.map((field) => entry[field]), entry.aliases] : []))
    .flat()
    .filter((name) => typeof name === "string");
}

const NAMES = CATALOG_KINDS.map((kind) => entryKinds[kind].key.at(-1) ?? "name");

function extendKind(
  kind: CatalogKind,
  base: readonly object[],
  additions: unknown,
): { entries: readonly object[]; problems: Problem[] } {
  if (additions === undefined) return { entries: base, problems: [] };
  if (!Array.isArray(additions)) {
    const message = expected(`a list of ${kind}`)({ code: "custom", input: additions });
    return { entries: base, problems: [{ path: [], message }] };
  }
  const entries = new Map(base.map((entry) => [entryName(kind, { ...entry }), entry]));
  const problems = additions.flatMap((addition: unknown, index): Problem[] => {
    const read = readEntry(kind, addition, entries);
    if (read.entry !== undefined) entries.set(read.name, read.entry);
    return within([index], read.problems);
  });
  return { entries: [...entries.values()], problems };
}

function readEntry(
  kind: CatalogKind,
  addition: unknown,
  entries: ReadonlyMap<string, object>,
): { name: string; entry?: object; problems: Problem[] } {
  const { schema, defaults } = entryKinds[kind];
  if (!isRecord(addition)) return { name: "", problems: validate(schema, [], addition).problems };
  const name = entryName(kind, addition);
  const present = entries.get(name);
  const { spec, problems } = validate(schema, [], { ...(present ?? defaults), ...addition });
  if (problems.length === 0) return { name, entry: spec as object, problems };
  const isIncomplete = present === undefined && problems.some(({ message }) => message.startsWith("is missing"));
  const close = isIncomplete ? nearest(name, entries.keys()) : undefined;
  const key = entryKinds[kind].key.at(-1) ?? "name";
  const hint = { path: [key], message: `${JSON.stringify(name)} is a new entry; did you mean ${close ?? ""}?` };
  return { name, problems: close === undefined ? problems : [...problems, hint] };
}

/** References that lead nowhere, under the path of the addition that brought them where there is one. */
function unresolved(extended: Catalog, additions: RawEntry): Problem[] {
  return referenceProblems(extended).map(({ kind, entry, path, message }) => {
    const list = additions[kind];
    const index = Array.isArray(list)
      ? list.findLastIndex((one: unknown) => isRecord(one) && entryName(kind, one) === entry)
      : -1;
    return { path: [kind, index < 0 ? entry : index, ...path], message };
  });
}

function isKind(key: string): key is CatalogKind {
  return Object.hasOwn(entryKinds, key);
}

function isRecord(value: unknown): value is RawEntry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
