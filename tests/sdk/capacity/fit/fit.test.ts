import assert from "node:assert/strict";
import { accelerators } from "../../../../sdk/catalog/accelerators";
import { fit, type FitVerdict } from "../../../../sdk/capacity/fit/fit";
import type { FitSettings } from "../../../../sdk/capacity/fit/start";
import { withSettings } from "../../../../sdk/capacity/fit/waysOut";
import { catalogueModels } from "../../../../sdk/catalog/models";
import { A100, H100, LLAMA_70B_FP8, question } from "./inputs";

const LLAMA_70B = "meta-llama/Llama-3.3-70B-Instruct";

/** @covers VL-20, VL-21, VL-22 */
describe("memory fit", () => {
  const length = { maxModelLen: 8192 };
  const verdicts: [string, string, string, FitSettings, FitVerdict][] = [
    [LLAMA_70B_FP8, A100, "0.8.4", { ...length, gpuMemoryUtilization: 0.95 }, "fits"],
    [LLAMA_70B_FP8, A100, "0.8.4", { ...length, gpuMemoryUtilization: 0.9 }, "does-not-fit"],
    [LLAMA_70B_FP8, A100, "0.8.4", { ...length, gpuMemoryUtilization: 0.9, maxNumSeqs: 170 }, "too-close"],
    [LLAMA_70B_FP8, A100, "0.8.4", { ...length, gpuMemoryUtilization: 0.9, maxNumSeqs: 150 }, "too-close"],
    [LLAMA_70B_FP8, H100, "0.8.4", { ...length, gpuMemoryUtilization: 0.9 }, "does-not-fit"],
    [LLAMA_70B_FP8, H100, "0.8.4", { ...length, gpuMemoryUtilization: 0.95, maxNumSeqs: 64 }, "fits"],
    ["meta-llama/Llama-3.3-70B-Instruct", A100, "0.8.4", { ...length, tensorParallelSize: 2 }, "fits"],
    ["meta-llama/Llama-3.3-70B-Instruct", "NVIDIA-A100-SXM4-40GB", "0.8.4", { tensorParallelSize: 2 }, "does-not-fit"],
    ["Llama-4-Scout-17B-16E-Instruct-FP8-dynamic", H100, "0.8.4", { ...length, tensorParallelSize: 2 }, "fits"],
    [
      "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
      H100,
      "0.8.4",
      { ...length, tensorParallelSize: 8 },
      "does-not-fit",
    ],
    ["meta-llama/Llama-3.1-8B-Instruct", "NVIDIA-A10", "0.6.6", {}, "does-not-fit"],
    ["granite-3.1-8b-instruct", "Gaudi3", "0.8.4", length, "unknown"],
    ["granite-3.1-8b-instruct", "NVIDIA-A30", "0.8.4", length, "unknown"],
    ["granite-3.1-8b-instruct", A100, "newest", length, "unknown"],
    ["granite-3.1-8b-instruct", A100, "0.8.4", { ...length, quantization: "bitsandbytes" }, "unknown"],
  ];
  for (const [model, accelerator, vllm, settings, verdict] of verdicts) {
    it(`says ${verdict}: ${model} on ${accelerator}, vLLM ${vllm}, ${JSON.stringify(settings)}`, () => {
      assert.equal(fit(question(model, accelerator, vllm, settings)).verdict, verdict);
    });
  }

  const tokens: [string, string, FitSettings, number][] = [
    [LLAMA_70B_FP8, H100, { ...length, gpuMemoryUtilization: 0.95, maxNumSeqs: 64 }, 18],
    ["Llama-4-Scout-17B-16E-Instruct-FP8-dynamic", H100, { ...length, tensorParallelSize: 2 }, 79],
    ["Llama-4-Scout-17B-16E-Instruct-quantized.w4a16", A100, length, 34],
    ["granite-3.1-8b-instruct", "NVIDIA-H200", length, 711],
    ["phi-4", "NVIDIA-L40S", length, 60],
    ["Mixtral-8x7B-Instruct-v0.1", A100, { ...length, tensorParallelSize: 2 }, 439],
  ];
  for (const [model, accelerator, settings, thousands] of tokens) {
    it(`counts about ${thousands} thousand tokens of cache for ${model} on ${accelerator}`, () => {
      const { kvCacheTokens = 0 } = fit(question(model, accelerator, "0.11.0", settings));
      assert.ok(Math.abs(kvCacheTokens / 1000 - thousands) < 0.03 * thousands + 1, String(kvCacheTokens));
    });
  }

  const messages: [string, string, FitSettings, string][] = [
    ["0.6.6", "NVIDIA-A10", {}, "The model's max seq len (131072) is larger than the maximum number of tokens"],
    ["0.9.2", "NVIDIA-A10", {}, "with the models's max seq len (131072), (16.00 GiB KV cache is needed"],
    ["0.11.0", "NVIDIA-A10", {}, "with the model's max seq len (131072), 16.00 GiB KV cache is needed"],
    ["0.11.0", "Tesla-V100-SXM2-32GB", { gpuMemoryUtilization: 0.5 }, "No available memory for the cache blocks."],
    ["0.11.0", "NVIDIA-A10", { gpuMemoryUtilization: 0.3 }, "No available memory for the cache blocks."],
  ];
  for (const [vllm, accelerator, settings, message] of messages) {
    it(`predicts what vLLM ${vllm} logs on ${accelerator} ${JSON.stringify(settings)}`, () => {
      const model = "meta-llama/Llama-3.1-8B-Instruct";
      const found = fit(question(model, accelerator, vllm, { dtype: "half", ...settings }));
      assert.ok(found.messages[0]?.includes(message), found.messages[0]);
    });
  }

  it("explains a refusal with both figures and the default that causes it", () => {
    const { reasons } = fit(question("meta-llama/Llama-3.1-8B-Instruct", "NVIDIA-A10", "0.11.0"));
    assert.match(reasons[0] ?? "", /^one request of 131072 tokens needs 16\.00 GiB, \d\.\d\d ± 0\.30 GiB are left/);
    assert.match(reasons[1] ?? "", /max-model-len is not given/);
  });

  it("refuses a checkpoint that is quantised only after it was loaded whole, before 0.14", () => {
    const ask = (vllm: string): FitVerdict =>
      fit(
        question("meta-llama/Llama-3.1-70B-Instruct", H100, vllm, {
          quantization: "fp8",
          maxNumSeqs: 8,
          maxModelLen: 1024,
        }),
      ).verdict;
    assert.equal(ask("0.13.0"), "does-not-fit");
    assert.equal(ask("0.19.0"), "fits");
  });

  it("proposes the flag, the length, more ranks and a larger accelerator for a refusal", () => {
    const settings = { maxModelLen: 8192, gpuMemoryUtilization: 0.9 };
    const { waysOut } = fit(question(LLAMA_70B_FP8, A100, "0.11.0", settings), accelerators);
    assert.deepEqual(
      waysOut.map(({ text }) => text.replace(/\d+$/, "n")),
      [
        "lower --max-num-seqs to n",
        "lower --max-model-len to n",
        "raise --gpu-memory-utilization to 0.n",
        "set --tensor-parallel-size 2, with 2 accelerators",
        "take NVIDIA-H100-NVL",
      ],
    );
  });

  it("proposes the largest value that does", () => {
    const input = question(LLAMA_70B_FP8, A100, "0.11.0", { maxModelLen: 8192, gpuMemoryUtilization: 0.9 });
    const { waysOut } = fit(input);
    const seqs = waysOut[0]?.settings.maxNumSeqs ?? 0;
    assert.equal(fit({ ...input, maxNumSeqs: seqs }).verdict, "fits");
    assert.equal(fit({ ...input, maxNumSeqs: seqs + 1 }).verdict, "too-close");
  });

  it("proposes nothing for what fits, and to leave out a flag that contradicts the checkpoint", () => {
    const settings = { maxModelLen: 8192, gpuMemoryUtilization: 0.95 };
    assert.deepEqual(fit(question(LLAMA_70B_FP8, A100, "0.8.4", settings), accelerators).waysOut, []);
    const { waysOut } = fit(question(LLAMA_70B_FP8, A100, "0.8.4", { ...settings, quantization: "fp8" }), accelerators);
    assert.deepEqual(waysOut[0]?.text, "leave out --quantization");
  });

  /** @covers BP-12 */
  it("proposes the quantised checkpoint of the same model that keeps most of it, and one that fits", () => {
    const smaller: [model: string, accelerator: string, settings: FitSettings, proposed: string | undefined][] = [
      [LLAMA_70B, A100, { gpuMemoryUtilization: 0.95 }, LLAMA_70B_FP8],
      [LLAMA_70B, H100, {}, "RedHatAI/Llama-3.3-70B-Instruct-quantized.w4a16"],
      // A method that was asked for does not follow to a checkpoint that has its own.
      ["Qwen/Qwen3-32B", "NVIDIA-L40S", { quantization: "fp8", maxModelLen: 32768 }, "Qwen/Qwen3-32B-AWQ"],
      [LLAMA_70B, "NVIDIA-L4", {}, undefined],
      ["google/gemma-2-27b-it", "NVIDIA-L4", {}, undefined],
    ];
    for (const [model, accelerator, settings, proposed] of smaller) {
      const input = question(model, accelerator, "0.11.0", { ...length, ...settings });
      const way = fit(input, [], catalogueModels).waysOut.find((one) => one.model !== undefined);
      assert.equal(way?.model, proposed, model);
      if (way?.model === undefined) continue;
      const { model: taken } = question(way.model, accelerator, "0.11.0");
      assert.equal(fit(withSettings({ ...input, model: taken }, way.settings)).verdict, "fits");
      assert.equal(
        way.text,
        `serve ${way.model}: weights of ${taken.quantization?.weightBits} bits (check the accuracy)`,
      );
      assert.ok(fit(input).waysOut.every((one) => one.model === undefined));
    }
  });

  const tooFew: [string, string, FitSettings, string[]][] = [
    [
      "meta-llama/Llama-3.1-8B-Instruct",
      H100,
      { tensorParallelSize: 2, accelerators: 1 },
      ["ask for 2 accelerators", "set --tensor-parallel-size 1, with 1 accelerator"],
    ],
    [LLAMA_70B_FP8, A100, { tensorParallelSize: 4, accelerators: 1 }, ["ask for 4 accelerators"]],
    [
      LLAMA_70B_FP8,
      A100,
      { tensorParallelSize: 4, accelerators: 2 },
      ["ask for 4 accelerators", "set --tensor-parallel-size 2, with 2 accelerators"],
    ],
    ["phi-4", A100, { tensorParallelSize: 4, accelerators: 1 }, ["set --tensor-parallel-size 1, with 1 accelerator"]],
    ["phi-4", A100, { pipelineParallelSize: 2, accelerators: 1 }, ["ask for 2 accelerators"]],
  ];
  for (const [model, accelerator, settings, texts] of tooFew) {
    it(`proposes the accelerators that ranks need, or fewer ranks: ${model}, ${JSON.stringify(settings)}`, () => {
      const input = question(model, accelerator, "0.21.0", { maxModelLen: 8192, ...settings });
      const { verdict, waysOut } = fit(input);
      assert.equal(verdict, "does-not-fit");
      assert.deepEqual(
        waysOut.map(({ text }) => text),
        texts,
      );
      for (const way of waysOut) assert.equal(fit(withSettings(input, way.settings)).verdict, "fits", way.text);
    });
  }

  /** @covers AC-8 */
  it("says whether a Gaudi's maker has validated a model, and gives no verdict of its own", () => {
    const known = fit(question("granite-3.1-8b-instruct", "Gaudi3", "0.8.4"));
    const other = fit(question("phi-4", "Gaudi3", "0.8.4"));
    assert.deepEqual([known.verdict, other.verdict], ["unknown", "unknown"]);
    assert.match(known.reasons.join(), /validated granite-3\.1-8b-instruct with tensor parallel size 1/);
    assert.match(other.reasons.join(), /no published validation covers it/);
  });

  it("gives no figures for what it does not know", () => {
    assert.deepEqual(Object.keys(fit(question("phi-4", "Gaudi3", "0.8.4"))).sort(), [
      "messages",
      "reasons",
      "verdict",
      "waysOut",
    ]);
  });
});
