import assert from "node:assert/strict";
import { builtInCatalog } from "../../sdk/catalog/catalog";
import { startProblems } from "../../tools/accuracy/check";
import { compare, type PublishedStart, publishedStarts } from "../../tools/accuracy/compare";

const start: PublishedStart = {
  model: "granite",
  catalogueModel: "RedHatAI/granite-3.1-8b-instruct",
  accelerators: ["NVIDIA-H100-80GB-HBM3"],
  gpu: "H100",
  vllm: ["0.11.0"],
  settings: { tensorParallelSize: 1, maxModelLen: 8192 },
  wholeCommand: true,
  published: { outcome: "started", kvCacheGib: 50 },
  source: "a log",
};

describe("the published starts", () => {
  it("say nothing that the catalogue does not hold", () => {
    assert.ok(publishedStarts.length >= 154);
    assert.deepEqual(startProblems(publishedStarts, builtInCatalog), []);
  });

  const broken: [string, object, string][] = [
    [
      "a misspelt model",
      { catalogueModel: "RedHatAI/granite-3.1-8b-instrct" },
      'catalogueModel: "RedHatAI/granite-3.1-8b-instrct": no such model; did you mean RedHatAI/granite-3.1-8b-instruct?',
    ],
    [
      "a misspelt accelerator",
      { accelerators: ["NVIDIA-L40S", "NVIDIA-H100-80GB-HBM2"] },
      'accelerators[1]: "NVIDIA-H100-80GB-HBM2": no such accelerator; did you mean NVIDIA-H100-80GB-HBM3?',
    ],
    [
      "an alias of an accelerator",
      { accelerators: ["L40S"] },
      'accelerators[0]: "L40S": no such accelerator; did you mean NVIDIA-L40S?',
    ],
    ["a release that is none", { vllm: ["0.11.0", "latest"] }, 'vllm[1]: "latest" is no release up to '],
    ["a release to come", { vllm: ["9.0.0"] }, 'vllm[0]: "9.0.0" is no release up to '],
    ["no release", { vllm: [] }, "vllm: names no release"],
    [
      "a misspelt setting",
      { settings: { maxModelLenght: 1 } },
      "settings.maxModelLenght: unknown key; did you mean maxModelLen?",
    ],
    [
      "a misspelt figure",
      { published: { outcome: "started", kvCacheGb: 1 } },
      "published.kvCacheGb: unknown key; did you mean kvCacheGib?",
    ],
    [
      "another outcome",
      { published: { outcome: "ok" } },
      'published.outcome: "ok" is not "started" or "refused" or "loaded"',
    ],
    ["a share above 1", { settings: { gpuMemoryUtilization: 90 } }, "settings.gpuMemoryUtilization"],
    ["no source", { source: "" }, "source: is empty"],
  ];
  for (const [what, change, says] of broken) {
    it(`are refused with ${what}`, () => {
      const [problem = "", ...more] = startProblems([start, { ...start, ...change }], builtInCatalog);
      assert.match(problem, /^\[1\] /);
      assert.ok(problem.includes(`: ${says}`), problem);
      assert.deepEqual(more, []);
    });
  }
});

describe("a published start without a prediction", () => {
  const cases: [string, Partial<PublishedStart>, RegExp | undefined][] = [
    ["everything known", {}, undefined],
    ["a checkpoint nobody described", { catalogueModel: null }, /^checkpoint not in the catalogue$/],
    ["no GPU", { accelerators: [], gpu: null }, /^GPU not stated$/],
    ["a GPU that the catalogue lacks", { accelerators: [], gpu: "RTX A5000" }, /^GPU not in the catalogue: RTX A5000$/],
    [
      "a GPU of unknown usable memory",
      { accelerators: ["NVIDIA-L40"], gpu: "L40" },
      /^the catalogue does not know the usable memory of NVIDIA-L40$/,
    ],
    [
      "the same, with the memory of the log",
      { accelerators: ["NVIDIA-L40"], gpu: "L40", usableMemoryGib: 44 },
      undefined,
    ],
  ];
  for (const [what, change, why] of cases) {
    it(`says why: ${what}`, () => {
      const { unpredicted, predicted } = compare({ ...start, ...change });
      assert.equal(predicted === undefined, why !== undefined);
      if (why === undefined) assert.equal(unpredicted, undefined);
      else assert.match(unpredicted ?? "", why);
    });
  }
});
