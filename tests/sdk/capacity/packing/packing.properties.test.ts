import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { feasibleRows, nodeIndex, rowOf, take, type NodeIndex } from "../../../../sdk/capacity/placement/nodeIndex";
import { pack, type PodGroup, type Packing } from "../../../../sdk/capacity/packing/packing";
import { exclusion, type PodShape } from "../../../../sdk/capacity/placement/placement";
import { GPU, freeNode, gpuTaint, gpuToleration } from "../nodes";

const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";

const nodesOf = (most: number) =>
  fc
    .array(
      fc.record({
        gpus: fc.nat(4),
        cpu: fc.nat(5),
        tainted: fc.boolean(),
        zone: fc.constantFrom("x", "y"),
        guard: fc.option(fc.constantFrom("a", "b")),
      }),
      { minLength: 1, maxLength: most },
    )
    .map((all) =>
      all.map(({ gpus, cpu, tainted, zone, guard }, i) =>
        freeNode(`n${i}`, gpus, {
          free: { cpu, pods: 4, [GPU]: gpus },
          taints: tainted ? [gpuTaint] : [],
          labels: { [ZONE]: zone, [HOST]: `n${i}` },
          planned: guard === null ? [] : [{ requests: {}, labels: { app: "guard" }, affinity: apart(HOST, guard) }],
        }),
      ),
    );

function term(topologyKey: string, app: string) {
  return {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app } } }],
  };
}

function apart(topologyKey: string, app: string) {
  return { podAntiAffinity: term(topologyKey, app) };
}

const rules = fc.constantFrom(
  "none",
  "none",
  "apart by host",
  "apart by zone",
  "away from a",
  "with a",
  "spread",
  "ports",
);

const podOf = fc
  .record({
    gpus: fc.nat(3),
    cpu: fc.nat(2),
    tolerant: fc.boolean(),
    zone: fc.option(fc.constantFrom("x", "y"), { freq: 3 }),
    app: fc.constantFrom("a", "b", "c"),
    rule: rules,
  })
  .map(({ gpus, cpu, tolerant, zone, app, rule }): PodShape => ({
    requests: { cpu, [GPU]: gpus },
    labels: { app },
    tolerations: tolerant ? [gpuToleration] : [],
    ...(zone === null ? {} : { nodeSelector: { [ZONE]: zone } }),
    ...(rule === "apart by host" && { affinity: apart(HOST, app) }),
    ...(rule === "apart by zone" && { affinity: apart(ZONE, app) }),
    ...(rule === "away from a" && { affinity: apart(HOST, "a") }),
    ...(rule === "with a" && { affinity: { podAffinity: term(ZONE, "a") } }),
    ...(rule === "ports" && { hostPorts: [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }] }),
    ...(rule === "spread" && {
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app } } },
      ],
    }),
  }));

const groupsOf = (groups: number, copies: number) =>
  fc.array(fc.record({ pod: podOf, count: fc.integer({ min: 1, max: copies }) }), { minLength: 1, maxLength: groups });

/** Whether all copies have a place in some order and arrangement, tried one by one. */
function possible(pods: readonly PodShape[], index: NodeIndex): boolean {
  if (pods.length === 0) return true;
  return pods.some((pod, i) =>
    feasibleRows(index, pod).some((row) => {
      take(index, row, pod);
      const rest = possible(pods.toSpliced(i, 1), index);
      take(index, row, pod, -1);
      return rest;
    }),
  );
}

function copiesOf(groups: readonly PodGroup[]): PodShape[] {
  return groups.flatMap(({ pod, count }) => Array.from({ length: count }, () => pod));
}

/** Replays a packing on the nodes as they were, pod by pod in some order in which the rules allow each at that moment. */
function replay({ placed }: Packing, nodes: readonly ClusterNode[]): void {
  const index = nodeIndex(nodes);
  const stuck = new Set<string>();
  const goesOn = (waiting: readonly number[]): boolean => {
    if (waiting.length === 0) return true;
    if (stuck.has(waiting.join())) return false;
    for (const next of waiting) {
      const { group, node } = placed[next]!;
      const row = rowOf(index, node)!;
      if (!feasibleRows(index, group.pod).includes(row)) continue;
      take(index, row, group.pod);
      if (goesOn(waiting.filter((one) => one !== next))) return true;
      take(index, row, group.pod, -1);
    }
    stuck.add(waiting.join());
    return false;
  };
  assert.ok(goesOn([...placed.keys()]), `no order leads to ${JSON.stringify(placed)}`);
}

/** Whether the nodes afterwards are those before less what was placed on them, and every pod is where it may be. */
function account(result: Packing, nodes: readonly ClusterNode[]): void {
  for (const { name, free, planned = [], allocatable } of result.nodes) {
    const before = nodes.find((node) => node.name === name)!;
    const added = result.placed.filter(({ node }) => node === name).map(({ group }) => group.pod);
    for (const resource of Object.keys(allocatable)) {
      const used = added.reduce((sum, { requests }) => sum + (resource === "pods" ? 1 : (requests[resource] ?? 0)), 0);
      assert.equal(free[resource] ?? 0, (before.free[resource] ?? 0) - used, resource);
      assert.ok((free[resource] ?? 0) >= 0, `${resource} of ${name}`);
    }
    assert.equal(planned.length, (before.planned ?? []).length + added.length);
    for (const pod of added) assert.equal(exclusion(pod, before), undefined);
  }
}

describe("packing, whatever the pods and nodes", () => {
  it("never puts more on a node than there is, breaks no rule and loses no copy", () => {
    fc.assert(
      fc.property(groupsOf(6, 5), nodesOf(6), (groups, nodes) => {
        const result = pack(groups, nodes);
        account(result, nodes);
        replay(result, nodes);
        const missing = result.unplaced.reduce((sum, { count }) => sum + count, 0);
        assert.equal(result.placed.length + missing, copiesOf(groups).length);
      }),
      { numRuns: 400 },
    );
  });

  it("says of small cases exactly whether all fit, and proves it", () => {
    fc.assert(
      fc.property(groupsOf(3, 2), nodesOf(3), (groups, nodes) => {
        const result = pack(groups, nodes);
        const fits = possible(copiesOf(groups), nodeIndex(nodes));
        assert.equal(result.unplaced.length === 0, fits);
        assert.equal(result.proven, true);
      }),
      { numRuns: 600 },
    );
  });

  it("of clusters too large to search proves only what is so, and breaks no rule", () => {
    const full = Array.from({ length: 65 }, (_, i) => freeNode(`full-${i}`, 0, { free: { pods: 0 } }));
    fc.assert(
      fc.property(groupsOf(4, 3), nodesOf(3), (groups, nodes) => {
        const result = pack(groups, [...nodes, ...full]);
        account(result, [...nodes, ...full]);
        replay(result, nodes);
        const missing = result.unplaced.reduce((sum, { count }) => sum + count, 0);
        assert.equal(result.placed.length + missing, copiesOf(groups).length);
        if (missing > 0 && result.proven) assert.ok(!possible(copiesOf(groups), nodeIndex(nodes)));
        if (missing === 0) assert.equal(result.proven, true);
      }),
      { numRuns: 150 },
    );
  });

  it("calls hopeless only what finds no place on its own", () => {
    fc.assert(
      fc.property(groupsOf(3, 3), nodesOf(3), (groups, nodes) => {
        for (const { of, alone } of pack(groups, nodes).unplaced) {
          if (alone === 0) continue;
          const index = nodeIndex(nodes);
          assert.ok(!possible(copiesOf([{ pod: of.pod, count: of.count - alone + 1 }]), index));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("does not depend on the order of pods or nodes", () => {
    fc.assert(
      fc.property(groupsOf(4, 3), nodesOf(4), (groups, nodes) => {
        const one = pack(groups, nodes);
        const other = pack(groups.toReversed(), nodes.toReversed());
        assert.deepEqual(other.unplaced.length === 0, one.unplaced.length === 0);
        assert.equal(other.proven, one.proven);
        assert.deepEqual(places(other), places(one));
      }),
      { numRuns: 300 },
    );
  });
});

function places({ placed }: Packing): string[] {
  return placed.map(({ group, node }) => `${node} ${JSON.stringify(group)}`).sort();
}
