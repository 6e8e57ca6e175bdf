/** Shape of what the catalogue recommends: presets of vLLM, and frameworks of MLServer. */
import type { MlserverFramework } from "../../catalog/mlserver";
import type { CataloguePreset } from "../../catalog/vllmPresets";
import { bytes, cores, fraction, list, object, text, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { provenance } from "./hardware";

const amounts = object({ cpu: cores, memory: bytes });

export const vllmPresetSchema = object({
  name: text("a name"),
  description: text("a description"),
  vllm: object({
    maxModelLen: whole(1).optional(),
    gpuMemoryUtilization: fraction(0, 1).optional(),
    maxNumSeqs: whole(1).optional(),
    tensorParallelSize: whole(1).optional(),
  }),
  resources: object({ requests: amounts, limits: amounts }).optional(),
  accelerators: whole(0).optional(),
  notes: provenance.notes,
  source: provenance.source,
}) satisfies SchemaOf<CataloguePreset>;

export const mlserverFrameworkSchema = object({
  name: text("a model format"),
  displayName: text("a name for people"),
  modelClass: text("a class"),
  wellKnownFiles: list(text("a file name"), "file names"),
  source: provenance.source,
}) satisfies SchemaOf<MlserverFramework>;
