import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import {
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

  it("does not touch the nodes it was made of", () => {
    const given = [freeNode("a", 8)];
    place(nodeIndex(given), gpuPod(1), 8);
    assert.equal(given[0]?.free[GPU], 8);
  });
});
