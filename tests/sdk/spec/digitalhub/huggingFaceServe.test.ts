import assert from "node:assert/strict";
import { huggingFaceServeRules, huggingFaceServeSchema } from "../../../../sdk/spec/digitalhub/huggingFaceServe";
import { HuggingFaceTask, huggingFaceApis, protocolOf } from "../../../../sdk/spec/digitalhub/tasks";
import { table } from "../messageTable";

const RIGHT = { namespace: "serving", path: "huggingface://Qwen/Qwen2.5-0.5B" };

/** @covers DH-25, DH-26, DH-27, DH-28 */
describe("arguments of HuggingFaceServe", () => {
  table("that are wrong", huggingFaceServeSchema, huggingFaceServeRules("qwen"), RIGHT, [
    [
      "the field that the guide names wrongly",
      { model: "qwen" },
      "model: unknown key; the guide's `model` never was a field of the function: it is DigitalHub's model_name, and modelName here",
    ],
    [
      "DigitalHub's spelling",
      { model_name: "qwen", huggingface_task: "fill_mask", max_log_len: 3, tokenizer_revision: "main" },
      "model_name: unknown key; DigitalHub's model_name is called modelName here; did you mean modelName?",
      "huggingface_task: unknown key; DigitalHub's huggingface_task is called task here; did you mean task?",
      "max_log_len: unknown key; DigitalHub's max_log_len is called maxLogLength here; did you mean maxLogLength?",
      "tokenizer_revision: unknown key; DigitalHub's tokenizer_revision is called tokenizerRevision here; did you mean tokenizerRevision?",
    ],
    [
      "a place of another kind",
      { path: undefined, url: "hf://a/b" },
      "path: is missing; expected a place",
      "url: unknown key; this kind calls the place of the model path",
    ],
    [
      "a place that is none",
      { path: "s3://a/b" },
      'path: "s3://a/b": a model is loaded from huggingface://, hf://, pvc://',
    ],
    [
      "a task with dashes",
      { task: "fill-mask" },
      'task: "fill-mask" is not "sequence_classification" or "token_classification" or "fill_mask" or "text_generation" or "text2text_generation" or "text_embedding"; did you mean fill_mask?',
    ],
    [
      "vLLM that should fill masks",
      { backend: "vllm", task: "fill_mask" },
      'backend: "vllm" does no fill_mask; write "huggingface", or leave backend out',
    ],
    [
      "another format",
      { dtype: "fp16" },
      'dtype: "fp16" is not "auto" or "float16" or "float32" or "bfloat16" or "float" or "half"',
    ],
    [
      "probabilities of text",
      { returnProbabilities: true },
      "returnProbabilities: counts only with the tasks sequence_classification, token_classification, fill_mask, not with text_generation",
    ],
    [
      "another server's image",
      { image: "docker.io/vllm/vllm-openai:v0.21.0" },
      'image: "docker.io/vllm/vllm-openai:v0.21.0" is not an image of kserve/huggingfaceserver',
      'image: "docker.io/vllm/vllm-openai:v0.21.0" is built for NVIDIA GPU, but the hardware is CPU',
    ],
    [
      "hardware without an image",
      { accelerator: "amd.com/gpu" },
      "image: is missing; the catalogue has no Hugging Face server for AMD GPU, so name one",
    ],
    [
      "an argument that is a setting",
      { args: ["--backend=vllm"] },
      'args[0]: "--backend=vllm" repeats --backend of HuggingFaceServe; remove one of them',
    ],
  ]);
});

/** @covers DH-29 */
describe("protocol of KServe's Hugging Face server", () => {
  it("is OpenAI's for text, and the Open Inference Protocol for everything else", () => {
    const answers = Object.values(HuggingFaceTask).map((task) => [
      task,
      protocolOf(task),
      huggingFaceApis(task, "m")[0],
    ]);
    assert.deepEqual(answers, [
      ["sequence_classification", "open-inference", "/v2/models/m/infer"],
      ["token_classification", "open-inference", "/v2/models/m/infer"],
      ["fill_mask", "open-inference", "/v2/models/m/infer"],
      ["text_generation", "openai", "/openai/v1/chat/completions"],
      ["text2text_generation", "openai", "/openai/v1/chat/completions"],
      ["text_embedding", "open-inference", "/v2/models/m/infer"],
    ]);
  });
});
