/** A deployment's runtime, settings and outputs as they are registered. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ModelDeployment } from "../../../index";
import type { ModelDeploymentArgs } from "../../../index";
import { isReady } from "../../../components/inference/readiness";
import { objectOf, type Registered, registered, valueOf } from "../mocks";

const IRIS: ModelDeploymentArgs = {
  namespace: "models",
  modelFormat: "sklearn",
  modelFile: "trained/iris.pkl",
  source: { s3: "bucket/iris" },
};
const GRANITE: ModelDeploymentArgs = {
  namespace: "models",
  source: { oci: "example.com/granite:1" },
  accelerator: "nvidia.com/gpu",
};

async function deployed(args: ModelDeploymentArgs): Promise<{ resources: Registered[]; model: ModelDeployment }> {
  let model: ModelDeployment | undefined;
  const resources = await registered(() => {
    model = new ModelDeployment("iris", args);
  });
  return { resources, model: model! };
}

function modelOf(resources: readonly Registered[]): Record<string, unknown> {
  const { predictor } = objectOf(resources, "InferenceService").inputs.spec as {
    predictor: { model: Record<string, unknown> };
  };
  return predictor.model;
}

describe("ModelDeployment and its runtime", () => {
  /** @covers AS-1, AS-10, RT-30, RT-34, IS-11 */
  it("makes a copy of the only runtime that fits, under its own name, and tells MLServer which file to load", async () => {
    const { resources, model } = await deployed(IRIS);
    const runtime = objectOf(resources, "ServingRuntime").inputs;
    assert.equal(runtime.metadata?.name, "iris");
    assert.equal(runtime.metadata.annotations?.["opendatahub.io/template-name"], "mlserver-runtime-template");
    assert.deepEqual(modelOf(resources), {
      modelFormat: { name: "sklearn" },
      runtime: "iris",
      storageUri: "s3://bucket/iris",
      env: [{ name: "MLSERVER_MODEL_URI", value: "/mnt/models/trained/iris.pkl" }],
    });
    assert.equal(
      await valueOf(model.runtimeChoice),
      'mlserver-runtime: the only runtime of OpenShift AI for "sklearn"',
    );
  });

  /** @covers XA-6, RT-33, AS-6 */
  it("answers at the port of the server that its runtime starts", async () => {
    const { model } = await deployed({
      namespace: "models",
      source: { s3: "bucket/iris" },
      modelFormat: "onnx",
      runtimeTemplate: "kserve-ovms",
    });
    assert.equal(await valueOf(model.internalUrl), "http://iris-predictor.models.svc.cluster.local:8888");
    const { model: other } = await deployed(IRIS);
    assert.equal(await valueOf(other.internalUrl), "http://iris-predictor.models.svc.cluster.local:8080");
  });

  it("names a runtime that is known only after apply", async () => {
    const { resources, model } = await deployed({ ...IRIS, runtimeName: pulumi.output("own") });
    assert.equal(modelOf(resources).runtime, "own");
    assert.equal(await valueOf(model.runtimeChoice), "own: the existing runtime that is named");
  });

  /** @covers VL-17, VL-18, VL-19, BP-4 */
  it("takes arguments from presets, and resources where nothing else tells them", async () => {
    const { resources, model } = await deployed({ ...GRANITE, vllm: { presets: ["small", "production"] } });
    assert.deepEqual(modelOf(resources).args, [
      "--max-model-len=4096",
      "--max-num-seqs=256",
      "--gpu-memory-utilization=0.9",
    ]);
    assert.deepEqual(modelOf(resources).resources, {
      requests: { cpu: "2", memory: "16Gi", "nvidia.com/gpu": "1" },
      limits: { cpu: "4", memory: "24Gi", "nvidia.com/gpu": "1" },
    });
    assert.match(
      (await valueOf(model.sizing)) ?? "",
      /2 CPU cores and 16Gi of memory: what the preset small recommends/,
    );
    const large = await deployed({ ...GRANITE, acceleratorCount: 2, vllm: { presets: ["large"], maxModelLen: 1024 } });
    assert.deepEqual(modelOf(large.resources).args, ["--max-model-len=1024", "--tensor-parallel-size=2"]);
    const development = await deployed({
      ...GRANITE,
      resources: { requests: { cpu: 1, memory: "8Gi" } },
      vllm: { presets: ["development"] },
    });
    assert.deepEqual(modelOf(development.resources).args, ["--max-model-len=2048", "--max-num-seqs=128"]);
  });

  /** @covers PK-8 */
  it("hands on the queries that its server, its GPUs and its autoscaler can answer, in its release's names", async () => {
    const resources = { requests: { cpu: 2, memory: "16Gi" } };
    const { model } = await deployed({ ...GRANITE, resources, namespace: pulumi.output("models") });
    const queries = await valueOf(model.metricsQueries);
    assert.equal(queries.kvCacheUsage, 'max(vllm:kv_cache_usage_perc{namespace="models",model_name="iris"})');
    assert.ok("gpuUtilisation" in queries && "cpuUtilisation" in queries && !("autoscalerCurrent" in queries));
    const old = await deployed({ ...GRANITE, resources, image: "quay.io/modh/vllm:rhoai-2.20-cuda" });
    assert.match((await valueOf(old.model.metricsQueries)).kvCacheUsage ?? "", /gpu_cache_usage_perc/);
    const iris = await valueOf((await deployed(IRIS)).model.metricsQueries);
    assert.ok("requests" in iris && !("kvCacheUsage" in iris) && !("gpuUtilisation" in iris));
    const llmd = await valueOf((await deployed({ ...GRANITE, resources, llmd: true })).model.metricsQueries);
    assert.ok("kvCacheUsage" in llmd && !("replicasWanted" in llmd));
  });

  /** @covers OP-5 */
  it("tells whether the model is ready, by the condition that sums up all others", async () => {
    assert.equal(await valueOf((await deployed(IRIS)).model.ready), false);
    const condition = (status: string): object => ({ conditions: [{ type: "Ready", status }] });
    assert.deepEqual(
      ["True", "False", "Unknown"].map((status) => isReady(condition(status))),
      [true, false, false],
    );
    assert.equal(isReady({}), false);
  });
});
