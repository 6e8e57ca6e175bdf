import assert from "node:assert/strict";
import { accelerators } from "../../../sdk/catalog/accelerators";
import {
  findMachineShape,
  machineShapeOfInstanceType,
  machineShapes,
  nearestMachineShape,
} from "../../../sdk/catalog/machineShapes";
import { compareQuantities, parseQuantity } from "../../../sdk/pod/quantity";

describe("catalogue of machine shapes", () => {
  it("holds the shapes of three clouds, each name once", () => {
    const names = machineShapes.map(({ name }) => name.toLowerCase());
    assert.deepEqual([...new Set(names)], names);
    const count = (cloud: string) => machineShapes.filter((shape) => shape.cloud === cloud).length;
    assert.deepEqual([count("aws"), count("azure"), count("gcp")], [52, 20, 24]);
  });

  it("knows of every shape what it leaves to pods, which is less than the machine has", () => {
    for (const { name, vcpu, memoryMib, allocatable } of machineShapes) {
      assert.ok(allocatable !== undefined && memoryMib !== undefined, name);
      assert.ok(compareQuantities(parseQuantity(allocatable.cpu), parseQuantity(String(vcpu))) < 0, name);
      assert.ok(compareQuantities(parseQuantity(allocatable.memory), parseQuantity(`${memoryMib}Mi`)) < 0, name);
    }
  });

  const cases: [string, string, string, number][] = [
    ["aws", "p5.48xlarge", "NVIDIA-H100-80GB-HBM3", 8],
    ["aws", "G5.XLARGE", "NVIDIA-A10G", 1],
    ["azure", "Standard_NC40ads_H100_v5", "NVIDIA-H100-NVL", 1],
    ["azure", "Standard_ND96isr_MI300X_v5", "AMD_Instinct_MI300X_OAM", 8],
    ["gcp", "a2-megagpu-16g", "NVIDIA-A100-SXM4-40GB", 16],
  ];
  for (const [cloud, name, product, count] of cases) {
    it(`knows ${name} of ${cloud}`, () => {
      const shape = findMachineShape(cloud, name);
      assert.deepEqual([shape?.accelerator, shape?.acceleratorCount], [product, count]);
      assert.equal(machineShapeOfInstanceType(name), shape);
    });
  }

  it("says what Karpenter publishes of AWS, and computes it of the other clouds", () => {
    assert.deepEqual(findMachineShape("aws", "g5.xlarge")?.allocatable, { cpu: "3920m", memory: "14162Mi" });
    assert.deepEqual(findMachineShape("gcp", "g2-standard-4")?.allocatable, { cpu: "3920m", memory: "12432Mi" });
    const azure = findMachineShape("azure", "Standard_NC24ads_A100_v4");
    assert.deepEqual(azure?.allocatable, { cpu: "23660m", memory: "196206Mi" });
  });

  it("answers an unknown shape with nothing but the cloud's nearest name", () => {
    assert.equal(findMachineShape("gcp", "p5.48xlarge"), undefined);
    assert.equal(nearestMachineShape("aws", "p5.48xlrage"), "p5.48xlarge");
    assert.equal(nearestMachineShape("azure", "p5.48xlarge"), undefined);
  });

  it("looks among given shapes instead of the built-in ones", () => {
    const own = { ...machineShapes[0]!, cloud: "own", name: "big-1", accelerator: accelerators[0]!.name };
    assert.equal(findMachineShape("own", "big-1", [own]), own);
    assert.equal(findMachineShape("aws", "p5.48xlarge", [own]), undefined);
  });
});
