import assert from "node:assert/strict";
import { nodeIndex } from "../../../../sdk/capacity/placement/nodeIndex";
import { tiedNeeds } from "../../../../sdk/capacity/rollout/domainNeeds";
import { footprints } from "../../../../sdk/capacity/rollout/rolloutBounds";
import { nodesFor, update, type CaseOfUpdate } from "./rolloutCases";
import { RULES, tied, zoned } from "./tiedCases";

type One = Omit<CaseOfUpdate, "name"> & { rules?: keyof typeof RULES };

/** Nodes a, c in the first zone, b, d in the second. */
function boundsOf(sizes: number[], ...ones: One[]) {
  const all = ones.map(({ rules, ...one }, i) => {
    const bare = update({ name: `u${i}`, ...one });
    return rules === undefined ? bare : tied(bare, RULES[rules]);
  });
  const nodes = zoned(nodesFor(sizes, all), all);
  const [known, entangled] = tiedNeeds(all, nodeIndex(nodes));
  return { all, entangled, shared: footprints(all, nodes, known) };
}

const two = { surge: 2, unavailable: 0 };

describe("what updates need and cost each other", () => {
  for (const [what, one, needs] of [
    ["without rules the surge", { gpus: 1, on: "ab", strategy: two }, [2]],
    ["growing pods a place each", { gpus: 2, old: 1, on: "ab" }, [2]],
    ["Recreate what the old pods do not give back", { gpus: 2, old: 1, on: "ab", strategy: "Recreate" }, [2]],
    ["Recreate in place nothing", { gpus: 1, on: "ab", strategy: "Recreate" }, [0]],
    // Three nodes may hold a pod of its own, and each of those 3 further ones.
    [
      "apart by host more than the nodes of its own pods have",
      { gpus: 1, on: "ab", rules: "apart by host" },
      [2 * 3 + 1],
    ],
    ["apart by zone more than its zones have", { gpus: 1, on: "ab", rules: "apart by zone" }, [2 * 7 + 1]],
    ["apart and recreated", { gpus: 1, on: "ab", strategy: "Recreate", rules: "apart by host" }, [4 + 1 - 2]],
    ["a port of the host as apart by host", { gpus: 1, on: "ab", rules: "a port of the host" }, [2 * 3 + 1]],
    ["spread a place in each zone", { gpus: 1, on: "ab", rules: "spread over zones" }, [1, 1]],
    ["spread what a zone lacks", { gpus: 1, on: "aa", rules: "spread over zones" }, [0, 2]],
    [
      "spread and recreated nothing where they are even",
      { gpus: 1, on: "ab", strategy: "Recreate", rules: "spread over zones" },
      [0, 0],
    ],
  ] as [string, One, number[]][]) {
    it(`needs: ${what}`, () => {
      const { all, shared } = boundsOf([4, 4, 4, 4], one);
      assert.deepEqual(
        shared.needsOf.get(all[0]!)?.map(({ places }) => places),
        needs,
      );
    });
  }

  for (const [what, other, during, after] of [
    ["in place: the surge", { gpus: 1, on: "bd" }, 1, 0],
    ["growing: twice as much, with the old ones gone", { gpus: 2, old: 1, on: "bd" }, 3, 2],
    ["shrinking: nothing in the end", { gpus: 1, old: 2, on: "bd" }, 1, -2],
    ["Recreate in place: nothing", { gpus: 1, on: "bd", strategy: "Recreate" }, 0, 0],
  ] as [string, One, number, number][]) {
    it(`costs ${what}`, () => {
      const { all, shared } = boundsOf([8, 8, 8, 8], { gpus: 1, on: "a" }, other);
      const own = shared.kindOf.get(all[0]!)!;
      const losses = shared.losses(own, all[1]!);
      assert.deepEqual([losses.during, losses.after], [during, after]);
    });
  }

  for (const [what, other, costs] of [
    [
      "all its pods where none is in the zone yet",
      { gpus: 1, on: "bd" },
      [
        [2, 2],
        [1, 0],
      ],
    ],
    [
      "of a spread no more than a zone may hold",
      { gpus: 1, on: "bd", rules: "spread over zones" },
      [
        [2, 2],
        [0, 0],
      ],
    ],
    [
      "of an even spread one",
      { gpus: 1, on: "abcd", rules: "spread over zones" },
      [
        [1, 1],
        [1, 1],
      ],
    ],
    [
      "without a spread all the others",
      { gpus: 1, on: "abcd" },
      [
        [3, 2],
        [3, 2],
      ],
    ],
  ] as [string, One, number[][]][]) {
    it(`costs a zone ${what}`, () => {
      const { all, shared } = boundsOf([8, 8, 8, 8], { gpus: 1, on: "ab", rules: "spread over zones" }, other);
      const found = shared.needsOf.get(all[0]!)?.map(({ kind }) => shared.losses(kind, all[1]!));
      assert.deepEqual(
        found?.map(({ during, after }) => [during, after]),
        costs,
      );
    });
  }

  for (const [what, one, isTold] of [
    ["apart by host", "apart by host", true],
    ["apart by zone", "apart by zone", true],
    ["by revision, since both may be on a node", "apart by host and revision", true],
    ["spread by revision", "spread over zones by revision", false],
    ["two rules", "spread over zones, apart by host", false],
    ["followers", "together in a zone", false],
  ] as [string, keyof typeof RULES, boolean][]) {
    it(`needs are ${isTold ? "" : "not "}told in places: ${what}`, () => {
      const { entangled } = boundsOf([4, 4, 4, 4], { gpus: 1, on: "ab", rules: one });
      assert.equal(entangled.size, isTold ? 0 : 1);
    });
  }
});
