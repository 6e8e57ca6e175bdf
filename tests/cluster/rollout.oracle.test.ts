import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { repositoryPath } from "../../tools/repository";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { objectApi, testCluster } from "./harness";
import { answerTo } from "./rolloutAnswer";
import { record, type Recorder } from "./rolloutRecorder";
import { runScenario, type Run } from "./rolloutRun";
import { scenarios, type Scenario } from "./rolloutScenario";

/** Where a recording for the test without a cluster goes: `ORACLE_RECORD=1 ORACLE=full ORACLE_SEED=1`, this file alone. */
const GOLDEN = repositoryPath("tests", "sdk", "capacity", "rollout.golden.json");
const AT_ONCE = 10;

interface Held {
  scenario: Scenario;
  run: Run;
}

describe("rollouts beside the real scheduler and Deployment controller", function () {
  this.timeout(30 * 60_000);
  let recorder: Recorder;
  before(async () => {
    recorder = await record(await testCluster());
  });
  after(() => {
    recorder.stop();
  });

  it("end as we say, and hold as many accelerators at most", async () => {
    const api = objectApi(await testCluster());
    const all = scenarios(ORACLE_SEED, oracleSize(40, 320));
    const held: Held[] = [];
    const queue = [...all];
    const work = async () => {
      for (let scenario = queue.pop(); scenario !== undefined; scenario = queue.pop()) {
        held.push({ scenario, run: await runScenario(api, recorder, scenario) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const counts = { scenarios: all.length, updates: 0, stuck: 0, may: 0, "peaks told exactly": 0 };
    const wrong: string[] = [];
    for (const { scenario, run } of held) {
      const { each } = answerTo(scenario, run.start);
      for (const { update, outcome, peak } of each) {
        const real = run.observed[update.name];
        assert.ok(real);
        counts.updates++;
        if (!real.completed) counts.stuck++;
        if (outcome === "may-deadlock") counts.may++;
        if (peak.most === real.peak) counts["peaks told exactly"]++;
        const right = outcome === "may-deadlock" || (outcome !== "deadlocks") === real.completed;
        const within = peak.least <= real.peak && real.peak <= peak.most;
        if (right && within) continue;
        const said = `${outcome}, ${peak.least} to ${peak.most} accelerators`;
        const was = `${real.completed ? "completed" : "stuck"}, ${real.peak}`;
        wrong.push(`${update.name}: said ${said}; was ${was}: ${JSON.stringify({ scenario, start: run.start })}`);
      }
    }
    reportOracle("rollouts", counts);
    if (process.env.ORACLE_RECORD !== undefined) writeFileSync(GOLDEN, `${JSON.stringify(held)}\n`);
    assert.deepEqual(wrong, [], `ORACLE_SEED=${ORACLE_SEED}`);
  });
});
