import assert from "node:assert/strict";
import type { LlmCriteria } from "../../../sdk/advice/digitalhub";
import { chooseLlmRuntime } from "../../../sdk/advice/digitalhub";

/** What is wanted, the kind and engine that fit, and what is left to be desired. */
const CASES: [criteria: LlmCriteria, kind: string, engine: string | undefined, ...shortcomings: string[]][] = [
  [{}, "vllmserve-text", undefined],
  [{ kubeAi: true }, "kubeai-text", "VLLM"],
  [{ kubeAi: true, gpu: false }, "kubeai-text", "OLlama"],
  [
    { kubeAi: true, gpu: false, adapters: true },
    "kubeai-text",
    "VLLM",
    "engine VLLM on CPU is slow: adapters leave no other choice",
  ],
  [{ kubeAi: true, need: "embedding" }, "kubeai-text", "Infinity"],
  [
    { kubeAi: true, need: "embedding", adapters: true },
    "kubeai-text",
    "Infinity",
    "engine Infinity serves no adapters",
  ],
  [{ kubeAi: true, need: "transcription", scaleToZero: true }, "kubeai-speech", "FasterWhisper"],
  [{ kubeAi: true, need: "translation" }, "vllmserve-speech", undefined],
  [{ kubeAi: true, ownService: true, adapters: true }, "vllmserve-text", undefined],
  [
    { kubeAi: false, scaleToZero: true, gpu: false },
    "vllmserve-text",
    undefined,
    "at least one pod always runs: only KubeAI scales to none",
    "on CPU (useCpuImage) it is slow: for small models and tests",
  ],
  [{ need: "ranking" }, "vllmserve-pooling", undefined],
  [{ need: "classification", kubeAi: true }, "vllmserve-pooling", undefined],
  [{ need: "fill-mask", kubeAi: true }, "huggingfaceserve", undefined, "DigitalHub has deprecated it"],
];

/** @covers DH-1 */
describe("choice among DigitalHub's runtimes", () => {
  for (const [criteria, kind, engine, ...shortcomings] of CASES) {
    it(`${JSON.stringify(criteria)}: ${kind}`, () => {
      const { reasons, ...choice } = chooseLlmRuntime(criteria);
      assert.deepEqual([choice.kind, choice.engine, ...choice.shortcomings], [kind, engine, ...shortcomings]);
      assert.ok(reasons.length > 0 && reasons.every((reason) => reason !== ""));
    });
  }

  it("says which needs there are to one that there is not", () => {
    assert.throws(() => chooseLlmRuntime({ need: "embeddings" as never }), /did you mean embedding\?/);
  });
});
