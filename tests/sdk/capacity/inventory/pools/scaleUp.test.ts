import assert from "node:assert/strict";
import type { NodePool } from "../../../../../sdk/capacity/inventory/pools/nodePool";
import { scaleUp } from "../../../../../sdk/capacity/inventory/pools/scaleUp";
import { GPU, freeNode, gpuPod, gpuToleration } from "../../nodes";

describe("scaling up", () => {
  const pool = (name: string, gpus: number, room: number | undefined, limits = {}): NodePool => {
    const amounts = { cpu: 8_000, memory: 64 * 2 ** 30, pods: 110, [GPU]: gpus };
    const template = {
      labels: {},
      taints: [{ key: GPU, effect: "NoSchedule" }],
      allocatable: amounts,
      capacity: amounts,
    };
    return { name, templates: [template], room, limits, unknown: [] };
  };
  const pod = (gpus: number) => gpuPod(gpus, { tolerations: [gpuToleration] });
  const added = (result: ReturnType<typeof scaleUp>) => result.added.map((one) => [one.pool.name, one.count]);

  it("adds the smallest nodes that take the pods, as many as they need", () => {
    const pools = [pool("large", 8, 9), pool("small", 1, 9)];
    const result = scaleUp(
      [
        { pod: pod(1), count: 3 },
        { pod: pod(4), count: 3 },
      ],
      [freeNode("a", 1)],
      pools,
    );
    assert.equal(result.packing.unplaced.length, 0);
    assert.deepEqual(added(result).sort(), [
      ["large", 2],
      ["small", 2],
    ]);
  });

  it("ends at the maximum, and at limits", () => {
    const limited = scaleUp([{ pod: pod(8), count: 5 }], [], [pool("large", 8, 2)]);
    assert.deepEqual([added(limited), limited.packing.unplaced[0]?.count], [[["large", 2]], 3]);
    const bounded = scaleUp([{ pod: pod(8), count: 5 }], [], [pool("large", 8, undefined, { [GPU]: 12 })]);
    assert.deepEqual([added(bounded), bounded.packing.unplaced[0]?.count], [[["large", 1]], 4]);
  });

  it("adds nothing that would not help", () => {
    const result = scaleUp(
      [
        { pod: gpuPod(1), count: 1 },
        { pod: pod(9), count: 1 },
      ],
      [],
      [pool("large", 8, 9)],
    );
    assert.deepEqual([result.added, result.packing.unplaced.length], [[], 2]);
  });
});
