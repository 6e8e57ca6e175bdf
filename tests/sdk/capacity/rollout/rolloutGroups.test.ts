import assert from "node:assert/strict";
import { judgeGroups, judgeHeadAndWorkers, type GroupUpdate } from "../../../../sdk/capacity/rollout/rolloutGroups";
import { gpuPod } from "../nodes";
import { nodesFor, update } from "./rolloutCases";

describe("the rollout of groups", () => {
  const groups = (on: string, change: Partial<GroupUpdate> = {}): GroupUpdate => {
    const running = update({ name: "lws", gpus: 4, on }).running;
    return { name: "lws", groups: on.length / 2, size: 2, pod: gpuPod(4), running, ...change };
  };
  const cases: [name: string, sizes: number[], change: Partial<GroupUpdate>, outcome: string, places: number][] = [
    ["by default one group ends first", [4, 4, 4, 4], {}, "completes", 0],
    [
      "one group more, with places for all its pods",
      [4, 4, 4, 4, 8],
      { maxSurge: 1, maxUnavailable: 0 },
      "completes",
      1,
    ],
    [
      "one group more, with a place for half of it",
      [4, 4, 4, 4, 4],
      { maxSurge: 1, maxUnavailable: 0 },
      "deadlocks",
      0,
    ],
    ["two groups more, with places for one", [4, 4, 4, 4, 8], { maxSurge: 2, maxUnavailable: 0 }, "may-deadlock", 1],
    [
      "a group that ends and one more share its places",
      [4, 4, 4, 4],
      { maxSurge: 1, maxUnavailable: 1 },
      "may-deadlock",
      0,
    ],
    ["groups that grow", [8, 8, 8, 8], { pod: gpuPod(6) }, "may-deadlock", 0],
    ["no groups", [4], { groups: 0, running: [] }, "completes", 0],
  ];
  for (const [name, sizes, change, outcome, places] of cases) {
    it(`${name}: ${outcome}`, () => {
      const one = groups("abcd", change);
      const judgement = judgeGroups(
        one,
        nodesFor(sizes, [update({ name: "lws", gpus: 4, on: one.running.length > 0 ? "abcd" : "" })]),
      );
      assert.deepEqual([judgement.outcome, judgement.places], [outcome, places]);
    });
  }

  it("KServe's workers double whatever the strategy says, and the head does not", () => {
    const oneLess = { surge: 0, unavailable: 1 };
    const head = update({ name: "head", gpus: 4, on: "a", strategy: oneLess });
    const worker = update({ name: "worker", gpus: 4, on: "bc", strategy: oneLess });
    const told = (sizes: number[]) =>
      judgeHeadAndWorkers(head, worker, nodesFor(sizes, [head, worker])).map(({ outcome, surge }) => [outcome, surge]);
    assert.deepEqual(told([4, 4, 4, 4, 4]), [
      ["completes", 0],
      ["completes", 2],
    ]);
    assert.deepEqual(told([4, 4, 4]), [
      ["slower", 0],
      ["may-deadlock", 2],
    ]);
  });
});
