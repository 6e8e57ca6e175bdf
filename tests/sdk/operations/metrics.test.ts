import assert from "node:assert/strict";
import { emptyGraphs } from "../../../sdk/operations/diagnosis/metrics";
import { whyNoSuggestion, type SuggestionQuestion } from "../../../sdk/operations/diagnosis/suggestion";
import { configMap, dashboardConfig, profile, runtime, service, serving, template } from "./objects";

const monitored = configMap("cluster-monitoring-config", { data: { "config.yaml": "enableUserWorkload: true\n" } });
const granite = service("granite", {
  spec: serving("vllm"),
  status: { address: { url: "http://granite.models:8080" } },
});
const scraped = runtime("vllm", { spec: { annotations: { "prometheus.io/port": "8080" } } });

/** @covers TR-11 */
describe("empty graphs", () => {
  it("reports all causes in the order in which one looks", () => {
    const hidden = dashboardConfig("odh-dashboard-config", {
      spec: { dashboardConfig: { disableKServeMetrics: true } },
    });
    const bare = runtime("vllm", { annotations: { "prometheus.io/port": "8080" }, spec: {} });
    const off = configMap("cluster-monitoring-config", { data: { "config.yaml": "enableUserWorkload: false\n" } });
    const found = emptyGraphs([granite, bare, hidden, off]);
    assert.deepEqual(
      found.map(({ subject, evidence }) => [subject, evidence]),
      [
        ["ConfigMap openshift-monitoring/cluster-monitoring-config", "it does not say enableUserWorkload: true"],
        ["OdhDashboardConfig redhat-ods-applications/odh-dashboard-config", "disableKServeMetrics: true"],
        [
          "InferenceService models/granite",
          "ServingRuntime models/vllm has no prometheus.io/port in spec.annotations, but in metadata.annotations",
        ],
        ["InferenceService models/granite", "cannot be seen from here"],
      ],
    );
    assert.match(found[2]!.wayOut, /move the annotations to spec\.annotations/);
  });

  it("is left with the first request where all else is in order", () => {
    const shown = dashboardConfig("odh-dashboard-config", {
      spec: { dashboardConfig: { disableKServeMetrics: false } },
    });
    const found = emptyGraphs([granite, scraped, monitored, shown]);
    assert.equal(found.length, 1);
    assert.match(found[0]!.wayOut, /one request to http:\/\/granite\.models:8080/);
  });

  it("takes a missing ConfigMap for monitoring that is off", () => {
    assert.equal(emptyGraphs([])[0]?.evidence, "there is none");
  });
});

/** @covers TR-10 */
describe("no suggested runtime", () => {
  const gpu = profile("gpu", {
    spec: { identifiers: [{ identifier: "nvidia.com/gpu", resourceType: "Accelerator" }] },
  });
  const small = profile("small", { spec: { identifiers: [{ identifier: "cpu", resourceType: "CPU" }] } });
  const ready = (name: string, accelerator: string, types = '["generative"]', format = "vLLM"): object =>
    template(`${name}-template`, {
      annotations: { "opendatahub.io/model-type": types },
      objects: [
        runtime(name, {
          annotations: { "opendatahub.io/recommended-accelerators": JSON.stringify([accelerator]) },
          spec: { supportedModelFormats: [{ name: format, version: "1" }] },
        }),
      ],
    });
  const objects = [
    gpu,
    small,
    ready("vllm-cuda", "nvidia.com/gpu"),
    ready("vllm-rocm", "amd.com/gpu"),
    ready("ovms", "nvidia.com/gpu", '["predictive"]', "onnx"),
  ];
  const on = (name: string): { namespace: string; name: string } => ({ namespace: "redhat-ods-applications", name });
  const cases: [
    name: string,
    question: SuggestionQuestion,
    more: object[],
    reason: string | undefined,
    explanation: string,
    candidates: string[],
  ][] = [
    [
      "is none where a single runtime matches",
      { modelType: "generative", profile: on("gpu") },
      [],
      undefined,
      "vllm-cuda is the only match, so it is suggested",
      ["vllm-cuda"],
    ],
    [
      "is none where a project has a copy of the only match",
      { modelType: "generative", profile: on("gpu") },
      [runtime("vllm-cuda", { annotations: { "opendatahub.io/recommended-accelerators": '["nvidia.com/gpu"]' } })],
      undefined,
      "vllm-cuda is the only match, so it is suggested",
      ["vllm-cuda"],
    ],
    [
      "is for lack of an accelerator in the profile",
      { modelType: "generative", profile: on("small") },
      [],
      "AS-3",
      "several runtimes fit: vllm-cuda, vllm-rocm; no hardware profile with an accelerator tells them apart",
      ["vllm-cuda", "vllm-rocm"],
    ],
    [
      "is for lack of a format",
      { modelType: "predictive", profile: on("gpu") },
      [],
      "AS-4",
      "a predictive model needs its format before a runtime can be suggested",
      ["ovms"],
    ],
    [
      "is for several matches",
      { modelType: "generative", profile: on("gpu") },
      [ready("vllm-mine", "nvidia.com/gpu", "[]")],
      "AS-5",
      "several runtimes fit: vllm-cuda, vllm-mine; name one",
      ["vllm-cuda", "vllm-mine"],
    ],
    [
      "is for no match of the version",
      { modelType: "predictive", format: { name: "onnx", version: "2" }, profile: on("gpu") },
      [],
      "AS-5",
      'no runtime lists the format "onnx 2"',
      ["ovms"],
    ],
  ];
  for (const [name, question, more, reason, explanation, candidates] of cases) {
    it(name, () => {
      const answer = whyNoSuggestion(question, [...objects, ...more]);
      assert.deepEqual([answer.reason, answer.explanation, answer.candidates], [reason, explanation, candidates]);
    });
  }
});
