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

  it("may say shorter which accelerators there are, and what a model comes by", () => {
    const { accelerators, models } = readStackConfig(
      config({
        ...RIGHT,
        accelerators: [{ vendor: "nvidia" }],
        volumes: { files: { size: "100Gi" } },
        models: { granite: { volume: "files", hardwareProfile: "a100" } },
      }),
    );
    assert.deepEqual(accelerators, { operators: [{ vendor: "nvidia" }] });
    assert.deepEqual(models?.granite?.source, {});
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
      "names of parts that the stack has not, and parts that are wrong, all at once",
      {
        connections: { hub: { huggingFace: { token: 7 } } },
        volumes: { files: { size: "100GB" } },
        runtimes: { ovms: { runtime: "kserve-ovm" } },
        models: {
          granite: {
            source: "hf://a/b",
            runtime: "ovsm",
            volume: "fiels",
            connection: "hbu",
            resources: { requests: { cpu: 1, memory: "4Gi" } },
          },
        },
      },
      [
        "model-serving:connections.hub.huggingFace.token: is not a token of Hugging Face",
        'model-serving:models.granite.connection: "hbu": no such connection (existing: hub); did you mean hub?',
        "model-serving:models.granite.connection: cannot be combined with volume; keep one of the two",
        'model-serving:models.granite.runtime: "ovsm": no such runtime (existing: ovms); did you mean ovms?',
        "model-serving:models.granite.source: cannot be combined with volume, which says where the model lies; leave only path",
        'model-serving:models.granite.volume: "fiels": no such volume (existing: files); did you mean files?',
        'model-serving:runtimes.ovms.runtime: "kserve-ovm" is not a runtime of the catalogue; did you mean kserve-ovms?',
        'model-serving:volumes.files.size: "100GB" is not an amount that Kubernetes reads; did you mean 100G (powers of 1000) or 100Gi (powers of 1024)?',
        "model-serving:volumes.files.size: is missing; write the size, or the model of the catalogue that the volume is for",
      ],
    ],
    [
      "mistakes in accelerators that are written as a list",
      { ...RIGHT, accelerators: [{ vendor: "nvidea" }] },
      [
        'model-serving:accelerators[0].vendor: "nvidea" is not "nvidia" or "amd" or "intel" or "ibm" or "aws"; did you mean nvidia?',
      ],
    ],
    [
      "a platform that is not the one of the models",
      { ...RIGHT, install: { kserve: {} } },
      ['model-serving:install.kserve: needs platform.kind "kserve": the models are written for OpenShift AI'],
    ],
    [
      "parts whose objects would have one name",
      {
        ...RIGHT,
        connections: { granite: { huggingFace: { token: "hf_token" } } },
        runtimes: { granite: { accelerator: "NVIDIA-L4" } },
      },
      [
        'model-serving:models.granite: the ServiceAccount granite-sa would be that of its tokens and that of connection "granite"; rename one of the two',
        'model-serving:models.granite: runtime "granite" of the stack has the name of the runtime that this model makes; write runtime: granite to use it, or rename one of the two',
      ],
    ],
    [
      "monitors that the platform makes itself",
      { ...RIGHT, monitoring: { runtimeMonitors: {} } },
      ["model-serving:monitoring.runtimeMonitors: OpenShift AI makes a monitor of each model itself; leave these out"],
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
