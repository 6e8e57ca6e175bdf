import assert from "node:assert/strict";
import { fittingModels, type Hardware } from "../../../../sdk/capacity/fit/fittingModels";
import { findAccelerator } from "../../../../sdk/catalog/accelerators";
import { modelcars } from "../../../../sdk/catalog/modelcars";

const LENGTH = { maxModelLen: 8192, vllm: "0.11.0" };
const hardware = (name: string, count: number): Hardware => ({
  ...LENGTH,
  accelerator: findAccelerator(name)!.product!,
  count,
});
const names = (name: string, count: number): string[] =>
  fittingModels(hardware(name, count), modelcars()).map(({ model }) => model.id.replace("RedHatAI/", ""));

/** @covers MC-19 */
describe("models that fit given hardware", () => {
  const [l40s, h200] = [names("NVIDIA-L40S", 1), names("NVIDIA-H200", 1)];

  it("are more on a larger accelerator, and 70 billion parameters want one", () => {
    assert.ok(l40s.includes("granite-3.1-8b-instruct"));
    assert.equal(l40s.includes("Llama-3.3-70B-Instruct-FP8-dynamic"), false);
    assert.ok(h200.includes("Llama-3.3-70B-Instruct-FP8-dynamic"));
    assert.ok(l40s.every((name) => h200.includes(name)));
    assert.ok(h200.length > l40s.length);
  });

  it("are more on several, with as few of them as do", () => {
    const found = fittingModels(hardware("NVIDIA-L40S", 4), modelcars());
    const ranks = new Map(found.map(({ model, tensorParallelSize }) => [model.id, tensorParallelSize]));
    assert.equal(ranks.get("RedHatAI/granite-3.1-8b-instruct"), 1);
    assert.ok((ranks.get("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic") ?? 0) > 1);
  });

  it("are none where nothing is known", () => {
    assert.deepEqual(names("Gaudi3", 8), []);
  });
});
