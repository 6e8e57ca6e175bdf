import assert from "node:assert/strict";
import { findAccelerator } from "../../../../sdk/catalog/accelerators";
import { findModelByName } from "../../../../sdk/catalog/models";
import type { FitInput, FitSettings, Start } from "../../../../sdk/capacity/fit/start";
import { resolveStart } from "../../../../sdk/capacity/fit/start";

export const H100 = "NVIDIA-H100-80GB-HBM3";
export const A100 = "NVIDIA-A100-SXM4-80GB";
export const LLAMA_70B_FP8 = "RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic";

/** A question about entries of the catalogue. */
export function question(model: string, accelerator: string, vllm: string, settings: FitSettings = {}): FitInput {
  const found = findModelByName(model);
  const product = findAccelerator(accelerator)?.product;
  assert.ok(found !== undefined, model);
  assert.ok(product !== undefined, accelerator);
  return { model: found, accelerator: product, vllm, ...settings };
}

/** The same with everything decided. */
export function started(...args: Parameters<typeof question>): Start {
  const start = resolveStart(question(...args));
  assert.ok(!("unknown" in start), JSON.stringify(start));
  return start;
}
