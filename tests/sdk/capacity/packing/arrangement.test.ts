import assert from "node:assert/strict";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { pack, type PodGroup } from "../../../../sdk/capacity/packing/packing";
import type { PodShape } from "../../../../sdk/capacity/placement/placement";
import { freeNode, gpuPod } from "../nodes";
import { ZONE, full, inZone, spread } from "./largeClusters";

describe("the search for arrangements", () => {
  const group = (gpus: number, count: number, change: Partial<PodShape> = {}): PodGroup => ({
    pod: gpuPod(gpus, change),
    count,
  });

  const found: [string, PodGroup[], ClusterNode[]][] = [
    [
      "pods that spread, the smaller one first",
      [group(3, 1, spread), group(2, 1, { ...spread, nodeSelector: { [ZONE]: "y" } })],
      [inZone("a", "y", 3), inZone("b", "x", 4)],
    ],
    ["pods among which no order matters", [group(3, 2), group(2, 4)], [freeNode("a", 7), freeNode("b", 7)]],
  ];
  for (const [name, groups, nodes] of found) {
    it(`searches for ${name}`, () => {
      const { placed, unplaced, proven } = pack(groups, nodes);
      const wanted = groups.reduce((sum, { count }) => sum + count, 0);
      assert.deepEqual([placed.length, unplaced, proven], [wanted, [], true]);
      assert.deepEqual(pack(groups, [...nodes, ...full]).proven, false);
    });
  }

  const searched: [string, PodGroup[], ClusterNode[]][] = [
    [
      "equal nodes",
      [group(4, 14), group(3, 5), group(1, 1)],
      Array.from({ length: 16 }, (_, i) => freeNode(`n${i}`, 6)),
    ],
    [
      "pods that spread, in any order",
      [group(1, 4, spread), group(2, 2), group(3, 2)],
      [inZone("a", "x", 1), inZone("b", "y", 7), inZone("c", "y", 7)],
    ],
  ];
  for (const [name, groups, nodes] of searched) {
    it(`proves by search that there is no arrangement of ${name}`, () => {
      const { unplaced, proven } = pack(groups, nodes);
      assert.deepEqual([unplaced.length > 0, unplaced.every(({ alone }) => alone === 0), proven], [true, true, true]);
    });
  }
});
