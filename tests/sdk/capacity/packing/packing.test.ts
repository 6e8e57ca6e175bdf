import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { pack, type PodGroup } from "../../../../sdk/capacity/packing/packing";
import { exclusion, slots, type PodShape } from "../../../../sdk/capacity/placement/placement";
import { GPU, freeNode, gpuPod, gpuTaint, gpuToleration } from "../nodes";
import { ZONE, full, inZone, labels, near, required, spread } from "./largeClusters";

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
    const sizes = [group(3, 2), group(2, 4)];
    const nodes = [freeNode("a", 7), freeNode("b", 7)];
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

  const counted: [string, PodGroup[], ClusterNode[], [number, number][], boolean][] = [
    [
      "all holes are filled to the end",
      [group(3, 2), group(2, 4)],
      [freeNode("a", 7), freeNode("b", 7)],
      [[1, 0]],
      false,
    ],
    [
      "all together ask for more than there is",
      [group(3, 3), group(2, 3)],
      [freeNode("a", 7), freeNode("b", 7)],
      [[1, 0]],
      true,
    ],
    [
      "the large ones are more than the large holes",
      [group(5, 1), group(4, 2)],
      [freeNode("a", 7), freeNode("b", 7)],
      [[1, 0]],
      true,
    ],
    [
      "large ones of two kinds are more than the large holes",
      [group(5, 1), group(4, 2, { nodeSelector: { [ZONE]: "x" } })],
      [inZone("a", "x", 7), inZone("b", "x", 7)],
      [[1, 0]],
      true,
    ],
    [
      "those for one zone ask for more than it has",
      [group(2, 1, { nodeSelector: { [ZONE]: "x" } }), group(1, 1, { nodeSelector: { [ZONE]: "x" } }), group(1, 1)],
      [inZone("a", "x", 2), inZone("b", "y")],
      [[1, 0]],
      true,
    ],
    ["one alone is too large", [group(9, 1), group(1, 1)], [freeNode("a", 8)], [[1, 1]], true],
    [
      "copies that keep each other away outnumber the zones",
      [group(1, 3, { labels, affinity: { podAntiAffinity: required } })],
      [inZone("a", "x"), inZone("b", "x"), inZone("c", "y")],
      [[1, 1]],
      true,
    ],
    [
      "copies that keep each other away have as many zones, and nodes without one",
      [group(1, 3, { labels, affinity: { podAntiAffinity: required } })],
      [inZone("a", "x"), inZone("b", "x"), freeNode("c", 8)],
      [],
      true,
    ],
    [
      "a pod that is there keeps them away",
      [group(1, 9, { labels })],
      [{ ...inZone("a", "x"), planned: [{ requests: {}, affinity: { podAntiAffinity: required } }] }, inZone("b", "y")],
      [[1, 1]],
      true,
    ],
    [
      "memory is short",
      [
        { pod: { requests: { memory: 2 * 2 ** 30 } }, count: 2 },
        { pod: { requests: { memory: 2 ** 30 } }, count: 1 },
      ],
      [freeNode("a", 0, { free: { pods: 9, memory: 4 * 2 ** 30 } })],
      [[1, 0]],
      true,
    ],
  ];
  for (const [name, groups, nodes, unplaced, proven] of counted) {
    it(`knows by counting, where ${name}`, () => {
      const result = pack(groups, [...nodes, ...full]);
      assert.deepEqual(
        result.unplaced.map(({ count, alone }) => [count, alone]),
        unplaced,
      );
      assert.equal(result.proven, proven);
    });
  }

  it("moves pods that could go elsewhere for one that cannot, however large the cluster", () => {
    const nodes = [inZone("a", "x", 2), inZone("b", "y", 4), ...full];
    const { placed, unplaced, proven } = pack([group(2, 1), group(1, 1, { nodeSelector: { [ZONE]: "x" } })], nodes);
    assert.deepEqual([placed.map(({ node }) => node).sort(), unplaced, proven], [["a", "b"], [], true]);
  });

  it("uses all of the room that it has made", () => {
    const nodes = [inZone("a", "x", 3), inZone("b", "y", 6), ...full];
    assert.deepEqual(pack([group(3, 1), group(1, 2, { nodeSelector: { [ZONE]: "x" } })], nodes).unplaced, []);
  });

  const elsewhere: [string, PodShape, PodShape, number][] = [
    ["that others are near", gpuPod(2, { labels }), { requests: {}, ...near }, 1],
    ["that nobody is near, being of another namespace", gpuPod(2, { labels, namespace: "other" }), { requests: {} }, 0],
    ["that others spread from", gpuPod(2, { labels }), { requests: {}, ...spread, labels: {} }, 1],
    [
      "that others do not spread from, being of another namespace",
      gpuPod(2, { labels, namespace: "other" }),
      { requests: {}, ...spread, labels: {} },
      0,
    ],
    ["that spreads itself", gpuPod(2, spread), { requests: {} }, 1],
    [
      "that is of another kind than those others are near",
      gpuPod(2, { labels: { app: "y" } }),
      { requests: {}, ...spread, labels: {} },
      0,
    ],
  ];
  for (const [name, mover, other, left] of elsewhere) {
    it(`${left === 0 ? "moves" : "does not move"} a pod ${name}`, () => {
      const needy = group(1, 1, { nodeSelector: { [ZONE]: "x" } });
      const result = pack(
        [{ pod: mover, count: 1 }, { pod: other, count: 1 }, needy],
        [inZone("a", "x", 2), inZone("b", "y", 4), ...full],
      );
      assert.deepEqual(
        result.unplaced.map(({ of }) => of),
        left === 0 ? [] : [needy],
      );
    });
  }

  it("places pods before those that want to be near them", () => {
    const friend = group(1, 1, { labels });
    const follower = group(1, 1, { affinity: { podAffinity: required } });
    const larger = group(3, 1, near);
    for (const other of [follower, larger]) {
      const nodes = [inZone("a", "x", 2), inZone("b", "x", 4), ...full];
      assert.deepEqual(pack([friend, other], nodes).unplaced, []);
      assert.deepEqual(pack([other, friend], nodes).unplaced, []);
    }
  });

  const many = (count: number, pod: PodShape): PodGroup => ({ pod, count });
  const first: [string, PodGroup[], ClusterNode[]][] = [
    [
      "those with few nodes to choose from",
      [many(300, gpuPod(1)), many(300, gpuPod(1, { nodeSelector: { [ZONE]: "x" } }))],
      Array.from({ length: 300 }, (_, i) => [inZone(`a${i}`, "x", 1), inZone(`b${i}`, "y", 2)]).flat(),
    ],
    ...["memory", "cpu"].map((name): [string, PodGroup[], ClusterNode[]] => [
      `those with much ${name}`,
      [many(900, { requests: { [name]: 2 } }), many(900, { requests: { [name]: 4 } })],
      Array.from({ length: 900 }, (_, i) => freeNode(`n${i}`, 0, { free: { [name]: 6, pods: 9 } })),
    ]),
  ];
  for (const [name, groups, nodes] of first) {
    it(`places first ${name}`, () => {
      for (const some of [groups, groups.toReversed()]) assert.deepEqual(pack(some, nodes).unplaced, []);
    });
  }
});
