import assert from "node:assert/strict";
import { DEFAULT_CONTROLLER_CONFIG, readControllerConfig } from "../../../sdk/pod/controllerConfig";
import { effectivePod } from "../../../sdk/pod/effectivePod";
import { type Loose, runtime, service } from "./objects";

describe("controller config in the effective pod", () => {
  const shipped = {
    deploy:
      '{"defaultDeploymentMode": "RawDeployment", "deploymentRolloutStrategy": {"defaultRollout": {"maxSurge": "1", "maxUnavailable": "0"}}}',
    inferenceService:
      '{"serviceAnnotationDisallowedList": ["secret/x"], "resource": {"cpuLimit": "3", "memoryRequest": "1Gi"}}',
    security: '{"autoMountServiceAccountToken": false}',
  };
  const config = readControllerConfig(shipped);

  it("is read as the controller reads it", () => {
    assert.equal(config.defaultDeploymentMode, "Standard");
    assert.deepEqual(config.defaultRollout, { maxSurge: "1", maxUnavailable: "0" });
    assert.ok(
      config.annotationDisallowedList.includes("modelFormat") && config.annotationDisallowedList.includes("secret/x"),
    );
    assert.throws(
      () => readControllerConfig({ deploy: "{" }),
      /inferenceservice-config: data\["deploy"\] must be a JSON object/,
    );
  });

  it("keeps annotations from the pods", () => {
    const own = service({}, {}, { annotations: { "secret/x": "1", "public/x": "1" } });
    const { annotations } = effectivePod({ service: own, runtime: runtime(), config });
    assert.deepEqual([annotations["secret/x"], annotations["public/x"]], [undefined, "1"]);
  });

  it("gives the strategy of services without one", () => {
    const rollout = (predictor: Loose): unknown =>
      effectivePod({ service: service({}, predictor), runtime: runtime(), config }).strategy;
    assert.deepEqual(rollout({}), { type: "RollingUpdate", rollingUpdate: { maxSurge: "1", maxUnavailable: "0" } });
    assert.deepEqual(rollout({ deploymentStrategy: { rollingUpdate: { maxSurge: 0 } } }), {
      rollingUpdate: { maxSurge: 0, maxUnavailable: "25%" },
      type: "RollingUpdate",
    });
    assert.deepEqual(rollout({ deploymentStrategy: { type: "Recreate" } }), { type: "Recreate" });
  });

  it("keeps tokens from pods that do not ask for them", () => {
    assert.equal(
      effectivePod({ service: service(), runtime: runtime(), config }).spec.automountServiceAccountToken,
      false,
    );
    const asking = service({}, { automountServiceAccountToken: true });
    assert.equal(effectivePod({ service: asking, runtime: runtime(), config }).spec.automountServiceAccountToken, true);
  });

  it("gives resources to custom predictors only", () => {
    const custom = { ...service(), spec: { predictor: { containers: [{ name: "", image: "mine:1" }] } } };
    assert.deepEqual(effectivePod({ service: custom, config }).main.resources, {
      requests: { memory: "1Gi" },
      limits: { cpu: "3" },
    });
    assert.equal(effectivePod({ service: service(), runtime: runtime(), config }).main.resources, undefined);
    const { requests } = effectivePod({ service: custom, config: DEFAULT_CONTROLLER_CONFIG }).main.resources ?? {};
    assert.deepEqual(requests, { cpu: "1", memory: "2Gi" });
  });
});

describe("replicas of the effective pod", () => {
  const cases: [string | undefined, Loose, { min: number; max: number }][] = [
    [undefined, {}, { min: 1, max: 1 }],
    [undefined, { minReplicas: 0, maxReplicas: 0 }, { min: 1, max: 1 }],
    ["hpa", { minReplicas: 2, maxReplicas: 5 }, { min: 2, max: 5 }],
    ["hpa", { maxReplicas: 3 }, { min: 1, max: 3 }],
    ["none", { minReplicas: 0, maxReplicas: 4 }, { min: 0, max: 0 }],
    ["none", { maxReplicas: 4 }, { min: 1, max: 1 }],
    ["keda", { minReplicas: 0, maxReplicas: 4 }, { min: 0, max: 4 }],
    ["keda", { minReplicas: 3, maxReplicas: 2 }, { min: 3, max: 3 }],
    ["external", { minReplicas: 0, maxReplicas: 4 }, { min: 0, max: 4 }],
  ];
  for (const [scaler, predictor, expected] of cases) {
    it(`of class ${scaler ?? "that is not given"} with ${JSON.stringify(predictor)} are ${JSON.stringify(expected)}`, () => {
      const annotations = scaler === undefined ? {} : { "serving.kserve.io/autoscalerClass": scaler };
      const own = service({}, predictor, { annotations });
      assert.deepEqual(effectivePod({ service: own, runtime: runtime() }).replicas, expected);
    });
  }

  it("of a stopped service are none", () => {
    const own = service({}, { minReplicas: 2 }, { annotations: { "serving.kserve.io/stop": "True" } });
    assert.deepEqual(effectivePod({ service: own, runtime: runtime() }).replicas, { min: 0, max: 0 });
  });
});
