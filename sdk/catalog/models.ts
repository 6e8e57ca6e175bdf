/** Models by the place they are loaded from, with the bytes of their weights. */
import models from "./models.json";

/** One checkpoint. */
export interface CatalogueModel {
  /** Hugging Face id, such as `RedHatAI/granite-3.1-8b-instruct`. */
  id: string;
  /** Image name of its ModelCar, without registry and tag. */
  modelcar?: string;
  /** Bytes of all weights, computed from the parameter count and the precision of each module. */
  weightBytes: number;
}

const known: readonly CatalogueModel[] = models;

/**
 * Finds the model behind a storage URI: `oci://` by the image name, `hf://` by the id.
 *
 * @returns `undefined` for any other place or an unknown model; sizes are never guessed from a name
 */
export function findModel(uri: string): CatalogueModel | undefined {
  if (uri.startsWith("oci://")) {
    const name = uri
      .slice("oci://".length)
      .split("/")
      .at(-1)
      ?.replace(/[:@].*$/, "");
    return known.find((model) => model.modelcar === name);
  }
  if (uri.startsWith("hf://")) {
    const id = uri.slice("hf://".length).replace(/:.*$/, "").toLowerCase();
    return known.find((model) => model.id.toLowerCase() === id);
  }
  return undefined;
}
