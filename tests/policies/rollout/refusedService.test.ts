import assert from "node:assert/strict";
import { evaluate } from "../../../policies/evaluate";
import type { Rule } from "../../../policies/rule";
import { requestEqualsLimit } from "../../../policies/rules/gpu/request-equals-limit";
import { gpuHeadroom } from "../../../policies/rules/rollout/gpu-headroom";
import { buildWorld } from "../../../policies/world/world";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { graniteOn, node, planOf, predictor, type Service } from "./plans";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

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

const within = (fields: object) => (service: Service) => void Object.assign(service.spec.predictor, fields);
const named = (name: string) => (service: Service) => void (service.metadata.name = name);
const findingsOf = (change: (service: Service) => void, rules: Rule[], ...others: object[]) =>
  evaluate(
    buildWorld([...inStack(changed(granite(), change), ...others, graniteRuntime()), ...inCluster(node("a", 8))]),
    {
      rules,
    },
  ).findings;
const generated = ({ metadata }: Service) =>
  void Object.assign(metadata, { name: undefined, generateName: "granite-" });
const onCpu = (service: Service) => {
  service.spec.predictor.model!.resources = { limits: { cpu: "1", memory: "1Gi" } };
};

const ROLLING = "spec.predictor.deploymentStrategy.rollingUpdate";

describe("a service that the API server refuses, or its Deployment", () => {
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
    [
      "fewer replicas at most than at least",
      within({ minReplicas: 5, maxReplicas: 2 }),
      [],
      "spec.predictor.maxReplicas",
      "denied the request: 'MinReplicas' cannot be greater than MaxReplicas",
    ],
    ["less than no replica", within({ minReplicas: -2 }), [], "spec.predictor.minReplicas", "cannot be less than 0"],
    [
      "a misspelt field",
      within({ minReplica: 3 }),
      [],
      "spec.predictor.minReplica",
      ".spec.predictor.minReplica: field not declared in schema",
    ],
    [
      "a version that there is not",
      (service: Service) => void Object.assign(service, { apiVersion: "serving.kserve.io/v2" }),
      [],
      "apiVersion",
      'no matches for kind "InferenceService" in version "serving.kserve.io/v2"',
    ],
    [
      "half a device of a transformer",
      (service: Service) => {
        transformed(service);
        service.spec.transformer!.deploymentStrategy = { type: "Recreate" };
        service.spec.transformer!.containers![0]!.resources = { limits: { "nvidia.com/gpu": "0.5" } };
      },
      [],
      'spec.transformer.containers[kserve-container].resources.limits["nvidia.com/gpu"]',
      "TransformerReady turns False and gives the API server's answer for " +
        "spec.template.spec.containers[0].resources.limits[nvidia.com/gpu] of Deployment granite-transformer: must be an integer.",
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

  for (const [what, name, says] of [
    ["no name", "Bad_Name", 'Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain'],
    [
      "a name whose label is too long",
      "a".repeat(49),
      `Invalid value: "isvc.${"a".repeat(49)}-predictor": must be no more than 63`,
    ],
  ] as const) {
    it(`${what}: plan and the rule say it`, () => {
      const { outcome, reason } = graniteOn([node("a", 8)], named(name));
      assert.deepEqual([outcome, reason.includes(says)], ["deadlocks", true], reason);
      const found = findingsOf(named(name), [gpuHeadroom]).map((one) => [
        one.level,
        one.path,
        one.message.includes(says),
      ]);
      assert.deepEqual(found, [["mandatory", "metadata.name", true]]);
    });
  }

  it("takes a name of 48 characters", () => {
    assert.equal(graniteOn([node("a", 8)], named("a".repeat(48))).outcome, "completes");
  });

  it("is told of a service without devices too", () => {
    const change = (service: Service) => {
      onCpu(service);
      within({ minReplicas: -2 })(service);
    };
    assert.deepEqual(
      findingsOf(change, [gpuHeadroom]).map(({ path }) => path),
      ["spec.predictor.minReplicas"],
    );
    assert.deepEqual(findingsOf(onCpu, [gpuHeadroom]), []);
  });

  it("half a device: plan says that no update starts, and one rule tells it", () => {
    const half = ({ spec }: Service) => {
      spec.predictor.model!.resources = { limits: { cpu: "1", memory: "1Gi", "nvidia.com/gpu": "1.5" } };
    };
    const { outcome, reason } = graniteOn([node("a", 8)], half);
    assert.deepEqual(
      [outcome, reason.includes("of Deployment granite-predictor: must be an integer.")],
      ["deadlocks", true],
    );
    const found = findingsOf(half, [gpuHeadroom, requestEqualsLimit]);
    assert.deepEqual(
      found.map(({ rule, level }) => [rule, level]),
      [["gpu/request-equals-limit", "mandatory"]],
    );
  });

  it("is told of the service that is wrong where two have one name", () => {
    const found = findingsOf(() => undefined, [gpuHeadroom], changed(granite(), within({ minReplicas: -2 })));
    assert.equal(found.filter(({ message }) => message.includes("cannot be less than 0")).length, 1);
  });

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
    ["a field of another KServe, like no field of this one", within({ weatherForecast: 3 }), "completes"],
    ["replicas that are not known yet", within({ minReplicas: UNKNOWN, maxReplicas: 2 }), "unknown"],
    ["a name that the server makes up", generated, "completes"],
    [
      "a status",
      (service: Service) => void Object.assign(service, { status: { conditions: [{ tpe: "Ready" }] } }),
      "completes",
    ],
  ] as const) {
    it(`does not claim it: ${what}`, () => {
      assert.equal(graniteOn([node("a", 8)], change).outcome, outcome);
    });
  }
});
