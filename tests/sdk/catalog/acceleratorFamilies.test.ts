import assert from "node:assert/strict";
import { acceleratorFamily, acceleratorsIn } from "../../../sdk/catalog/acceleratorFamilies";

describe("accelerator resources", () => {
  const cases: [string, string | undefined][] = [
    ["nvidia.com/gpu", "NVIDIA"],
    ["nvidia.com/gpu.shared", "NVIDIA"],
    ["nvidia.com/mig-3g.20gb", "NVIDIA"],
    ["amd.com/gpu", "AMD"],
    ["amd.com/cpx_nps4", "AMD"],
    ["habana.ai/gaudi", "Intel Gaudi"],
    ["gpu.intel.com/xe", "Intel"],
    ["ibm.com/spyre_vf_tier0", "IBM Spyre"],
    ["google.com/tpu", "Google TPU"],
    ["aws.amazon.com/neuroncore", "AWS Neuron"],
    ["huawei.com/ascend-1980", "Huawei Ascend"],
    ["gpu.intel.com/xe_monitoring", undefined],
    ["nvidia.com/hostdev", undefined],
    ["rdma/hca", undefined],
    ["cpu", undefined],
    ["hugepages-2Mi", undefined],
    ["nvidia.com/gpus", undefined],
  ];
  for (const [resource, maker] of cases) {
    it(`${resource} is ${maker ?? "none"}`, () => {
      assert.equal(acceleratorFamily(resource)?.maker, maker);
    });
  }

  it("of a pod are those with a count", () => {
    const found = acceleratorsIn({ cpu: 1000, "nvidia.com/gpu": 2, "amd.com/gpu": 0, "rdma/hca": 1 });
    assert.deepEqual(
      found.map(({ resource, count }) => [resource, count]),
      [["nvidia.com/gpu", 2]],
    );
  });
});
