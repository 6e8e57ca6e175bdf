import assert from "node:assert/strict";
import { SpecError } from "../../../sdk/spec/problem";
import { readStackConfig } from "../../../sdk/spec/stackConfig";

/** As the engine passes configuration: text as it is, everything else as JSON. */
function config(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `model-serving:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

const RIGHT = {
  platform: { kind: "openshift-ai" },
  hardwareProfiles: { a100: { accelerator: "NVIDIA-A100-SXM4-80GB", count: 1, cpu: 8, memory: "64Gi" } },
  models: {
    granite: {
      source: "oci://quay.io/redhat-ai-services/modelcar-catalog:granite-3.3-8b-instruct",
      hardwareProfile: "a100",
      exposed: true,
    },
  },
};

function problemsOf(values: Record<string, unknown>): string[] {
  try {
    readStackConfig(config(values));
  } catch (error) {
    if (error instanceof SpecError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

describe("stack configuration", () => {
  it("becomes arguments of a ServingStack, short forms written out", () => {
    assert.deepEqual(readStackConfig(config({ ...RIGHT, namespace: "models" })), {
      platform: { kind: "openshift-ai" },
      namespace: { name: "models" },
      hardwareProfiles: RIGHT.hardwareProfiles,
      models: {
        granite: {
          source: { uri: RIGHT.models.granite.source },
          hardwareProfile: "a100",
          exposure: { auth: "token" },
        },
      },
    });
  });

  it("may be as long as a program's arguments", () => {
    const models = { granite: { ...RIGHT.models.granite, source: { oci: "example.com/granite:1" }, exposed: false } };
    const namespace = { name: "models", create: false };
    assert.deepEqual(readStackConfig(config({ ...RIGHT, models, namespace })), {
      ...RIGHT,
      namespace,
      models: { granite: { source: { oci: "example.com/granite:1" }, hardwareProfile: "a100" } },
    });
  });

  it("ignores the keys of other projects", () => {
    const values = { ...config(RIGHT), "kubernetes:context": "production" };
    assert.deepEqual(Object.keys(readStackConfig(values)).sort(), ["hardwareProfiles", "models", "platform"]);
  });

  it("names every mistake under the key it was written under", () => {
    const wrong = {
      platform: { kind: "kserve" },
      modells: {},
      accelerators: [{ vendor: "nvidia", install: "operator" }],
      namespace: "My Models",
      hardwareProfiles: { a100: { accelerator: "NVIDIA-A100-SXM-80GB", cpu: 8, memory: "64GB" } },
      models: {
        granite: { source: "quay.io/car:1", hardwareProfile: "a1000", exposed: true, replica: 2 },
        "llama-3.1": { source: { oci: "example.com/llama:1" }, hardwareProfile: "a100", exposed: "yes" },
      },
    };
    assert.deepEqual(problemsOf(wrong), [
      "model-serving:accelerators: installing accelerator operators (nvidia) is not part of this version; install them by other means and remove this key",
      'model-serving:hardwareProfiles.a100.accelerator: "NVIDIA-A100-SXM-80GB" is not in the catalogue of accelerators (a resource name such as nvidia.com/gpu stands for any device); did you mean NVIDIA-A100-SXM4-80GB?',
      'model-serving:hardwareProfiles.a100.memory: "64GB" is not an amount that Kubernetes reads; did you mean 64G (powers of 1000) or 64Gi (powers of 1024)?',
      "model-serving:modells: unknown key; did you mean models?",
      'model-serving:models.granite.exposed: "token" needs OpenShift AI; plain KServe checks no tokens. Write "none" to publish without authentication, or leave exposure out',
      'model-serving:models.granite.hardwareProfile: "a1000": no such hardware profile (existing: a100); did you mean a100?',
      "model-serving:models.granite.replica: unknown key; did you mean replicas?",
      'model-serving:models.granite.source: "quay.io/car:1" has no scheme such as oci://, s3://, pvc:// or hf://; did you mean oci://quay.io/car:1?',
      'model-serving:models["llama-3.1"]: "llama-3.1" is not a service name (lower case letters, digits, dashes; a letter first; no dots); did you mean llama-3-1?',
      'model-serving:models["llama-3.1"].exposed: "yes" is not true or false',
      'model-serving:namespace: "My Models" is not a namespace (lower case letters, digits, dashes; at most 63); did you mean my-models?',
    ]);
  });

  const cases: [string, Record<string, unknown>, string[]][] = [
    ["no models at all", {}, ["model-serving:models: is missing; expected a mapping of names to models"]],
    [
      "models that are no mapping",
      { models: ["granite"] },
      ['model-serving:models: ["granite"] is not a mapping of names to models'],
    ],
    [
      "a profile where there are none",
      { models: { granite: { source: "hf://a/b", hardwareProfile: "a100" } } },
      ['model-serving:models.granite.hardwareProfile: "a100": no such hardware profile (there are none)'],
    ],
    [
      "a profile called like a method of every object",
      { models: { granite: { source: "hf://a/b", hardwareProfile: "constructor" } } },
      ['model-serving:models.granite.hardwareProfile: "constructor": no such hardware profile (there are none)'],
    ],
    [
      "a request outside the range of the profile",
      {
        ...RIGHT,
        models: { granite: { ...RIGHT.models.granite, resources: { requests: { cpu: 0.5 } } } },
      },
      [
        'model-serving:models.granite.resources.requests.cpu: 0.5 is outside the range of hardware profile "a100": at least 1',
      ],
    ],
    [
      "two ways to expose",
      { ...RIGHT, models: { granite: { ...RIGHT.models.granite, exposure: { auth: "none" } } } },
      ["model-serving:models.granite.exposed: cannot be combined with exposure; keep one of the two"],
    ],
  ];
  for (const [what, values, expected] of cases) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(problemsOf(values), expected);
    });
  }
});
