import assert from "node:assert/strict";
import { someFindNoPlace } from "../../../policies/rollout/crowding";
import { rolloutPlan } from "../../../policies/rollout/rolloutPlan";
import { buildWorld } from "../../../policies/world/world";
import { gpus, node, pod, quota, type Service } from "./plans";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

const recreate = { type: "Recreate" };
const inTurn = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
const byDefault = undefined;

/** A service of one pod with some GPUs; its pod runs only where the cluster says so. */
function service(name: string, count: number, strategy: object | undefined, change?: (copy: Service) => void) {
  return changed(granite(), (copy) => {
    copy.metadata.name = name;
    Object.assign(copy.spec.predictor, { deploymentStrategy: strategy });
    Object.assign(copy.spec.predictor.model ?? {}, { resources: { requests: gpus(count), limits: gpus(count) } });
    change?.(copy);
  });
}

const runs = (name: string, on: string, count: number) =>
  pod(on, count, { "serving.kserve.io/inferenceservice": name, component: "predictor" });

function worldOf(services: readonly object[], cluster: readonly object[]) {
  return buildWorld([...inStack(...services, graniteRuntime()), ...inCluster(...cluster)]);
}

const eight = node("a", 8);
const l4 = (copy: Service) => Object.assign(copy.spec.predictor, { nodeSelector: { gpu: "l4" } });

describe("plan of services that ask together for more than there is", () => {
  for (const [what, services, cluster, outcomes, isShort] of [
    ["all have their places", [service("a", 2, byDefault), service("b", 4, recreate)], [eight], "ok re", false],
    [
      "all fit, and none could be updated",
      [service("a", 4, byDefault), service("b", 4, byDefault)],
      [eight],
      "!! !!",
      false,
    ],
    [
      "equal ones: one waits in every order, and no update finds a further place",
      [service("a", 4, byDefault), service("b", 4, byDefault), service("c", 4, byDefault)],
      [eight],
      "!! !! !!",
      true,
    ],
    [
      "the smaller one might come first, and then goes",
      [service("a", 8, byDefault), service("b", 4, byDefault)],
      [eight],
      "!! ??",
      true,
    ],
    [
      "the large one runs already: the other waits for certain",
      [service("a", 8, byDefault), service("b", 4, byDefault)],
      [eight, runs("a", "a", 8)],
      "!! !!",
      true,
    ],
    [
      "who goes first could lose its place to those that wait",
      [service("a", 6, recreate), service("b", 4, recreate), service("c", 3, recreate)],
      [eight],
      "?? ?? ??",
      true,
    ],
    [
      "what waits could not have the place of what runs",
      [service("a", 6, recreate), service("b", 4, recreate)],
      [eight, runs("a", "a", 6)],
      "re !!",
      true,
    ],
    [
      "what waits belongs on other nodes",
      [service("a", 4, byDefault), service("b", 4, byDefault, l4)],
      [eight, node("l4", 2, {}, { gpu: "l4" })],
      "ok !!",
      true,
    ],
    [
      "equal ones of which old pods end first: who has its places could go",
      [service("a", 4, inTurn), service("b", 4, inTurn), service("c", 4, inTurn)],
      [eight],
      "?? ?? ??",
      true,
    ],
    [
      "what runs elsewhere has no rival",
      [service("a", 6, recreate), service("b", 4, recreate), service("c", 1, recreate, l4)],
      [eight, node("l4", 2, {}, { gpu: "l4" })],
      "?? ?? re",
      true,
    ],
    [
      "another has a pod too many, which ends and makes room",
      [service("a", 4, recreate), service("b", 4, recreate)],
      [eight, runs("a", "a", 4), runs("a", "a", 4)],
      "re ??",
      false,
    ],
    [
      "another has a pod too many, and its end leaves no room to update",
      [service("a", 4, recreate), service("b", 4, byDefault)],
      [eight, runs("a", "a", 4), runs("a", "a", 4)],
      "re !!",
      false,
    ],
    [
      "a pod too many ends, and who then has its place is not known",
      [service("a", 4, recreate), service("b", 4, byDefault), service("c", 4, byDefault)],
      [node("a", 12), runs("a", "a", 4), runs("a", "a", 4)],
      "re ?? ??",
      false,
    ],
    [
      "its own pod too many ends, and the other leaves no room",
      [service("a", 8, byDefault), service("b", 4, byDefault, l4)],
      [eight, runs("a", "a", 4), runs("a", "a", 4), node("l4", 2, {}, { gpu: "l4" })],
      "!! !!",
      false,
    ],
    [
      "a quota that keeps out what the nodes have no room for either",
      [service("a", 6, recreate), service("b", 6, recreate)],
      [eight, quota({ "requests.nvidia.com/gpu": 6 }, {})],
      "re ??",
      false,
    ],
    [
      "a quota that has room for one of two",
      [service("a", 2, recreate), service("b", 2, recreate)],
      [eight, quota({ "requests.nvidia.com/gpu": 2 }, {})],
      "re ??",
      false,
    ],
  ] as const) {
    it(what, () => {
      const world = worldOf(services, cluster);
      const found = rolloutPlan(world).services.map(({ rollout }) => SHORT[rollout.outcome] ?? rollout.outcome);
      assert.deepEqual([found.join(" "), someFindNoPlace(world)], [outcomes, isShort]);
    });
  }

  it("says in words what is assumed", () => {
    const { services } = rolloutPlan(worldOf([service("a", 8, byDefault), service("b", 4, byDefault)], [eight]));
    assert.match(
      services[1]?.rollout.reason ?? "",
      /^1 pod of 4 x nvidia\.com\/gpu finds no place\. .*Here pods of others that do not run yet are placed before its own; without them an update of it would complete\.$/,
    );
    assert.ok(services.every(({ rollout }) => !rollout.reason.includes("would have its wave")));
    assert.deepEqual(
      services.map(({ steady }) => steady),
      [
        { placed: 1, wanted: 1 },
        { placed: 0, wanted: 1 },
      ],
    );
  });

  it("says that pods end which others have too many of", () => {
    const running = [runs("a", "a", 4), runs("a", "a", 4)];
    const { services } = rolloutPlan(
      worldOf([service("a", 4, recreate), service("b", 4, recreate)], [eight, ...running]),
    );
    assert.match(services[1]?.rollout.reason ?? "", /before its own, and pods that others have too many of still run;/);
  });

  it("asks a growing pool before it says that some find no place", () => {
    const pool = {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name: "gpu" },
      spec: { template: { spec: { requirements: [] } } },
    };
    const services = [service("a", 4, recreate), service("b", 8, recreate)];
    assert.equal(someFindNoPlace(worldOf(services, [eight])), true);
    assert.equal(someFindNoPlace(worldOf(services, [eight, pool])), false);
  });

  it("knows nothing without nodes", () => {
    assert.equal(someFindNoPlace(worldOf([service("a", 4, recreate)], [])), false);
  });
});

const SHORT: Readonly<Record<string, string>> = {
  completes: "ok",
  recreate: "re",
  deadlocks: "!!",
  "may-deadlock": "??",
};
