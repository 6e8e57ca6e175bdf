import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import {
  admittedCount,
  devicesOn,
  feasibleRows,
  nodeAt,
  nodeIndex,
  nodesOf,
  place,
  rowOf,
  shapeOf,
  slotsIn,
  take,
  takeBack,
} from "../../../../sdk/capacity/placement/nodeIndex";
import { obstacles, slotsOn, type PodShape } from "../../../../sdk/capacity/placement/placement";
import { GPU, freeNode, gpuPod, gpuTaint, gpuToleration } from "../nodes";

const MIG = "nvidia.com/mig-3g.20gb";

const nodes = fc
  .array(
    fc.record({
      gpus: fc.integer({ min: -1, max: 40 }),
      slices: fc.nat(3),
      cpu: fc.nat(9),
      tainted: fc.boolean(),
      cordoned: fc.boolean(),
      product: fc.constantFrom("A100", "L4"),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ gpus, slices, cpu, tainted, cordoned, product }, i): ClusterNode =>
      freeNode(`n${i}`, gpus, {
        free: { cpu, pods: 5, [GPU]: gpus, ...(slices > 0 && { [MIG]: slices }) },
        taints: tainted ? [gpuTaint] : [],
        unschedulable: cordoned,
        labels: { product, "kubernetes.io/hostname": `n${i}` },
      }),
    ),
  );

const pods = fc
  .record({
    gpus: fc.nat(30),
    slices: fc.nat(2),
    cpu: fc.nat(4),
    tolerant: fc.boolean(),
    where: fc.constantFrom("", "A100", "n3", "named", "not n3"),
  })
  .map(({ gpus, slices, cpu, tolerant, where }): PodShape => ({
    requests: { cpu, [GPU]: gpus, [MIG]: slices },
    tolerations: tolerant ? [gpuToleration] : [],
    ...(where === "A100" && { nodeSelector: { product: "A100" } }),
    ...(where === "n3" && { nodeSelector: { "kubernetes.io/hostname": "n3", product: "L4" } }),
    ...(where === "named" && terms({ matchFields: [{ key: "metadata.name", operator: "In", values: ["n1"] }] })),
    ...(where === "not n3" &&
      terms({ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "NotIn", values: ["n3"] }] })),
  }));

function terms(term: object): Partial<PodShape> {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
  };
}

describe("index of nodes", () => {
  it("gives the same answers as looking at every node", () => {
    fc.assert(
      fc.property(nodes, fc.array(pods, { minLength: 1, maxLength: 6 }), (given, asking) => {
        const index = nodeIndex(given);
        for (const pod of asking) {
          const now = nodesOf(index);
          const fitting = now.filter((node) => obstacles(pod, node).length === 0).map(({ name }) => name);
          assert.deepEqual(
            feasibleRows(index, pod)
              .map((row) => nodeAt(index, row).name)
              .sort(),
            fitting.sort(),
          );
          const expected = now.reduce((sum, node) => sum + slotsOn(pod, node), 0);
          assert.equal(slotsIn(index, pod), expected);
          assert.equal(slotsIn(index, pod, 2), Math.min(2, expected));
          assert.equal(place(index, pod, 3).length, Math.min(3, expected));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is as before once everything is taken back", () => {
    fc.assert(
      fc.property(nodes, fc.array(pods, { maxLength: 6 }), (given, asking) => {
        const index = nodeIndex(given);
        const before = nodesOf(index);
        const rows = asking.map((pod) => ({ pod, rows: place(index, pod, 4) }));
        for (const one of rows) takeBack(index, one.pod, one.rows);
        assert.deepEqual(
          nodesOf(index).map(({ free }) => free),
          before.map(({ free }) => free),
        );
        assert.deepEqual(
          nodesOf(index).flatMap(({ planned = [] }) => planned),
          [],
        );
      }),
      { numRuns: 200 },
    );
  });

  it("fills the smallest hole that is large enough", () => {
    const index = nodeIndex([freeNode("a", 8), freeNode("b", 3), freeNode("c", 2), freeNode("d", 0)]);
    const where = (gpus: number) => place(index, gpuPod(gpus), 1).map((row) => nodeAt(index, row).name);
    assert.deepEqual([where(3), where(1), where(1), where(1), where(0)], [["b"], ["c"], ["c"], ["a"], ["b"]]);
  });

  it("lets a running pod go and shows the node without it", () => {
    const pod = {
      namespace: "models",
      name: "granite-1",
      labels: { app: "granite" },
      requests: gpuPod(8).requests,
      priority: 0,
    };
    const full = freeNode("a", 0, { bound: [pod] });
    const index = nodeIndex([full]);
    assert.equal(slotsIn(index, gpuPod(8)), 0);
    take(index, rowOf(index, "a")!, shapeOf(pod), -1);
    assert.equal(slotsIn(index, gpuPod(8)), 1);
    const [after] = nodesOf(index);
    assert.deepEqual([after?.bound, after?.free[GPU], after?.free.pods], [[], 8, 111]);
  });

  const gated = gpuPod(1, { schedulingGates: [{ name: "wait" }] });
  it("has no place for a pod that a gate holds back", () => {
    const index = nodeIndex([freeNode("a", 8)]);
    assert.deepEqual([place(index, gated, 1), slotsIn(index, gated), feasibleRows(index, gated)], [[], 0, []]);
  });

  it("has no place for a pod that asks for what no node has", () => {
    const index = nodeIndex([freeNode("a", 8)]);
    const pod = { requests: { "amd.com/gpu": 1 } };
    assert.deepEqual([place(index, pod, 1), slotsIn(index, pod), feasibleRows(index, pod)], [[], 0, []]);
    assert.equal(slotsIn(index, { requests: { "amd.com/gpu": 0 } }, 3), 3);
  });

  it("knows rows by name and no others", () => {
    const index = nodeIndex([freeNode("b", 8), freeNode("a", 4)]);
    assert.deepEqual(
      ["a", "b"].map((name) => devicesOn(index, rowOf(index, name)!)),
      [4, 8],
    );
    assert.equal(rowOf(index, "c"), undefined);
    assert.throws(() => nodeAt(index, 2), /there is no row 2 among 2 nodes/);
    assert.deepEqual(
      nodesOf(index).map(({ name }) => name),
      ["a", "b"],
    );
  });

  it("counts the nodes that admit a pod, however full", () => {
    const hosts = Array.from({ length: 20 }, (_, i) =>
      freeNode(`n${i}`, 0, { labels: { host: `n${i}`, zone: i < 5 ? "x" : "y" } }),
    );
    const index = nodeIndex(hosts);
    const counts = [
      {},
      { nodeSelector: { zone: "x" } },
      { nodeSelector: { host: "n7" } },
      { nodeSelector: { host: "n7", zone: "x" } },
      { nodeSelector: { zone: "z" } },
    ];
    assert.deepEqual(
      counts.map((change) => admittedCount(index, gpuPod(8, change))),
      [20, 5, 1, 0, 0],
    );
  });

  it("keeps large holes whole whatever their size", () => {
    const sizes = [100, 60, 40, 30, 25, 24, 23, 22];
    const index = nodeIndex(sizes.map((gpus) => freeNode(`n${gpus}`, gpus)));
    const where = (gpus: number) => place(index, gpuPod(gpus), 1).map((row) => nodeAt(index, row).name)[0];
    assert.deepEqual([22, 23, 24, 61].map(where), ["n22", "n23", "n24", "n100"]);
    assert.equal(where(101), undefined);
  });

  it("shows a node without one of two equal pods that were planned there", () => {
    const pod = gpuPod(1);
    const index = nodeIndex([freeNode("a", 8, { planned: [pod, pod] })]);
    take(index, 0, pod, -1);
    assert.equal(nodesOf(index)[0]?.planned?.length, 1);
    take(index, 0, pod, 2);
    assert.equal(nodesOf(index)[0]?.planned?.length, 3);
  });

  it("does not touch the nodes it was made of", () => {
    const given = [freeNode("a", 8)];
    place(nodeIndex(given), gpuPod(1), 8);
    assert.equal(given[0]?.free[GPU], 8);
  });
});
