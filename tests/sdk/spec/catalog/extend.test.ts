import assert from "node:assert/strict";
import { findAccelerator } from "../../../../sdk/catalog/accelerators";
import { builtInCatalog } from "../../../../sdk/catalog/catalog";
import { findMachineShape } from "../../../../sdk/catalog/machineShapes";
import { extendCatalog } from "../../../../sdk/spec/catalog/extend";
import { formatPath } from "../../../../sdk/spec/schema/problem";

const own = {
  name: "NVIDIA-Z900",
  vendor: "nvidia",
  productLabel: { key: "nvidia.com/gpu.product", value: "NVIDIA-Z900" },
};

describe("a user's catalogue entries", () => {
  it("add products and shapes that look-ups find, and leave the built-in catalogue alone", () => {
    const shape = { cloud: "own", name: "z-1", accelerator: "NVIDIA-Z900", acceleratorCount: 4, vcpu: 64 };
    const { catalog, problems } = extendCatalog(builtInCatalog, { accelerators: [own], machineShapes: [shape] });
    assert.deepEqual(problems, []);
    assert.equal(findAccelerator("nvidia-z900", catalog.accelerators)?.product?.confidence, "user");
    assert.equal(findMachineShape("own", "z-1", catalog.machineShapes)?.acceleratorCount, 4);
    assert.equal(findAccelerator("nvidia-z900"), undefined);
    assert.equal(builtInCatalog.accelerators.length + 1, catalog.accelerators.length);
  });

  it("change the fields they give of an entry that exists, and keep the others", () => {
    const addition = { accelerators: [{ name: "NVIDIA-L4", usableMemoryGib: 22.1 }] };
    const { catalog, problems } = extendCatalog(builtInCatalog, addition);
    assert.deepEqual(problems, []);
    const before = findAccelerator("NVIDIA-L4")?.product;
    assert.deepEqual(findAccelerator("L4", catalog.accelerators)?.product, { ...before, usableMemoryGib: 22.1 });
    assert.equal(catalog.accelerators.length, builtInCatalog.accelerators.length);
  });

  it("may be a runtime and its image", () => {
    const runtime = {
      name: "sglang",
      displayName: "SGLang",
      server: "sglang",
      modelTypes: ["generative"],
      hardware: "nvidia",
      spec: { containers: [{ name: "kserve-container", args: ["--port=8080"] }] },
    };
    const image = { image: "registry.example.com/sglang:1", server: "sglang", vendor: "nvidia" };
    const { catalog, problems } = extendCatalog(builtInCatalog, { servingRuntimes: [runtime], servingImages: [image] });
    assert.deepEqual(problems, []);
    assert.equal(catalog.servingRuntimes.at(-1)?.support, "custom");
  });

  it("are nothing when there are none", () => {
    assert.equal(extendCatalog(builtInCatalog, undefined).catalog, builtInCatalog);
    assert.deepEqual(extendCatalog(builtInCatalog, {}).problems, []);
  });

  const wrong: [string, unknown, string[]][] = [
    [
      "no mapping",
      ["x"],
      [
        `: ["x"] is not a mapping with accelerators, machineShapes, models, servingRuntimes, servingImages, modelServers`,
      ],
    ],
    ["an unknown list", { acelerators: [] }, ["acelerators: unknown key; did you mean accelerators?"]],
    ["no list", { accelerators: {} }, ["accelerators: {} is not a list of accelerators"]],
    [
      "an incomplete new entry",
      { accelerators: [{ name: "NVIDIA-L44" }] },
      [
        'accelerators[0].vendor: is missing; expected "nvidia" or "amd" or "intel" or "ibm" or "aws" or "google"',
        'accelerators[0].name: "NVIDIA-L44" is a new entry; did you mean NVIDIA-L4?',
      ],
    ],
    [
      "a wrong value and an unknown field",
      { accelerators: [{ ...own, marketingMemoryGb: "80", vender: "amd" }] },
      [
        'accelerators[0].marketingMemoryGb: "80" is not a number above 0',
        "accelerators[0].vender: unknown key; did you mean vendor?",
      ],
    ],
    [
      "a reference that leads nowhere",
      { machineShapes: [{ cloud: "own", name: "z-1", accelerator: "NVIDIA-L400", acceleratorCount: 1, vcpu: 1 }] },
      ['machineShapes[0].accelerator: "NVIDIA-L400": no such accelerator; did you mean NVIDIA-L40?'],
    ],
    [
      "an unknown list, a wrong entry and a reference that leads nowhere",
      {
        acelerators: [{ name: "NVIDIA-Z901" }],
        accelerators: [{ name: "NVIDIA-Z902", vendor: "nvidea" }],
        machineShapes: ["NVIDIA-L400", "NVIDIA-Z901", "NVIDIA-Z902"].map((accelerator, i) => ({
          ...{ cloud: "own", name: `z-${i}`, accelerator, acceleratorCount: 1, vcpu: 1 },
        })),
      },
      [
        "acelerators: unknown key; did you mean accelerators?",
        'accelerators[0].vendor: "nvidea" is not "nvidia" or "amd" or "intel" or "ibm" or "aws" or "google"; did you mean nvidia?',
        'machineShapes[0].accelerator: "NVIDIA-L400": no such accelerator; did you mean NVIDIA-L40?',
      ],
    ],
    [
      "amounts that Kubernetes does not read",
      {
        machineShapes: [
          {
            ...{ cloud: "own", name: "z-1", accelerator: "NVIDIA-L4", acceleratorCount: 1, vcpu: 1 },
            allocatable: { cpu: "15 cores", memory: "480Gb" },
          },
          {
            ...{ cloud: "own", name: "z-2", accelerator: "NVIDIA-L4", acceleratorCount: 1, vcpu: 1 },
            allocatable: { cpu: "-1", memory: "480G" },
          },
        ],
      },
      [
        'machineShapes[0].allocatable.cpu: "15 cores" is not an amount of CPU such as "15" or "7910m"',
        'machineShapes[0].allocatable.memory: "480Gb" is not an amount that Kubernetes reads; did you mean 480G (powers of 1000) or 480Gi (powers of 1024)?',
        'machineShapes[1].allocatable.cpu: "-1" is not an amount of CPU such as "15" or "7910m"',
      ],
    ],
    [
      "a name that is taken",
      { accelerators: [{ ...own, aliases: ["L4"] }] },
      ['accelerators[0].name: "l4" is a name or label of NVIDIA-L4 already'],
    ],
  ];
  for (const [what, additions, expected] of wrong) {
    it(`with ${what} are refused, and the catalogue stays as it was`, () => {
      const { catalog, problems } = extendCatalog(builtInCatalog, additions);
      assert.deepEqual(
        problems.map(({ path, message }) => `${formatPath(path)}: ${message}`),
        expected,
      );
      assert.equal(catalog, builtInCatalog);
    });
  }
});
