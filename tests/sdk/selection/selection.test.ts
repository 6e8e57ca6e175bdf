import assert from "node:assert/strict";
import type { HardwareIdentifier } from "../../../sdk/kubernetes/hardwareProfile";
import type { SupportedModelFormat } from "../../../sdk/kubernetes/kserve";
import type { Runtime } from "../../../sdk/pod/runtime";
import { compareSelections, controllerChoice } from "../../../sdk/selection/controllerChoice";
import { candidatesOf, knownAmbiguities } from "../../../sdk/selection/knownAmbiguities";
import {
  offeredRuntimes,
  suggestRuntime,
  type RuntimeRequest,
  type RuntimeSuggestion,
} from "../../../sdk/selection/suggestRuntime";

function identifier(
  name: string,
  resourceType: HardwareIdentifier["resourceType"] = "Accelerator",
): HardwareIdentifier {
  return { displayName: name, identifier: name, minCount: 1, defaultCount: 1, resourceType };
}

const CPU = [identifier("cpu", "CPU"), identifier("memory", "Memory")];
const on = (accelerator: string): HardwareIdentifier[] => [...CPU, identifier(accelerator)];

function words(suggestion: RuntimeSuggestion): string {
  if (suggestion.outcome === "runtime") return `${suggestion.runtime} (${suggestion.because})`;
  if (suggestion.outcome === "llm-inference-service") return suggestion.outcome;
  return `${suggestion.reason}: ${suggestion.candidates.join(" ")}`;
}

describe("suggestion of a runtime", () => {
  const generative = { modelType: "generative" } as const;
  const predictive = { modelType: "predictive" } as const;
  const vllm =
    "vllm-cuda-runtime vllm-rocm-runtime vllm-gaudi-runtime vllm-cpu-x86-runtime vllm-cpu-runtime vllm-spyre-x86-runtime vllm-spyre-s390x-runtime vllm-spyre-ppc64le-runtime";
  const cases: [string, RuntimeRequest, string][] = [
    ["an NVIDIA profile", { ...generative, profile: on("nvidia.com/gpu") }, "vllm-cuda-runtime (only-match)"],
    ["an AMD profile", { ...generative, profile: on("amd.com/gpu") }, "vllm-rocm-runtime (only-match)"],
    ["a Gaudi profile", { ...generative, profile: on("habana.ai/gaudi") }, "vllm-gaudi-runtime (only-match)"],
    ["no profile", generative, `no-profile: ${vllm}`],
    ["a profile of CPUs, which filters nothing", { ...generative, profile: CPU }, `several: ${vllm}`],
    ["a device of no runtime", { ...generative, profile: on("example.com/npu") }, `no-match: ${vllm}`],
    [
      "a predictive model without a format",
      { ...predictive, profile: on("nvidia.com/gpu") },
      "no-format: kserve-ovms mlserver-cuda-runtime guardrails-detector-huggingface-runtime",
    ],
    [
      "a format of one runtime, in any version",
      { ...predictive, format: { name: "sklearn" } },
      "mlserver-runtime (only-match)",
    ],
    [
      "a format in one version",
      { ...predictive, format: { name: "xgboost", version: "2" } },
      "mlserver-runtime (only-match)",
    ],
    [
      "a format of several, without a profile",
      { ...predictive, format: { name: "onnx", version: "1" } },
      "no-profile: kserve-ovms mlserver-runtime mlserver-cuda-runtime",
    ],
    [
      "a named runtime, whatever else is said",
      { ...generative, runtime: "vllm-cpu-runtime", profile: on("nvidia.com/gpu"), distributedByDefault: true },
      "vllm-cpu-runtime (named)",
    ],
    ["llm-d by default", { ...generative, distributedByDefault: true }, "llm-inference-service"],
    [
      "llm-d by default, for a predictive model",
      { ...predictive, distributedByDefault: true, format: { name: "lightgbm" } },
      "mlserver-runtime (only-match)",
    ],
  ];
  for (const [what, request, expected] of cases) {
    /** @covers AS-1, AS-2, AS-3, AS-4, AS-5, AS-6, AS-7 */
    it(`for ${what}: ${expected.slice(0, 60)}`, () => {
      assert.equal(words(suggestRuntime(request)), expected);
    });
  }

  it("offers what a release brings, and nothing that it no longer has", () => {
    const names = (version?: string) => offeredRuntimes(version).map(({ name }) => name);
    assert.ok(!names("3.0").includes("vllm-cpu-x86-runtime"));
    assert.ok(names("3.4").includes("vllm-cpu-x86-runtime"));
    assert.ok(!names("3.4").includes("autogluon-runtime"));
    assert.ok(names("2.20").includes("vllm-cuda-runtime"));
    assert.ok(names("3.0").includes("caikit-tgis-runtime"));
    assert.ok(!names("3.1").includes("caikit-tgis-runtime"));
    assert.ok(!names().some((name) => name.startsWith("caikit") || name === "vllm-multinode-runtime"));
  });

  /** @covers AS-11 */
  it("has several candidates for every request that is known to be ambiguous", () => {
    assert.deepEqual(
      knownAmbiguities.map((one) => [one.what, candidatesOf(one).length]),
      [
        ["a generative model on a profile of CPUs", 8],
        ["an ONNX model", 3],
        ["a generative model on IBM Spyre of x86 or ppc64le", 2],
      ],
    );
  });
});

describe("choice of the controller", () => {
  function runtime(
    name: string,
    format: Partial<SupportedModelFormat>,
    accelerator?: string,
    created = "2026-01-01",
  ): Runtime {
    return {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "ServingRuntime",
      metadata: {
        name,
        namespace: "models",
        creationTimestamp: `${created}T00:00:00Z`,
        annotations:
          accelerator === undefined ? {} : { "opendatahub.io/recommended-accelerators": `["${accelerator}"]` },
      },
      spec: { containers: [], supportedModelFormats: [{ name: "vLLM", autoSelect: true, ...format }] },
    } as Runtime;
  }
  const service = { namespace: "models", format: { name: "vLLM" } };
  const request = { modelType: "generative", profile: on("nvidia.com/gpu") } as const;

  /** @covers AS-9 */
  it("goes by priority, and then by age, which is a tie", () => {
    const [old, young, best] = [
      runtime("old", { priority: 1 }),
      runtime("young", { priority: 1 }, undefined, "2026-05-01"),
      runtime("best", { priority: 2 }),
    ];
    assert.deepEqual(controllerChoice(service, [old, young]), {
      runtime: "young",
      candidates: ["young", "old"],
      ties: ["old"],
    });
    assert.deepEqual(controllerChoice(service, [old, best, young]).ties, []);
    const ofCluster = { ...runtime("shared", { priority: 1 }), kind: "ClusterServingRuntime" } as Runtime;
    assert.deepEqual(controllerChoice(service, [old, ofCluster]), {
      runtime: "old",
      candidates: ["old", "shared"],
      ties: [],
    });
    assert.deepEqual(controllerChoice(service, [runtime("off", { autoSelect: false })]), { candidates: [], ties: [] });
  });

  /** @covers AS-9 */
  it("may be another than the dashboard's, which knows the accelerator and ignores autoSelect", () => {
    const cuda = runtime("cuda", {}, "nvidia.com/gpu");
    const rocm = runtime("rocm", {}, "amd.com/gpu", "2026-05-01");
    assert.deepEqual(compareSelections(service, request, [cuda, rocm]).problems, [
      "KServe takes rocm, but only because it is the youngest: cuda fits as well; name the runtime",
      "the dashboard suggests cuda, KServe takes rocm; name the runtime",
    ]);
    const gaudi = runtime("gaudi", { autoSelect: false }, "habana.ai/gaudi");
    const onGaudi = { modelType: "generative", profile: on("habana.ai/gaudi") } as const;
    assert.deepEqual(compareSelections(service, onGaudi, [gaudi]).problems, [
      "the dashboard suggests gaudi, KServe takes none; name the runtime",
    ]);
    assert.deepEqual(compareSelections(service, request, [cuda]).problems, []);
    assert.equal(compareSelections(service, request, [cuda]).agree, true);
  });

  it("sees no runtime of another namespace", () => {
    const foreign = { ...runtime("cuda", {}, "nvidia.com/gpu"), metadata: { name: "cuda", namespace: "other" } };
    const { dashboard, controller } = compareSelections(service, request, [foreign]);
    assert.deepEqual([dashboard.outcome, controller.candidates], ["none", []]);
  });
});
