import assert from "node:assert/strict";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { pack, type Gang, type PodGroup } from "../../../../sdk/capacity/packing/packing";
import { GPU, freeNode, gpuPod } from "../nodes";

const RACK = "rack";
const rack = (name: string, value: string, gpus = 8): ClusterNode =>
  freeNode(name, gpus, { labels: { [RACK]: value } });
const gang = (name: string, workers: number, change: Partial<Gang> = {}): Gang => ({
  name,
  members: [
    { pod: gpuPod(8, { labels: { role: "leader" } }), count: 1 },
    { pod: gpuPod(8, { labels: { role: "worker" } }), count: workers },
  ],
  ...change,
});
const nodesUsed = ({ placed }: ReturnType<typeof pack>) => placed.map(({ node }) => node).sort();

describe("pods that are placed whole or not at all", () => {
  it("take a node each", () => {
    const result = pack([], [rack("a", "1"), rack("b", "2"), rack("c", "3")], { gangs: [gang("ray", 2)] });
    assert.deepEqual([nodesUsed(result), result.unplacedGangs, result.proven], [["a", "b", "c"], [], true]);
  });

  it("leave no pod behind where one finds no place", () => {
    const ray = gang("ray", 2);
    const result = pack([], [rack("a", "1"), rack("b", "2")], { gangs: [ray] });
    assert.deepEqual([nodesUsed(result), result.unplacedGangs, result.proven], [[], [ray], true]);
    assert.deepEqual(
      result.nodes.map(({ free }) => free[GPU]),
      [8, 8],
    );
  });

  it("keep to one domain", () => {
    const nodes = [rack("a", "1"), rack("b", "2"), rack("c", "2"), rack("d", "3")];
    const together = gang("lws", 1, { topologyKey: RACK });
    assert.deepEqual(nodesUsed(pack([], nodes, { gangs: [together] })), ["b", "c"]);
    const large = gang("lws", 2, { topologyKey: RACK });
    assert.deepEqual(pack([], nodes, { gangs: [large] }).unplacedGangs, [large]);
  });

  it("have a domain each where they want it alone", () => {
    const nodes = ["a", "b", "c", "d"].map((name) => rack(name, "1")).concat(["e", "f"].map((name) => rack(name, "2")));
    const gangs = (isExclusive: boolean) =>
      ["one", "two", "three"].map((name) => gang(name, 1, { topologyKey: RACK, isExclusive }));
    assert.equal(pack([], nodes, { gangs: gangs(false) }).unplacedGangs.length, 0);
    assert.equal(pack([], nodes, { gangs: gangs(true) }).unplacedGangs.length, 1);
  });

  /** Upstream's anti-affinity is about every pod that belongs to a group, not only about those of exclusive ones. */
  const mixed: [string, Gang[], Gang[]][] = [
    [
      "share no domain with one that comes later",
      [gang("alone", 2, { topologyKey: RACK, isExclusive: true }), gang("other", 1)],
      [],
    ],
    [
      "share no domain with one that came before",
      [gang("first", 2), gang("alone", 1, { topologyKey: RACK, isExclusive: true })],
      [],
    ],
  ];
  const racks = (sizes: Record<string, number>) =>
    Object.entries(sizes).flatMap(([name, size]) => Array.from({ length: size }, (_, i) => rack(`${name}${i}`, name)));
  for (const [name, gangs] of mixed) {
    it(`that want a domain alone ${name}`, () => {
      const rackOf = ({ placed }: ReturnType<typeof pack>, role: number) =>
        new Set(placed.filter(({ group }) => gangs[role]!.members.includes(group)).map(({ node }) => node[0]));
      const enough = pack([], racks({ a: 3, b: 3 }), { gangs });
      assert.equal(enough.unplacedGangs.length, 0);
      const [one, two] = [rackOf(enough, 0), rackOf(enough, 1)];
      assert.deepEqual(
        [...one].filter((domain) => two.has(domain)),
        [],
      );
      assert.equal(pack([], racks({ a: 5 }), { gangs }).unplacedGangs.length, 1);
    });
  }

  it("leave single pods their domain", () => {
    const single: PodGroup = { pod: gpuPod(8), count: 1 };
    const result = pack([single], racks({ a: 3 }), {
      gangs: [gang("alone", 1, { topologyKey: RACK, isExclusive: true })],
    });
    assert.deepEqual([result.unplaced, result.unplacedGangs], [[], []]);
  });

  it("go first where their pods are largest, then where they are most, and into the smallest domain", () => {
    const small: Gang = { name: "small", members: [{ pod: gpuPod(4), count: 2 }], topologyKey: RACK };
    const large = gang("large", 1, { topologyKey: RACK });
    for (const gangs of [
      [small, large],
      [large, small],
    ]) {
      const result = pack([], racks({ a: 3, b: 2 }), { gangs });
      const at = (one: Gang) =>
        new Set(result.placed.filter(({ group }) => one.members.includes(group)).map(({ node }) => node[0]));
      assert.deepEqual([result.unplacedGangs, [...at(large)], [...at(small)]], [[], ["b"], ["a"]]);
    }
    const few = gang("few", 1, { topologyKey: RACK });
    const many: Gang = {
      ...few,
      members: [...few.members, { pod: gpuPod(8, { labels: { role: "third" } }), count: 1 }],
    };
    for (const gangs of [
      [few, many],
      [many, few],
    ]) {
      const { unplacedGangs } = pack([], racks({ a: 3 }), { gangs });
      assert.deepEqual(unplacedGangs, [few]);
    }
  });

  it("do not use nodes without the label", () => {
    const result = pack([], [freeNode("a", 8), freeNode("b", 8)], { gangs: [gang("lws", 1, { topologyKey: RACK })] });
    assert.equal(result.unplacedGangs.length, 1);
  });

  it("leave the rest to single pods, and gated ones wait", () => {
    const single: PodGroup = { pod: gpuPod(8), count: 1 };
    const gated: PodGroup = { pod: gpuPod(8, { schedulingGates: [{ name: "kueue.x-k8s.io/admission" }] }), count: 3 };
    const result = pack([single, gated], [rack("a", "1"), rack("b", "1"), rack("c", "2")], { gangs: [gang("ray", 1)] });
    assert.deepEqual([nodesUsed(result).length, result.unplaced, result.gated], [3, [], [gated]]);
  });
});
