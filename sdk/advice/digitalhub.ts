/** Which of DigitalHub's runtimes for language models fits what is wanted. */
import { unknownName } from "../spec/schema/fields";

/** What a runtime is to do. */
export const LlmNeed = {
  TextGeneration: "text-generation",
  Embedding: "embedding",
  Ranking: "ranking",
  Classification: "classification",
  FillMask: "fill-mask",
  Transcription: "transcription",
  Translation: "translation",
} as const;
export type LlmNeed = (typeof LlmNeed)[keyof typeof LlmNeed];

/** What is wanted of a runtime. */
export interface LlmCriteria {
  /** Default: text generation. */
  need?: LlmNeed;
  /** Whether KubeAI is installed, or may be. Default: false. */
  kubeAi?: boolean;
  /** Whether there is a GPU for the model. Default: true. */
  gpu?: boolean;
  /** Whether adapters are served beside the model. Default: false. */
  adapters?: boolean;
  /** Whether there may be no pod at all while nobody asks. Default: false. */
  scaleToZero?: boolean;
  /** Whether the model must have an address of its own. Default: false. */
  ownService?: boolean;
}

/** A runtime of DigitalHub, by its kind, and the component that makes it. */
export interface LlmRuntime {
  kind:
    "kubeai-text" | "kubeai-speech" | "vllmserve-text" | "vllmserve-speech" | "vllmserve-pooling" | "huggingfaceserve";
  component: "KubeAiText" | "KubeAiSpeech" | "VllmServe" | "HuggingFaceServe";
  /** Engine of the KubeAI kinds. */
  engine?: "VLLM" | "OLlama" | "Infinity" | "FasterWhisper";
  /** Why this one. */
  reasons: string[];
  /** What it does not give of what was wanted. */
  shortcomings: string[];
}

/**
 * The runtime that fits, why, and what it leaves to be desired.
 *
 * @requirement DH-1
 * @throws RangeError for a need that there is not
 */
export function chooseLlmRuntime(criteria: LlmCriteria = {}): LlmRuntime {
  const { need = "text-generation", kubeAi = false, ownService = false } = criteria;
  const needs: readonly string[] = Object.values(LlmNeed);
  if (!needs.includes(need)) throw new RangeError(unknownName(need, "need", needs));
  const viaKubeAi = kubeAi && !ownService ? kubeAiRuntime(need, criteria) : undefined;
  const runtime = viaKubeAi ?? ownRuntime(need, criteria);
  return { ...runtime, shortcomings: shortcomings(runtime, criteria) };
}

type Choice = Omit<LlmRuntime, "shortcomings">;

const ONE_CHANNEL = "KubeAI is there: it scales by requests, down to none, and answers for all models at one address";

function kubeAiRuntime(need: LlmNeed, { gpu = true, adapters = false }: LlmCriteria): Choice | undefined {
  const text = { kind: "kubeai-text", component: "KubeAiText" } as const;
  switch (need) {
    case "text-generation":
      if (gpu || adapters)
        return { ...text, engine: "VLLM", reasons: [ONE_CHANNEL, "engine VLLM is for GPUs and adapters"] };
      return { ...text, engine: "OLlama", reasons: [ONE_CHANNEL, "engine OLlama runs small models without a GPU"] };
    case "embedding":
    case "ranking":
      return {
        ...text,
        engine: "Infinity",
        reasons: [ONE_CHANNEL, "engine Infinity is made for embeddings and ranking"],
      };
    case "transcription":
      return {
        kind: "kubeai-speech",
        component: "KubeAiSpeech",
        engine: "FasterWhisper",
        reasons: [ONE_CHANNEL, "engine FasterWhisper turns speech to text"],
      };
    case "translation":
    case "classification":
    case "fill-mask":
      return undefined;
  }
}

function ownRuntime(need: LlmNeed, { kubeAi = false, ownService = false }: LlmCriteria): Choice {
  const why = !kubeAi
    ? "needs no operator"
    : ownService
      ? "has a Service of its own, which models of KubeAI do not"
      : `KubeAI has no API for ${need}`;
  const vllm = { component: "VllmServe" } as const;
  switch (need) {
    case "text-generation":
      return { ...vllm, kind: "vllmserve-text", reasons: [why, "completions and chat completions"] };
    case "transcription":
    case "translation":
      return { ...vllm, kind: "vllmserve-speech", reasons: [why, "transcription and translation of speech"] };
    case "fill-mask":
      return {
        kind: "huggingfaceserve",
        component: "HuggingFaceServe",
        reasons: ["no other runtime fills masks, over the Open Inference Protocol"],
      };
    case "embedding":
    case "ranking":
    case "classification":
      return { ...vllm, kind: "vllmserve-pooling", reasons: [why, "embeddings, ranking, scores and classification"] };
  }
}

function shortcomings({ kind, engine }: Choice, criteria: LlmCriteria): string[] {
  const { gpu = true, adapters = false, scaleToZero = false, ownService = false } = criteria;
  const isKubeAi = kind.startsWith("kubeai");
  const wants: [boolean, string][] = [
    [kind === "huggingfaceserve", "DigitalHub has deprecated it"],
    [scaleToZero && !isKubeAi, "at least one pod always runs: only KubeAI scales to none"],
    [ownService && isKubeAi, "the model has no address of its own"],
    [adapters && isKubeAi && engine !== "VLLM", `engine ${engine} serves no adapters`],
    [adapters && kind === "huggingfaceserve", "it serves no adapters"],
    [!gpu && kind.startsWith("vllmserve"), "on CPU (useCpuImage) it is slow: for small models and tests"],
    [!gpu && engine === "VLLM", "engine VLLM on CPU is slow: adapters leave no other choice"],
  ];
  return wants.flatMap(([wanting, words]) => (wanting ? [words] : []));
}
