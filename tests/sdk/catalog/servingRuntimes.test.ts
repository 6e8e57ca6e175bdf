import assert from "node:assert/strict";
import {
  findServingRuntime,
  nearestServingRuntime,
  runtimeAnnotations,
  servingRuntimes,
  serverVersionOf,
  supportOf,
  templateAnnotations,
} from "../../../sdk/catalog/servingRuntimes";

describe("catalogue of serving runtimes", () => {
  /** custom-resource facts: runtime, formats that KServe picks it for, accelerators, container port, metrics port */
  const ofOpenShift: [string, string, string, number, string | undefined][] = [
    ["vllm-cuda-runtime", "vLLM", "nvidia.com/gpu", 8080, "8080"],
    ["vllm-rocm-runtime", "vLLM", "amd.com/gpu", 8080, "8080"],
    ["vllm-gaudi-runtime", "", "habana.ai/gaudi", 8080, "8080"],
    ["vllm-cpu-runtime", "vLLM", "", 8080, "8080"],
    ["vllm-cpu-x86-runtime", "vLLM", "", 8080, "8080"],
    ["vllm-spyre-x86-runtime", "vLLM", "ibm.com/spyre_pf", 8000, "8080"],
    ["vllm-spyre-s390x-runtime", "vLLM", "ibm.com/spyre_vf", 8000, "8080"],
    ["vllm-spyre-ppc64le-runtime", "vLLM", "ibm.com/spyre_pf", 8000, "8080"],
    ["vllm-multinode-runtime", "vLLM", "nvidia.com/gpu", 8080, "8080"],
    ["kserve-ovms", "openvino_ir tensorflow tensorflow paddle pytorch", "nvidia.com/gpu", 8888, "8888"],
    ["mlserver-runtime", "", "", 8080, "8082"],
    ["mlserver-cuda-runtime", "", "nvidia.com/gpu", 8080, "8082"],
    ["guardrails-detector-huggingface-runtime", "guardrails-detector-hf-runtime", "nvidia.com/gpu", 8000, "8000"],
    ["autogluon-runtime", "autogluon", "", 8080, "8080"],
    ["nvidia-nim-runtime", "", "nvidia.com/gpu", 8000, "8000"],
  ];
  for (const [name, picked, accelerators, port, metrics] of ofOpenShift) {
    /** @covers RT-18, RT-19, RT-20, RT-21, RT-22, RT-23, RT-24, RT-26, RT-35, AC-6 */
    it(`describes ${name} as OpenShift AI ships it`, () => {
      const runtime = findServingRuntime(name);
      const { spec, recommendedAccelerators } = runtime!;
      const formats = spec.supportedModelFormats ?? [];
      assert.deepEqual(
        [
          formats
            .filter(({ autoSelect }) => autoSelect === true)
            .map((format) => format.name)
            .join(" "),
          recommendedAccelerators.join(" "),
          spec.containers[0]?.ports?.[0]?.containerPort,
          spec.annotations?.["prometheus.io/port"],
        ],
        [picked, accelerators, port, metrics],
      );
    });
  }

  it("holds every preinstalled runtime, the removed ones and KServe's own", () => {
    const names = servingRuntimes.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    const preinstalled = servingRuntimes.filter(
      ({ distribution, support }) => distribution === "openshift-ai" && support !== "removed",
    );
    assert.deepEqual(preinstalled.map(({ name }) => name).sort(), ofOpenShift.map(([name]) => name).sort());
    assert.deepEqual(
      servingRuntimes.filter(({ support }) => support === "removed").map(({ name, removedIn }) => [name, removedIn]),
      [
        ["caikit-tgis-runtime", "3.1"],
        ["caikit-standalone-runtime", "3.0"],
        ["tgis-grpc-runtime", "2.27"],
      ],
    );
    assert.equal(servingRuntimes.filter(({ kind }) => kind === "ClusterServingRuntime").length, 13);
  });

  it("carries container and model formats of each, and no image", () => {
    for (const { name, spec, kind } of servingRuntimes) {
      const [container] = spec.containers;
      assert.equal(container?.name, "kserve-container", name);
      for (const one of spec.containers) assert.ok(!("image" in one), name);
      if (kind === "ClusterServingRuntime") assert.ok((spec.supportedModelFormats ?? []).length > 0, name);
    }
  });

  it("knows which vLLM a platform release brings, and nothing of others", () => {
    const cuda = findServingRuntime("vllm-cuda-runtime-template")!;
    assert.deepEqual(
      ["3.2", "3.4", "3.4.1", "3.5", "2.35", "3.9", "fast"].map((version) => serverVersionOf(cuda, version)),
      ["0.11.2", "0.18.0", "0.18.0", "0.21.0", "0.9.1.0", undefined, undefined],
    );
  });

  const levels: [string, string, string, string | undefined][] = [
    ["vllm-cuda-runtime", "3.4", "preinstalled", "0.18.0"],
    ["vllm-cpu-x86-runtime", "3.4", "technology-preview", "0.18.0"],
    ["vllm-spyre-x86-runtime", "2.25", "technology-preview", undefined],
    ["vllm-spyre-x86-runtime", "3.4.1", "technology-preview", "0.18.0"],
    ["vllm-spyre-ppc64le-runtime", "3.4", "preinstalled", "0.18.0"],
    ["kserve-tritonserver", "3.4", "tested-and-verified", undefined],
    ["caikit-tgis-runtime", "3.0", "preinstalled", undefined],
    ["caikit-tgis-runtime", "3.1", "removed", undefined],
  ];
  for (const [name, version, support, serverVersion] of levels) {
    /** @covers RT-39, RT-40 */
    it(`says who answers for ${name} on ${version}: ${support}`, () => {
      const found = supportOf(findServingRuntime(name)!, version);
      assert.deepEqual([found.support, found.serverVersion], [support, serverVersion]);
      assert.match(found.source, /^https:/);
      assert.deepEqual(found.accelerators, findServingRuntime(name)?.recommendedAccelerators);
    });
  }

  it("prefers a level of one release to that of all", () => {
    const entry = {
      ...findServingRuntime("vllm-cuda-runtime")!,
      supportByVersion: [{ platformVersion: "3.4", support: "technology-preview" as const }],
    };
    assert.deepEqual(
      ["3.4.2", "3.5"].map((version) => supportOf(entry, version).support),
      ["technology-preview", "preinstalled"],
    );
  });

  const shown: [string, string][] = [
    ["vLLM NVIDIA GPU ServingRuntime for KServe", "vllm-cuda-runtime"],
    ["vLLM AMD GPU ServingRuntime for KServe", "vllm-rocm-runtime"],
    ["vLLM Intel Gaudi Accelerator ServingRuntime for KServe", "vllm-gaudi-runtime"],
    ["vLLM Spyre AI Accelerator ServingRuntime for KServe", "vllm-spyre-x86-runtime"],
    ["MLServer ServingRuntime for KServe", "mlserver-runtime"],
  ];
  for (const [displayName, name] of shown) {
    /** @covers AC-4, AC-6, AC-10, AC-11, RT-26 */
    it(`knows what the dashboard calls "${displayName}"`, () => {
      assert.equal(nearestServingRuntime(displayName), name);
    });
  }

  it("annotates as the dashboard does", () => {
    const cuda = findServingRuntime("vllm-cuda-runtime")!;
    assert.deepEqual(runtimeAnnotations(cuda, "3.4"), {
      "openshift.io/display-name": "vLLM NVIDIA GPU ServingRuntime for KServe",
      "opendatahub.io/runtime-version": "v0.18.0",
      "opendatahub.io/recommended-accelerators": '["nvidia.com/gpu"]',
    });
    assert.deepEqual(templateAnnotations(cuda), {
      "openshift.io/display-name": "vLLM NVIDIA GPU ServingRuntime for KServe",
      "opendatahub.io/modelServingSupport": '["single"]',
      "opendatahub.io/apiProtocol": "REST",
      "opendatahub.io/model-type": '["generative"]',
    });
    const triton = findServingRuntime("kserve-tritonserver")!;
    assert.deepEqual(runtimeAnnotations(triton), { "serving.kserve.io/server-type": "tritonserver" });
    assert.deepEqual(templateAnnotations(triton), {});
  });

  const misspelt: [string, string | undefined][] = [
    ["vllm-cuda-runtmie", "vllm-cuda-runtime"],
    ["vLLM NVIDIA GPU ServingRuntime for KServe", "vllm-cuda-runtime"],
    ["nothing-like-it", undefined],
  ];
  for (const [name, nearest] of misspelt) {
    it(`answers ${name} with ${nearest ?? "nothing"}`, () => {
      assert.equal(findServingRuntime(name), undefined);
      assert.equal(nearestServingRuntime(name), nearest);
    });
  }
});
