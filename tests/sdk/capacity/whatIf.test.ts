import assert from "node:assert/strict";
import { drainNode, effectByService, isSpot, loseZone, reclaimSpot, cordonNode } from "../../../sdk/capacity/whatIf";
import { slots } from "../../../sdk/capacity/placement/placement";
import { gpuPod, gpuToleration } from "./nodes";
import { cluster, NONE, outcome, ZONE } from "./services";

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
    ["cloud.google.com/gke-preemptible", "true", true],
    ["kubernetes.azure.com/scalesetpriority", "spot", true],
  ];
  for (const [key, value, expected] of spot) {
    it(`${key}=${value} is ${expected ? "" : "not "}taken back`, () => {
      assert.equal(isSpot({ labels: { [key]: value } }), expected);
      const result = reclaimSpot(cluster({ "s/granite-1": 8 }, { s: "x", a: "x" }, { [key]: value }));
      assert.deepEqual(outcome(result).moved, expected ? ["granite-1 to a"] : []);
    });
  }

  it("knows zones by their old label too", () => {
    const nodes = cluster({ "a/granite-1": 4 }, { a: "x", b: "x" }).map((node) => ({
      ...node,
      labels: { "failure-domain.beta.kubernetes.io/zone": node.name },
    }));
    assert.deepEqual(outcome(loseZone(nodes, "a")).moved, ["granite-1 to b"]);
  });

  it("does not look for places for DaemonSets, nor for what has been replaced", () => {
    const nodes = cluster({ "a/agent-1": 0, "a/granite-1": 1 }, { a: "x", b: "y" }).map((node) => ({
      ...node,
      bound: node.bound.map((pod) => (pod.name === "granite-1" ? { ...pod, terminating: true } : pod)),
    }));
    assert.deepEqual(outcome(loseZone(nodes, "x")), NONE);
  });

  it("knows the namespaces that rules between pods select", () => {
    const selector = { matchLabels: { team: "blue" } };
    const apart = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: ZONE, namespaceSelector: selector, labelSelector: {} },
        ],
      },
    };
    const nodes = cluster({ "a/granite-1": 1, "b/llama-1": 1 }, { a: "x", b: "y" }).map((node) => ({
      ...node,
      bound: node.bound.map((pod) =>
        pod.name === "granite-1" ? { ...pod, shape: { ...pod.shape!, affinity: apart } } : pod,
      ),
    }));
    const namespaces = new Map([["models", { team: "blue" }]]);
    assert.deepEqual(outcome(loseZone(nodes, "x", { namespaces })).stranded, ["granite-1"]);
    assert.deepEqual(outcome(drainNode(nodes, "a", { namespaces })).stranded, ["granite-1"]);
    assert.deepEqual(outcome(loseZone(nodes, "x")).moved, ["granite-1 to b"]);
  });

  it("is counted by service, else by owner, else by pod", () => {
    const plain = { ...drainNode(cluster({}, { a: "x" }), "a") };
    const [node] = cluster({ "a/granite-1": 1, "a/granite-2": 1, "a/naked-1": 1 }, { a: "x" });
    const pods = node!.bound.map((pod, i) => (i === 0 ? pod : { ...pod, labels: {} }));
    const [one, two, three] = pods.map((pod) => ({ pod, from: "a" }));
    const effects = effectByService({
      ...plain,
      moved: [one!, one!, two!].map((displaced) => ({ ...displaced, to: "b" })),
      held: [one!, one!, three!].map((displaced) => ({ ...displaced, message: "" })),
      lost: [three!],
      stranded: [{ ...three!, message: "" }],
    });
    assert.deepEqual(Object.fromEntries(effects), {
      "models/granite": { displaced: 3, moved: 3, missing: 0, held: 2 },
      "models/naked-1": { displaced: 2, moved: 0, missing: 2, held: 1 },
    });
  });

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
