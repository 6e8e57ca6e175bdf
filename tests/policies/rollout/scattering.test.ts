import assert from "node:assert/strict";
import { evaluate } from "../../../policies/evaluate";
import { gpuHeadroom } from "../../../policies/rules/rollout/gpu-headroom";
import { buildWorld } from "../../../policies/world/world";
import { gpus, node, planOf, pod, type Service } from "./plans";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

const recreate = { type: "Recreate" };
const inTurn = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };

/** A service with pods of some GPUs. */
const service = (name: string, replicas: number, count: number, more: object = {}) =>
  changed(granite(), (copy: Service) => {
    copy.metadata.name = name;
    Object.assign(copy.spec.predictor, { minReplicas: replicas, maxReplicas: replicas, ...more });
    Object.assign(copy.spec.predictor.model ?? {}, { resources: { requests: gpus(count), limits: gpus(count) } });
  });
const runs = (name: string, on: string, count: number) =>
  pod(on, count, { "serving.kserve.io/inferenceservice": name, component: "predictor" });
const findingsOf = (services: readonly object[], cluster: readonly object[]) =>
  evaluate(buildWorld([...inStack(...services, graniteRuntime()), ...inCluster(...cluster)]), { rules: [gpuHeadroom] })
    .findings;
const nodes = (count: number, size = 8) =>
  Array.from({ length: count }, (_, i) => node(String.fromCharCode(97 + i), size));

describe("plan of pods that do not run yet, which the scheduler may spread", () => {
  for (const [what, services, cluster, outcomes, waves] of [
    [
      "an update needs the hole that they may break up",
      [service("mid", 2, 4), service("big", 1, 8)],
      nodes(3),
      ["completes", "may-deadlock"],
      [["models/mid"]],
    ],
    [
      "one hole more than they can break up",
      [service("mid", 2, 4), service("big", 1, 8)],
      nodes(4),
      ["completes", "completes"],
      [["models/big"], ["models/mid"]],
    ],
    [
      "also the first start needs it",
      [service("small", 3, 1), service("big", 2, 8, { deploymentStrategy: recreate })],
      nodes(3),
      ["completes", "may-deadlock"],
      [["models/small"]],
    ],
    [
      "pods of one size leave the same places wherever they are",
      [service("x", 2, 1), service("y", 1, 1)],
      nodes(2, 3),
      ["completes", "completes"],
      [["models/x", "models/y"]],
    ],
    [
      "what is left may make it slower, never stuck",
      [service("x", 2, 4, { deploymentStrategy: inTurn }), service("y", 1, 2)],
      nodes(3, 6),
      ["slower", "completes"],
      [["models/x"], ["models/y"]],
    ],
    [
      "all of them run already",
      [service("mid", 2, 4), service("big", 1, 8)],
      [...nodes(3), runs("mid", "a", 4), runs("mid", "a", 4), runs("big", "b", 8)],
      ["completes", "completes"],
      [["models/big"], ["models/mid"]],
    ],
  ] as const) {
    it(what, () => {
      const plan = planOf([...services, graniteRuntime()], cluster);
      assert.deepEqual(
        plan.services.map(({ rollout }) => rollout.outcome),
        outcomes,
        JSON.stringify(plan.services),
      );
      assert.deepEqual(plan.waves, waves);
    });
  }

  for (const [what, services, note] of [
    ["an update", [service("mid", 2, 4), service("big", 1, 8)], "an update of it never finishes"],
    [
      "the first start",
      [service("small", 3, 1), service("big", 2, 8, { deploymentStrategy: recreate })],
      "2 of its 2 pods find no place",
    ],
  ] as const) {
    it(`says what spreading stops, in plan and lint: ${what}`, () => {
      const [, big] = planOf([...services, graniteRuntime()], nodes(3)).services;
      const text = `as tightly as they can be. Spread over the nodes, as the scheduler does by default, ${note}.`;
      assert.ok(big?.rollout.reason.endsWith(text), big?.rollout.reason);
      const findings = findingsOf(services, nodes(3));
      assert.deepEqual(
        findings.map(({ level, message }) => [level, message.endsWith(text)]),
        [["advisory", true]],
      );
    });
  }

  it("stays silent in lint where spreading stops nothing, though plan cannot be sure", () => {
    const services = [service("x", 2, 2), service("y", 1, 4, { deploymentStrategy: inTurn })];
    const cluster = nodes(2, 6);
    const [, y] = planOf([...services, graniteRuntime()], cluster).services;
    assert.deepEqual([y?.rollout.outcome, findingsOf(services, cluster)], ["may-deadlock", []]);
  });
});

describe("the peak of a pool", () => {
  const labelled = (name: string, size: number, gpu: string) => node(name, size, {}, { gpu });
  const moving = (replicas: number) => service("mv", replicas, 1, { nodeSelector: { gpu: "a100" } });
  const old = (count: number) => Array.from({ length: count }, () => runs("mv", "l4", 1));
  for (const [what, cluster, peak] of [
    [
      "counts all pods of a service that moves there",
      [labelled("a", 8, "a100"), labelled("l4", 8, "l4"), ...old(4)],
      { a100: 4, l4: 4 },
    ],
    [
      "counts only the surge of one that stays",
      [labelled("a", 8, "a100"), labelled("l4", 8, "l4"), ...Array.from({ length: 4 }, () => runs("mv", "a", 1))],
      { a100: 5, l4: 0 },
    ],
    [
      "counts both of one that is in part there",
      [labelled("a", 8, "a100"), labelled("l4", 8, "l4"), ...old(2), runs("mv", "a", 1), runs("mv", "a", 1)],
      { a100: 5, l4: 2 },
    ],
  ] as const) {
    it(what, () => {
      const { pools } = planOf(
        [moving(4), graniteRuntime()],
        cluster.map((one) => withProduct(one)),
      );
      assert.deepEqual(Object.fromEntries(pools.map((pool) => [pool.name, pool.peak])), peak);
    });
  }
});

/** Pools are named after the product of their nodes. */
function withProduct<T extends { kind: string; metadata: { labels?: object } }>(object: T): T {
  const { labels = {} } = object.metadata;
  const product = (labels as { gpu?: string }).gpu;
  if (object.kind !== "Node" || product === undefined) return object;
  return { ...object, metadata: { ...object.metadata, labels: { ...labels, "nvidia.com/gpu.product": product } } };
}
