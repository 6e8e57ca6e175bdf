import assert from "node:assert/strict";
import { accelerators, findAccelerator, nearestAccelerator } from "../../../sdk/catalog/accelerators";
import { familyOfVendor } from "../../../sdk/catalog/acceleratorFamilies";
import { findModel } from "../../../sdk/catalog/models";
import { nearest } from "../../../sdk/catalog/nearest";

describe("catalogue of accelerators", () => {
  it("gives every product a known vendor, and every name to one product only", () => {
    const names = accelerators.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase());
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
    assert.deepEqual(
      accelerators.filter(({ vendor }) => familyOfVendor(vendor) === undefined),
      [],
    );
  });

  it("selects NVIDIA products by the label that GPU feature discovery sets", () => {
    const nvidia = accelerators.filter(({ vendor }) => vendor === "nvidia");
    assert.ok(nvidia.length > 20);
    for (const { name, productLabel } of nvidia)
      assert.deepEqual(productLabel, { key: "nvidia.com/gpu.product", value: name });
  });

  const found: [string, string, string | undefined][] = [
    ["NVIDIA-A100-SXM4-80GB", "nvidia.com/gpu", "NVIDIA-A100-SXM4-80GB"],
    ["nvidia-l4", "nvidia.com/gpu", "NVIDIA-L4"],
    ["L4", "nvidia.com/gpu", "NVIDIA-L4"],
    ["MI300X", "amd.com/gpu", "AMD_Instinct_MI300X_OAM"],
    ["Gaudi 3", "habana.ai/gaudi", "Gaudi3"],
    ["nvidia.com/mig-3g.20gb", "nvidia.com/mig-3g.20gb", undefined],
    ["example.com/fpga", "example.com/fpga", undefined],
  ];
  for (const [name, resource, product] of found) {
    it(`knows ${name}`, () => {
      assert.deepEqual([findAccelerator(name)?.resource, findAccelerator(name)?.product?.name], [resource, product]);
    });
  }

  it("tolerates the usual taint of a vendor's nodes, also for partitions, and none of an unknown device's", () => {
    const tolerations = [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }];
    assert.deepEqual(findAccelerator("NVIDIA-L4")?.tolerations, tolerations);
    assert.deepEqual(findAccelerator("nvidia.com/mig-1g.5gb")?.tolerations, tolerations);
    assert.deepEqual(findAccelerator("example.com/fpga")?.tolerations, []);
  });

  it("answers an unknown product with nothing but the nearest name", () => {
    assert.equal(findAccelerator("NVIDIA-A1000"), undefined);
    assert.equal(nearestAccelerator("NVIDIA-H100-80GB-HBM2"), "NVIDIA-H100-80GB-HBM3");
    assert.equal(nearestAccelerator("abacus"), undefined);
  });
});

describe("catalogue of models", () => {
  const places: [string, number | undefined][] = [
    ["oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5", 16_341_696_512],
    ["oci://mirror.example.com/cars/modelcar-granite-3-1-8b-instruct@sha256:0123", 16_341_696_512],
    ["hf://redhatai/granite-3.1-8b-instruct:main", 16_341_696_512],
    ["oci://registry.redhat.io/rhelai1/modelcar-granite-9-9b:1.5", undefined],
    ["s3://bucket/granite-3.1-8b-instruct", undefined],
  ];
  for (const [uri, bytes] of places) {
    it(`${bytes === undefined ? "does not guess" : "knows"} the size of ${uri}`, () => {
      assert.equal(findModel(uri)?.weightBytes, bytes);
    });
  }
});

describe("nearest name", () => {
  const cases: [string, string[], string | undefined][] = [
    ["jsno", ["text", "json"], "json"],
    ["acelerator", ["accelerator", "count"], "accelerator"],
    ["a1000", ["a100", "l4"], "a100"],
    ["NVIDIA-A100-80G", ["NVIDIA-A10G", "NVIDIA-A100-80GB-PCIe"], "NVIDIA-A100-80GB-PCIe"],
    ["exposd", ["exposure", "exposed"], "exposed"],
    ["colour", ["cpu", "count"], undefined],
    ["x", [], undefined],
  ];
  for (const [name, candidates, expected] of cases) {
    it(`proposes ${expected ?? "nothing"} for ${name}`, () => {
      assert.equal(nearest(name, candidates), expected);
    });
  }
});
