import assert from "node:assert/strict";
import fc from "fast-check";
import { judgeRollouts } from "../../../../sdk/capacity/rollout/rolloutJudgement";
import { rolloutReason } from "../../../../sdk/capacity/rollout/rolloutReason";
import { judgeTogether } from "../../../../sdk/capacity/rollout/rolloutTogether";
import { peakRequests, type Outcome } from "../../../../sdk/capacity/rollout/update";
import { freeNode, GPU } from "../nodes";
import { nodesFor, oneMore, smallCase, update, type CaseOfUpdate } from "./rolloutCases";
import { chance, play } from "./rolloutSimulation";

const oneLess = { surge: 0, unavailable: 1 };

type Row = [
  name: string,
  sizes: number[],
  one: Omit<CaseOfUpdate, "name">,
  outcome: Outcome,
  cause: string,
  most: number,
];

const rows: Row[] = [
  ["one pod, no place beside it", [8], { gpus: 8, on: "a" }, "deadlocks", "no-place", 8],
  ["one pod, the rest of the node is too small", [8], { gpus: 5, on: "a" }, "deadlocks", "no-place", 5],
  [
    "free halves of two nodes are no place for a whole one",
    [8, 4, 4],
    { gpus: 8, on: "a" },
    "deadlocks",
    "no-place",
    8,
  ],
  ["one pod, a place beside it", [8, 8], { gpus: 8, on: "a" }, "completes", "room", 16],
  ["the old pod ends first", [8], { gpus: 8, on: "a", strategy: oneLess }, "completes", "room", 8],
  ["all old pods end first", [8], { gpus: 8, on: "a", strategy: "Recreate" }, "recreate", "recreate", 8],
  [
    "all old pods end, and the new ones are too large",
    [8],
    { gpus: 9, old: 8, on: "a", strategy: "Recreate" },
    "deadlocks",
    "does-not-fit",
    9,
  ],
  [
    "two more wanted, one place",
    [8],
    { gpus: 2, on: "aaa", strategy: { surge: 2, unavailable: 0 } },
    "slower",
    "fewer-at-once",
    8,
  ],
  [
    "a new pod that grew into its own hole",
    [4],
    { gpus: 4, old: 2, on: "a", strategy: oneLess },
    "completes",
    "room",
    4,
  ],
  [
    "grown pods need the holes of two old ones",
    [4, 4],
    { gpus: 4, old: 2, on: "aabb", replicas: 4 },
    "deadlocks",
    "does-not-fit",
    16,
  ],
  [
    "grown pods, one on each node: the first hole is too small",
    [3, 3, 4],
    { gpus: 3, old: 2, on: "ab" },
    "completes",
    "room",
    8,
  ],
  [
    "grown pods with room for all",
    [3, 3, 3],
    { gpus: 2, old: 1, on: "aab", strategy: oneMore },
    "completes",
    "room",
    7,
  ],
  [
    "pods without a place are not of the update's making",
    [4],
    { gpus: 4, on: "a", replicas: 2 },
    "deadlocks",
    "does-not-fit",
    8,
  ],
  ["nothing to replace", [8], { gpus: 8, on: "", replicas: 0 }, "completes", "no-pods", 0],
];

describe("the judgement of one rollout", () => {
  for (const [name, sizes, one, outcome, cause] of rows) {
    it(`${name}: ${outcome}`, () => {
      const updated = update({ name: "u", ...one });
      const nodes = nodesFor(sizes, [updated]);
      const [judgement] = judgeRollouts([updated], nodes);
      assert.deepEqual([judgement?.outcome, judgement?.cause], [outcome, cause]);
      assert.equal(judgement && judgement.peak.least <= judgement.peak.most, true);
    });
  }

  it("counts the accelerators it holds at most", () => {
    const peaks = rows
      .filter(([, , , outcome]) => outcome === "completes" || outcome === "slower")
      .map(([name, sizes, one, , , most]) => {
        const updated = update({ name: "u", ...one });
        return [name, judgeRollouts([updated], nodesFor(sizes, [updated]))[0]?.peak.most, most];
      });
    assert.deepEqual(
      peaks.map(([name, found]) => [name, found]),
      peaks.map(([name, , most]) => [name, most]),
    );
  });

  it("says which resource is short in the scheduler's words", () => {
    const granite = update({ name: "granite", gpus: 8, on: "a" });
    const nodes = nodesFor([8, 4], [granite]);
    const [judgement] = judgeRollouts([granite], nodes);
    assert.match(
      rolloutReason(judgement!, nodes),
      /^At 1 replica an update may add 1 and miss 0, so a new pod of 8 x nvidia\.com\/gpu must start .*0\/2 nodes are available: 2 Insufficient nvidia\.com\/gpu\.$/,
    );
  });

  it("has a sentence for every cause", () => {
    for (const [name, sizes, one] of rows) {
      const updated = update({ name: "u", ...one });
      const nodes = nodesFor(sizes, [updated]);
      for (const judgement of judgeRollouts([updated], nodes))
        assert.match(rolloutReason(judgement, nodes), /\.$/, name);
    }
  });

  it("the peak for quotas is all of one revision with the surge of the other", () => {
    const growing = update({ name: "u", gpus: 4, old: 2, on: "abc", strategy: { surge: 2, unavailable: 0 } });
    assert.deepEqual([peakRequests(growing)[GPU], peakRequests(growing).pods], [16, 5]);
  });

  it("a free node more never makes it worse", () => {
    const rank: Outcome[] = ["completes", "recreate", "slower", "may-deadlock", "deadlocks"];
    fc.assert(
      fc.property(smallCase, fc.integer({ min: 1, max: 8 }), ({ updates, nodes }, gpus) => {
        const before = judgeRollouts(updates, nodes);
        const after = judgeRollouts(updates, [...nodes, freeNode("z", gpus)]);
        before.forEach(({ outcome }, i) => {
          const later = after[i]?.outcome ?? "unknown";
          // Where the places left by old ones decide, a further place may also mislead a pod that grew.
          const misled = outcome === "slower" && later === "may-deadlock";
          assert.ok(misled || rank.indexOf(later) <= rank.indexOf(outcome), `${outcome} became ${later}`);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe("the judgement of several rollouts at once", () => {
  it("counts a new pod beside the old ones where an old one waits for a place", () => {
    const one = update({ name: "a", gpus: 1, old: 6, on: "a", replicas: 2, strategy: { surge: 0, unavailable: 1 } });
    const { each } = judgeTogether([one], nodesFor([8, 2], [one]));
    assert.deepEqual(each[0]?.peak, { most: 7, least: 6 });
  });

  it("does not promise an end, by bounds, to one whose last place another may take", () => {
    const first = update({ name: "u0", gpus: 3, on: "bb", strategy: { surge: 0, unavailable: 2 } });
    const other = update({ name: "u1", gpus: 4, on: "a" });
    const all = [first, other];
    const { each } = judgeTogether(all, nodesFor([4, 6], all), [], 0);
    assert.equal(each[0]?.outcome, "may-deadlock");
  });

  const [granite, phi] = [update({ name: "granite", gpus: 4, on: "a" }), update({ name: "phi", gpus: 1, on: "b" })];

  it("two that compete for one place may leave one of them stuck", () => {
    const { each } = judgeTogether([granite, phi], nodesFor([4, 1, 4], [granite, phi]));
    assert.deepEqual(
      each.map(({ outcome, cause }) => [outcome, cause]),
      [
        ["may-deadlock", "order"],
        ["slower", "fewer-at-once"],
      ],
    );
  });

  it("equal ones hand one place on to each other", () => {
    const all = ["a", "b", "c"].map((on) => update({ name: on, gpus: 4, on }));
    const nodes = nodesFor([4, 4, 4, 4], all);
    const told = (limit?: number) => judgeTogether(all, nodes, [], limit).each.map(({ outcome }) => outcome);
    assert.deepEqual(told(), ["slower", "slower", "slower"]);
    assert.deepEqual(told(0), ["slower", "slower", "slower"]);
  });

  it("one that is stuck whatever the others do is stuck", () => {
    const all = [update({ name: "wide", gpus: 8, on: "a" }), phi];
    for (const limit of [undefined, 0]) {
      const { each } = judgeTogether(all, nodesFor([8, 2], all), [], limit);
      assert.deepEqual([each[0]?.outcome, each[0]?.cause], ["deadlocks", "no-place"]);
    }
  });

  const searches: [name: string, limit: number | undefined][] = [
    ["walked", undefined],
    ["bounded", 0],
  ];
  for (const [name, limit] of searches) {
    it(`no play of chance contradicts what is ${name}`, function () {
      this.timeout(60_000);
      fc.assert(
        fc.property(smallCase, fc.nat(), ({ updates, nodes }, seed) => {
          const { each } = judgeTogether(updates, nodes, [], limit);
          const pick = chance(seed);
          for (let i = 0; i < 8; i++) {
            const { completed } = play(updates, nodes, pick);
            each.forEach(({ outcome }, u) => {
              if (outcome === "deadlocks") assert.equal(completed[u], false, `${outcome} of u${u} completed`);
              else if (outcome !== "may-deadlock") assert.equal(completed[u], true, `${outcome} of u${u} was stuck`);
            });
          }
        }),
        { numRuns: 80 },
      );
    });
  }
});
