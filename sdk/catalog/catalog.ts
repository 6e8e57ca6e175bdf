/** All catalogues as one value: look-ups take a list of entries, and this is where the lists come from. */
import { accelerators, type Accelerator } from "./accelerators";
import { machineShapes, type MachineShape } from "./machineShapes";
import { catalogueModels, type CatalogueModel } from "./models";
import { modelServers, type ModelServer } from "./serverArguments";
import { servingImages, type ServingImage } from "./servingImages";
import { servingRuntimes, type CatalogueRuntime } from "./servingRuntimes";

/** What is known: the built-in entries, or those of a user on top of them. */
export interface Catalog {
  accelerators: readonly Accelerator[];
  machineShapes: readonly MachineShape[];
  models: readonly CatalogueModel[];
  servingRuntimes: readonly CatalogueRuntime[];
  servingImages: readonly ServingImage[];
  modelServers: readonly ModelServer[];
}

export const builtInCatalog: Catalog = {
  accelerators,
  machineShapes,
  models: catalogueModels,
  servingRuntimes,
  servingImages,
  modelServers,
};
