import assert from "node:assert/strict";
import fc from "fast-check";
import { accelerators } from "../../../../sdk/catalog/accelerators";
import { catalogueModels } from "../../../../sdk/catalog/models";
import { doubts } from "../../../../sdk/capacity/fit/doubts";
import { estimate } from "../../../../sdk/capacity/fit/estimate";
import { fit } from "../../../../sdk/capacity/fit/fit";
import { bytesPerTokenAndLayer } from "../../../../sdk/capacity/fit/kvCache";
import { staticRefusals } from "../../../../sdk/capacity/fit/refusals";
import { type FitInput, resolveStart, type Start } from "../../../../sdk/capacity/fit/start";
import { withSettings } from "../../../../sdk/capacity/fit/waysOut";
import { ORACLE_SEED } from "../../../oracle";

const devices = accelerators.filter(
  ({ vendor, usableMemoryGib }) => vendor === "nvidia" && usableMemoryGib !== undefined,
);

/** A start of the V1 engine with every setting given, so that no default moves with the one that is changed. */
const inputs: fc.Arbitrary<FitInput> = fc
  .record({
    model: fc.constantFrom(...catalogueModels),
    accelerator: fc.constantFrom(...devices),
    vllm: fc.constantFrom("0.8.4", "0.9.1", "0.10.0", "0.11.0", "0.16.0", "0.19.0", "0.21.0", "0.29.0"),
    tensorParallelSize: fc.constantFrom(1, 2, 4, 8),
    pipelineParallelSize: fc.constantFrom(1, 1, 2, 3),
    maxModelLen: fc.integer({ min: 16, max: 131_072 }),
    maxNumSeqs: fc.integer({ min: 1, max: 1024 }),
    more: fc.integer({ min: 0, max: 16_384 }),
    gpuMemoryUtilization: fc.double({ min: 0.3, max: 1, noNaN: true }),
    enforceEager: fc.boolean(),
    quantization: fc.constantFrom(undefined, undefined, undefined, "fp8"),
    dtype: fc.constantFrom(undefined, undefined, undefined, "float16"),
  })
  .map(({ more, quantization, dtype, ...input }) => ({
    ...withSettings(input, { quantization, dtype }),
    maxModelLen: Math.min(input.maxModelLen, input.model.contextTokens),
    maxNumBatchedTokens: input.maxNumSeqs + more,
  }))
  .filter(isEstimated);

/** By the V1 engine, with nothing in doubt. */
function isEstimated(input: FitInput): boolean {
  const start = resolveStart(input);
  return !("unknown" in start) && start.engine === "V1" && doubts(input, start).length === 0;
}

function decided(input: FitInput): Start {
  const start = resolveStart(input);
  assert.ok(!("unknown" in start));
  return start;
}

const runs = { numRuns: 300, seed: ORACLE_SEED };

/** Changes that can only help. */
const better: [string, (input: FitInput) => FitInput][] = [
  [
    "more memory",
    ({ accelerator, ...rest }) => ({
      ...rest,
      accelerator: { ...accelerator, usableMemoryGib: (accelerator.usableMemoryGib ?? 0) * 1.1 },
    }),
  ],
  [
    "higher utilisation",
    (input) => ({ ...input, gpuMemoryUtilization: Math.min(1, (input.gpuMemoryUtilization ?? 0) * 1.07) }),
  ],
  ["shorter length", (input) => ({ ...input, maxModelLen: Math.ceil((input.maxModelLen ?? 0) / 2) })],
  ["fewer sequences", (input) => ({ ...input, maxNumSeqs: Math.ceil((input.maxNumSeqs ?? 0) / 2) })],
  [
    "smaller steps",
    (input) => ({
      ...input,
      maxNumBatchedTokens: Math.max(input.maxNumSeqs ?? 0, Math.ceil((input.maxNumBatchedTokens ?? 0) / 2)),
    }),
  ],
  [
    "an 8-bit cache that a kernel serves",
    (input) => {
      const changed = { ...input, kvCacheDtype: "fp8" };
      return isEstimated(changed) ? changed : input;
    },
  ],
  ["no graphs", (input) => ({ ...input, enforceEager: true })],
  ["no images", (input) => ({ ...input, imagesAllowed: false })],
];

describe("memory fit, in general", () => {
  for (const [change, improve] of better) {
    it(`${change} never turns a fit into anything else, and never shrinks the cache`, () => {
      fc.assert(
        fc.property(inputs, (input) => {
          const [before, after] = [fit(input), fit(improve(input))];
          if (before.verdict === "fits") assert.equal(after.verdict, "fits");
          assert.ok((after.kvCacheTokens ?? 0) >= (before.kvCacheTokens ?? 0));
          if (input.pipelineParallelSize === 1) {
            assert.ok((after.memory?.kvCache ?? 0) >= (before.memory?.kvCache ?? 0) - 1e-9);
          }
        }),
        runs,
      );
    });
  }

  it("adds up: the parts are the budget, and the budget a share of the usable memory", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { memory } = fit(input);
        assert.ok(memory !== undefined);
        const { budget, usable, weights, activation, nonTorch, graphs, kvCache } = memory;
        assert.ok(Math.abs(weights + activation + nonTorch + graphs + kvCache - budget) < 1e-6);
        assert.ok(Math.abs(budget - usable * (input.gpuMemoryUtilization ?? 0)) < 1e-6);
      }),
      runs,
    );
  });

  it("decides by the error bar: fits with more to spare, refuses with more missing", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        if (staticRefusals(input).length > 0) return;
        const { verdict, memory, needed = 0 } = fit(input);
        assert.ok(memory !== undefined);
        const spare = memory.kvCache - needed;
        const start = resolveStart(input);
        assert.ok(!("unknown" in start));
        // Online quantisation holds more while it loads than it keeps.
        if (estimate(start).loading > memory.usable + memory.errorBar) {
          assert.equal(verdict, "does-not-fit");
          return;
        }
        if (verdict === "fits") assert.ok(spare > memory.errorBar);
        if (verdict === "does-not-fit") assert.ok(spare < -memory.errorBar);
        if (verdict === "too-close") assert.ok(Math.abs(spare) <= memory.errorBar);
      }),
      runs,
    );
  });

  it("proposes only what really does", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { waysOut, verdict } = fit(input, accelerators);
        if (verdict === "fits") assert.deepEqual(waysOut, []);
        for (const { settings, accelerator, text } of waysOut) {
          const taken = accelerators.find(({ name }) => name === accelerator) ?? input.accelerator;
          const changed = { ...withSettings(input, settings), accelerator: taken };
          assert.equal(fit(changed).verdict, "fits", text);
        }
      }),
      { ...runs, numRuns: 200 },
    );
  });

  it("more ranks never hold more weights or cache each; from one rank a head on, no less cache either", () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom(2, 4), (input, factor) => {
        const { tensorParallelSize = 1, model } = input;
        const [few, many] = [decided(input), decided({ ...input, tensorParallelSize: tensorParallelSize * factor })];
        const isMxfp4 = model.quantization?.method === "mxfp4";
        if (!isMxfp4) assert.ok(estimate(many).memory.weights <= estimate(few).memory.weights * (1 + 1e-9) + 1);
        assert.ok(bytesPerTokenAndLayer(many) <= bytesPerTokenAndLayer(few));
        if (model.mla !== undefined || tensorParallelSize >= model.keyValueHeads) {
          assert.equal(bytesPerTokenAndLayer(many), bytesPerTokenAndLayer(few));
        }
      }),
      runs,
    );
  });

  it("answers unknown for an accelerator whose memory is not known", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { name, aliases, vendor, computeCapability = 8 } = input.accelerator;
        const unknown = { ...input, accelerator: { name, aliases, vendor, computeCapability } };
        const { verdict, memory, kvCacheTokens } = fit(unknown, accelerators);
        assert.equal(verdict, staticRefusals(unknown).length > 0 ? "does-not-fit" : "unknown");
        assert.deepEqual([memory, kvCacheTokens], [undefined, undefined]);
      }),
      runs,
    );
  });
});
