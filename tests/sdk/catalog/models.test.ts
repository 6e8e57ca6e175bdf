import assert from "node:assert/strict";
import { catalogueModels, findModelByName, nearestModel } from "../../../sdk/catalog/models";
import { isAtLeast, parseVersion } from "../../../sdk/capacity/fit/version";

describe("catalogue of models", () => {
  const names: [string, string | undefined][] = [
    ["meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"],
    ["Meta-Llama/llama-3.1-8b-instruct", "meta-llama/Llama-3.1-8B-Instruct"],
    ["Qwen3-32B", "Qwen/Qwen3-32B"],
    ["Meta-Llama-3.1-405B-Instruct", "meta-llama/Llama-3.1-405B-Instruct"],
    ["meta-llama/Meta-Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"],
    ["neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8-dynamic", "RedHatAI/Meta-Llama-3.1-8B-Instruct-FP8-dynamic"],
    ["hf://Qwen/Qwen2.5-VL-7B-Instruct:main", "Qwen/Qwen2.5-VL-7B-Instruct"],
    ["oci://registry.redhat.io/rhelai1/modelcar-phi-4:1.5", "RedHatAI/phi-4"],
    ["registry.redhat.io/rhelai1/modelcar-phi-4@sha256:00", "RedHatAI/phi-4"],
    ["modelcar-phi-4", "RedHatAI/phi-4"],
    ["modelcar-gemma-2-9b-it-FP8", "RedHatAI/gemma-2-9b-it-FP8"],
    ["s3://bucket/phi-4", undefined],
    ["somebody/Qwen3-32B", undefined],
    ["/mnt/models", undefined],
    ["", undefined],
  ];
  for (const [name, id] of names) {
    it(`finds ${id ?? "nothing"} by "${name}"`, () => {
      assert.equal(findModelByName(name)?.id, id);
    });
  }

  it("proposes the nearest name, with organisation where one was written", () => {
    assert.equal(nearestModel("Qwen3-23B"), "Qwen3-32B");
    assert.equal(nearestModel("Qwen/Qwen3-23B"), "Qwen/Qwen3-32B");
    assert.equal(nearestModel("completely-different-thing"), undefined);
  });

  it("names every model once, and bases that exist or were never in it", () => {
    const ids = catalogueModels.map(({ id }) => id.toLowerCase());
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
    assert.ok(ids.length > 220);
  });

  for (const model of catalogueModels) {
    it(`holds a shape of ${model.id} that can be`, () => {
      const { attentionHeads, keyValueHeads, layers, localAttention, experts, quantization, minimumVllm } = model;
      assert.equal(attentionHeads % keyValueHeads, 0);
      assert.ok((localAttention?.layers ?? 0) <= layers);
      if (experts !== undefined) {
        assert.equal(experts.layers + (experts.denseLayers ?? 0), layers);
        assert.ok(experts.perToken < experts.count);
      }
      if (quantization !== undefined) {
        assert.ok([4, 8].includes(quantization.weightBits));
        assert.equal(quantization.scaleBits === undefined, quantization.groupSize === undefined);
      }
      if (minimumVllm !== undefined) assert.ok(parseVersion(minimumVllm) !== undefined);
      assert.ok(model.source !== "" && /^(?:high|medium|low)$/.test(model.confidence));
    });
  }

  it("agrees with what vLLM printed for checkpoints it loaded", () => {
    const measured = catalogueModels.filter(
      ({ measuredWeights, quantization }) =>
        measuredWeights !== undefined && !measuredWeights.on.includes("pipeline") && quantization?.method !== "mxfp4",
    );
    assert.ok(measured.length > 15);
    for (const { id, weightBytes, ropeTableBytes, measuredWeights } of measured) {
      const { gibPerGpu = 0, tensorParallelSize = 1 } = measuredWeights ?? {};
      const own = (weightBytes / tensorParallelSize + ropeTableBytes) / 2 ** 30;
      assert.ok(Math.abs(own - gibPerGpu) < 0.2, `${id}: ${own} for ${gibPerGpu}`);
    }
  });

  it("knows formats of a release no earlier than the architecture", () => {
    for (const { id, baseModel, minimumVllm } of catalogueModels) {
      const base = catalogueModels.find((other) => other.id === baseModel)?.minimumVllm;
      const own = parseVersion(minimumVllm ?? "");
      if (base === undefined || own === undefined) continue;
      assert.ok(isAtLeast(own, base), id);
    }
  });
});
