/** Whether a whole catalogue is sound: the strict schema of every entry, then every name that leads elsewhere. */
import type { Catalog } from "../../catalog/catalog";
import { formatPath } from "../schema/problem";
import { validate } from "../schema/validate";
import { CATALOG_KINDS, entryKinds, entryName } from "./entries";
import { referenceProblems } from "./references";

/** Every problem, one sentence each, with the list, the entry's name and the key; none for a sound catalogue. */
export function catalogProblems(catalog: Catalog): string[] {
  const misshapen = CATALOG_KINDS.flatMap((kind) =>
    catalog[kind].flatMap((entry) =>
      validate(entryKinds[kind].schema, [], entry).problems.map(
        ({ path, message }) => `${kind}: ${entryName(kind, { ...entry })}: ${formatPath(path)}: ${message}`,
      ),
    ),
  );
  if (misshapen.length > 0) return misshapen;
  return referenceProblems(catalog).map(
    ({ kind, entry, path, message }) => `${kind}: ${entry}: ${formatPath(path)}: ${message}`,
  );
}
