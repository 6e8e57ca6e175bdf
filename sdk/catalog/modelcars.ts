/** ModelCars: models as OCI images of Red Hat's registry. */
import { catalogueModels, findModelByName, type CatalogueModel } from "./models";

/** The models that come as ModelCars. */
export function modelcars(models: readonly CatalogueModel[] = catalogueModels): CatalogueModel[] {
  return models.filter(({ image }) => image !== undefined);
}

/**
 * The storage URI of a model's ModelCar: `oci://registry.redhat.io/rhelai1/modelcar-…`.
 *
 * @param name Hugging Face id, name without organisation, or image
 * @param tag default: the one that was seen in use, 1.5 for all but Mixtral
 * @returns `undefined` for a model that does not come as a ModelCar, as far as the catalogue knows
 * @requirement MC-1, MC-2, MC-3, MC-4, MC-5, MC-6, MC-7, MC-8, MC-9, MC-10, MC-11, MC-12, MC-13, MC-15
 */
export function modelcarUri(
  name: string,
  tag?: string,
  models: readonly CatalogueModel[] = catalogueModels,
): string | undefined {
  const image = findModelByName(name, models)?.image;
  if (image === undefined) return undefined;
  return `oci://${tag === undefined ? image : image.replace(/:[^:/]*$/, `:${tag}`)}`;
}
