import assert from "node:assert/strict";
import { catalogueModels } from "../../../../sdk/catalog/models";
import { activationBytes } from "../../../../sdk/capacity/fit/activation";
import { estimate, GIB } from "../../../../sdk/capacity/fit/estimate";
import { bytesPerRequest, bytesPerToken } from "../../../../sdk/capacity/fit/kvCache";
import type { FitSettings } from "../../../../sdk/capacity/fit/start";
import { isAtLeast, parseVersion } from "../../../../sdk/capacity/fit/version";
import { countParameters, moduleBytes, stages } from "../../../../sdk/capacity/fit/weights";
import { A100, H100, LLAMA_70B_FP8, started } from "./inputs";

const LLAMA_8B = "meta-llama/Llama-3.1-8B-Instruct";
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("weights by module", () => {
  for (const model of catalogueModels) {
    it(`reproduce the bytes of ${model.id}, and little is left unexplained`, () => {
      const bytes = sum(Object.values(moduleBytes(model)));
      assert.ok(Math.abs(bytes / model.weightBytes - 1) < 0.005, `${bytes} for ${model.weightBytes}`);
      const { other } = countParameters(model);
      assert.ok(other >= 0 && other < 0.004 * model.parameters, `${other} of ${model.parameters} parameters`);
    });
  }

  it("keep 16 bit for what the quantisation leaves alone", () => {
    const { model } = started("Llama-4-Scout-17B-16E-Instruct-FP8-dynamic", H100, "0.8.4");
    const [counts, bytes] = [countParameters(model), moduleBytes(model)];
    assert.equal(bytes.attention, 2 * counts.attention);
    assert.equal(bytes.experts, counts.experts);
  });

  const ranks: [string, string, FitSettings, number][] = [
    [LLAMA_8B, H100, {}, 14.99],
    [LLAMA_70B_FP8, H100, { tensorParallelSize: 2 }, 33.87],
    ["meta-llama/Llama-3.3-70B-Instruct", A100, { pipelineParallelSize: 4 }, 33.86],
    ["meta-llama/Llama-4-Scout-17B-16E-Instruct", "NVIDIA-H200", { tensorParallelSize: 8 }, 27.8],
    ["openai/gpt-oss-20b", H100, {}, 13.46],
    ["openai/gpt-oss-20b", A100, {}, 13.69],
    ["deepseek-ai/DeepSeek-Coder-V2-Lite-Instruct", A100, { tensorParallelSize: 8 }, 3.73],
  ];
  for (const [model, accelerator, settings, gib] of ranks) {
    it(`of ${model} on ${accelerator} take ${gib} GiB a rank with ${JSON.stringify(settings)}`, () => {
      const { memory } = estimate(started(model, accelerator, "0.11.0", settings));
      assert.equal(memory.weights.toFixed(2), gib.toFixed(2));
    });
  }

  it("deal uneven layers to the stages before the last, and before 0.7 to the last", () => {
    const layers = (vllm: string): number[] =>
      stages(started("deepseek-ai/DeepSeek-V2-Lite", A100, vllm, { pipelineParallelSize: 4 })).map(
        (stage) => stage.layers,
      );
    assert.deepEqual(layers("0.8.4"), [7, 7, 7, 6]);
    assert.deepEqual(layers("0.6.6"), [6, 6, 6, 9]);
  });
});

describe("KV cache", () => {
  const perToken: [string, FitSettings, number][] = [
    [LLAMA_8B, {}, 131_072],
    [LLAMA_8B, { kvCacheDtype: "fp8" }, 65_536],
    [LLAMA_8B, { tensorParallelSize: 8 }, 16_384],
    [LLAMA_8B, { tensorParallelSize: 16 }, 16_384],
    ["Qwen2.5-7B-Instruct", { tensorParallelSize: 2 }, 28_672],
    ["gemma-2-9b-it", {}, 344_064],
    ["deepseek-ai/DeepSeek-R1", { tensorParallelSize: 8 }, 70_272],
    ["openai/gpt-oss-120b", {}, 73_728],
  ];
  it("takes the format a checkpoint asks for since 0.14", () => {
    const bytes = (vllm: string, settings: FitSettings = {}): number =>
      started("nvidia/Llama-3.3-70B-Instruct-FP8", H100, vllm, settings).kvCacheBytes;
    assert.deepEqual([bytes("0.13.0"), bytes("0.14.0"), bytes("0.14.0", { kvCacheDtype: "bfloat16" })], [2, 1, 2]);
  });

  for (const [model, settings, bytes] of perToken) {
    it(`takes ${bytes} bytes a token of ${model} with ${JSON.stringify(settings)}`, () => {
      const start = started(model, H100, "0.11.0", settings);
      const [stage] = stages(start);
      assert.ok(stage !== undefined);
      assert.equal(bytesPerToken(start, stage), bytes);
    });
  }

  /** GiB of one request of a million tokens of Llama 4 at TP 8, and of 8,192 of gemma-2. */
  const local: [string, number, number][] = [
    ["0.8.4", 24, 2.63],
    ["0.9.1", 24, 2.3],
    ["0.10.0", 6.28, 2.3],
    ["0.10.2", 24, 2.3],
    ["0.13.0", 24, 2.3],
    ["0.14.0", 6.28, 2.3],
  ];
  for (const [vllm, chunked, sliding] of local) {
    it(`of local attention is charged as vLLM ${vllm} does`, () => {
      const request = (model: string, settings: FitSettings): number => {
        const start = started(model, H100, vllm, settings);
        const [stage] = stages(start);
        assert.ok(stage !== undefined);
        return bytesPerRequest(start, stage, start.maxModelLen) / GIB;
      };
      const llama = { tensorParallelSize: 8, maxModelLen: 2 ** 20, maxNumBatchedTokens: 8192 };
      assert.equal(request("meta-llama/Llama-4-Scout-17B-16E-Instruct", llama).toFixed(2), chunked.toFixed(2));
      const gemma = request("gemma-2-9b-it", { maxModelLen: 8192, maxNumBatchedTokens: 2048 });
      assert.equal(gemma.toFixed(2), sliding.toFixed(2));
    });
  }
});

describe("defaults of the server", () => {
  type Defaults = [number, number, number];
  const cases: [string, string, string, Defaults][] = [
    [LLAMA_8B, H100, "0.8.4", [1024, 8192, 0.9]],
    [LLAMA_8B, A100, "0.8.4", [256, 2048, 0.9]],
    [LLAMA_8B, "NVIDIA-B200", "0.8.4", [256, 2048, 0.9]],
    [LLAMA_8B, A100, "0.8.5", [1024, 8192, 0.9]],
    [LLAMA_8B, A100, "0.9.0", [256, 2048, 0.9]],
    [LLAMA_8B, "NVIDIA-L40S", "0.19.0", [256, 2048, 0.9]],
    [LLAMA_8B, "MI300X", "0.20.0", [1024, 8192, 0.92]],
    [LLAMA_8B, "NVIDIA-B200", "0.26.0", [1024, 8192, 0.92]],
    [LLAMA_8B, "NVIDIA-B200", "0.27.0", [1024, 8192, 0.92]],
    [LLAMA_8B, "NVIDIA-B200", "0.28.0", [1024, 16384, 0.92]],
    [LLAMA_8B, A100, "0.6.6", [256, 2048, 0.9]],
    [LLAMA_8B, A100, "0.6.3", [256, 512, 0.9]],
    [LLAMA_8B, "MI300X", "0.6.6", [256, 131072, 0.9]],
    ["Qwen2.5-7B-Instruct", A100, "0.6.6", [256, 32768, 0.9]],
    ["Qwen2.5-7B-Instruct", "Tesla-V100-SXM2-32GB", "0.8.5", [256, 32768, 0.9]],
    ["Qwen2.5-7B-Instruct", "Tesla-V100-SXM2-32GB", "0.11.0", [256, 2048, 0.9]],
  ];
  for (const [model, accelerator, vllm, expected] of cases) {
    it(`of vLLM ${vllm} on ${accelerator} for ${model} are ${expected.join(", ")}`, () => {
      const { maxNumSeqs, maxNumBatchedTokens, gpuMemoryUtilization } = started(model, accelerator, vllm);
      assert.deepEqual([maxNumSeqs, maxNumBatchedTokens, gpuMemoryUtilization], expected);
    });
  }
});

describe("memory beside weights and cache", () => {
  const memory = (vllm: string, settings: FitSettings = {}, model = LLAMA_8B) =>
    estimate(started(model, H100, vllm, { maxModelLen: 4096, ...settings })).memory;

  it("shrinks with the sampler of 0.17, and sets graphs aside from 0.20 on unless the server is eager", () => {
    assert.equal(memory("0.16.0").activation.toFixed(2), "4.76");
    assert.equal(memory("0.17.0").activation.toFixed(2), "1.89");
    assert.equal(memory("0.19.0").graphs, 0);
    assert.equal(memory("0.20.0").graphs.toFixed(2), "0.75");
    assert.equal(memory("0.20.0", { enforceEager: true }).graphs, 0);
  });

  it("keeps the sampler to the last stage, and the encoder to the first", () => {
    const vision = "Qwen2.5-VL-72B-Instruct";
    const alone = memory("0.11.0", { tensorParallelSize: 8 }, vision).activation;
    const textOnly = memory("0.11.0", { tensorParallelSize: 8, imagesAllowed: false }, vision).activation;
    assert.ok(alone > textOnly);
    const encoding = started(vision, "NVIDIA-A100-SXM4-40GB", "0.8.3", { tensorParallelSize: 4 });
    assert.equal(estimate(encoding).memory.activation.toFixed(2), "2.50");
    const start = started(LLAMA_8B, H100, "0.11.0", { pipelineParallelSize: 2, maxModelLen: 4096 });
    const peaks = stages(start).map((stage) => (activationBytes(start, stage) / GIB).toFixed(2));
    assert.deepEqual(peaks, ["0.91", "4.89"]);
    assert.equal(estimate(start).memory.activation.toFixed(2), "4.89", "the last stage leaves the least");
  });

  it("sets no graphs aside where Model Runner V2 serves, until that estimates them too", () => {
    const graphs = (vllm: string, model?: string): number => memory(vllm, {}, model).graphs;
    assert.deepEqual([graphs("0.22.0", "Qwen/Qwen3-8B"), graphs("0.23.0"), graphs("0.28.0")], [0, 0, 0]);
    assert.ok(graphs("0.22.0") > 0, "Llama moved with 0.23");
    assert.ok(graphs("0.23.0", LLAMA_70B_FP8) > 0, "quantised models moved with 0.24");
    assert.equal(graphs("0.24.0", LLAMA_70B_FP8), 0);
    assert.ok(graphs("0.28.0", "Qwen/Qwen3-30B-A3B") > 0, "experts moved with 0.29");
    assert.ok(graphs("0.29.0") > 0);
  });

  it("peaks at the output layer under Model Runner V2, cut by ranks, unless it is the embedding", () => {
    const few = { maxNumSeqs: 8, maxNumBatchedTokens: 512 };
    const peak = (vllm: string, settings: FitSettings = few, model?: string): string =>
      memory(vllm, settings, model).activation.toFixed(2);
    assert.deepEqual([peak("0.22.0"), peak("0.26.0")], ["0.12", "0.98"]);
    assert.equal(peak("0.26.0", { ...few, tensorParallelSize: 2 }), "0.49");
    assert.ok(Number(peak("0.26.0", few, "Qwen/Qwen3-4B")) < 0.2);
    assert.equal(
      (Number(peak("0.27.0", { maxNumSeqs: 256 })) - Number(peak("0.26.0", { maxNumSeqs: 256 }))).toFixed(2),
      "0.13",
    );
  });

  it("keeps what experts write to, since 0.13, but not in MXFP4 kernels", () => {
    const grown = (model: string): string =>
      (memory("0.13.0", {}, model).activation - memory("0.12.0", {}, model).activation).toFixed(2);
    assert.equal(grown("Qwen/Qwen3-30B-A3B"), "0.50");
    assert.equal(grown("openai/gpt-oss-20b"), "0.00");
    assert.equal(grown(LLAMA_8B), "0.00");
  });

  const fused: [string, string, FitSettings, string][] = [
    ["0.16.0", H100, { tensorParallelSize: 2 }, "0.55"],
    ["0.17.0", H100, { tensorParallelSize: 2 }, "2.05"],
    ["0.17.0", H100, { tensorParallelSize: 4 }, "2.20"],
    ["0.17.0", H100, { tensorParallelSize: 4, enforceEager: true }, "0.70"],
    ["0.17.0", H100, { tensorParallelSize: 2, pipelineParallelSize: 2 }, "0.55"],
    ["0.21.0", H100, { tensorParallelSize: 2, pipelineParallelSize: 2 }, "2.05"],
    ["0.23.0", H100, { tensorParallelSize: 2, pipelineParallelSize: 2 }, "0.55"],
    ["0.17.0", H100, { tensorParallelSize: 16 }, "2.20"],
    ["0.18.0", "NVIDIA-B300-SXM6-AC", { tensorParallelSize: 2 }, "0.55"],
    ["0.19.0", "NVIDIA-B300-SXM6-AC", { tensorParallelSize: 4 }, "2.70"],
    ["0.19.0", A100, { tensorParallelSize: 2 }, "0.55"],
    ["0.19.0", "NVIDIA-H100-PCIe", { tensorParallelSize: 2 }, "0.55"],
    ["0.19.0", "NVIDIA-L40S", { tensorParallelSize: 4 }, "0.30"],
    ["0.10.2", "NVIDIA-L40S", { tensorParallelSize: 8 }, "0.30"],
    ["0.10.2", H100, { tensorParallelSize: 2 }, "1.55"],
    ["0.8.4", H100, {}, "0.45"],
    ["0.9.1", H100, {}, "0.13"],
    ["0.17.0", H100, {}, "0.13"],
    ["0.18.0", H100, {}, "0.25"],
    ["0.18.0", H100, { enforceEager: true }, "0.13"],
    ["0.19.0", H100, { pipelineParallelSize: 4 }, "0.13"],
  ];
  for (const [vllm, accelerator, settings, gib] of fused) {
    it(`outside torch is ${gib} GiB under ${vllm} on ${accelerator} with ${JSON.stringify(settings)}`, () => {
      const given = { maxModelLen: 4096, maxNumBatchedTokens: 8192, ...settings };
      assert.equal(estimate(started("Qwen/Qwen3-32B", accelerator, vllm, given)).memory.nonTorch.toFixed(2), gib);
    });
  }

  it("is less sure of ranks where a bridge may join them, and of the reduction since 0.26", () => {
    const bar = (vllm: string, accelerator: string): number =>
      estimate(started("openai/gpt-oss-20b", accelerator, vllm, { tensorParallelSize: 2 })).memory.errorBar;
    assert.ok(bar("0.17.0", "NVIDIA-H100-PCIe") > bar("0.17.0", H100) + 1);
    assert.ok(bar("0.26.0", H100) > bar("0.25.0", H100) + 0.9);
  });

  it("grows outside torch with the ranks", () => {
    const outside = [1, 2, 4, 8].map((tensorParallelSize) => memory("0.11.0", { tensorParallelSize }).nonTorch);
    assert.deepEqual(
      outside,
      [...outside].sort((a, b) => a - b),
    );
    assert.ok((outside[3] ?? 0) > 2);
  });
});

describe("versions", () => {
  const cases: [string, readonly number[] | undefined][] = [
    ["0.8.4", [0, 8, 4]],
    ["v0.21", [0, 21, 0]],
    ["0.8.5.post1", [0, 8, 5]],
    ["0.10.2rc1", [0, 10, 2]],
    ["0.11.0+cu128", [0, 11, 0]],
    ["latest", undefined],
    ["0.8.x", undefined],
  ];
  for (const [text, version] of cases) {
    it(`reads ${text} as ${version?.join(".") ?? "nothing"}`, () => {
      assert.deepEqual(parseVersion(text), version);
    });
  }

  it("compares by number, not by letter", () => {
    assert.ok(isAtLeast([0, 10, 0], "0.9.2"));
    assert.ok(!isAtLeast([0, 9, 2], "0.10.0"));
    assert.ok(isAtLeast([0, 9, 2], "0.9.2"));
    assert.throws(() => isAtLeast([0, 9, 2], "newest"), RangeError);
  });
});
