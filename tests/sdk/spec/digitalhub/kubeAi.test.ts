import { kubeAiTextRules, kubeAiTextSchema } from "../../../../sdk/spec/digitalhub/kubeAi";
import { table } from "../messageTable";

const RIGHT = { namespace: "kubeai", url: "hf://Qwen/Qwen2.5-0.5B", engine: "VLLM" };
const STORE = "store://demo/model/huggingface/qwen";

/** @covers DH-4, DH-5, DH-6, DH-8, DH-11, DH-12 */
describe("arguments of KubeAiText", () => {
  table("that are wrong", kubeAiTextSchema, kubeAiTextRules("qwen"), RIGHT, [
    [
      "speech",
      { engine: "FasterWhisper" },
      'engine: "FasterWhisper" is not "VLLM" or "OLlama" or "Infinity"; speech is what KubeAiSpeech is for',
    ],
    ["no engine", { engine: undefined }, 'engine: is missing; expected "VLLM" or "OLlama" or "Infinity"'],
    [
      "Infinity with the default feature",
      { engine: "Infinity" },
      'features[0]: "TextGeneration" is nothing engine Infinity does, which is for TextEmbedding, Reranking',
    ],
    ["Infinity for embeddings, which is right", { engine: "Infinity", features: ["TextEmbedding"] }],
    [
      "a count in the profile",
      { profile: "nvidia-gpu-l4:2" },
      'profile: "nvidia-gpu-l4:2" is not the name of a resource profile, without a count; did you mean nvidia-gpu-l4?',
    ],
    [
      "a store that nobody looks up",
      { url: STORE },
      `url: "${STORE}" is resolved by DigitalHub only; add storePaths: { "${STORE}": <path of that model> }`,
    ],
    ["a store that somebody looked up, which is right", { url: STORE, storePaths: { [STORE]: "s3://lake/qwen/" } }],
    [
      "a place of the store that KubeAI does not read",
      { url: STORE, storePaths: { [STORE]: "zip+s3://lake/qwen.zip" } },
      'url: "zip+s3://lake/qwen.zip": KubeAI loads a model from hf://, pvc://, ollama://, s3://, gs://, oss://',
    ],
    [
      "41 characters",
      { modelName: "x".repeat(41) },
      `modelName: "${"x".repeat(41)}" has 41 characters; a Model's name has at most 40`,
    ],
    [
      "two names",
      { name: "a", modelName: "b" },
      'modelName: "b" is not name, "a"; KubeAI serves a Model under its own name',
    ],
    [
      "bounds below the one pod that stays up by default",
      { scaling: { replicas: 0 } },
      "scaling.replicas: 0 is less than minReplicas, 1",
    ],
    [
      "hash settings in DigitalHub's spelling, which the Model would drop",
      { scaling: { load_balancing: {}, loadBalancing: { prefix_hash: {} } } },
      "scaling.loadBalancing.prefix_hash: unknown key; did you mean prefixHash?",
      "scaling.load_balancing: unknown key; DigitalHub's load_balancing is called loadBalancing here; did you mean loadBalancing?",
    ],
    [
      "a token in the clear",
      { envs: { HF_TOKEN: "hf_x" } },
      "envs.HF_TOKEN: would be readable by everyone who may read the object; put it into secrets, or into a Secret of yours that envFrom names",
    ],
  ]);
});
