/** What a model can do, and which of KubeAI's servers can do it. */
import type { Problem } from "../schema/problem";

/** Servers of KubeAI; the spelling is that of the resource. */
export const ModelEngine = {
  VLLM: "VLLM",
  /** Small models without a GPU, for tests. */
  OLlama: "OLlama",
  /** Embeddings and ranking. */
  Infinity: "Infinity",
  /** Speech to text. */
  FasterWhisper: "FasterWhisper",
} as const;
export type ModelEngine = (typeof ModelEngine)[keyof typeof ModelEngine];

/** What a model can do; decides by which APIs it is called. */
export const ModelFeature = {
  TextGeneration: "TextGeneration",
  TextEmbedding: "TextEmbedding",
  Reranking: "Reranking",
  SpeechToText: "SpeechToText",
} as const;
export type ModelFeature = (typeof ModelFeature)[keyof typeof ModelFeature];

const ABLE: Readonly<Record<ModelEngine, readonly ModelFeature[]>> = {
  VLLM: Object.values(ModelFeature),
  OLlama: ["TextGeneration", "TextEmbedding"],
  Infinity: ["TextEmbedding", "Reranking"],
  FasterWhisper: ["SpeechToText"],
};

/** Feature of a model whose features nobody named. */
export function usualFeatures(engine: ModelEngine): ModelFeature[] {
  return ABLE[engine].slice(0, 1);
}

/** A server cannot do what it is not made for; the resource accepts it and every request fails. */
export function featuresFitEngine(
  engine: ModelEngine | undefined,
  features: readonly (ModelFeature | undefined)[] | undefined,
): Problem[] {
  if (features === undefined) return [];
  if (features.length === 0)
    return [{ path: ["features"], message: "is empty, so no API would answer; leave it out, or name one" }];
  return features.flatMap((feature, index) => {
    if (feature === undefined) return [];
    const path = ["features", index];
    if (features.indexOf(feature) !== index) return [{ path, message: `"${feature}" is named twice` }];
    if (engine === undefined || ABLE[engine].includes(feature)) return [];
    return [
      { path, message: `"${feature}" is nothing engine ${engine} does, which is for ${ABLE[engine].join(", ")}` },
    ];
  });
}

/** Paths below KubeAI's `/openai`. Upstream: kubeai `internal/openaiserver/handler.go`. */
const PATHS: Readonly<Record<ModelFeature, readonly string[]>> = {
  TextGeneration: ["/v1/chat/completions", "/v1/completions"],
  TextEmbedding: ["/v1/embeddings"],
  Reranking: ["/v1/rerank"],
  SpeechToText: ["/v1/audio/transcriptions"],
};

/**
 * The OpenAI APIs that answer for a model with these features.
 *
 * @requirement DH-31
 */
export function kubeAiApis(features: readonly ModelFeature[]): string[] {
  return features.flatMap((feature) => PATHS[feature]);
}
