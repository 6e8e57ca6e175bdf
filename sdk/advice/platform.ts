/** Which serving platform fits: the choice of the product documentation, as it stands today. */

/** What is to be served, and on what. */
export interface PlatformQuestion {
  /** How many models are served at once. */
  models: number;
  /** Whether they are small or medium, and seldom asked, so that several fit one server. Default: false. */
  smallModels?: boolean;
  /** Whether a fleet of servers of one language model is to be routed by load and cache (llm-d). Default: false. */
  routedFleet?: boolean;
  /** Whether models come as NVIDIA's own containers (NIM). Default: false. */
  nvidiaMicroservices?: boolean;
  /** Whether unused models give up their accelerators and start again when asked. Default: false. */
  scaleToZero?: boolean;
  /** Version of OpenShift AI; absent: upstream KServe. */
  openShiftAI?: string;
}

/** Names of the choices. */
export const PlatformChoice = {
  /** A server of its own for each model: InferenceService. */
  SingleModel: "single-model",
  /** The same, by Knative. */
  Serverless: "single-model, serverless",
  /** Many models in one server: ModelMesh. */
  MultiModel: "multi-model",
  /** NVIDIA's containers. */
  Nim: "NVIDIA NIM",
  /** A routed fleet of one model: LLMInferenceService. */
  DistributedInference: "distributed inference (llm-d)",
} as const;
export type PlatformChoice = (typeof PlatformChoice)[keyof typeof PlatformChoice];

/** A choice, why, and what stands against it. */
export interface PlatformAdvice {
  choice: PlatformChoice;
  because: string;
  warnings: string[];
}

/** So many models on one cluster are where a server for each stops being practical. */
const MANY_MODELS = 1000;

/**
 * The platform for what is to be served. The more special wish decides; everything else is the single-model platform.
 *
 * @requirement PL-6, PL-1, PL-2, PL-3
 */
export function adviseOnPlatform(question: PlatformQuestion): PlatformAdvice {
  const legacy = question.openShiftAI?.startsWith("2.") === true;
  const onOpenShiftAI = question.openShiftAI !== undefined;
  if (question.nvidiaMicroservices === true) {
    const warnings = ["NIM needs a licence of NVIDIA AI Enterprise and a key of NGC."];
    return { choice: "NVIDIA NIM", because: "NVIDIA's containers run on top of the single-model platform.", warnings };
  }
  if (question.routedFleet === true) {
    const warnings = legacy ? [`OpenShift AI ${question.openShiftAI} has no LLMInferenceService; version 3 has.`] : [];
    return {
      choice: "distributed inference (llm-d)",
      because: "one gateway sends each request to the server that has its prefix cached and is least busy.",
      warnings,
    };
  }
  if (question.smallModels === true && question.models > MANY_MODELS) return adviceOnMany(question, legacy);
  if (question.scaleToZero === true && (!onOpenShiftAI || legacy)) {
    const warnings = legacy ? ["Version 3 has no serverless mode; what relies on it must move."] : [];
    return { choice: "single-model, serverless", because: "Knative scales unused models to zero.", warnings };
  }
  const warnings =
    question.scaleToZero === true ? ["OpenShift AI 3 runs raw deployments only: no scaling to zero by Knative."] : [];
  return { choice: "single-model", because: "each model is deployed, watched and scaled by itself.", warnings };
}

function adviceOnMany({ openShiftAI }: PlatformQuestion, legacy: boolean): PlatformAdvice {
  if (legacy) {
    return {
      choice: "multi-model",
      because: "a server for each of over 1000 small models would waste what there is.",
      warnings: ["ModelMesh is legacy: version 3 removed it."],
    };
  }
  const where = openShiftAI === undefined ? "Upstream KServe no longer develops" : `OpenShift AI ${openShiftAI} has no`;
  return {
    choice: "single-model",
    because: "the multi-model platform is no more.",
    warnings: [
      `${where} ModelMesh: serve many small models of one format by one OpenVINO or MLServer runtime, variants of one language model by LoRA adapters.`,
    ],
  };
}
