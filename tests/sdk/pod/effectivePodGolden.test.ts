/**
 * Replays what the real KServe 0.17.0 controller answered to recorded pairs, without a cluster. Refresh with
 * `EFFECTIVE_POD_GOLDEN=write ORACLE_SEED=7 npx mocha --no-config dist/tests/cluster/effectivePod.oracle.test.js`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { repositoryPath } from "../../../tools/repository";
import { TOUCHED, withApiDefaults, withPodDefaults } from "./apiDefaults";
import { type Answer, answerTo, differences, refusalDifferences, type Workload } from "./comparison";
import type { Pair } from "./arbitraries/pairs";

interface Golden {
  madeWith: string;
  entries: (Pair & { answer: Answer })[];
}

describe("effective pod against recorded answers of the controller", () => {
  const file = repositoryPath("tests", "sdk", "pod", "golden", "effectivePods.json");
  const { madeWith, entries } = JSON.parse(readFileSync(file, "utf8")) as Golden;

  it(`has recordings (${madeWith})`, () => {
    assert.ok(entries.length >= 20);
  });

  for (const { answer, ...pair } of entries) {
    it(`equals the answer to ${pair.service.metadata.name}`, () => {
      const ours = answerTo(pair);
      assert.deepEqual(Object.keys(ours.deployments).sort(), Object.keys(answer.deployments).sort());
      for (const [name, theirs] of Object.entries(answer.deployments)) {
        const own = ours.deployments[name];
        assert.ok(own !== undefined);
        assert.deepEqual(compare(own, theirs), [], name);
      }
      assert.deepEqual(refusalDifferences(ours.refused, answer.refused, "refusal"), []);
    });
  }
});

function compare(ours: Workload, theirs: Workload): string[] {
  const replicas = theirs.replicas === undefined ? {} : { replicas: ours.replicas };
  const template = { ...ours.template, spec: withApiDefaults(ours.template.spec) };
  const { pod, ...rest } = theirs;
  return [...differences({ ...replicas, strategy: ours.strategy, template }, rest), ...comparePods(ours.pod, pod)];
}

function comparePods(ours: Workload["pod"], theirs: Workload["pod"]): string[] {
  if ("refused" in ours || "refused" in theirs) {
    const [left, right] = [ours, theirs].map((pod) => ("refused" in pod ? pod.refused : undefined));
    return refusalDifferences(left, right, "pod");
  }
  const recorded = theirs.spec as Record<string, unknown>;
  const filled = Object.entries(withPodDefaults(ours.spec) as object).filter(([key]) => TOUCHED.includes(key));
  return differences(
    { annotations: ours.annotations, spec: Object.fromEntries(filled) as object },
    { ...theirs, spec: recorded },
  );
}
