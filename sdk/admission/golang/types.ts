/** The Go types of KServe's objects, as tools/admission takes them from its packages. */
import data from "./types.json";

/** One field of a struct. */
export interface GoField {
  name: string;
  type: GoType;
  /** Whether encoding leaves an empty value out. */
  omitsEmpty: boolean;
  /** The embedded structs the field comes from, each followed by a dot. */
  via: string;
}

export interface GoStruct {
  kind: "struct";
  /** The name in error messages. */
  name: string;
  text: string;
  fields: ReadonlyMap<string, GoField>;
}

/** A type by what encoding/json does with it; `text` is its spelling in error messages. */
export type GoType =
  | GoStruct
  | { kind: "pointer" | "list" | "map"; text: string; of: GoType }
  | { kind: "custom" | "string" | "bool" | "integer" | "bytes" | "any"; text: string; bits?: number };

const structures: Readonly<Record<string, { name: string; fields: unknown[][] }>> = data.structures;
const types = new Map<string, GoType>();

/** A type by its reference in the data, such as `v1beta1.InferenceService`. @throws Error for an unknown one */
export function goType(reference: string): GoType {
  const known = types.get(reference);
  if (known !== undefined) return known;
  const made = makeType(reference);
  types.set(reference, made);
  return made;
}

function makeType(reference: string): GoType {
  const [, own, rest = reference] = /^(?:([\w.]+)=)?(.*)$/.exec(reference) ?? [];
  if (rest.startsWith("*")) return container("pointer", goType(rest.slice(1)), (of) => of);
  if (rest.startsWith("[]")) return container("list", goType(rest.slice(2)), (of) => own ?? `[]${of}`);
  if (rest.startsWith("{}")) return container("map", goType(rest.slice(2)), (of) => own ?? `map[string]${of}`);
  if (rest.startsWith("!")) return { kind: "custom", text: rest.slice(1) };
  if (Object.hasOwn(structures, rest)) return structure(rest);
  const [text = rest, kind = rest] = rest.split(" ");
  if (kind === "string" || kind === "bool" || kind === "bytes" || kind === "any") return { kind, text };
  const bits = /^u?int(\d*)$/.exec(kind);
  if (bits === null) throw new Error(`types.json holds no type ${reference}`);
  return { kind: "integer", text, bits: bits[1] === "" ? 64 : Number(bits[1]) };
}

function container(kind: "pointer" | "list" | "map", of: GoType, text: (of: string) => string): GoType {
  return { kind, text: text(of.text), of };
}

/** Registered before its fields are read: a struct may hold itself. */
function structure(reference: string): GoStruct {
  const fields = new Map<string, GoField>();
  const made: GoStruct = { kind: "struct", name: structures[reference]?.name ?? reference, text: reference, fields };
  types.set(reference, made);
  for (const [name, type, omitsEmpty, via] of structures[reference]?.fields ?? []) {
    const key = String(name);
    fields.set(key, { name: key, type: goType(String(type)), omitsEmpty: omitsEmpty === 1, via: String(via) });
  }
  return made;
}
