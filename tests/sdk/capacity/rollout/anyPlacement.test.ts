import assert from "node:assert/strict";
import fc from "fast-check";
import { plus } from "../../../../sdk/capacity/amounts";
import { oneMorePod, type ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import {
  feasibleAt,
  feasibleRows,
  nodeAt,
  nodeIndex,
  nodesOf,
  rowOf,
  take,
} from "../../../../sdk/capacity/placement/nodeIndex";
import { anyPlacement, type PlannedUpdate } from "../../../../sdk/capacity/rollout/anyPlacement";
import { judgeRollouts } from "../../../../sdk/capacity/rollout/rolloutJudgement";
import { isSame, type Update } from "../../../../sdk/capacity/rollout/update";
import { nodesFor, update, type CaseOfUpdate } from "./rolloutCases";
import { chance, play, type Chance } from "./rolloutSimulation";
import { RULES, tied, tiedCase, zoned } from "./tiedCases";

/** The nodes without the pods that only a plan has put there. */
function withoutPlanned(nodes: readonly ClusterNode[], all: readonly PlannedUpdate[]): ClusterNode[] {
  return nodes.map((node) => {
    const gone = all.flatMap(({ planned }) => planned.filter((pod) => pod.node === node.name));
    const left = [...(node.planned ?? [])];
    for (const { shape } of gone) if (shape !== undefined) left.splice(left.indexOf(shape), 1);
    return {
      ...node,
      free: gone.reduce((free, pod) => plus(free, oneMorePod(pod.requests)), node.free),
      planned: left,
    };
  });
}

/** Puts the planned pods anywhere they fit, in any order. */
function scattered(all: readonly PlannedUpdate[], before: readonly ClusterNode[], pick: Chance) {
  const index = nodeIndex(before);
  const placed = new Map(all.map((one) => [one, one.update.running.filter((pod) => !one.planned.includes(pod))]));
  const queue = all.flatMap((one) => one.planned.map((pod) => ({ one, pod, luck: pick(1000) })));
  for (const { one, pod } of queue.sort((a, b) => a.luck - b.luck)) {
    const shape = pod.shape ?? { requests: pod.requests };
    const rows = feasibleRows(index, shape);
    const row = rows[pick(Math.max(1, rows.length))];
    if (row === undefined) continue;
    take(index, row, shape);
    placed.get(one)?.push({ ...pod, node: nodeAt(index, row).name });
  }
  return { nodes: nodesOf(index), placed };
}

const asPlanned = (update: Update, isPlanned: (i: number) => boolean): PlannedUpdate => {
  return { update, planned: update.running.filter((_, i) => isPlanned(i)) };
};

/** As a plan puts pods: each as the new ones are, where it may be beside those before it. */
function isPlan({ update, planned }: PlannedUpdate, before: readonly ClusterNode[]): boolean {
  const index = nodeIndex(before);
  return planned.every(({ node, requests, shape = { requests } }) => {
    const row = rowOf(index, node) ?? -1;
    const fits = isSame(requests, update.pod.requests) && feasibleAt(index, row, shape);
    take(index, row, shape);
    return fits;
  });
}

describe("updates wherever pods that do not run yet are put", () => {
  for (const [what, sizes, ones, told] of [
    [
      "small pods may break up the only hole",
      [8, 8],
      [
        { gpus: 8, on: "a" },
        { gpus: 1, on: "b" },
      ],
      "unsure",
    ],
    [
      "there is a hole for each of them more",
      [8, 8, 8],
      [
        { gpus: 8, on: "a" },
        { gpus: 1, on: "b" },
      ],
      "always",
    ],
    [
      "equal pods take one place each",
      [2, 2],
      [
        { gpus: 1, on: "a" },
        { gpus: 1, on: "b" },
      ],
      "always",
    ],
    [
      "no further place, but one may miss",
      [1, 1],
      [
        { gpus: 1, on: "a", strategy: { surge: 1, unavailable: 1 } },
        { gpus: 1, on: "b" },
      ],
      "ends",
    ],
    ["its own pods only", [8], [{ gpus: 4, on: "a" }], "always"],
  ] as [string, number[], Omit<CaseOfUpdate, "name">[], string][]) {
    it(`${what}: ${told}`, () => {
      const all = ones.map((one, i) => update({ name: `u${i}`, ...one }));
      const planned = all.map((one) => asPlanned(one, () => true));
      const nodes = nodesFor(sizes, all);
      const certainty = anyPlacement(planned, nodes, nodeIndex(nodes), withoutPlanned(nodes, planned));
      assert.equal(certainty(planned[0]!), told);
    });
  }

  it("counts what rules between pods leave", () => {
    const all = [
      tied(update({ name: "u0", gpus: 1, on: "ab" }), RULES["apart by host"]),
      update({ name: "u1", gpus: 1, on: "c" }),
    ];
    const planned = all.map((one) => asPlanned(one, () => true));
    const told = (sizes: number[]) => {
      const nodes = zoned(nodesFor(sizes, all), all);
      return anyPlacement(planned, nodes, nodeIndex(nodes), withoutPlanned(nodes, planned))(planned[0]!);
    };
    assert.deepEqual([told([1, 1, 1]), told([1, 1, 1, 1])], ["unsure", "always"]);
  });

  for (const [cpu, told] of [
    [1_000, "always"],
    [63_500, "unsure"],
  ] as const) {
    it(`counts what pods without devices leave of the rest: ${cpu}m of cpu, ${told}`, () => {
      const [served, other] = [update({ name: "u0", gpus: 1, on: "a" }), update({ name: "u1", gpus: 0, on: "a" })];
      const requests = { cpu };
      const hog = { ...other, pod: { requests }, old: requests, running: [{ node: "a", requests }] };
      const all = [asPlanned(served, () => false), asPlanned(hog, () => true)];
      const before = nodesFor([1, 1], [served]);
      const nodes = nodesFor([1, 1], [served, hog]);
      assert.equal(anyPlacement(all, nodes, nodeIndex(nodes), before)(all[0]!), told);
    });
  }

  it("is not sure of pods with several rules that do not run yet themselves", () => {
    const one = tied(update({ name: "u0", gpus: 1, on: "ab" }), RULES["spread over zones, apart by host"]);
    const nodes = zoned(nodesFor([8, 8, 8, 8], [one]), [one]);
    const told = [true, false].map((isPlanned) => {
      const all = [asPlanned(one, () => isPlanned)];
      return anyPlacement(all, nodes, nodeIndex(nodes), withoutPlanned(nodes, all))(all[0]!);
    });
    assert.deepEqual(told, ["unsure", "always"]);
  });

  it("is contradicted by no placement of chance", function () {
    this.timeout(120_000);
    const seen = { always: 0, ends: 0, unsure: 0 };
    fc.assert(
      fc.property(tiedCase, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), fc.nat(), (small, flags, seed) => {
        const { nodes } = small;
        const asked = small.updates.map((one, u) => asPlanned(one, (i) => flags[3 * u + i] === true));
        const empty = withoutPlanned(nodes, asked);
        const all = asked.map((one) => (isPlan(one, empty) ? one : { ...one, planned: [] }));
        const before = withoutPlanned(nodes, all);
        const certainty = anyPlacement(all, nodes, nodeIndex(nodes), before);
        const judged = judgeRollouts(
          all.map((one) => one.update),
          nodes,
        );
        const pick = chance(seed);
        all.forEach((one, i) => {
          const { outcome } = judged[i]!;
          if (!["completes", "slower", "recreate"].includes(outcome) || one.update.running.length < one.update.replicas)
            return;
          const told = certainty(one);
          seen[told]++;
          for (let turn = 0; turn < 4 && told !== "unsure"; turn++) {
            const { nodes: there, placed } = scattered(all, before, pick);
            const running = placed.get(one) ?? [];
            assert.equal(running.length, one.update.replicas, "each of its pods finds its place");
            const { completed, waited } = play([{ ...one.update, running }], there, pick);
            assert.deepEqual(completed, [true]);
            if (told === "always" && outcome === "completes") assert.equal(waited, false);
          }
        });
      }),
      { numRuns: 300 },
    );
    assert.ok(seen.always > 50 && seen.unsure > 20, JSON.stringify(seen));
  });
});
