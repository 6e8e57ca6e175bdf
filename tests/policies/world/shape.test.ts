import assert from "node:assert/strict";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { shapeProblems } from "../../../policies/world/shape";

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
      ["spec.predictor.model.args is a text, expected a list"],
    ],
    [
      "has amounts below 0",
      {
        apiVersion: "v1",
        kind: "Node",
        status: { allocatable: { cpu: "-1", memory: "0", "nvidia.com/gpu": -3 } },
      },
      [
        'status.allocatable["cpu"] is "-1", must be greater than or equal to 0',
        'status.allocatable["nvidia.com/gpu"] is -3, must be greater than or equal to 0',
      ],
    ],
    [
      "asks for less than nothing",
      service({ predictor: { model: { ...model, resources: { limits: { "nvidia.com/gpu": "-1" } } } } }),
      ['spec.predictor.model.resources.limits["nvidia.com/gpu"] is "-1", must be greater than or equal to 0'],
    ],
    ["has as many replicas as Go counts", service({ predictor: { model, minReplicas: 2147483647 } }), []],
    [
      "has more replicas than Go counts",
      service({ predictor: { model, minReplicas: 2147483648, maxReplicas: 1e20 } }),
      [
        "spec.predictor.minReplicas is 2147483648, expected a whole number of at most 2147483647",
        "spec.predictor.maxReplicas is 100000000000000000000, expected a whole number of at most 2147483647",
      ],
    ],
    ["is of a kind of which nothing is read", { apiVersion: "v1", kind: "Event", spec: 5 }, []],
    [
      "has a number for node selector terms",
      service({
        predictor: { model, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: 5 } } },
      }),
      ["spec.predictor.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution is 5, expected a mapping"],
    ],
    [
      "is a pod with several parts of the wrong type",
      {
        apiVersion: "v1",
        kind: "Pod",
        spec: {
          containers: [null, { name: 5, env: "A=1" }],
          initContainers: {},
          priority: "high",
          tolerations: [UNKNOWN],
        },
      },
      [
        "spec.containers[0] is null, expected a mapping",
        "spec.containers[1].name is 5, expected a text",
        "spec.containers[1].env is a text, expected a list",
        "spec.initContainers is {}, expected a list",
        'spec.priority is "high", expected a whole number',
      ],
    ],
    ["is a secret, whose values are never shown", { apiVersion: "v1", kind: "Secret", data: { token: 12345 } }, []],
    [
      "holds what may be a credential, of which only the kind is told",
      {
        apiVersion: "v1",
        kind: "Pod",
        spec: {
          containers: [
            { name: "a", env: [{ name: "PIN", value: 12345 }], args: ["--api-key", 12345] },
            { name: "b", env: { HF_TOKEN: "hf-0123456789" } },
            { name: "c", env: "HF_TOKEN=hf-0123456789" },
          ],
          initContainers: { first: { env: [{ name: "HF_TOKEN", value: "hf-0123456789" }] } },
        },
      },
      [
        "spec.containers[0].env[0].value is a number, expected a text",
        "spec.containers[0].args[1] is a number, expected a text",
        "spec.containers[1].env is a mapping, expected a list",
        "spec.containers[2].env is a text, expected a list",
        "spec.initContainers is a mapping, expected a list",
      ],
    ],
    [
      "is a budget with a list for a share",
      { apiVersion: "policy/v1", kind: "PodDisruptionBudget", spec: { minAvailable: [1] } },
      ["spec.minAvailable is [1], expected a whole number or a percentage"],
    ],
    [
      "is a node with a list for an amount",
      { apiVersion: "v1", kind: "Node", status: { allocatable: { cpu: [4] } } },
      ['status.allocatable["cpu"] is [4], expected a quantity such as "16Gi"'],
    ],
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
