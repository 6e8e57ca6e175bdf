import assert from "node:assert/strict";
import { disruptionsAllowed, type PodDisruptionBudget } from "../../../sdk/capacity/inventory/disruptionBudgets";
import { clusterNodes, type ClusterNode, type PodObject } from "../../../sdk/capacity/inventory/inventory";
import {
  drainNode,
  effectByService,
  isSpot,
  loseZone,
  reclaimSpot,
  cordonNode,
  type Disruption,
} from "../../../sdk/capacity/whatIf";
import { slots } from "../../../sdk/capacity/placement/placement";
import { GPU, gpuPod, gpuToleration, nodeObject, podObject } from "./nodes";

const ZONE = "topology.kubernetes.io/zone";

/** `a/granite-1: 4` is a pod of service granite with 4 accelerators on node a. */
function cluster(
  held: Record<string, number>,
  zones: Record<string, string>,
  labels: Record<string, string> = {},
): ClusterNode[] {
  const pods = Object.entries(held).map(([place, gpus]): PodObject => {
    const [nodeName = "", name = ""] = place.split("/");
    const service = name.split("-")[0] ?? "";
    const plain = podObject(name, nodeName, gpus);
    const owner =
      service === "naked" ? [] : [{ kind: service === "agent" ? "DaemonSet" : "ReplicaSet", name: service }];
    return {
      ...plain,
      metadata: {
        ...plain.metadata,
        labels: { "serving.kserve.io/inferenceservice": service },
        ownerReferences: owner,
      },
      spec: { ...plain.spec!, tolerations: [gpuToleration] },
    };
  });
  const nodes = Object.entries(zones).map(([name, zone]) => {
    const plain = nodeObject(name, 8);
    return { ...plain, metadata: { name, labels: { [ZONE]: zone, ...(name === "s" && labels) } } };
  });
  return clusterNodes({ nodes, pods });
}

const budget = (
  service: string,
  spec: PodDisruptionBudget["spec"],
  status?: PodDisruptionBudget["status"],
): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: service, namespace: "models" },
  spec: { selector: { matchLabels: { "serving.kserve.io/inferenceservice": service } }, ...spec },
  ...(status !== undefined && { status }),
});

function outcome({ moved, stranded, held, lost }: Disruption): Record<string, string[]> {
  const names = (list: readonly { pod: { name: string } }[]) => list.map(({ pod }) => pod.name).sort();
  return {
    moved: moved.map(({ pod, to }) => `${pod.name} to ${to}`).sort(),
    stranded: names(stranded),
    held: names(held),
    lost: names(lost),
  };
}

const NONE: Record<string, string[]> = { moved: [], stranded: [], held: [], lost: [] };

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

  it("says what the eviction API answers", () => {
    const nodes = cluster({ "a/granite-1": 1 }, { a: "x", b: "x" });
    const message = (...some: PodDisruptionBudget[]) => drainNode(nodes, "a", { budgets: some }).held[0]?.message;
    assert.equal(
      message(budget("granite", { minAvailable: 1 })),
      "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    assert.match(message(budget("granite", {}), budget("granite", {})) ?? "", /more than one PodDisruptionBudget/);
  });

  it("needs a node that exists", () => {
    assert.throws(() => drainNode([], "a"), /there is no node a/);
  });
});

describe("disruptions that a budget allows", () => {
  const pods = cluster({ "a/granite-1": 1, "a/granite-2": 1, "a/granite-3": 1 }, { a: "x" })[0]!.bound;
  const cases: [PodDisruptionBudget["spec"], number][] = [
    [{ minAvailable: 1 }, 2],
    [{ minAvailable: 3 }, 0],
    [{ minAvailable: "50%" }, 1],
    [{ maxUnavailable: "34%" }, 2],
    [{ maxUnavailable: 5 }, 3],
    [{ maxUnavailable: 0 }, 0],
    [{}, 3],
  ];
  for (const [spec, expected] of cases) {
    it(`of three pods with ${JSON.stringify(spec)}: ${expected}`, () => {
      assert.equal(disruptionsAllowed(budget("granite", spec), pods), expected);
    });
  }

  it("are none without pods, and unreadable bounds are refused", () => {
    assert.equal(disruptionsAllowed(budget("granite", { maxUnavailable: 1 }), []), 0);
    assert.throws(
      () => disruptionsAllowed(budget("granite", { minAvailable: "half" }), pods),
      /expected a whole number/,
    );
  });
});

describe("losing nodes", () => {
  it("packs the pods of a lost zone into the others, together", () => {
    const held = { "a/granite-1": 4, "a/phi-1": 3, "b/llama-1": 4, "c/llama-2": 5 };
    const result = loseZone(cluster(held, { a: "x", b: "y", c: "y" }), "x");
    assert.deepEqual(outcome(result), { ...NONE, moved: ["granite-1 to b", "phi-1 to c"] });
    assert.deepEqual(
      result.nodes.map(({ name }) => name),
      ["b", "c"],
    );
    const tight = loseZone(cluster({ ...held, "a/phi-2": 1 }, { a: "x", b: "y", c: "y" }), "x");
    assert.deepEqual([tight.stranded.length, tight.proven], [1, true]);
    assert.match(tight.stranded[0]?.message ?? "", /^0\/2 nodes are available: 2 Insufficient nvidia.com\/gpu\.$/);
  });

  it("loses nothing where nothing is", () => {
    assert.deepEqual(outcome(loseZone(cluster({ "a/granite-1": 4 }, { a: "x" }), "z")), NONE);
  });

  const spot: [string, string, boolean][] = [
    ["karpenter.sh/capacity-type", "spot", true],
    ["karpenter.sh/capacity-type", "on-demand", false],
    ["eks.amazonaws.com/capacityType", "SPOT", true],
    ["cloud.google.com/gke-spot", "true", true],
    ["kubernetes.azure.com/scalesetpriority", "spot", true],
  ];
  for (const [key, value, expected] of spot) {
    it(`${key}=${value} is ${expected ? "" : "not "}taken back`, () => {
      assert.equal(isSpot({ labels: { [key]: value } }), expected);
      const result = reclaimSpot(cluster({ "s/granite-1": 8 }, { s: "x", a: "x" }, { [key]: value }));
      assert.deepEqual(outcome(result).moved, expected ? ["granite-1 to a"] : []);
    });
  }

  it("is counted by service", () => {
    const held = { "a/granite-1": 8, "b/granite-2": 8, "a/naked-1": 0 };
    const effects = effectByService(loseZone(cluster(held, { a: "x", b: "y" }), "x"));
    assert.deepEqual(Object.fromEntries(effects), {
      "models/granite": { displaced: 1, moved: 0, missing: 1, held: 0 },
      "models/naked": { displaced: 1, moved: 0, missing: 1, held: 0 },
    });
  });

  it("a cordoned node keeps its pods and takes no more", () => {
    const nodes = cordonNode(cluster({ "a/granite-1": 4 }, { a: "x", b: "x" }), "a");
    assert.equal(nodes[0]?.bound.length, 1);
    assert.equal(slots(gpuPod(4, { tolerations: [gpuToleration] }), nodes), 2);
  });
});
