import assert from "node:assert/strict";
import { adviseStrategy, type RolloutSituation, rolloutRoom } from "../../../sdk/advice/strategy";
import { validate } from "../../../sdk/spec/schema/validate";
import { strategySchema } from "../../../sdk/spec/inference/serviceSettings";

const ROLLING = { type: "RollingUpdate" };
const RECREATE = { type: "Recreate" };
const ONE_BY_ONE = { type: "RollingUpdate", maxSurge: "0", maxUnavailable: "1" };

/** @covers DS-5 */
describe("advice on strategies", () => {
  const cases: [what: string, situation: RolloutSituation, strategy: object][] = [
    ["nothing is known", {}, ROLLING],
    ["production has room", { production: true, spareAccelerators: true }, ROLLING],
    ["development has room", { production: false, spareAccelerators: true }, ROLLING],
    ["it is development", { production: false }, RECREATE],
    ["production has batches", { batch: true }, RECREATE],
    ["production has a maintenance window", { maintenanceWindow: true, spareAccelerators: false }, RECREATE],
    ["production has one replica and no room", { spareAccelerators: false }, RECREATE],
    ["production has replicas and no room", { spareAccelerators: false, replicas: 3 }, ONE_BY_ONE],
  ];
  for (const [what, situation, strategy] of cases) {
    it(`fits when ${what}`, () => {
      const { deploymentStrategy, reason } = adviseStrategy(situation);
      assert.deepEqual(deploymentStrategy, strategy);
      assert.ok(reason.length > 20);
      assert.deepEqual(validate(strategySchema, [], deploymentStrategy).problems, []);
    });
  }
});

/** @covers DS-3 */
describe("room of a rollout", () => {
  const cases: [replicas: number, maxSurge: string | undefined, surge: number, percent: number][] = [
    [1, undefined, 1, 200],
    [4, undefined, 1, 125],
    [10, undefined, 3, 130],
    [4, "2", 2, 150],
    [4, "0", 0, 100],
    [3, "100%", 3, 200],
    [0, undefined, 0, 100],
  ];
  for (const [replicas, maxSurge, surge, percent] of cases) {
    it(`of ${replicas} replicas with a surge of ${maxSurge ?? "25% (default)"} is ${percent} %`, () => {
      assert.deepEqual(rolloutRoom(replicas, maxSurge), { surge, pods: replicas + surge, percent });
    });
  }

  it("is not guessed for a surge that Kubernetes does not know", () => {
    assert.throws(() => rolloutRoom(2, "many"), RangeError);
  });
});
