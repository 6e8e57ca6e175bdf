import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { Outcome } from "../../sdk/capacity/rollout/update";
import { repositoryPath } from "../../tools/repository";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { objectApi, testCluster } from "./harness";
import { answerTo } from "./rolloutAnswer";
import { record, type Recorder } from "./rolloutRecorder";
import { runScenario, type Run } from "./rolloutRun";
import { scenarios, type Scenario } from "./rolloutScenario";

/** Where a recording for the test without a cluster goes: `ORACLE_RECORD=1 ORACLE=full ORACLE_SEED=1`, this file alone. */
const GOLDEN = repositoryPath("tests", "sdk", "capacity", "golden", "rollouts.json");
const AT_ONCE = 10;

/** How often a scenario runs again where we say that it may go either way. */
const REPEATS = 2;

interface Held {
  scenario: Scenario;
  run: Run;
}

interface Tally {
  updates: number;
  stuck: number;
  may: number;
  exactPeaks: number;
  wrong: string[];
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
    const held = await runAll(all, (scenario) => runScenario(api, recorder, scenario));
    if (process.env.ORACLE_RECORD !== undefined) writeFileSync(GOLDEN, golden(held));
    const first = tally(held);
    const open = held.filter(({ scenario, run }) => mays(scenario, run).length > 0);
    const again = Array.from({ length: REPEATS }, () => open.map(({ scenario }) => scenario)).flat();
    const repeated = await runAll(again, (scenario) => runScenario(api, recorder, scenario));
    const second = tally(repeated);
    reportOracle("rollouts", {
      scenarios: all.length,
      updates: first.updates,
      stuck: first.stuck,
      "called may-deadlock": first.may,
      "peaks equal to the most told (the others in the range told)": first.exactPeaks,
      repetitions: again.length,
      "seen to go both ways": open.filter(({ scenario }) => wentBothWays(scenario, [...held, ...repeated])).length,
    });
    assert.deepEqual([...first.wrong, ...second.wrong], [], `ORACLE_SEED=${ORACLE_SEED}`);
  });
});

async function runAll(all: readonly Scenario[], run: (scenario: Scenario) => Promise<Run>): Promise<Held[]> {
  const held: Held[] = [];
  const queue = [...all].reverse();
  const work = async () => {
    for (let scenario = queue.pop(); scenario !== undefined; scenario = queue.pop()) {
      held.push({ scenario, run: await run(scenario) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return held;
}

/** One scenario a line, so that a diff shows what changed. */
function golden(held: readonly Held[]): string {
  return `[\n${held.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`;
}

function mays(scenario: Scenario, { start }: Run): string[] {
  const { each } = answerTo(scenario, start);
  return each.flatMap(({ update, outcome }) => (outcome === "may-deadlock" ? [update.name] : []));
}

function wentBothWays(scenario: Scenario, held: readonly Held[]): boolean {
  const runs = held.filter((one) => one.scenario === scenario).map(({ run }) => run.observed);
  return scenario.deployments.some(({ name }) => new Set(runs.map((run) => run[name]?.completed)).size > 1);
}

function tally(held: readonly Held[]): Tally {
  const sum: Tally = { updates: 0, stuck: 0, may: 0, exactPeaks: 0, wrong: [] };
  for (const { scenario, run } of held) {
    for (const { update, outcome, peak } of answerTo(scenario, run.start).each) {
      const real = run.observed[update.name];
      assert.ok(real);
      sum.updates++;
      if (!real.completed) sum.stuck++;
      if (outcome === "may-deadlock") sum.may++;
      if (peak.most === real.peak) sum.exactPeaks++;
      if (agrees(outcome, real.completed) && peak.least <= real.peak && real.peak <= peak.most) continue;
      const said = `${outcome}, ${peak.least} to ${peak.most} accelerators`;
      const was = `${real.completed ? "completed" : "stuck"}, ${real.peak}`;
      sum.wrong.push(`${update.name}: said ${said}; was ${was}: ${JSON.stringify({ scenario, start: run.start })}`);
    }
  }
  return sum;
}

function agrees(outcome: Outcome, completed: boolean): boolean {
  return outcome === "may-deadlock" || (outcome !== "deadlocks") === completed;
}
