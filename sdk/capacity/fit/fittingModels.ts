/** Which models run on the accelerators there are. */
import type { Accelerator } from "../../catalog/accelerators";
import type { CatalogueModel } from "../../catalog/models";
import { fit, type Fit } from "./fit";
import type { FitSettings } from "./start";

/** Accelerators of one machine, and how the server is to be started on them. */
export interface Hardware extends Omit<FitSettings, "tensorParallelSize" | "accelerators"> {
  accelerator: Accelerator;
  /** Accelerators of one replica at most. */
  count: number;
  vllm: string;
}

/** A model that fits, and the fewest accelerators that it needs. */
export interface FittingModel {
  model: CatalogueModel;
  tensorParallelSize: number;
  fit: Fit;
}

/**
 * The models that fit, with the fewest accelerators each; what is too close to call or not known is left out.
 *
 * @param hardware without `maxModelLen` every model is held against its whole context
 * @requirement MC-19
 */
export function fittingModels(hardware: Hardware, models: readonly CatalogueModel[]): FittingModel[] {
  const { accelerator, count, vllm, ...settings } = hardware;
  return models.flatMap((model) => {
    const maxModelLen = Math.min(settings.maxModelLen ?? model.contextTokens, model.contextTokens);
    for (let ranks = 1; ranks <= count; ranks++) {
      const answer = fit({ ...settings, model, accelerator, vllm, maxModelLen, tensorParallelSize: ranks });
      if (answer.verdict === "fits") return [{ model, tensorParallelSize: ranks, fit: answer }];
    }
    return [];
  });
}
