import assert from "node:assert/strict";
import fc from "fast-check";
import { judgeRollouts } from "../../../../sdk/capacity/rollout/rolloutJudgement";
import { judgeTogether } from "../../../../sdk/capacity/rollout/rolloutTogether";
import type { Outcome } from "../../../../sdk/capacity/rollout/update";
import { nodesFor, update, type CaseOfUpdate } from "./rolloutCases";
import { chance, play } from "./rolloutSimulation";
import { RULES, tied, tiedCase, zoned } from "./tiedCases";

type Row = [
  rules: keyof typeof RULES,
  sizes: number[],
  one: Omit<CaseOfUpdate, "name">,
  outcome: Outcome,
  cause: string,
];

const oneLess = { surge: 0, unavailable: 1 };

const rows: Row[] = [
  ["apart by host", [8, 8], { gpus: 1, on: "ab" }, "deadlocks", "no-place"],
  ["apart by host", [8, 8, 8], { gpus: 1, on: "ab" }, "completes", "room"],
  ["apart by host", [8, 8], { gpus: 1, on: "ab", strategy: oneLess }, "completes", "room"],
  ["apart by host", [8, 8], { gpus: 1, on: "ab", strategy: "Recreate" }, "recreate", "recreate"],
  ["apart by host", [8], { gpus: 1, on: "aa", strategy: "Recreate" }, "deadlocks", "does-not-fit"],
  [
    "apart by host",
    [8, 8, 8],
    { gpus: 1, on: "ab", strategy: { surge: 2, unavailable: 0 } },
    "slower",
    "fewer-at-once",
  ],
  ["apart by host and revision", [8, 8], { gpus: 1, on: "ab" }, "completes", "room"],
  ["apart by zone", [8, 8, 8, 8], { gpus: 1, on: "ab" }, "deadlocks", "no-place"],
  ["apart by zone", [8, 8, 8, 8], { gpus: 1, on: "ab", strategy: oneLess }, "completes", "room"],
  ["spread over zones", [2, 2], { gpus: 1, on: "ab" }, "completes", "room"],
  ["spread over zones", [1, 2], { gpus: 1, on: "ab" }, "completes", "room"],
  ["spread over zones", [1, 1], { gpus: 1, on: "ab", strategy: oneLess }, "completes", "room"],
  ["spread over zones by revision", [2, 2], { gpus: 1, on: "ab" }, "completes", "room"],
  ["spread over zones, apart by host", [8, 8, 8, 8], { gpus: 1, on: "ab" }, "completes", "room"],
  ["together in a zone", [2, 8], { gpus: 1, on: "aa" }, "deadlocks", "no-place"],
  ["together in a zone", [3, 8], { gpus: 1, on: "aa" }, "completes", "room"],
  ["a port of the host", [8, 8], { gpus: 1, on: "ab" }, "deadlocks", "no-place"],
  ["a port of the host", [8, 8, 8], { gpus: 1, on: "ab" }, "completes", "room"],
];

/** More than is walked one by one: counting answers, or nothing does. */
const MANY = "abcdefghijkl";
const many: Row[] = [
  ["apart by host", Array<number>(13).fill(8), { gpus: 1, on: MANY }, "completes", "room"],
  ["apart by host", Array<number>(12).fill(8), { gpus: 1, on: MANY, strategy: oneLess }, "completes", "room"],
  [
    "apart by host",
    Array<number>(13).fill(1),
    { gpus: 1, on: MANY, strategy: { surge: 3, unavailable: 0 } },
    "slower",
    "fewer-at-once",
  ],
  [
    "apart by host",
    Array<number>(12).fill(1),
    { gpus: 1, on: MANY, strategy: { surge: 3, unavailable: 1 } },
    "slower",
    "old-ends-first",
  ],
  ["a port of the host", Array<number>(13).fill(8), { gpus: 1, on: MANY }, "completes", "room"],
  ["spread over zones", [2, 2, ...Array<number>(10).fill(1)], { gpus: 1, on: MANY }, "completes", "room"],
  [
    "spread over zones",
    Array<number>(13).fill(1),
    { gpus: 1, on: MANY, strategy: { surge: 1, unavailable: 1 } },
    "slower",
    "fewer-at-once",
  ],
  ["spread over zones", Array<number>(12).fill(1), { gpus: 1, on: MANY, strategy: "Recreate" }, "recreate", "recreate"],
  ["spread over hosts, two apart", Array<number>(12).fill(2), { gpus: 1, on: MANY }, "completes", "room"],
  [
    "spread over zones, apart by host",
    [...Array<number>(10).fill(4), 2, 2, 3, 3, 4, 4],
    { gpus: 2, old: 1, on: MANY, strategy: { surge: 3, unavailable: 3 } },
    "may-deadlock",
    "rules-between-pods",
  ],
];

describe("the judgement of a rollout with rules between its pods", () => {
  for (const [rules, sizes, one, outcome, cause] of [...rows, ...many]) {
    const how = JSON.stringify(one.strategy ?? "one more");
    it(`${rules}, ${one.on} with ${how} on nodes of ${sizes.join(" ")}: ${outcome}`, () => {
      const updated = tied(update({ name: "u", ...one }), RULES[rules]);
      const [judgement] = judgeRollouts([updated], zoned(nodesFor(sizes, [updated]), [updated]));
      assert.deepEqual([judgement?.outcome, judgement?.cause], [outcome, cause]);
    });
  }

  it("is contradicted by no play of chance", function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(tiedCase, fc.nat(), ({ updates, nodes }, seed) => {
        const pick = chance(seed);
        for (const { outcome, update, peak } of judgeRollouts(updates, nodes)) {
          assert.ok(peak.least <= peak.most);
          for (let i = 0; i < 8; i++) {
            const { completed, waited } = play([update], nodes, pick);
            if (outcome === "completes") assert.deepEqual([completed, waited], [[true], false]);
            else if (outcome === "deadlocks") assert.deepEqual(completed, [false]);
            else if (outcome !== "may-deadlock") assert.deepEqual(completed, [true]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  for (const [name, limit] of [
    ["walked", undefined],
    ["bounded", 0],
  ] as const) {
    it(`beside others, ${name}, is contradicted by no play of chance`, function () {
      this.timeout(120_000);
      fc.assert(
        fc.property(tiedCase, fc.nat(), ({ updates, nodes }, seed) => {
          const { each } = judgeTogether(updates, nodes, [], limit);
          const pick = chance(seed);
          for (let i = 0; i < 6; i++) {
            const { completed } = play(updates, nodes, pick);
            each.forEach(({ outcome }, u) => {
              if (outcome === "deadlocks") assert.equal(completed[u], false, `${outcome} of u${u} completed`);
              else if (outcome !== "may-deadlock") assert.equal(completed[u], true, `${outcome} of u${u} was stuck`);
            });
          }
        }),
        { numRuns: 100 },
      );
    });
  }
});
