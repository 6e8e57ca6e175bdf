import assert from "node:assert/strict";
import { fit, type FitVerdict } from "../../../../sdk/capacity/fit/fit";
import type { FitSettings } from "../../../../sdk/capacity/fit/start";
import { A100, H100, question } from "./inputs";

const LLAMA_8B = "meta-llama/Llama-3.1-8B-Instruct";
const AWQ = "Qwen/Qwen2.5-7B-Instruct-AWQ";
const T4 = "Tesla-T4";

describe("what an estimate does not know", () => {
  const length = { maxModelLen: 8192 };
  const cases: [string, string, string, FitSettings, FitVerdict, RegExp][] = [
    [LLAMA_8B, H100, "0.21.0", { dtype: "float32" }, "unknown", /--dtype float32 doubles/],
    ["meta-llama/Llama-3.1-70B-Instruct", T4, "0.21.0", { dtype: "float" }, "does-not-fit", /loading takes/],
    [
      AWQ,
      A100,
      "0.21.0",
      { dtype: "float32" },
      "does-not-fit",
      /awq computes in bfloat16 or float16, not in --dtype float32/,
    ],
    ["openai/gpt-oss-20b", A100, "0.21.0", { dtype: "half" }, "does-not-fit", /mxfp4 computes in bfloat16/],
    [LLAMA_8B, H100, "0.21.0", { quantization: "bitsandbytes" }, "unknown", /not modelled/],
    [LLAMA_8B, T4, "0.21.0", { quantization: "bitsandbytes", dtype: "half" }, "unknown", /not modelled/],
    [LLAMA_8B, H100, "0.21.0", { quantization: "experts_int8" }, "unknown", /not modelled/],
    [LLAMA_8B, H100, "0.21.0", { quantization: "None" }, "fits", /are left/],
    [LLAMA_8B, H100, "0.21.0", { quantization: "acme4bit" }, "unknown", /a plugin may add it/],
    [
      LLAMA_8B,
      H100,
      "0.8.4",
      { quantization: "acme4bit" },
      "does-not-fit",
      /0\.8\.4 does not take --quantization acme4bit/,
    ],
    [LLAMA_8B, H100, "0.8.4", { quantization: "fp9" }, "does-not-fit", /did you mean fp8\?/],
    [LLAMA_8B, H100, "0.8.4", { quantization: "rtn" }, "does-not-fit", /other releases do/],
    [LLAMA_8B, H100, "0.21.0", { kvCacheDtype: "nvfp4" }, "unknown", /cache in nvfp4 is not modelled/],
    [LLAMA_8B, H100, "0.8.4", { kvCacheDtype: "nvfp4" }, "does-not-fit", /does not take --kv-cache-dtype nvfp4/],
    [LLAMA_8B, H100, "0.8.4", { kvCacheDtype: "fp8" }, "fits", /are left/],
    [LLAMA_8B, A100, "0.8.4", { kvCacheDtype: "fp8" }, "unknown", /8-bit KV cache on compute capability 8\.0/],
    [LLAMA_8B, "NVIDIA-L40S", "0.10.2", { kvCacheDtype: "fp8" }, "unknown", /8-bit KV cache/],
    [LLAMA_8B, "NVIDIA-L40S", "0.11.0", { kvCacheDtype: "fp8" }, "fits", /are left/],
    [AWQ, T4, "0.21.0", { kvCacheDtype: "fp8", dtype: "half" }, "unknown", /compute capability 7\.5/],
    [LLAMA_8B, A100, "0.7.3", { kvCacheDtype: "fp8" }, "fits", /are left/],
  ];
  for (const [model, accelerator, vllm, settings, verdict, reason] of cases) {
    it(`answers ${verdict}: ${model} on ${accelerator}, vLLM ${vllm}, ${JSON.stringify(settings)}`, () => {
      const answer = fit(question(model, accelerator, vllm, { ...length, ...settings }));
      assert.match(answer.reasons.join("\n"), reason);
      assert.equal(answer.verdict, verdict);
    });
  }

  it("names each of several doubts, and gives no figures", () => {
    const settings = { ...length, dtype: "float32", kvCacheDtype: "nvfp4" };
    const answer = fit(question(LLAMA_8B, H100, "0.21.0", settings));
    assert.equal(answer.reasons.length, 2);
    assert.equal(answer.memory, undefined);
  });
});
