import assert from "node:assert/strict";
import { defaulted } from "../../../sdk/admission/webhooks/defaulter";
import { DEFAULT_CONTROLLER_CONFIG } from "../../../sdk/pod/controllerConfig";

describe("defaulting webhook", () => {
  const made = (predictor: object, annotations: Record<string, string> = {}): unknown => {
    const service = { metadata: { name: "granite", annotations }, spec: { predictor } };
    return defaulted(service, DEFAULT_CONTROLLER_CONFIG).spec;
  };

  it("rewrites the first old-style block to model, in place of one that is there", () => {
    const predictor = { onnx: { storageUri: "s3://a" }, model: { modelFormat: { name: "vLLM" } }, minReplicas: 2 };
    const model = { modelFormat: { name: "onnx" }, storageUri: "s3://a", protocolVersion: "v2" };
    assert.deepEqual(made(predictor), { predictor: { minReplicas: 2, model } });
    const sklearn = { modelFormat: { name: "sklearn" }, storageUri: "s3://a" };
    assert.deepEqual(made({ sklearn: { storageUri: "s3://a" } }), { predictor: { model: sklearn } });
  });

  it("keeps the protocol that is written", () => {
    const model = { modelFormat: { name: "triton" }, protocolVersion: "grpc-v2" };
    assert.deepEqual(made({ triton: { protocolVersion: "grpc-v2" } }), { predictor: { model } });
    assert.deepEqual(made({ model: { modelFormat: { name: "triton" } } }), {
      predictor: { model: { modelFormat: { name: "triton" }, protocolVersion: "v2" } },
    });
  });

  it("leaves ModelMesh and predictors with several implementations alone", () => {
    const predictor = { sklearn: { storageUri: "s3://a" } };
    assert.deepEqual(made(predictor, { "serving.kserve.io/deploymentMode": "ModelMesh" }), { predictor });
    const both = { model: { modelFormat: { name: "vLLM" } }, containers: [{ name: "kserve-container" }] };
    assert.deepEqual(made(both), { predictor: both });
  });

  it("names the containers of the other components", () => {
    const service = {
      metadata: {},
      spec: { predictor: {}, transformer: { containers: [{ name: "t" }, { name: "u" }] } },
    };
    assert.deepEqual(defaulted(service, DEFAULT_CONTROLLER_CONFIG).spec, {
      predictor: {},
      transformer: { containers: [{ name: "kserve-container" }, { name: "u" }] },
    });
  });
});
