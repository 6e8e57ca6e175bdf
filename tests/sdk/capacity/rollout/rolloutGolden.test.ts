import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { repositoryPath } from "../../../../tools/repository";
import { answerTo } from "../../../cluster/rolloutAnswer";
import type { Run } from "../../../cluster/rolloutRun";
import type { Scenario } from "../../../cluster/rolloutScenario";

/**
 * What the real scheduler and Deployment controller did, recorded by
 * `ORACLE_RECORD=1 ORACLE=full ORACLE_SEED=1 npx mocha dist/tests/cluster/rollout.oracle.test.js`.
 */
const recorded = JSON.parse(
  readFileSync(repositoryPath("tests", "sdk", "capacity", "golden", "rollouts.json"), "utf8"),
) as { scenario: Scenario; run: Run }[];

describe("recorded rollouts of the real controllers", function () {
  this.timeout(60_000);
  const answers = recorded.flatMap(({ scenario, run }) =>
    answerTo(scenario, run.start).each.map((told) => ({ told, real: run.observed[told.update.name], scenario, run })),
  );

  it("are many, and of both kinds", () => {
    assert.ok(recorded.length >= 300);
    assert.ok(answers.filter(({ real }) => real?.completed === true).length >= 100);
    assert.ok(answers.filter(({ real }) => real?.completed === false).length >= 100);
  });

  it("end as we say", () => {
    const wrong = answers.filter(({ told: { outcome }, real }) => {
      return outcome !== "may-deadlock" && (outcome === "deadlocks") !== (real?.completed === false);
    });
    assert.deepEqual(wrong, []);
  });

  it("hold as many accelerators as we say", () => {
    const wrong = answers.filter(({ told: { peak }, real }) => {
      return real === undefined || real.peak < peak.least || real.peak > peak.most;
    });
    assert.deepEqual(wrong, []);
  });

  it("get an answer that is sure where a service updates while nothing else wants its places", () => {
    const alone = answers.filter(({ scenario: { deployments }, run }) => {
      const others = deployments.filter(({ updated }) => !updated);
      const waits = others.some(({ name, replicas }) => (run.start[name] ?? []).length < replicas);
      return others.length === deployments.length - 1 && !waits;
    });
    assert.ok(alone.length >= 150, `${alone.length}`);
    const mays = alone.filter(({ told }) => told.outcome === "may-deadlock");
    assert.deepEqual(mays, []);
  });

  /** Of several at once, who comes first decides where there is a place for some of them only. */
  it("get an answer that is may only where several want the same places, and seldom for want of time", () => {
    const mays = answers.filter(({ told }) => told.outcome === "may-deadlock");
    const unsettled = new Set(mays.filter(({ told }) => told.cause !== "order").map(({ scenario }) => scenario));
    assert.ok(mays.length <= 0.14 * answers.length, `${mays.length} of ${answers.length}`);
    assert.ok(unsettled.size <= 0.005 * recorded.length, `${unsettled.size} of ${recorded.length}`);
  });
});
