/**
 * Replays what the real KServe 0.17.0 controller answered to recorded pairs, without a cluster. Refresh with
 * `EFFECTIVE_POD_GOLDEN=write EFFECTIVE_POD_SEED=7 npx mocha --no-config dist/tests/cluster/effectivePod.test.js`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { repositoryPath } from "../../../tools/repository";
import { withApiDefaults } from "./apiDefaults";
import { differences, type Workload, workloadOf } from "./comparison";
import type { Pair } from "./pairs";

interface Golden {
  madeWith: string;
  entries: (Pair & { answer: Workload })[];
}

describe("effective pod against recorded answers of the controller", () => {
  const file = repositoryPath("tests", "sdk", "pod", "golden", "effectivePods.json");
  const { madeWith, entries } = JSON.parse(readFileSync(file, "utf8")) as Golden;

  it(`has recordings (${madeWith})`, () => {
    assert.ok(entries.length >= 20);
  });

  for (const { service, runtime, answer } of entries) {
    it(`equals the answer to ${service.metadata.name}`, () => {
      const ours = workloadOf(runtime === undefined ? { service } : { service, runtime });
      const template = { ...ours.template, spec: withApiDefaults(ours.template.spec) };
      const replicas = answer.replicas === undefined ? {} : { replicas: ours.replicas };
      assert.deepEqual(differences({ ...replicas, strategy: ours.strategy, template }, answer), []);
    });
  }
});
