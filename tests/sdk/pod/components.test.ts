import assert from "node:assert/strict";
import type { InferenceService } from "../../../sdk/kubernetes/kserve";
import { effectivePod, effectivePods } from "../../../sdk/pod/effectivePod";
import { LEGACY_FRAMEWORKS } from "../../../sdk/pod/legacyPredictor";
import { resolveRuntime, type Runtime } from "../../../sdk/pod/runtime";
import { type Loose, runtime, service, shown } from "./objects";

function written(spec: Loose): InferenceService {
  return Object.assign(service(), { spec });
}

describe("predictor in its old form", () => {
  for (const framework of LEGACY_FRAMEWORKS) {
    it(`${framework} is a model of that format`, () => {
      const own = written({ predictor: { [framework]: { storageUri: "s3://b/m", args: ["--b"] } } });
      const pod = effectivePod({ service: own, runtime: runtime({ args: ["--a"] }) });
      assert.deepEqual(pod.main.args, ["--a", "--b"]);
      assert.equal(shown(pod, "main.args[1]"), `InferenceService: spec.predictor.${framework}.args[0]`);
      assert.equal(pod.annotations["internal.serving.kserve.io/storage-initializer-sourceuri"], "s3://b/m");
    });
  }

  const speaking = (protocol: string, name: string): Runtime => ({
    ...runtime({}, { supportedModelFormats: [{ name, autoSelect: true }], protocolVersions: [protocol] }),
  });
  const protocols: [string, Loose, string, string][] = [
    ["onnx", {}, "v2", "resolved"],
    ["onnx", {}, "v1", "failed"],
    ["onnx", { protocolVersion: "v1" }, "v1", "resolved"],
    ["sklearn", {}, "v1", "resolved"],
    ["sklearn", {}, "v2", "failed"],
    ["triton", {}, "v2", "resolved"],
    ["huggingface", {}, "v2", "resolved"],
  ];
  for (const [framework, block, protocol, outcome] of protocols) {
    it(`${framework} ${JSON.stringify(block)} beside a runtime that speaks ${protocol}: ${outcome}`, () => {
      const own = written({ predictor: { [framework]: block } });
      assert.equal(resolveRuntime(own, [speaking(protocol, framework)]).outcome, outcome);
    });
  }
});

describe("transformer and explainer", () => {
  const pods = effectivePods({
    service: written({
      predictor: { model: { modelFormat: { name: "vLLM" }, runtime: "vllm" } },
      transformer: {
        containers: [{ name: "mine", image: "t:1", args: ["--http_port=1"] }],
        containerConcurrency: 4,
        minReplicas: 2,
        labels: { team: "ml" },
      },
      explainer: { art: { type: "SquareAttack", config: { b: "2", a: "1" }, args: ["--x"] } },
    }),
    runtime: runtime(),
  });
  const [, transformer, explainer] = pods;

  it("have Deployments of their own", () => {
    assert.deepEqual(
      pods.map(({ component, deployment, pod }) => [component, deployment, pod.labels.app]),
      [
        ["predictor", "granite-predictor", "isvc.granite-predictor"],
        ["transformer", "granite-transformer", "isvc.granite-transformer"],
        ["explainer", "granite-explainer", "isvc.granite-explainer"],
      ],
    );
    assert.deepEqual(transformer?.pod.replicas, { min: 2, max: 2 });
  });

  it("are told where the predictor is, but for what they say themselves", () => {
    assert.deepEqual(transformer?.pod.main.args, [
      ...["--http_port=1", "--model_name", "granite", "--predictor_host", "granite-predictor.models"],
      ...["--workers", "4"],
    ]);
    assert.equal(shown(transformer.pod, "main.args[0]"), "InferenceService: spec.transformer.containers[mine].args[0]");
  });

  it("get the name and the size of a main container", () => {
    assert.equal(transformer?.pod.main.name, "kserve-container");
    assert.deepEqual(transformer.pod.main.resources?.requests, { cpu: "1", memory: "2Gi" });
  });

  it("name the image of the controller's settings, and a user's arguments twice, as upstream", () => {
    assert.equal(explainer?.pod.main.image, "kserve/art-explainer:latest");
    assert.deepEqual(explainer.pod.main.args?.slice(6), [
      ...["--adversary_type", "SquareAttack", "--a", "1", "--b", "2", "--x", "--x"],
    ]);
  });
});
