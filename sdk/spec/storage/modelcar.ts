/** Models of the catalogue as ModelCars: container images with the files in `/models`. */
import type { CatalogueModel } from "../../catalog/models";
import { catalogueModels, findModelByName, nearestModel } from "../../catalog/models";
import { quote } from "../schema/problem";

/**
 * `storageUri` of a model's ModelCar, by what people call the model.
 *
 * @param tag instead of the catalogue's
 * @returns undefined for a model that the catalogue does not hold, or that has no ModelCar
 * @requirement MC-16
 */
export function modelcarUri(
  id: string | undefined,
  tag?: string,
  models: readonly CatalogueModel[] = catalogueModels,
): string | undefined {
  const image = id === undefined ? undefined : findModelByName(id, models)?.image;
  if (image === undefined) return undefined;
  return `oci://${tag === undefined ? image : image.replace(/:[^:/]*$/, `:${tag}`)}`;
}

/** Why a model cannot be had as a ModelCar. */
export function modelProblem(id: string, models: readonly CatalogueModel[]): string | undefined {
  const model = findModelByName(id, models);
  if (model?.image !== undefined) return undefined;
  if (model !== undefined) {
    return `${quote(id)} has no ModelCar in the catalogue; did you mean huggingFace: ${quote(model.id)}?`;
  }
  const proposal = nearestModel(id, models);
  const hint = proposal === undefined ? "" : `; did you mean ${proposal}?`;
  return `${quote(id)} is not in the catalogue${hint}`;
}
