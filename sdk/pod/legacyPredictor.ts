/**
 * Predictors in the form of the v1beta1 API's first years: `sklearn` and its like, one block per framework.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/inference_service_defaults.go` (setPredictorModelDefaults).
 */
import type { LegacyFramework, ModelSpec, PredictorSpec } from "../kubernetes/kserve";

/** In the order in which the defaulting webhook looks for them; each is also the name of its model format. */
export const LEGACY_FRAMEWORKS: readonly LegacyFramework[] = [
  ...(["sklearn", "tensorflow", "xgboost", "pytorch", "triton"] as const),
  ...(["onnx", "huggingface", "pmml", "lightgbm", "paddle"] as const),
];

/** Those that speak v2 where they do not say what they speak. */
export const LEGACY_V2: readonly LegacyFramework[] = ["triton", "onnx", "huggingface"];

/** The predictor's model, whichever form it is written in; `undefined` for a predictor of plain containers. */
export function modelOf(predictor: PredictorSpec): ModelSpec | undefined {
  for (const framework of LEGACY_FRAMEWORKS) {
    const written = predictor[framework];
    if (written === undefined) continue;
    const protocol = LEGACY_V2.includes(framework) ? { protocolVersion: "v2" as const } : {};
    return { ...protocol, ...written, modelFormat: { name: framework } };
  }
  return predictor.model;
}
