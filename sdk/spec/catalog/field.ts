/** The field under which arguments and configuration carry own catalogue entries. */
import { builtInCatalog, type Catalog } from "../../catalog/catalog";
import type { Plain } from "../schema/plain";
import { coreObject } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { within } from "../schema/problem";
import { extendCatalog, type CatalogAdditions } from "./extend";

/** Arguments that may bring own entries. */
export interface WithCatalog {
  /**
   * Own entries on top of the built-in catalogue, by kind; see docs/catalog/. They say which accelerators, images and
   * models the preview knows. Default: none.
   */
  catalog?: CatalogAdditions;
}

/** Arguments before they are known to be right. */
interface Catalogued {
  catalog?: unknown;
}

export const catalogField = coreObject<Plain<CatalogAdditions>>("own catalogue entries by kind").optional();

/** Every own entry is complete and every reference leads somewhere. */
export function catalogIsSound({ catalog }: Catalogued): Problem[] {
  return within(["catalog"], extendCatalog(builtInCatalog, catalog).problems);
}

/** The built-in catalogue with the own entries of these arguments; without them while they are wrong. */
export function catalogOf({ catalog }: Catalogued): Catalog {
  return extendCatalog(builtInCatalog, catalog).catalog;
}
