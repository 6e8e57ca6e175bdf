import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { pack, type PodGroup } from "../../../../sdk/capacity/packing/packing";
import { exclusion, slots, type PodShape } from "../../../../sdk/capacity/placement/placement";
import { GPU, freeNode, gpuPod, gpuTaint, gpuToleration } from "../nodes";

describe("packing", () => {
  const group = (gpus: number, count: number, change: Partial<PodShape> = {}): PodGroup => ({
    pod: gpuPod(gpus, change),
    count,
  });

  it("places the largest first", () => {
    const { unplaced } = pack([group(1, 4), group(4, 1)], [freeNode("a", 4), freeNode("b", 4)]);
    assert.deepEqual(unplaced, []);
  });

  it("says what found no place, and that none exists", () => {
    const result = pack([group(4, 3)], [freeNode("a", 4), freeNode("b", 7)]);
    assert.deepEqual(
      result.unplaced.map(({ count }) => count),
      [1],
    );
    assert.equal(result.proven, true);
  });

  it("finds an arrangement that first fit misses", () => {
    const sizes = [group(4, 1), group(3, 3), group(2, 1)];
    const nodes = [freeNode("a", 6), freeNode("b", 9)];
    assert.deepEqual(pack(sizes, nodes).unplaced, []);
  });

  it("keeps the one node with the right label for the pod that needs it", () => {
    const labelled = freeNode("a", 1, { labels: { zone: "x" } });
    const { placed, unplaced } = pack(
      [group(1, 1), group(1, 1, { nodeSelector: { zone: "x" } })],
      [labelled, freeNode("b", 1)],
    );
    assert.deepEqual(unplaced, []);
    assert.deepEqual(placed.map(({ node }) => node).sort(), ["a", "b"]);
  });

  it("proves at once what counting shows, however large the cluster", () => {
    const nodes = Array.from({ length: 300 }, (_, i) => freeNode(`n${i}`, 8));
    const result = pack([group(5, 300), group(3, 301)], nodes);
    assert.deepEqual([result.proven, result.unplaced.length], [true, 1]);
  });

  it("shows the nodes with the pods on them", () => {
    const { nodes } = pack([group(2, 1)], [freeNode("a", 4)]);
    assert.deepEqual([nodes[0]?.free[GPU], nodes[0]?.free.pods], [2, 109]);
  });

  const nodesOf = fc
    .array(fc.record({ gpus: fc.nat(5), cpu: fc.nat(6), tainted: fc.boolean(), zone: fc.constantFrom("x", "y") }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((all) =>
      all.map(({ gpus, cpu, tainted, zone }, i) =>
        freeNode(`n${i}`, gpus, {
          free: { cpu, pods: 9, [GPU]: gpus },
          taints: tainted ? [gpuTaint] : [],
          labels: { zone },
        }),
      ),
    );
  const podOf = fc
    .record({ gpus: fc.nat(4), cpu: fc.nat(3), tolerant: fc.boolean(), zone: fc.option(fc.constantFrom("x", "y")) })
    .map(({ gpus, cpu, tolerant, zone }): PodShape => ({
      requests: { cpu, [GPU]: gpus },
      tolerations: tolerant ? [gpuToleration] : [],
      ...(zone === null ? {} : { nodeSelector: { zone } }),
    }));

  /** Every assignment of every copy to every node, tried one by one. */
  function possible(pods: PodShape[], nodes: ClusterNode[]): boolean {
    const [pod, ...rest] = pods;
    if (pod === undefined) return true;
    return nodes.some((node, i) => {
      const free = {
        ...node.free,
        pods: node.free.pods! - 1,
        cpu: node.free.cpu! - pod.requests.cpu!,
        [GPU]: node.free[GPU]! - pod.requests[GPU]!,
      };
      const fits = exclusion(pod, node) === undefined && Object.values(free).every((amount) => amount >= 0);
      return fits && possible(rest, nodes.with(i, { ...node, free }));
    });
  }

  it("agrees with trying every arrangement", () => {
    const groups = fc.array(fc.record({ pod: podOf, count: fc.integer({ min: 1, max: 2 }) }), { maxLength: 3 });
    fc.assert(
      fc.property(groups, nodesOf, (some, nodes) => {
        const result = pack(some, nodes);
        const copies = some.flatMap(({ pod, count }) => Array.from({ length: count }, () => pod));
        assert.equal(result.unplaced.length === 0, possible(copies, nodes));
        assert.equal(result.unplaced.length === 0 || result.proven, true, "small instances are always decided");
      }),
      { numRuns: 400 },
    );
  });

  it("never puts more on a node than there is, and loses no copy", () => {
    const groups = fc.array(fc.record({ pod: podOf, count: fc.integer({ min: 1, max: 9 }) }), { maxLength: 6 });
    fc.assert(
      fc.property(groups, nodesOf, (some, nodes) => {
        const { placed, unplaced, nodes: after } = pack(some, nodes);
        for (const node of after)
          assert.ok(
            Object.values(node.free).every((amount) => amount >= 0),
            JSON.stringify(node),
          );
        for (const {
          group: { pod },
          node,
        } of placed)
          assert.equal(
            exclusion(
              pod,
              nodes.find(({ name }) => name === node)!,
            ),
            undefined,
          );
        const wanted = some.reduce((sum, { count }) => sum + count, 0);
        assert.equal(placed.length + unplaced.reduce((sum, { count }) => sum + count, 0), wanted);
      }),
    );
  });

  it("counts exactly the slots that exist", () => {
    fc.assert(
      fc.property(podOf, nodesOf, (pod, nodes) => {
        const count = slots(pod, nodes);
        const copies = (n: number) => Array.from({ length: n }, () => pod);
        if (count > 6) return;
        assert.ok(possible(copies(count), nodes));
        assert.ok(!possible(copies(count + 1), nodes));
      }),
      { numRuns: 300 },
    );
  });

  it("does not call proven what is too large to search and what counting does not show", () => {
    const nodes = Array.from({ length: 70 }, (_, i) => freeNode(`n${i}`, 7));
    const groups = [
      { pod: gpuPod(4), count: 70 },
      { pod: gpuPod(2), count: 71 },
    ];
    const { unplaced, proven } = pack(groups, nodes);
    assert.deepEqual([unplaced.map(({ count }) => count), proven], [[1], false]);
  });
});
