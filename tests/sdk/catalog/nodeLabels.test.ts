import assert from "node:assert/strict";
import { accelerators } from "../../../sdk/catalog/accelerators";
import { acceleratorOfNode, featureLabels } from "../../../sdk/catalog/nodeLabels";

describe("the accelerator of a node", () => {
  const product = "nvidia.com/gpu.product";
  const type = "node.kubernetes.io/instance-type";
  const cases: [string, Record<string, string>, string | undefined][] = [
    ["GPU feature discovery", { [product]: "NVIDIA-A100-80GB-PCIe" }, "NVIDIA-A100-80GB-PCIe"],
    ["a shared GPU", { [product]: "NVIDIA-L4-SHARED" }, "NVIDIA-L4"],
    ["a MIG slice", { [product]: "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb" }, "NVIDIA-A100-SXM4-40GB"],
    ["GKE", { "cloud.google.com/gke-accelerator": "nvidia-tesla-a100" }, "NVIDIA-A100-SXM4-40GB"],
    ["GKE's A3 Mega", { "cloud.google.com/gke-accelerator": "nvidia-h100-mega-80gb" }, "NVIDIA-H100-80GB-HBM3"],
    ["CoreWeave", { "gpu.nvidia.com/model": "H200" }, "NVIDIA-H200"],
    ["AMD", { "amd.com/gpu.product-name": "AMD_Instinct_MI300X_OAM" }, "AMD_Instinct_MI300X_OAM"],
    ["AMD's device number", { "amd.com/gpu.device-id": "74a5" }, "AMD_Instinct_MI325X"],
    ["a TPU node pool", { "cloud.google.com/gke-tpu-accelerator": "tpu-v6e-slice" }, "TPU-v6e"],
    ["the instance type", { [type]: "p4d.24xlarge" }, "NVIDIA-A100-SXM4-40GB"],
    ["an unknown product", { [product]: "NVIDIA-Z900", [type]: "p4d.24xlarge" }, undefined],
    ["no label", { "kubernetes.io/arch": "amd64" }, undefined],
    ["the guide's label, which nothing sets", { "nvidia.com/gpu-model": "A100" }, undefined],
  ];
  for (const [what, labels, name] of cases) {
    it(`is ${name ?? "unknown"} by ${what}`, () => {
      assert.equal(acceleratorOfNode(labels)?.product.name, name);
    });
  }

  it("tells slices, sharing and the memory of one unit", () => {
    const labels = { [product]: "NVIDIA-H100-80GB-HBM3-MIG-1g.10gb-SHARED", "nvidia.com/gpu.memory": "9984" };
    const { product: found, ...rest } = acceleratorOfNode(labels)!;
    assert.equal(found.name, "NVIDIA-H100-80GB-HBM3");
    assert.deepEqual(rest, { label: product, shared: true, migProfile: "1g.10gb", memoryMib: 9984 });
    const whole = acceleratorOfNode({ [product]: "NVIDIA-L40S" })!;
    assert.deepEqual([whole.shared, whole.migProfile, whole.memoryMib], [false, undefined, undefined]);
  });

  it("is recognised from the labels that discovery writes for it", () => {
    for (const one of accelerators.filter(({ productLabel }) => productLabel !== undefined)) {
      assert.equal(acceleratorOfNode(featureLabels(one))?.product, one);
    }
    assert.deepEqual(featureLabels(accelerators.find(({ name }) => name === "NVIDIA-L40S")!), {
      "nvidia.com/gpu.product": "NVIDIA-L40S",
      "nvidia.com/gpu.family": "ada-lovelace",
      "nvidia.com/gpu.compute.major": "8",
      "nvidia.com/gpu.compute.minor": "9",
      "nvidia.com/gpu.memory": "46068",
    });
  });

  it("gives no value of a label to two products", () => {
    const pairs = accelerators.flatMap(({ otherLabels = {}, productLabel }) => [
      ...(productLabel === undefined ? [] : [`${productLabel.key}=${productLabel.value}`]),
      ...Object.entries(otherLabels).flatMap(([key, values]) => values.map((value) => `${key}=${value}`)),
    ]);
    assert.deepEqual([...new Set(pairs)], pairs);
  });
});
