import assert from "node:assert/strict";
import { nearestAccelerator } from "../../../sdk/catalog/accelerators";
import { nearestModel } from "../../../sdk/catalog/models";
import { nearest } from "../../../sdk/catalog/nearest";
import { findModelServer, nearestArgument } from "../../../sdk/catalog/serverArguments";

describe("the nearest name", () => {
  const words = ["text", "json", "granite-model", "llama", "standard"];
  const found: [string, string][] = [
    ["jsno", "json"],
    ["JSON", "json"],
    ["js0n", "json"],
    ["1lama", "llama"],
    ["gran", "granite-model"],
    ["graniet", "granite-model"],
    ["granite-modle", "granite-model"],
    ["standrad", "standard"],
  ];
  for (const [name, expected] of found) {
    it(`of "${name}" is ${expected}`, () => {
      assert.equal(nearest(name, words), expected);
    });
  }

  const absurd = ["", "x", "te", "yaml", "nope", "gronato", "model", "mistral", "stand-up", "llamalamalama"];
  for (const name of absurd) {
    it(`of "${name}" is none`, () => {
      assert.equal(nearest(name, words), undefined);
    });
  }

  it("is one with the very letters before one that looks alike", () => {
    assert.equal(nearest("a1o", ["a10", "a1o2"]), "a10");
    assert.equal(nearest("model-1o", ["model-l0", "model-10", "model-1o0"]), "model-10");
  });

  const accelerators: [string, RegExp | undefined][] = [
    ["H1OO", /^NVIDIA-H100/],
    ["h1oo", /^NVIDIA-H100/],
    ["NVIDIA-A10O", /^NVIDIA-A10/],
    ["NVIDIA-LAOS", /^NVIDIA-L40S$/],
    ["M1300X", /MI300X/],
    ["Tesla-T4", /^Tesla-T4$/],
    ["nope", undefined],
    ["potato", undefined],
    ["gpu", undefined],
    ["TPU", /^TPU-/],
  ];
  for (const [name, expected] of accelerators) {
    it(`of the accelerator "${name}" is ${String(expected)}`, () => {
      const close = nearestAccelerator(name);
      if (expected === undefined) assert.equal(close, undefined);
      else assert.match(close ?? "", expected);
    });
  }

  const models: [string, RegExp | undefined][] = [
    ["graniet", /^granite-/],
    ["granit-3.1-8b-instruct", /^granite-3\.1-8b-instruct$/],
    ["Lama-3.1-8B-Instruct", /^Llama-3\.1-8B-Instruct$/],
    ["meta-llama/Llama-3.1-8B-Instrcut", /^meta-llama\/Llama-3\.1-8B-Instruct$/],
    ["mixtrall", /^Mixtral-/],
    ["phi4", /^phi-4$/],
    ["gpt-4o", undefined],
    ["claude", undefined],
    ["banana", undefined],
    ["8b", undefined],
    ["my-model", undefined],
    ["bert-base-uncased", undefined],
  ];
  for (const [name, expected] of models) {
    it(`of the model "${name}" is ${String(expected)}`, () => {
      const close = nearestModel(name);
      if (expected === undefined) assert.equal(close, undefined);
      else assert.match(close ?? "", expected);
    });
  }

  const flags: [string, string | undefined][] = [
    ["max-model-length", "max-model-len"],
    ["tensor-paralell-size", "tensor-parallel-size"],
    ["gpu-memory-utilisation", "gpu-memory-utilization"],
    ["temperature", undefined],
    ["replicas", undefined],
  ];
  for (const [flag, expected] of flags) {
    it(`of the flag "${flag}" is ${String(expected)}`, () => {
      const vllm = findModelServer("vllm");
      assert.ok(vllm !== undefined);
      assert.equal(nearestArgument(vllm, flag), expected);
    });
  }
});
