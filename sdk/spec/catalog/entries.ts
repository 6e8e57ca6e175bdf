/** The kinds of entries a catalogue holds: what names one, how it is checked, and what a new one has by default. */
import type { z } from "zod";
import type { Catalog } from "../../catalog/catalog";
import { acceleratorSchema, machineShapeSchema } from "./hardware";
import { modelEntrySchema } from "./model";
import { modelServerSchema, servingImageSchema, servingRuntimeEntrySchema } from "./software";

/** Name of a list of entries. */
export type CatalogKind = keyof Catalog;

/** One entry before anything is known of it. */
export type RawEntry = Readonly<Record<string, unknown>>;

/** How entries of one kind are told apart and checked. */
export interface EntryKind {
  schema: z.ZodType;
  /** Fields that together name an entry. */
  key: readonly string[];
  /** What a new entry has when the user does not say it. */
  defaults: RawEntry;
}

const OF_USER = { source: "configuration", confidence: "user" };

export const entryKinds: Readonly<Record<CatalogKind, EntryKind>> = {
  accelerators: { schema: acceleratorSchema, key: ["name"], defaults: { aliases: [], ...OF_USER } },
  machineShapes: { schema: machineShapeSchema, key: ["cloud", "name"], defaults: OF_USER },
  models: { schema: modelEntrySchema, key: ["id"], defaults: OF_USER },
  servingRuntimes: {
    schema: servingRuntimeEntrySchema,
    key: ["name"],
    defaults: {
      kind: "ServingRuntime",
      distribution: "own",
      support: "custom",
      recommendedAccelerators: [],
      storage: ["oci", "s3", "pvc", "hf", "uri"],
      ...OF_USER,
    },
  },
  servingImages: { schema: servingImageSchema, key: ["image"], defaults: {} },
  modelServers: {
    schema: modelServerSchema,
    key: ["server"],
    defaults: { complete: false, versions: [], environment: [], source: OF_USER.source },
  },
};

export const CATALOG_KINDS = Object.keys(entryKinds) as readonly CatalogKind[];

/** What names an entry: `aws p5.48xlarge`; parts that are missing are left out. */
export function entryName(kind: CatalogKind, entry: RawEntry): string {
  return entryKinds[kind].key
    .map((field) => entry[field])
    .filter((part) => typeof part === "string")
    .join(" ");
}
