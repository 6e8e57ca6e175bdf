import assert from "node:assert/strict";
import { runtimeAnnotations, servingRuntimes, templateAnnotations } from "../../../sdk/catalog/servingRuntimes";
import type { HardwareIdentifier } from "../../../sdk/kubernetes/hardwareProfile";
import {
  choosePlatformRuntime,
  platformRuntimeOf,
  readPlatformRuntime,
  type PlatformChoice,
  type RuntimeWish,
} from "../../../sdk/pod/platformRuntime";

/** What the dashboard shows by default: the multi-node runtime is hidden. */
const shown = servingRuntimes
  .filter(({ distribution, support }) => distribution === "openshift-ai" && support !== "removed")
  .filter(({ name }) => name !== "vllm-multinode-runtime")
  .map(platformRuntimeOf);

function identifier(name: string, resourceType?: HardwareIdentifier["resourceType"]): HardwareIdentifier {
  const counts = { displayName: name, identifier: name, minCount: 1, defaultCount: 1 };
  return resourceType === undefined ? counts : { ...counts, resourceType };
}

function profile(accelerator: string): HardwareIdentifier[] {
  return [identifier("cpu", "CPU"), identifier("memory", "Memory"), identifier(accelerator, "Accelerator")];
}

describe("OpenShift AI's choice of a runtime", () => {
  const cases: [string, RuntimeWish, string][] = [
    ["an NVIDIA profile", { modelType: "generative", profile: profile("nvidia.com/gpu") }, "vllm-cuda-runtime"],
    ["an AMD profile", { modelType: "generative", profile: profile("amd.com/gpu") }, "vllm-rocm-runtime"],
    ["a Gaudi profile", { modelType: "generative", profile: profile("habana.ai/gaudi") }, "vllm-gaudi-runtime"],
    ["Spyre on s390x", { modelType: "generative", profile: profile("ibm.com/spyre_vf") }, "vllm-spyre-s390x-runtime"],
    ["Spyre on two architectures", { modelType: "generative", profile: profile("ibm.com/spyre_pf") }, "several of 2"],
    ["a profile of CPUs", { modelType: "generative", profile: [identifier("cpu", "CPU")] }, "several of 8"],
    ["no profile", { modelType: "generative" }, "several of 8"],
    [
      "a device that no runtime names",
      { modelType: "generative", profile: profile("example.com/fpga") },
      "accelerator of 8",
    ],
    [
      "a device whose profile does not call it one",
      { modelType: "generative", profile: [identifier("amd.com/gpu")] },
      "several of 8",
    ],
    ["a predictive model without a format", { modelType: "predictive" }, "format-missing of 5"],
    [
      "a format of one runtime",
      { modelType: "predictive", format: { name: "sklearn", version: "1" } },
      "mlserver-runtime",
    ],
    ["ONNX, which three list", { modelType: "predictive", format: { name: "onnx", version: "1" } }, "several of 3"],
    [
      "ONNX on NVIDIA, which two list",
      { modelType: "predictive", format: { name: "onnx", version: "1" }, profile: profile("nvidia.com/gpu") },
      "several of 2",
    ],
    [
      "a version that none lists",
      { modelType: "predictive", format: { name: "sklearn", version: "9" } },
      "format of 5",
    ],
    ["a format without its version", { modelType: "predictive", format: { name: "sklearn" } }, "format of 5"],
    ["llm-d by default", { modelType: "generative", distributedByDefault: true }, "distributed"],
    [
      "llm-d by default, but a named runtime",
      { modelType: "generative", distributedByDefault: true, runtime: "vllm-cpu-runtime" },
      "vllm-cpu-runtime",
    ],
    [
      "llm-d by default, but a predictive model",
      { modelType: "predictive", distributedByDefault: true, format: { name: "autogluon", version: "1" } },
      "autogluon-runtime",
    ],
    ["a named runtime that nobody offers", { modelType: "generative", runtime: "vllm" }, "no-such-runtime of 14"],
  ];
  for (const [what, wish, expected] of cases) {
    it(`for ${what}: ${expected}`, () => {
      assert.equal(describeChoice(choosePlatformRuntime(wish, shown)), expected);
    });
  }

  it("passes over disabled runtimes, and over unsupported ones until somebody accepts them", () => {
    const cuda = shown.find(({ name }) => name === "vllm-cuda-runtime")!;
    const wish: RuntimeWish = { modelType: "generative", profile: profile("nvidia.com/gpu") };
    const fast = { ...cuda, name: "vllm-cuda-runtime-fast-1", unsupported: true };
    const choice = (runtimes: (typeof cuda)[], more: Partial<RuntimeWish> = {}) =>
      describeChoice(choosePlatformRuntime({ ...wish, ...more }, runtimes));
    assert.equal(choice([cuda, fast]), "vllm-cuda-runtime");
    assert.equal(choice([cuda, fast], { acceptUnsupported: true }), "several of 2");
    assert.equal(choice([{ ...cuda, disabled: true }]), "type of 0");
  });

  it("reads runtimes of the cluster as it reads those of the catalogue", () => {
    for (const runtime of servingRuntimes.filter(({ template }) => template !== undefined)) {
      const { name, spec } = runtime;
      const object = { metadata: { name, namespace: "models", annotations: runtimeAnnotations(runtime) }, spec };
      const { disabled, unsupported, ...read } = readPlatformRuntime(object, templateAnnotations(runtime));
      assert.deepEqual([disabled, unsupported], [false, false]);
      assert.deepEqual(read, platformRuntimeOf(runtime));
    }
    const broken = {
      metadata: { name: "x", namespace: "y", annotations: { "opendatahub.io/recommended-accelerators": "gpu" } },
      spec: { containers: [] },
    };
    assert.deepEqual(readPlatformRuntime(broken).recommendedAccelerators, []);
  });
});

function describeChoice(choice: PlatformChoice): string {
  if (choice.outcome === "chosen") return choice.runtime;
  return choice.outcome === "distributed" ? "distributed" : `${choice.reason} of ${choice.candidates.length}`;
}
