import assert from "node:assert/strict";
import type { PodDisruptionBudget } from "../../../sdk/capacity/inventory/disruptionBudgets";
import {
  clusterNodes,
  type BoundPod,
  type ClusterNode,
  type PodObject,
} from "../../../sdk/capacity/inventory/inventory";
import { cordonNode, drainNode, loseNodes } from "../../../sdk/capacity/whatIf";
import { GPU, nodeObject, podObject } from "./nodes";
import { budget, cluster, NONE, outcome } from "./services";

describe("draining a node", () => {
  it("moves what fits elsewhere and says why the rest is stranded", () => {
    const nodes = cluster({ "a/granite-1": 4, "a/phi-1": 4, "b/llama-1": 4 }, { a: "x", b: "x" });
    const result = drainNode(nodes, "a");
    assert.deepEqual(outcome(result), { ...NONE, moved: ["granite-1 to b"], stranded: ["phi-1"] });
    assert.equal(
      result.stranded[0]?.message,
      "0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable.",
    );
    assert.deepEqual(
      result.nodes.map(({ name, free }) => [name, free[GPU]]),
      [
        ["a", 8],
        ["b", 0],
      ],
    );
  });

  it("leaves DaemonSet pods, and loses pods that nothing creates anew", () => {
    const nodes = cluster({ "a/agent-1": 0, "a/naked-1": 1 }, { a: "x", b: "x" });
    assert.deepEqual(outcome(drainNode(nodes, "a")), { ...NONE, lost: ["naked-1"] });
  });

  const two = { "a/granite-1": 4, "a/granite-2": 4 };
  const budgets: [string, PodDisruptionBudget[], Record<string, number>, Record<string, string[]>][] = [
    [
      "a budget of one lets pods go one after the other",
      [budget("granite", { maxUnavailable: 1 })],
      two,
      { moved: ["granite-1 to b", "granite-2 to b"] },
    ],
    [
      "a budget that allows nothing holds all",
      [budget("granite", { minAvailable: 2 })],
      two,
      { held: ["granite-1", "granite-2"] },
    ],
    [
      "a budget of other pods does not matter",
      [budget("phi", { minAvailable: "100%" })],
      two,
      { moved: ["granite-1 to b", "granite-2 to b"] },
    ],
    [
      "a pod without a new place uses the budget up",
      [budget("granite", { maxUnavailable: 1 })],
      { ...two, "b/llama-1": 8 },
      { stranded: ["granite-1"], held: ["granite-2"] },
    ],
    [
      "the status of a budget counts before its arithmetic",
      [budget("granite", { maxUnavailable: 1 }, { disruptionsAllowed: 0 })],
      two,
      { held: ["granite-1", "granite-2"] },
    ],
  ];
  for (const [name, some, held, expected] of budgets) {
    it(name, () => {
      assert.deepEqual(outcome(drainNode(cluster(held, { a: "x", b: "x" }), "a", { budgets: some })), {
        ...NONE,
        ...expected,
      });
    });
  }

  /** One node of pods that are as these changes say, and a second with room. */
  const changed = (...changes: Partial<BoundPod>[]): ClusterNode[] =>
    cluster(Object.fromEntries(changes.map((_, i) => [`a/granite-${i + 1}`, 1])), { a: "x", b: "x" }).map((node) => ({
      ...node,
      bound: node.bound.map((pod, i) => ({ ...pod, ...changes[i] })),
    }));
  const unready = { unready: true };
  const health: [
    string,
    PodDisruptionBudget["spec"],
    PodDisruptionBudget["status"],
    Partial<BoundPod>[],
    Record<string, string[]>,
  ][] = [
    [
      "a pending pod goes whatever its budget",
      { minAvailable: 9 },
      undefined,
      [{ pending: true }, {}],
      { moved: ["granite-1 to b"], held: ["granite-2"] },
    ],
    ["a pod that is being deleted needs no new place", { minAvailable: 9 }, undefined, [{ terminating: true }], {}],
    [
      "but one of a StatefulSet does",
      { minAvailable: 9 },
      undefined,
      [{ terminating: true, owner: { kind: "StatefulSet", name: "x" } }],
      { moved: ["granite-1 to b"] },
    ],
    [
      "an unready pod goes where enough are ready",
      { minAvailable: 1 },
      undefined,
      [unready, {}],
      { moved: ["granite-1 to b"], held: ["granite-2"] },
    ],
    [
      "an unready pod stays where too few are",
      { minAvailable: 2 },
      undefined,
      [unready, {}],
      { held: ["granite-1", "granite-2"] },
    ],
    [
      "an unready pod stays where none need be ready and none may go",
      { maxUnavailable: 2 },
      { disruptionsAllowed: 0 },
      [unready, unready],
      { held: ["granite-1", "granite-2"] },
    ],
    [
      "an unready pod always goes where the budget says so",
      { minAvailable: 2, unhealthyPodEvictionPolicy: "AlwaysAllow" },
      undefined,
      [unready, {}],
      { moved: ["granite-1 to b"], held: ["granite-2"] },
    ],
    [
      "an unready pod stays where the status counts fewer ready ones than there must be",
      { minAvailable: 1 },
      { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1 },
      [unready, {}],
      { held: ["granite-1", "granite-2"] },
    ],
    [
      "an unready pod goes where the status counts enough",
      { minAvailable: 9 },
      { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 },
      [unready],
      { moved: ["granite-1 to b"] },
    ],
    ["no budget without bounds lets any go", {}, undefined, [{}, {}], { held: ["granite-1", "granite-2"] }],
    [
      "ready pods are those that are left",
      { minAvailable: 1 },
      undefined,
      [{}, { terminating: true }, { pending: true }],
      { held: ["granite-1"], moved: ["granite-3 to b"] },
    ],
  ];
  for (const [name, spec, status, changes, expected] of health) {
    it(name, () => {
      const result = drainNode(changed(...changes), "a", { budgets: [budget("granite", spec, status)] });
      assert.deepEqual(outcome(result), { ...NONE, ...expected });
    });
  }

  it("an unready pod without a new place uses nothing up", () => {
    const nodes = changed(unready, {}, {}).map((node) =>
      node.name === "b" ? { ...node, free: { ...node.free, [GPU]: 0 } } : node,
    );
    const result = drainNode(nodes, "a", { budgets: [budget("granite", { minAvailable: 1 })] });
    assert.deepEqual(outcome(result), { ...NONE, stranded: ["granite-1", "granite-2"], held: ["granite-3"] });
  });

  it("is proven to end where no pod is left over", () => {
    const held = { "a/granite-1": 4, "a/granite-2": 4 };
    const proven = (occupied: number, ...budgets: PodDisruptionBudget[]) =>
      drainNode(cluster({ ...held, "b/llama-1": occupied }, { a: "x", b: "x" }), "a", { budgets }).proven;
    assert.deepEqual([proven(0), proven(1), proven(0, budget("granite", { minAvailable: 2 }))], [true, false, false]);
  });

  it("leaves static pods, and knows them and others by what controls them", () => {
    const owners = [
      [{ kind: "Node", name: "a", controller: true }],
      [
        { kind: "Job", name: "x", controller: false },
        { kind: "DaemonSet", name: "agent", controller: true },
      ],
      [{ kind: "Job", name: "x", controller: false }],
    ];
    const pods = owners.map((ownerReferences, i): PodObject => {
      const plain = podObject(`p${i}`, "a", 1);
      return { ...plain, metadata: { ...plain.metadata, ownerReferences } };
    });
    const nodes = clusterNodes({ nodes: [nodeObject("a", 8), nodeObject("b", 8)], pods });
    assert.deepEqual(outcome(drainNode(nodes, "a")), { ...NONE, lost: ["p2"] });
    assert.deepEqual(outcome(loseNodes(nodes, ({ name }) => name === "a")), { ...NONE, lost: ["p2"] });
  });

  it("says what the eviction API answers", () => {
    const nodes = cluster({ "a/granite-1": 1 }, { a: "x", b: "x" });
    const message = (...some: PodDisruptionBudget[]) => drainNode(nodes, "a", { budgets: some }).held[0]?.message;
    assert.equal(
      message(budget("granite", { minAvailable: 1 })),
      "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    assert.match(message(budget("granite", {}), budget("granite", {})) ?? "", /more than one PodDisruptionBudget/);
    const elsewhere = { ...budget("granite", { minAvailable: 1 }), metadata: { name: "granite" } };
    assert.equal(message(elsewhere), undefined);
  });

  it("needs a node that exists", () => {
    assert.throws(() => drainNode([], "a"), /there is no node a/);
    assert.throws(() => cordonNode(cluster({}, { b: "x" }), "a"), /there is no node a/);
  });
});
