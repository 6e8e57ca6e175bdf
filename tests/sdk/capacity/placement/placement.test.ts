import assert from "node:assert/strict";
import { failedScheduling, obstacles, podShape, slots } from "../../../../sdk/capacity/placement/placement";
import { GPU, freeNode, gpuPod, gpuTaint, gpuToleration } from "../nodes";

describe("placement of one pod", () => {
  const cases: [string, string[], Parameters<typeof obstacles>][] = [
    ["fits", [], [gpuPod(1), freeNode("a", 1)]],
    ["too few accelerators", ["Insufficient nvidia.com/gpu"], [gpuPod(2), freeNode("a", 1)]],
    [
      "a resource the node does not have",
      ["Insufficient amd.com/gpu"],
      [{ requests: { "amd.com/gpu": 1 } }, freeNode("a", 1)],
    ],
    ["an amount of zero needs nothing", [], [{ requests: { "amd.com/gpu": 0 } }, freeNode("a", 1)]],
    [
      "every short resource is named",
      ["Insufficient cpu", "Insufficient nvidia.com/gpu"],
      [{ requests: { cpu: 65_000, memory: 1, [GPU]: 2 } }, freeNode("a", 1)],
    ],
    [
      "no room for another pod",
      ["Too many pods"],
      [gpuPod(1), freeNode("a", 1, { free: { cpu: 9e9, memory: 9e15, [GPU]: 1, pods: 0 } })],
    ],
    [
      "a taint hides what else is wrong",
      ["node(s) had untolerated taint(s)"],
      [gpuPod(9), freeNode("a", 1, { taints: [gpuTaint] })],
    ],
    ["a tolerated taint", [], [gpuPod(1, { tolerations: [gpuToleration] }), freeNode("a", 1, { taints: [gpuTaint] })]],
    ["a cordoned node", ["node(s) were unschedulable"], [gpuPod(1), freeNode("a", 1, { unschedulable: true })]],
    [
      "a cordoned node whose taint is tolerated",
      [],
      [
        gpuPod(1, { tolerations: [{ key: "node.kubernetes.io/unschedulable", operator: "Exists" }] }),
        freeNode("a", 1, { unschedulable: true }),
      ],
    ],
    [
      "a selector that the node does not match",
      ["node(s) didn't match Pod's node affinity/selector"],
      [gpuPod(9, { nodeSelector: { gpu: "A100" } }), freeNode("a", 1)],
    ],
  ];
  for (const [name, expected, args] of cases) {
    it(name, () => {
      assert.deepEqual(obstacles(...args), expected);
    });
  }

  it("is told as the scheduler tells it, reasons sorted as texts", () => {
    const nodes = [
      ...Array.from({ length: 10 }, (_, i) => freeNode(`cpu-${i}`, 0)),
      freeNode("a100-1", 8, { taints: [gpuTaint] }),
      freeNode("a100-2", 8, { taints: [gpuTaint] }),
      freeNode("l4", 8, { unschedulable: true }),
    ];
    assert.equal(
      failedScheduling(gpuPod(1), nodes),
      "0/13 nodes are available: 1 node(s) were unschedulable, 10 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint(s).",
    );
    assert.equal(failedScheduling(gpuPod(1), []), "no nodes available to schedule pods");
  });

  it("takes shape from a pod", () => {
    const shape = podShape({
      containers: [{ name: "c", resources: { limits: { [GPU]: "1" } } }],
      nodeSelector: { a: "b" },
      tolerations: [gpuToleration],
    });
    assert.deepEqual(shape, { requests: { [GPU]: 1 }, nodeSelector: { a: "b" }, tolerations: [gpuToleration] });
  });
});

describe("slots", () => {
  it("are counted per node: four nodes with two free accelerators have none for a pod of four", () => {
    const nodes = Array.from({ length: 4 }, (_, i) => freeNode(`n${i}`, 2));
    assert.equal(slots(gpuPod(4), nodes), 0);
    assert.equal(slots(gpuPod(2), nodes), 4);
    assert.equal(slots(gpuPod(1), nodes), 8);
  });

  it("are limited by cpu, memory and the number of pods", () => {
    assert.equal(slots({ requests: { cpu: 20_000, [GPU]: 1 } }, [freeNode("a", 8)]), 3);
    assert.equal(slots({ requests: { memory: 200 * 2 ** 30, [GPU]: 1 } }, [freeNode("a", 8)]), 2);
    const crowded = freeNode("a", 8);
    assert.equal(slots(gpuPod(1), [{ ...crowded, free: { ...crowded.free, pods: 5 } }]), 5);
  });

  it("are none on a node that is out of the question or overcommitted", () => {
    assert.equal(slots(gpuPod(1), [freeNode("a", 8, { taints: [gpuTaint] })]), 0);
    assert.equal(slots(gpuPod(1), [freeNode("a", -1)]), 0);
  });
});
