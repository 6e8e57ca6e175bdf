/** What the examples without a manifest of a guide make. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Output, runtime } from "@pulumi/pulumi";
import { repositoryPath } from "../../tools/repository";
import { objectOf, registered, type Registered, valueOf } from "../components/mocks";
import { EXAMPLE_CONFIG } from "./config";

/** Objects and exports of an example. */
async function ran(name: string): Promise<{ objects: Registered[]; exported: Record<string, unknown> }> {
  let exported: Record<string, unknown> = {};
  const objects = await registered(async () => {
    runtime.setAllConfig(EXAMPLE_CONFIG);
    exported = (await import(`../../examples/${name}/index.js`)) as Record<string, unknown>;
  });
  return { objects: objects.filter(({ type }) => type.startsWith("kubernetes:")), exported };
}

function namesOf(objects: readonly Registered[], kind: string): unknown[] {
  return objects.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs.metadata?.name);
}

function serviceOf(objects: readonly Registered[], name: string): Service {
  const found = objects.filter(
    ({ type, inputs }) => type.endsWith(":InferenceService") && inputs.metadata?.name === name,
  );
  return objectOf(found, "InferenceService").inputs.spec as Service;
}

interface Service {
  predictor: { model: { modelFormat: { name: string }; env?: unknown[] }; nodeSelector?: object };
}

describe("examples that no manifest of a guide shows", () => {
  /** @covers EX-21 */
  it("mlserver tells MLServer of the one file that it would not find, and asks a model", async () => {
    const { objects, exported } = await ran("mlserver");
    const models = namesOf(objects, "InferenceService")
      .sort()
      .map((name) => {
        const { model } = serviceOf(objects, String(name)).predictor;
        return [name, model.modelFormat.name, model.env];
      });
    assert.deepEqual(models, [
      ["churn", "lightgbm", undefined],
      ["digits", "onnx", undefined],
      ["fraud", "xgboost", [{ name: "MLSERVER_MODEL_URI", value: "/mnt/models/trained/fraud.json" }]],
      ["iris", "sklearn", undefined],
    ]);
    const request = await valueOf(exported.request as Output<{ method: string; url: string; body: string }>);
    assert.equal(request.method, "POST");
    assert.equal(request.url, "http://iris-predictor.mlserver-models.svc.cluster.local:8080/v2/models/iris/infer");
    assert.deepEqual(JSON.parse(request.body), {
      inputs: [{ name: "predict", shape: [1, 4], datatype: "FP32", data: [5.1, 3.5, 1.4, 0.2] }],
    });
  });

  /** @covers EX-27 */
  it("metrics has the names in both queries", async () => {
    const { vllm, ovms } = (await ran("metrics")).exported.queries as Record<string, Output<string>>;
    assert.equal(
      vllm && (await valueOf(vllm)),
      'sum(increase(vllm:request_success_total{namespace="measured-models",model_name="granite"}[5m]))',
    );
    assert.equal(
      ovms && (await valueOf(ovms)),
      'sum(increase(ovms_requests_success{namespace="measured-models",name="mobilenet"}[5m]))',
    );
  });

  /** @covers EX-18 */
  it("migrated-profiles keeps names, resource and toleration", async () => {
    const { objects } = await ran("migrated-profiles");
    assert.deepEqual(namesOf(objects, "HardwareProfile"), ["migrated-gpu", "nvidia-a100"]);
    const toleration = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
    for (const { inputs } of objects) {
      assert.equal(inputs.metadata?.annotations?.["opendatahub.io/disabled"], "false");
      assert.deepEqual(inputs.spec, {
        identifiers: [
          {
            displayName: inputs.metadata.annotations["opendatahub.io/display-name"],
            identifier: "nvidia.com/gpu",
            minCount: 1,
            defaultCount: 1,
            resourceType: "Accelerator",
          },
        ],
        scheduling: { type: "Node", node: { tolerations: [toleration] } },
      });
    }
  });

  /** @covers EX-28 */
  it("gaudi skips the warm-up, spyre keeps each model on its machines, nim hands its key to Secrets alone", async () => {
    const gaudi = (await ran("gaudi")).objects;
    assert.deepEqual(namesOf(gaudi, "InferenceService"), ["dev-granite"]);
    assert.match(JSON.stringify(objectOf(gaudi, "ServingRuntime").inputs), /"VLLM_SKIP_WARMUP","value":"true"/);

    const spyre = (await ran("spyre")).objects;
    const machines = { "granite-x86": "amd64", "granite-ppc64le": "ppc64le" };
    for (const [name, arch] of Object.entries(machines)) {
      const { predictor } = serviceOf(spyre, name);
      assert.deepEqual(predictor.nodeSelector, { "kubernetes.io/arch": arch });
    }

    const nim = (await ran("nim")).objects;
    assert.deepEqual(namesOf(nim, "Account"), ["odh-nim-account"]);
    assert.deepEqual(namesOf(nim, "NIMService"), ["llama"]);
    const withKey = nim.filter(({ inputs }) => JSON.stringify(inputs).includes("nvapi-a-key"));
    assert.ok(withKey.length > 0 && withKey.every(({ type }) => type.endsWith(":Secret")));
  });

  /** @covers EX-24 */
  it("all-together makes the eight models of the guide", async () => {
    const { objects } = await ran("all-together");
    const commanded = ["granite-model", "custom-args-model", "quantized-model", "autoscale-model", "cpu-model"];
    const names = [...commanded, "multi-gpu-model", "s3-model", "pvc-model"];
    assert.deepEqual(namesOf(objects, "InferenceService").sort(), [...names].sort());
    assert.deepEqual(namesOf(objects, "ServingRuntime").sort(), [...names].sort());
  });

  it("are at most 30 lines long, not counting empty ones", () => {
    const long = readdirSync(repositoryPath("examples"))
      .map((name) => repositoryPath("examples", name, "index.ts"))
      .filter((file) => existsSync(file))
      .filter(
        (file) =>
          readFileSync(file, "utf8")
            .split("\n")
            .filter((line) => line !== "").length > 30,
      );
    assert.deepEqual(long, []);
  });
});
