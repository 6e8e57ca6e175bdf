/**
 * Replays what the real API server with KServe 0.17.0 answered to recorded requests, without a cluster. Refresh with
 * `ADMISSION_GOLDEN=write ORACLE_SEED=7 npx mocha dist/tests/cluster/admission.oracle.test.js`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { repositoryPath } from "../../../tools/repository";
import { type Answer, disagreement, ourVerdict } from "./answer";
import type { AdmissionCase } from "./cases";

interface Golden {
  runtimes: KubernetesObject[];
  entries: { one: AdmissionCase; answer: Answer }[];
}

describe("admission verdicts against recorded answers of the API server", function () {
  this.timeout(60_000);
  const file = repositoryPath("tests", "sdk", "admission", "golden", "answers.json");
  const { runtimes, entries } = JSON.parse(readFileSync(file, "utf8")) as Golden;

  it("has recordings of objects that were allowed and refused", () => {
    const refused = entries.filter(({ answer }) => !answer.allowed);
    assert.ok(refused.length >= 30 && entries.length - refused.length >= 30, `${refused.length} of ${entries.length}`);
  });

  it("gives the same answer to each", () => {
    for (const { one, answer } of entries) {
      assert.equal(
        disagreement(ourVerdict(one, runtimes), answer),
        undefined,
        `${one.labels.join("; ")}\n${JSON.stringify(one)}`,
      );
    }
  });
});
