/** What the servers of DigitalHub do, and under which paths. */

/** Kinds of vLLM server: `vllmserve-text`, `vllmserve-speech`, `vllmserve-pooling`. */
export const VllmTask = {
  /** Completions and chat completions. */
  Text: "text",
  /** Transcription and translation of speech. */
  Speech: "speech",
  /** Embeddings, ranking, classification, scores. */
  Pooling: "pooling",
} as const;
export type VllmTask = (typeof VllmTask)[keyof typeof VllmTask];

const TOKENS = ["/tokenize", "/detokenize"];

/**
 * Paths of each kind. Upstream: digitalhub-core `runtime/vllm/{text,speech,pooling}/*Runtime.java`.
 *
 * @requirement DH-15, DH-16, DH-17
 */
export const VLLM_APIS: Readonly<Record<VllmTask, readonly string[]>> = {
  text: ["/v1/chat/completions", "/v1/completions", ...TOKENS],
  speech: ["/v1/audio/transcriptions", "/v1/audio/translations", ...TOKENS],
  pooling: ["/v1/embeddings", ...TOKENS, "/pooling", "/classify", "/score", "/rerank", "/v1/rerank", "/v2/rerank"],
};

/**
 * What KServe's Hugging Face server can be asked to do. Upstream: kserve `python/huggingfaceserver/.../task.py`,
 * the supported ones.
 *
 * @requirement DH-27
 */
export const HuggingFaceTask = {
  SequenceClassification: "sequence_classification",
  TokenClassification: "token_classification",
  FillMask: "fill_mask",
  TextGeneration: "text_generation",
  Text2TextGeneration: "text2text_generation",
  TextEmbedding: "text_embedding",
} as const;
export type HuggingFaceTask = (typeof HuggingFaceTask)[keyof typeof HuggingFaceTask];

/** Protocols of KServe's Hugging Face server. */
export const ServeProtocol = {
  /** Completions and chat completions as OpenAI has them. */
  OpenAi: "openai",
  /** Open Inference Protocol, `/v2/models/<model>/infer`. */
  OpenInference: "open-inference",
} as const;
export type ServeProtocol = (typeof ServeProtocol)[keyof typeof ServeProtocol];

/** Protocol by which a task is asked for. */
export function protocolOf(task: HuggingFaceTask): ServeProtocol {
  return task === "text_generation" || task === "text2text_generation" ? "openai" : "open-inference";
}

/**
 * Paths under which a task answers.
 *
 * @requirement DH-29
 */
export function huggingFaceApis(task: HuggingFaceTask, modelName: string): string[] {
  if (protocolOf(task) === "open-inference") return [`/v2/models/${modelName}/infer`];
  return ["/openai/v1/chat/completions", "/openai/v1/completions"];
}
