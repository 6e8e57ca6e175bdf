import assert from "node:assert/strict";
import { acceleratorFamily, familyOfVendor } from "../../../sdk/catalog/acceleratorFamilies";
import {
  acceleratorTargets,
  findAcceleratorTarget,
  nearestAcceleratorTarget,
  supportLevel,
  type AcceleratorTarget,
} from "../../../sdk/catalog/acceleratorTargets";
import { vendorOperator } from "../../../sdk/catalog/acceleratorVendors";
import { findServingRuntime } from "../../../sdk/catalog/servingRuntimes";

function target(name: string): AcceleratorTarget {
  const found = findAcceleratorTarget(name);
  assert.ok(found !== undefined, name);
  return found;
}

describe("hardware to serve on", () => {
  /** @covers AC-1 */
  it("has an entry for each kind, with every key that applies", () => {
    const entries = acceleratorTargets.map(({ name, resource, operator, runtime, imageFamily }) => {
      return [name, resource, operator, runtime, imageFamily];
    });
    assert.deepEqual(entries, [
      ["nvidia", "nvidia.com/gpu", "gpu-operator-certified", "vllm-cuda-runtime", "cuda"],
      ["amd", "amd.com/gpu", "amd-gpu-operator", "vllm-rocm-runtime", "rocm"],
      ["gaudi", "habana.ai/gaudi", "habana-ai-operator", "vllm-gaudi-runtime", "gaudi"],
      ["spyre-x86", "ibm.com/spyre_pf", "spyre-operator", "vllm-spyre-x86-runtime", "spyre"],
      ["spyre-ppc64le", "ibm.com/spyre_pf", "spyre-operator", "vllm-spyre-ppc64le-runtime", "spyre"],
      ["spyre-s390x", "ibm.com/spyre_vf", "spyre-operator", "vllm-spyre-s390x-runtime", "spyre"],
      ["cpu", undefined, undefined, "vllm-cpu-x86-runtime", "cpu"],
    ]);
    for (const { name, aliases, source, vendor, nodeLabel, taint } of acceleratorTargets) {
      assert.ok(aliases.length > 0 && source !== "", name);
      // Gaudi's labels are its own, and its pools carry no taint by habit.
      if (vendor !== undefined && vendor !== "intel") assert.ok(nodeLabel !== undefined && taint !== undefined, name);
    }
  });

  it("agrees with families, operators and runtimes of the catalogue", () => {
    for (const { vendor, resource, taint, runtime, scheduler, architecture } of acceleratorTargets) {
      const found = findServingRuntime(runtime);
      assert.ok(found !== undefined, runtime);
      assert.equal(found.hardware, vendor ?? "cpu");
      assert.equal((found.spec as { schedulerName?: string }).schedulerName, scheduler, runtime);
      if (architecture !== undefined) assert.deepEqual(found.architectures, [architecture]);
      if (vendor === undefined || resource === undefined) continue;
      assert.equal(acceleratorFamily(resource)?.vendor, vendor);
      assert.equal(familyOfVendor(vendor)?.usualTaint, taint);
      assert.equal(vendorOperator(vendor).taint, taint);
    }
  });

  /** @covers AC-4, AC-6, AC-10, AC-11 */
  it("the preinstalled runtimes are those the documentation calls so", () => {
    const names = ["nvidia", "amd", "gaudi", "spyre-x86"].map((name) => {
      const { runtime, documentedRuntime } = target(name);
      return [runtime, documentedRuntime];
    });
    assert.deepEqual(names, [
      ["vllm-cuda-runtime", "vLLM NVIDIA GPU ServingRuntime for KServe"],
      ["vllm-rocm-runtime", "vLLM AMD GPU ServingRuntime for KServe"],
      ["vllm-gaudi-runtime", "vLLM Intel Gaudi Accelerator ServingRuntime for KServe"],
      ["vllm-spyre-x86-runtime", "vLLM Spyre AI Accelerator ServingRuntime for KServe"],
    ]);
    const shown = names.map(([runtime = ""]) => findServingRuntime(runtime)?.displayName);
    assert.deepEqual(shown, [
      ...names.slice(0, 3).map(([, documented]) => documented),
      "vLLM Spyre on x86 ServingRuntime for KServe",
    ]);
  });

  /** @covers AC-11 */
  it("Spyre's pods are placed by its own scheduler", () => {
    assert.equal(target("spyre-x86").scheduler, "spyre-scheduler");
  });

  /** @covers AC-6, AC-7 */
  it("Gaudi's runtime is always named, and its warm-up is skipped by a text, outside production only", () => {
    const { namedRuntime, environment } = target("gaudi");
    const formats = findServingRuntime("vllm-gaudi-runtime")?.spec.supportedModelFormats;
    assert.equal(namedRuntime, true);
    assert.deepEqual(
      formats?.map(({ autoSelect = false }) => autoSelect),
      [false],
    );
    assert.deepEqual(
      environment?.map(({ name, value, production }) => [name, value, production]),
      [["VLLM_SKIP_WARMUP", "true", false]],
    );
  });

  const levels: [string, string, string][] = [
    ["spyre-x86", "2.25", "technology-preview"],
    ["spyre-x86", "3.4", "technology-preview"],
    ["spyre-x86", "3.5", "unknown"],
    ["spyre-x86", "2.24", "unknown"],
    ["spyre-ppc64le", "3.4", "supported"],
    ["spyre-ppc64le", "2.25", "unknown"],
    ["spyre-s390x", "3.4", "unknown"],
    ["nvidia", "2.25", "supported"],
    ["nvidia", "3.10", "supported"],
    ["cpu", "3.4", "unknown"],
  ];
  for (const [name, version, level] of levels) {
    /** @covers AC-12 */
    it(`${name} in ${version}: ${level}`, () => {
      assert.equal(supportLevel(target(name), version), level);
    });
  }

  /** @covers AC-1 */
  it("is found by what people write", () => {
    const cases = {
      "Intel Habana": "gaudi",
      HPU: "gaudi",
      spyre: "spyre-x86",
      ROCm: "amd",
      CUDA: "nvidia",
      "nvidia-a100": "nvidia",
    };
    for (const [written, name] of Object.entries(cases)) assert.equal(target(written).name, name, written);
    assert.equal(findAcceleratorTarget("gaudy"), undefined);
    assert.equal(nearestAcceleratorTarget("gaudy"), "gaudi");
    assert.equal(nearestAcceleratorTarget("quantum"), undefined);
  });
});
