/**
 * The types of the objects that are read: those of KServe and of pods are the Go types of sdk/admission, the parts of
 * other kinds that something here looks at are in objectTypes.json, in the same notation.
 */
import { type GoField, type GoType, goType } from "../../sdk/admission/golang/types";
import data from "./objectTypes.json";

/** A Go type by reference, a shared type by name, a list of one type, or a mapping of fields to types. */
type Notation = string | readonly Notation[] | { readonly [field: string]: Notation };

const shared: Readonly<Record<string, Notation>> = data.shared;
const kinds: Readonly<Record<string, Notation>> = data.kinds;
const read = new Map<string, GoType>();

/** The type of a kind's objects; `undefined` where nothing of them is read. */
export function objectType(group: string, kind: string): GoType | undefined {
  const key = `${group}/${kind}`;
  return Object.hasOwn(kinds, key) ? named(key, kinds[key] ?? {}) : undefined;
}

function named(name: string, notation: Notation): GoType {
  const known = read.get(name);
  if (known !== undefined) return known;
  const made = typeOf(notation);
  read.set(name, made);
  return made;
}

function typeOf(notation: Notation): GoType {
  if (typeof notation === "string") {
    const own = Object.hasOwn(shared, notation) ? shared[notation] : undefined;
    return own === undefined ? goType(notation) : named(notation, own);
  }
  if (isList(notation)) return { kind: "list", text: "", of: typeOf(notation[0] ?? "any") };
  const fields = Object.entries(notation).map(([name, inner]): [string, GoField] => [
    name,
    { name, type: typeOf(inner), omitsEmpty: true, via: "" },
  ]);
  return { kind: "struct", name: "", text: "", fields: new Map(fields) };
}

function isList(notation: Notation): notation is readonly Notation[] {
  return Array.isArray(notation);
}
