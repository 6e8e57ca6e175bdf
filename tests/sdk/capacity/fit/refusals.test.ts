import assert from "node:assert/strict";
import { staticRefusals } from "../../../../sdk/capacity/fit/refusals";
import type { FitSettings } from "../../../../sdk/capacity/fit/start";
import { A100, H100, LLAMA_70B_FP8, question } from "./inputs";

const V100 = "Tesla-V100-SXM2-32GB";
const SCOUT_FP8 = "RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic";
const LLAMA_8B = "meta-llama/Llama-3.1-8B-Instruct";

/** The refused start, the nearest accepted one, and what the reason must say. */
type Case = [what: string, refused: Parameters<typeof question>, accepted: Parameters<typeof question>, says: RegExp];
const tp = (tensorParallelSize: number, more: FitSettings = {}): FitSettings => ({ tensorParallelSize, ...more });

const cases: Case[] = [
  [
    "attention heads",
    ["Qwen2.5-7B-Instruct", A100, "0.8.4", tp(8)],
    ["Qwen2.5-7B-Instruct", A100, "0.8.4", tp(4)],
    /28 attention heads/,
  ],
  ["key and value heads", ["phi-4", A100, "0.8.4", tp(4)], ["phi-4", A100, "0.8.4", tp(2)], /10 key and value heads/],
  [
    "copied heads",
    ["Qwen2.5-7B-Instruct", A100, "0.8.4", tp(7)],
    ["Qwen/Qwen3-30B-A3B", H100, "0.11.0", tp(8)],
    /4 key and value heads/,
  ],
  [
    "vision heads",
    ["Qwen2.5-VL-72B-Instruct", H100, "0.11.0", tp(32)],
    ["Qwen2.5-VL-72B-Instruct", H100, "0.11.0", tp(16)],
    /vision/,
  ],
  [
    "int4 groups",
    ["granite-3.1-8b-instruct-quantized.w4a16", A100, "0.8.4", tp(8)],
    ["granite-3.1-8b-instruct-quantized.w4a16", A100, "0.8.4", tp(4)],
    /12800 cut 8 ways/,
  ],
  [
    "fp8 blocks",
    ["Qwen/Qwen3-235B-A22B-FP8", H100, "0.11.0", tp(8)],
    ["Qwen/Qwen3-235B-A22B-FP8", H100, "0.11.0", tp(4)],
    /groups of 128/,
  ],
  [
    "fp8 blocks of cut experts",
    ["Qwen/Qwen3-235B-A22B-FP8", H100, "0.11.0", tp(8)],
    ["Qwen/Qwen3-235B-A22B-FP8", H100, "0.11.0", tp(8, { enableExpertParallel: true })],
    /groups/,
  ],
  [
    "stages",
    ["phi-4", A100, "0.8.4", { pipelineParallelSize: 41 }],
    ["phi-4", A100, "0.8.4", { pipelineParallelSize: 40 }],
    /40 layers/,
  ],
  [
    "accelerators of the pod",
    ["phi-4", A100, "0.8.4", tp(2, { accelerators: 1 })],
    ["phi-4", A100, "0.8.4", tp(2, { accelerators: 2 })],
    /needs 2 accelerators, the pod has 1/,
  ],
  [
    "context",
    ["phi-4", A100, "0.8.4", { maxModelLen: 16385 }],
    ["phi-4", A100, "0.8.4", { maxModelLen: 16384 }],
    /context of 16384/,
  ],
  [
    "context unless overridden",
    ["phi-4", A100, "0.8.4", { maxModelLen: 16385 }],
    ["phi-4", A100, "0.8.4", { maxModelLen: 16385, allowLongMaxModelLen: true }],
    /context/,
  ],
  [
    "tokens of a step",
    ["phi-4", A100, "0.8.4", { maxNumSeqs: 64, maxNumBatchedTokens: 63 }],
    ["phi-4", A100, "0.8.4", { maxNumSeqs: 64, maxNumBatchedTokens: 64 }],
    /63 tokens cannot serve 64/,
  ],
  ...(["0.6.6", "0.8.4", "0.10.2", "0.21.0"] as const).map((vllm): Case => [
    `tokens of a step by default in ${vllm}`,
    [LLAMA_8B, H100, vllm, { maxModelLen: 8192, maxNumSeqs: 9000 }],
    [LLAMA_8B, H100, vllm, { maxModelLen: 8192, maxNumSeqs: 8192 }],
    /8192 tokens cannot serve 9000/,
  ]),
  [
    "whole prompts in V0",
    ["phi-4", A100, "0.6.6", { maxNumBatchedTokens: 2048 }],
    ["phi-4", A100, "0.8.4", { maxNumBatchedTokens: 2048 }],
    /whole prompts/,
  ],
  [
    "upper-case image",
    ["phi-4", A100, "0.8.4", { modelImage: "r.example/a/phi-FP8:1" }],
    ["phi-4", A100, "0.8.4", { modelImage: "r.example/a/phi:FP8" }],
    /upper-case/,
  ],
  [
    "unknown architecture",
    ["Qwen/Qwen3-8B", A100, "0.8.3"],
    ["Qwen/Qwen3-8B", A100, "0.8.4"],
    /cannot load \S+ \(Qwen3ForCausalLM\); 0\.8\.\d is the first that can/,
  ],
  [
    "other method",
    [LLAMA_70B_FP8, A100, "0.8.4", { quantization: "fp8" }],
    [LLAMA_70B_FP8, A100, "0.8.4", { quantization: "compressed-tensors" }],
    /declares compressed-tensors/,
  ],
  [
    "faster kernel of the method",
    ["Qwen/Qwen2.5-7B-Instruct-AWQ", A100, "0.8.4", { quantization: "gptq_marlin" }],
    ["Qwen/Qwen2.5-7B-Instruct-AWQ", A100, "0.8.4", { quantization: "awq_marlin" }],
    /declares awq/,
  ],
  [
    "method without checkpoint",
    [LLAMA_8B, H100, "0.8.4", { quantization: "awq" }],
    [LLAMA_8B, H100, "0.8.4", { quantization: "fp8" }],
    /not quantised/,
  ],
  [
    "bfloat16 before 8.0",
    [LLAMA_8B, V100, "0.8.5"],
    [LLAMA_8B, V100, "0.8.5", { dtype: "half" }],
    /bfloat16 on compute capability 7\.0/,
  ],
  ["bfloat16 by default before 8.0", [LLAMA_8B, V100, "0.9.0"], [LLAMA_8B, V100, "0.9.1"], /bfloat16/],
  [
    "gemma in float16",
    ["gemma-2-9b-it", A100, "0.9.1", { dtype: "float16" }],
    ["gemma-2-9b-it", A100, "0.9.0", { dtype: "float16" }],
    /gemma2 is not stable/,
  ],
  [
    "FP8 experts on Ampere",
    [SCOUT_FP8, A100, "0.8.5"],
    [SCOUT_FP8, A100, "0.9.0"],
    /FP8 experts need compute capability 8\.9/,
  ],
  [
    "FP8 on Turing",
    [LLAMA_70B_FP8, "Tesla-T4", "0.12.0", { dtype: "half" }],
    [LLAMA_70B_FP8, "Tesla-T4", "0.16.0", { dtype: "half" }],
    /8\.0, found 7\.5/,
  ],
  [
    "int8 on Blackwell",
    ["RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8", "NVIDIA-B200", "0.11.0"],
    ["RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8", H100, "0.11.0"],
    /Blackwell/,
  ],
  [
    "int4 on Turing",
    ["RedHatAI/phi-4-quantized.w4a16", "Tesla-T4", "0.10.0", { dtype: "half" }],
    ["RedHatAI/phi-4-quantized.w4a16", "Tesla-T4", "0.12.0", { dtype: "half" }],
    /8\.0, found 7\.5/,
  ],
  [
    "MXFP4 on Turing",
    ["openai/gpt-oss-20b", "Tesla-T4", "0.21.0"],
    ["openai/gpt-oss-20b", A100, "0.21.0"],
    /mxfp4 needs/,
  ],
  [
    "ModelOpt on Ampere",
    ["nvidia/Llama-3.3-70B-Instruct-FP8", A100, "0.21.0"],
    ["nvidia/Llama-3.3-70B-Instruct-FP8", A100, "0.29.0"],
    /modelopt needs/,
  ],
  ["FP8 on CDNA2", [LLAMA_70B_FP8, "MI210", "0.21.0"], [LLAMA_70B_FP8, "MI300X", "0.21.0"], /CDNA3/],
  [
    "online FP8 on Volta",
    [LLAMA_8B, V100, "0.21.0", { quantization: "fp8" }],
    [LLAMA_8B, A100, "0.21.0", { quantization: "fp8" }],
    /7\.5, found 7\.0/,
  ],
];

/** @covers VL-24, VL-26 */
describe("starts that end in an error whatever the memory", () => {
  for (const [what, refused, accepted, says] of cases) {
    it(`refuses by ${what}, and only so far`, () => {
      const reasons = staticRefusals(question(...refused)).map(({ reason }) => reason);
      assert.match(reasons.join("\n"), says);
      assert.deepEqual(staticRefusals(question(...accepted)), []);
    });
  }

  it("refuses several ranks on slices, which cannot reach each other", () => {
    const slice = { ...question("phi-4", H100, "0.11.0", { maxModelLen: 1024 }), migProfile: "3g.40gb" };
    assert.deepEqual(staticRefusals(slice), []);
    assert.match(staticRefusals({ ...slice, tensorParallelSize: 2 })[0]?.reason ?? "", /MIG slices/);
  });

  it("tells all reasons at once, with the server's words", () => {
    const refusals = staticRefusals(
      question("Qwen2.5-7B-Instruct", A100, "0.8.4", tp(8, { maxModelLen: 40000, quantization: "awq" })),
    );
    assert.equal(refusals.length, 3);
    assert.equal(
      refusals[0]?.message,
      "Total number of attention heads (28) must be divisible by tensor parallel size (8).",
    );
    assert.match(refusals[1]?.message ?? "", /^User-specified max_model_len \(40000\) is greater/);
  });
});
