import assert from "node:assert/strict";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { shapeProblems } from "../../policies/world/shape";

function service(spec: unknown): Record<string, unknown> {
  return { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata: { name: "m" }, spec };
}

const model = { modelFormat: { name: "vLLM" } };

describe("shape of an object", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["is right", service({ predictor: { model } }), []],
    ["may leave the model out", service({ predictor: { containers: [] } }), []],
    ["may hold what is known only after apply", service({ predictor: UNKNOWN }), []],
    ["misses the predictor", service({}), ["spec.predictor is missing"]],
    [
      "misspells the predictor",
      service({ predcitor: {} }),
      ['spec.predictor is missing; is it the "predcitor" there?'],
    ],
    [
      "has a text for a format",
      service({ predictor: { model: { modelFormat: "vLLM" } } }),
      ['spec.predictor.model.modelFormat is "vLLM", expected a mapping'],
    ],
    [
      "has a text for a list",
      service({ predictor: { model: { ...model, args: "--a" } } }),
      ['spec.predictor.model.args is "--a", expected a list'],
    ],
    ["is of another kind", { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } }, []],
  ];
  for (const [what, object, expected] of cases) {
    it(what, () => {
      assert.deepEqual(shapeProblems(object), expected);
    });
  }

  it("has an amount that is no quantity", () => {
    const resources = { limits: { "nvidia.com/gpu": "two", memory: "16Gi", cpu: UNKNOWN } };
    const [problem = "", ...others] = shapeProblems(service({ predictor: { model: { ...model, resources } } }));
    assert.match(problem, /^spec\.predictor\.model\.resources\.limits\["nvidia\.com\/gpu"\]: .*"two"/);
    assert.deepEqual(others, []);
  });
});
