import assert from "node:assert/strict";
import { eventualText } from "../../../../sdk/spec/schema/eventual";
import { kubeAiModelRules, kubeAiModelSchema } from "../../../../sdk/spec/kubeai/kubeAiModel";
import { kubeAiApis } from "../../../../sdk/spec/kubeai/features";
import { validate } from "../../../../sdk/spec/schema/validate";
import { table } from "../messageTable";

const RIGHT = {
  namespace: "kubeai",
  url: "hf://Qwen/Qwen2.5-0.5B-Instruct",
  engine: "VLLM",
  resourceProfile: "nvidia-gpu-l4:1",
};
const FORTY = "a-model-name-with-40-characters-is-valid";
const CREDENTIAL =
  "would be readable by everyone who may read the object; put it into secrets, or into a Secret of yours that envFrom names";
const ADAPTER = { name: "sql", url: "hf://acme/sql" };

/** @covers DH-4, DH-5, DH-6, DH-7, DH-8, DH-9, DH-10, DH-11, DH-12 */
describe("arguments of KubeAiModel", () => {
  table("that are wrong", kubeAiModelSchema, kubeAiModelRules("qwen"), RIGHT, [
    [
      "a name of 41 characters",
      { name: `${FORTY}x` },
      `name: "${FORTY}x" has 41 characters; a Model's name has at most 40`,
    ],
    [
      "a name in unicode",
      { name: "Qwen²" },
      'name: "Qwen²" is not a model name (lower case letters, digits, dashes; at most 63); did you mean qwen2?',
    ],
    [
      "a URL without scheme",
      { url: "Qwen/Qwen2.5-0.5B" },
      'url: "Qwen/Qwen2.5-0.5B" has no scheme; KubeAI loads a model from hf://, pvc://, ollama://, s3://, gs://, oss://; did you mean hf://Qwen/Qwen2.5-0.5B?',
    ],
    [
      "Hugging Face's scheme elsewhere",
      { url: "huggingface://Qwen/Qwen2.5-0.5B" },
      'url: "huggingface://Qwen/Qwen2.5-0.5B": KubeAI loads a model from hf://, pvc://, ollama://, s3://, gs://, oss://; did you mean hf://Qwen/Qwen2.5-0.5B?',
    ],
    [
      "DigitalHub's store",
      { url: "store://demo/model/huggingface/qwen" },
      'url: "store://demo/model/huggingface/qwen": KubeAI loads a model from hf://, pvc://, ollama://, s3://, gs://, oss://; only DigitalHub resolves store://, so write the path that its model has, or use KubeAiText',
    ],
    ["a URL that names nothing", { url: "s3://" }, 'url: "s3://" names nothing behind s3://'],
    [
      "an engine in another spelling",
      { engine: "Ollama" },
      'engine: "Ollama" is not "VLLM" or "OLlama" or "Infinity" or "FasterWhisper"; did you mean OLlama?',
    ],
    [
      "OLlama with a model of Hugging Face",
      { engine: "OLlama" },
      'url: "hf://Qwen/Qwen2.5-0.5B-Instruct" is not for engine OLlama, which loads from ollama:// or pvc://',
    ],
    [
      "vLLM with a model of Ollama",
      { url: "ollama://qwen2:0.5b" },
      'url: "ollama://qwen2:0.5b" is not for engine VLLM, which loads from any other place; ollama:// is for engine OLlama',
    ],
    [
      "Infinity that should write text",
      { engine: "Infinity", features: ["TextGeneration"] },
      'features[0]: "TextGeneration" is nothing engine Infinity does, which is for TextEmbedding, Reranking',
    ],
    [
      "features of none, or twice the same",
      { features: [] },
      "features: is empty, so no API would answer; leave it out, or name one",
    ],
    [
      "a feature named twice",
      { features: ["TextEmbedding", "TextEmbedding"] },
      'features[1]: "TextEmbedding" is named twice',
    ],
    [
      "a profile without a count",
      { resourceProfile: "cpu" },
      'resourceProfile: "cpu" is not a resource profile and how many of it, such as "nvidia-gpu-l4:1"; did you mean cpu:1?',
    ],
    [
      "a missing profile, which the resource accepts and the controller does not",
      { resourceProfile: undefined },
      'resourceProfile: is missing; expected a resource profile and how many of it, such as "nvidia-gpu-l4:1"',
    ],
    [
      "a cache for a claim",
      { url: "pvc://models/qwen", cacheProfile: "efs" },
      "cacheProfile: cannot hold a model from pvc://, only from hf://, s3://, gs://, oss://",
    ],
    [
      "Google storage without a cache",
      { url: "gs://models/qwen" },
      "cacheProfile: is missing; KubeAI reads gs:// through a cache profile only",
    ],
    [
      "S3 without a cache where nothing streams",
      { url: "s3://models/whisper", engine: "FasterWhisper" },
      "cacheProfile: is missing; only VLLM streams from s3://, FasterWhisper needs a cache profile",
    ],
    [
      "adapters without vLLM",
      { engine: "OLlama", url: "ollama://qwen2:0.5b", adapters: [ADAPTER] },
      'adapters: only engine VLLM serves adapters, not OLlama; leave them out, or write engine: "VLLM"',
    ],
    [
      "adapters of one name, in capitals, from a claim",
      { adapters: [ADAPTER, ADAPTER, { name: "SQL", url: "pvc://adapters/sql" }] },
      'adapters[2].name: "SQL" is not an adapter name (lower case letters, digits, dashes; at most 63); did you mean sql?',
      'adapters[1].name: "sql" is named twice',
      'adapters[2].url: "pvc://adapters/sql": KubeAI loads an adapter from hf://, s3://, gs://, oss://',
    ],
    ["bounds in disorder", { minReplicas: 3, maxReplicas: 2 }, "maxReplicas: 2 is less than minReplicas, 3"],
    ["more pods than the most", { replicas: 5, maxReplicas: 2 }, "replicas: 5 is more than maxReplicas, 2"],
    ["fewer pods than the least", { replicas: 1, minReplicas: 2 }, "replicas: 1 is less than minReplicas, 2"],
    [
      "no autoscaler and no number",
      { autoscalingDisabled: true },
      "replicas: is missing; without autoscaling nobody else says how many pods there are, and there would be none",
    ],
    [
      "hash settings that are not used",
      { loadBalancing: { prefixHash: { prefixCharLength: 50 } } },
      'loadBalancing.prefixHash: counts only with strategy "PrefixHash"',
    ],
    [
      "hash settings in the platform's spelling",
      { loadBalancing: { strategy: "PrefixHash", prefixHash: { prefix_char_length: 50, mean_load_factor: 110 } } },
      "loadBalancing.prefixHash.prefix_char_length: unknown key; did you mean prefixCharLength?",
      "loadBalancing.prefixHash.mean_load_factor: unknown key; did you mean meanLoadFactor?",
    ],
    [
      "a load factor below the mean",
      { loadBalancing: { strategy: "PrefixHash", prefixHash: { meanLoadFactor: 99 } } },
      "loadBalancing.prefixHash.meanLoadFactor: 99 is not a whole number of at least 100",
    ],
    ["a token in the clear", { env: { HF_TOKEN: "hf_x" } }, `env.HF_TOKEN: ${CREDENTIAL}`],
    [
      "a variable in two places",
      { env: { MODE: "x" }, secrets: { MODE: "covered" } },
      'secrets.MODE: "MODE" is also in env, which would win; keep one of the two',
    ],
    [
      "a source that is two things, and one that is none",
      { envFrom: [{ secretName: "a", configMapName: "b" }, {}] },
      "envFrom[0]: expected either secretName or configMapName",
      "envFrom[1]: expected either secretName or configMapName",
    ],
    [
      "a relative path, and a path twice",
      {
        files: [
          { path: "a.txt", content: "" },
          { path: "/b", content: "" },
          { path: "/b", content: "" },
        ],
      },
      'files[0].path: "a.txt" is not an absolute path without a colon, of at most 1024 characters',
      'files[2].path: "/b" is written twice',
    ],
    [
      "a file that is too long",
      { files: [{ path: "/b", content: "x".repeat(100_001) }] },
      "files[0].content: has 100001 characters; a file has at most 100000",
    ],
    [
      "too many files",
      { files: Array.from({ length: 11 }, (_, index) => ({ path: `/${index}`, content: "" })) },
      "files: 11 files; a Model has at most 10",
    ],
    [
      "an argument with a space, and one of KubeAI's own",
      { args: ["--max-model-len 4096", "--served-model-name=x"] },
      'args[0]: "--max-model-len 4096" is one token to the server; did you mean --max-model-len=4096?',
      'args[1]: "--served-model-name=x" repeats --served-model-name of KubeAI; remove one of them',
    ],
  ]);
});

describe("KubeAiModel arguments", () => {
  const problems = (change: object): unknown[] =>
    validate(kubeAiModelSchema, kubeAiModelRules("qwen"), { ...RIGHT, ...change }).problems;

  it("may be as long as the resource allows, and empty where nothing is needed", () => {
    assert.deepEqual(
      problems({ name: FORTY, adapters: [], args: [], env: {}, envFrom: [], files: [], secrets: {} }),
      [],
    );
  });

  it("say nothing of what is known only after apply", () => {
    const later = eventualText(0);
    const adapters = [{ name: "sql", url: later }];
    assert.deepEqual(problems({ url: later, adapters, env: { HF_TOKEN: later }, args: [later] }), []);
  });

  /** @covers DH-31 */
  it("decide which OpenAI APIs answer", () => {
    assert.deepEqual(kubeAiApis(["TextGeneration", "TextEmbedding"]), [
      "/v1/chat/completions",
      "/v1/completions",
      "/v1/embeddings",
    ]);
    assert.deepEqual(kubeAiApis(["Reranking", "SpeechToText"]), ["/v1/rerank", "/v1/audio/transcriptions"]);
  });
});
