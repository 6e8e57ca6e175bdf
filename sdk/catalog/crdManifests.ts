/** Custom resource definitions that their projects publish as a file, and as no chart. */
import catalogue from "./crdManifests.json";

/** One published file of CRDs. */
export interface CrdManifest {
  url: string;
  version: string;
  /** Where the version was read. */
  source: string;
}

export type CrdManifestName = keyof typeof catalogue;

/** A file of the catalogue. */
export function crdManifest(name: CrdManifestName): CrdManifest {
  return catalogue[name];
}
