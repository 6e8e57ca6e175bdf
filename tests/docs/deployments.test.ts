import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import { llmInferenceServiceSchema } from "../../sdk/spec/inference/llmInferenceService";
import { repositoryPath } from "../../tools/repository";

const PAGE = readFileSync(repositoryPath("docs", "deployments.md"), "utf8");
const ARGUMENTS = new Set([
  ...Object.keys(modelDeploymentSchema.shape),
  ...Object.keys(llmInferenceServiceSchema.shape),
  "hardwareProfile",
  "runtime",
]);

/** @covers IS-4, DS-6 */
describe("the page on deployments", () => {
  it("names an argument that exists for every field of the wizard", () => {
    const [, table = ""] = /\| field of the wizard[^\n]*\n\|[- |]+\n((?:\|[^\n]*\n)+)/.exec(PAGE) ?? [];
    const rows = table.trim().split("\n");
    assert.equal(rows.length, 17);
    for (const row of rows) {
      const [, field = "", answer = ""] = row.split("|");
      const named = [...answer.matchAll(/`([a-z][A-Za-z]+)\b/g)].map(([, name = ""]) => name);
      assert.ok(
        named.some((name) => ARGUMENTS.has(name)),
        `${field.trim()} has no argument: ${answer}`,
      );
    }
  });

  it("says that Recreate leaves a gap, and what to do where there is no room", () => {
    assert.match(PAGE, /Recreate cuts connections at once/);
    assert.match(PAGE, /maxSurge: "0", maxUnavailable: "1"/);
  });
});
