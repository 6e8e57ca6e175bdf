/** The file with a user's own catalogue entries. */
import { readFileSync } from "node:fs";
import { builtInCatalog, type Catalog } from "../../sdk/catalog/catalog";
import { extendCatalog, namesIn } from "../../sdk/spec/catalog/extend";
import { formatPath } from "../../sdk/spec/schema/problem";
import { readDocuments } from "./documents";
import type { InputProblem } from "./problem";

/** The catalogue, and what is wrong with the file. */
export interface CatalogRead {
  catalog: Catalog;
  problems: InputProblem[];
  /** Names of all entries of the file, also of wrong ones; absent where it could not be read. */
  names?: readonly string[];
}

/**
 * Reads a YAML or JSON file of {@link CatalogAdditions} on top of the built-in catalogue; every mistake in it is a
 * problem of its own, and with mistakes the built-in catalogue comes back.
 *
 * @param file `undefined`: no file was named, the built-in catalogue
 */
export function readCatalog(file: string | undefined): CatalogRead {
  if (file === undefined) return { catalog: builtInCatalog, problems: [] };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { catalog: builtInCatalog, problems: [{ place: file, problem: `cannot be read: ${reason}` }] };
  }
  const { documents, problems } = readDocuments(text, file);
  if (problems.length > 0) return { catalog: builtInCatalog, problems };
  if (documents.length > 1) {
    const problem = `holds ${documents.length} documents; expected one mapping of lists`;
    return { catalog: builtInCatalog, problems: [{ place: file, problem }] };
  }
  const extended = extendCatalog(builtInCatalog, documents[0]?.content);
  return {
    catalog: extended.catalog,
    names: namesIn(documents[0]?.content),
    problems: extended.problems.map(({ path, message }) => ({
      place: file,
      problem: path.length === 0 ? message : `${formatPath(path)}: ${message}`,
    })),
  };
}
