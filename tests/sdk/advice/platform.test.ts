import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { PlatformQuestion } from "../../../sdk/advice/platform";
import { adviseOnPlatform } from "../../../sdk/advice/platform";
import { repositoryPath } from "../../../tools/repository";

const cases: [what: string, question: PlatformQuestion, choice: string, warning?: RegExp][] = [
  ["one large model", { models: 1, openShiftAI: "3.4" }, "single-model"],
  [
    "over 1000 small models, OpenShift AI 2",
    { models: 1001, smallModels: true, openShiftAI: "2.25" },
    "multi-model",
    /legacy/,
  ],
  [
    "over 1000 small models, OpenShift AI 3",
    { models: 1001, smallModels: true, openShiftAI: "3.4" },
    "single-model",
    /3\.4 has no ModelMesh.*OpenVINO.*LoRA/,
  ],
  [
    "over 1000 small models, upstream KServe",
    { models: 5000, smallModels: true },
    "single-model",
    /no longer develops ModelMesh/,
  ],
  ["1000 small models", { models: 1000, smallModels: true, openShiftAI: "2.25" }, "single-model"],
  ["scaling to zero, upstream KServe", { models: 5, scaleToZero: true }, "single-model, serverless"],
  [
    "scaling to zero, OpenShift AI 2",
    { models: 5, scaleToZero: true, openShiftAI: "2.25" },
    "single-model, serverless",
    /must move/,
  ],
  [
    "scaling to zero, OpenShift AI 3",
    { models: 5, scaleToZero: true, openShiftAI: "3.4" },
    "single-model",
    /no scaling to zero/,
  ],
  ["NVIDIA's containers", { models: 3, nvidiaMicroservices: true, openShiftAI: "3.4" }, "NVIDIA NIM", /licence/],
  [
    "a routed fleet of one model",
    { models: 1, routedFleet: true, openShiftAI: "3.4" },
    "distributed inference (llm-d)",
  ],
  [
    "a routed fleet, OpenShift AI 2",
    { models: 1, routedFleet: true, openShiftAI: "2.25" },
    "distributed inference (llm-d)",
    /version 3 has/,
  ],
];

/** @covers PL-6 */
describe("advice on the platform", () => {
  for (const [what, question, choice, warning] of cases) {
    it(`for ${what} is ${choice}`, () => {
      const advice = adviseOnPlatform(question);
      assert.equal(advice.choice, choice);
      if (warning === undefined) return;
      assert.match(advice.warnings.join("\n"), warning);
    });
  }

  /** @covers PL-6, PL-5 */
  it("is what the table of docs/platforms.md says", () => {
    const page = readFileSync(repositoryPath("docs", "platforms.md"), "utf8");
    const rows = page.split("\n").flatMap((line) => {
      const [, what, choice] = /^\| (.+?) +\| (.+?) +\|$/.exec(line) ?? [];
      return what === undefined || choice === undefined ? [] : [[what, choice] as const];
    });
    const expected = cases.map(([what, , choice]) => [what, choice] as const);
    assert.deepEqual(
      rows.filter(([what]) => expected.some(([known]) => known === what)),
      expected,
    );
    assert.match(page, /NVIDIA AI Enterprise/);
  });
});
