import assert from "node:assert/strict";
import { SpecError } from "../../../../sdk/spec/schema/problem";
import { readStackConfig } from "../../../../sdk/spec/stack/stackConfig";

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

  it("may bring own catalogue entries, which its profiles and models can name", () => {
    const catalog = {
      accelerators: [
        {
          name: "NVIDIA-Z900",
          vendor: "nvidia",
          productLabel: { key: "nvidia.com/gpu.product", value: "NVIDIA-Z900" },
        },
      ],
    };
    const hardwareProfiles = { a100: { ...RIGHT.hardwareProfiles.a100, accelerator: "NVIDIA-Z900" } };
    assert.deepEqual(problemsOf({ ...RIGHT, hardwareProfiles, catalog }), []);
    assert.deepEqual(
      problemsOf({ ...RIGHT, hardwareProfiles, catalog: { accelerators: [{ name: "NVIDIA-Z9000" }] } }),
      [
        'model-serving:catalog.accelerators[0].name: "NVIDIA-Z9000" is a new entry; did you mean NVIDIA-H200?',
        'model-serving:catalog.accelerators[0].vendor: is missing; expected "nvidia" or "amd" or "intel" or "ibm" or "aws" or "google"',
        'model-serving:hardwareProfiles.a100.accelerator: "NVIDIA-Z900" is not in the catalogue of accelerators (a resource name such as nvidia.com/gpu stands for any device); did you mean NVIDIA-H200?',
      ],
    );
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
