import assert from "node:assert/strict";
import { evaluate } from "../../policies/evaluate";
import { gpuHeadroom } from "../../policies/rules/rollout/gpu-headroom";
import { buildWorld } from "../../policies/world/world";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { graniteOn, node, planOf, predictor, type Service } from "./plans";
import { changed, granite, graniteRuntime, inCluster, inStack } from "./rules/granite";

const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  type: "RollingUpdate",
  rollingUpdate: { maxSurge, maxUnavailable },
});
const chosen = (strategy: object | undefined) => (service: Service) => {
  Object.assign(service.spec.predictor, { deploymentStrategy: strategy });
};
const annotated = (annotations: Record<string, string>) => (service: Service) => {
  Object.assign(service.metadata.annotations ?? {}, annotations);
  chosen(rolling(0, 0))(service);
};
const knative = (strategy: object | undefined) => (service: Service) => {
  service.metadata.annotations = { "serving.kserve.io/deploymentMode": "Knative" };
  chosen(strategy)(service);
};
const configured = (maxSurge: string, maxUnavailable: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "inferenceservice-config", namespace: "kserve" },
  data: {
    deploy: JSON.stringify({
      defaultDeploymentMode: "Standard",
      deploymentRolloutStrategy: { defaultRollout: { maxSurge, maxUnavailable } },
    }),
  },
});
const transformed = (service: Service) => {
  service.spec.transformer = {
    deploymentStrategy: rolling("150%", "150%"),
    containers: [{ name: "kserve-container", image: "transformer" }],
  };
};

const ROLLING = "spec.predictor.deploymentStrategy.rollingUpdate";

describe("a service whose strategy the API server refuses", () => {
  for (const [what, change, cluster, path, says] of [
    [
      "both bounds 0",
      chosen(rolling(0, 0)),
      [],
      `${ROLLING}.maxUnavailable`,
      "PredictorReady turns False and says: fails to reconcile predictor: Deployment.apps " +
        '"granite-predictor" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ],
    ["a number as text", chosen(rolling("1", 0)), [], `${ROLLING}.maxSurge`, 'maxSurge: Invalid value: "1": a valid'],
    [
      "no such type",
      chosen({ type: "Recrate" }),
      [],
      "spec.predictor.deploymentStrategy",
      'supported values: "Recreate", "RollingUpdate"',
    ],
    ["Recreate with bounds", chosen({ ...rolling(1, 0), type: "Recreate" }), [], ROLLING, "Forbidden: may not be"],
    [
      "a transformer's",
      transformed,
      [],
      "spec.transformer.deploymentStrategy.rollingUpdate.maxUnavailable",
      'TransformerReady turns False and says: fails to reconcile transformer: Deployment.apps "granite-transformer"',
    ],
    [
      "KServe's own, whose ConfigMap has numbers as text",
      chosen(undefined),
      [configured("1", "0%")],
      "spec.predictor.deploymentStrategy",
      "The strategy is defaultRollout of ConfigMap inferenceservice-config. PredictorReady",
    ],
    [
      "any in Knative mode",
      knative(rolling(1, 0)),
      [],
      "spec.predictor.deploymentStrategy",
      "The API server refuses this service, so its pods stay as they are. It will say: admission webhook " +
        '"inferenceservice.kserve-webhook-server.validator" denied the request: customizing deploymentStrategy is only',
    ],
  ] as const) {
    const objects = [node("a", 8), predictor("a", 1), ...cluster];

    it(`${what}: plan says that no update starts`, () => {
      const { outcome, reason, placed, surge, maxUnavailable, waves, pools } = graniteOn(objects, change);
      assert.deepEqual([outcome, placed, surge, maxUnavailable, waves], ["deadlocks", 1, 0, 0, []]);
      assert.ok(reason.includes(says), reason);
      assert.deepEqual(
        pools.map(({ steady, peak }) => [steady, peak]),
        [[1, 1]],
      );
    });

    it(`${what}: one mandatory finding at ${path}`, () => {
      const judged = inStack(changed(granite(), change), graniteRuntime());
      const world = buildWorld([...judged, ...inCluster(...objects)]);
      const { findings } = evaluate(world, { rules: [gpuHeadroom] });
      const told = findings.map((one) => [one.outcome, one.level, one.path, one.message.includes(says)]);
      assert.deepEqual(told, [["fail", "mandatory", path, true]]);
    });
  }

  it("is told without nodes too", () => {
    assert.equal(graniteOn([], chosen(rolling(0, 0))).outcome, "deadlocks");
  });

  it("takes no places from others", () => {
    const phi = changed(granite(), ({ metadata }) => (metadata.name = "phi"));
    const plan = planOf([changed(granite(), chosen(rolling(0, 0))), phi, graniteRuntime()], [node("a", 2)]);
    assert.deepEqual(
      plan.services.map(({ steady, rollout }) => [steady.placed, rollout.outcome]),
      [
        [0, "deadlocks"],
        [1, "completes"],
      ],
    );
    const both = inStack(changed(granite(), chosen(rolling(0, 0))), phi, graniteRuntime());
    const { findings } = evaluate(buildWorld([...both, ...inCluster(node("a", 2))]), { rules: [gpuHeadroom] });
    assert.deepEqual(
      findings.map(({ resource }) => resource.name),
      ["granite"],
    );
  });

  for (const [what, change, outcome] of [
    ["a stopped service has no Deployment", annotated({ "serving.kserve.io/stop": "true" }), "completes"],
    [
      "a strategy that is not known yet",
      chosen({ rollingUpdate: { maxSurge: UNKNOWN, maxUnavailable: 0 } }),
      "unknown",
    ],
    ["Knative without a strategy", knative(undefined), "completes"],
  ] as const) {
    it(`does not claim it: ${what}`, () => {
      assert.equal(graniteOn([node("a", 8)], change).outcome, outcome);
    });
  }
});
