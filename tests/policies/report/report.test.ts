import assert from "node:assert/strict";
import type { Evaluation } from "../../../policies/evaluate";
import { formatJson } from "../../../policies/report/json";
import { formatText } from "../../../policies/report/text";
import type { Finding } from "../../../policies/rule";

const ESCAPE = String.fromCharCode(27);

const tooManyRanks: Finding = {
  rule: "gpu/world-size-le-gpus",
  level: "mandatory",
  outcome: "fail",
  message: "Tensor parallel size 4 x pipeline parallel size 1 = 4 ranks, and the pod has 2 nvidia.com/gpu.",
  fix: "Set --tensor-parallel-size=2.",
  path: "spec.predictor.model.args[1]",
  resource: {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    namespace: "models",
    name: "granite",
  },
  source: { from: "file", file: "manifests/granite.yaml", document: 2 },
};

const noHeadroom: Finding = {
  ...tooManyRanks,
  rule: "rollout/gpu-headroom",
  level: "advisory",
  message: "One slot for two surge pods.",
  path: "spec.predictor.deploymentStrategy",
};
const undecided: Finding = { ...tooManyRanks, rule: "gpu/no-idle-gpus", outcome: "unknown", path: "" };
const clusterScoped: Finding = {
  ...tooManyRanks,
  resource: { apiVersion: "serving.kserve.io/v1alpha1", kind: "ClusterServingRuntime", name: "vllm" },
  source: { from: "inventory" },
};

function evaluation(findings: Finding[]): Evaluation {
  const failed = (level: string) => findings.filter((f) => f.outcome === "fail" && f.level === level).length;
  return {
    findings,
    excepted: [],
    summary: {
      objects: 3,
      rules: 10,
      mandatory: failed("mandatory"),
      advisory: failed("advisory"),
      unknown: findings.filter(({ outcome }) => outcome === "unknown").length,
      excepted: 0,
      expired: 0,
    },
  };
}

describe("text report", () => {
  it("shows a finding whole: resource with its file, level, rule, field, message and fix", () => {
    assert.equal(
      formatText(evaluation([tooManyRanks])),
      `InferenceService models/granite  (manifests/granite.yaml, document 2)
  ✗ mandatory  gpu/world-size-le-gpus
    spec.predictor.model.args[1]
    Tensor parallel size 4 x pipeline parallel size 1 = 4 ranks, and the pod has 2 nvidia.com/gpu.
    Fix: Set --tensor-parallel-size=2.

1 mandatory.  10 rules on 3 objects.
`,
    );
  });

  it("names each resource once and its findings under it", () => {
    const text = formatText(evaluation([tooManyRanks, clusterScoped, noHeadroom, undecided]));
    assert.equal(text.match(/^InferenceService models\/granite/gm)?.length, 1);
    assert.match(text, /^ {2}! advisory {3}rollout\/gpu-headroom$/m);
    assert.match(text, /^ClusterServingRuntime vllm$/m);
    assert.match(text, /^2 mandatory, 1 advisory, 1 undecided\. /m);
  });

  it("marks what cannot be decided as such, and leaves out a field that is not known", () => {
    assert.match(formatText(evaluation([undecided])), /\? undecided {2}gpu\/no-idle-gpus\n {4}Tensor/);
  });

  it("says so when there is nothing to say", () => {
    assert.equal(formatText(evaluation([])), "✓ No findings.  10 rules on 3 objects.\n");
  });

  it("names who accepted a finding, why and until when", () => {
    const exception = {
      rule: "gpu/no-idle-gpus",
      resource: "*",
      reason: "benchmark",
      owner: "ml-platform",
      expires: "2999-01-31",
    };
    const text = formatText({ ...evaluation([]), excepted: [{ finding: undecided, exception }] });
    assert.match(text, /^Accepted until 2999-01-31 by ml-platform: gpu\/no-idle-gpus on .*granite \(benchmark\)$/m);
  });

  it("wraps prose at the width of the terminal and nowhere else", () => {
    const text = formatText(evaluation([tooManyRanks]), { width: 40 });
    const prose = text.split("\n").filter((line) => line.startsWith("    "));
    assert.ok(prose.length > 4);
    assert.ok(prose.every((line) => line.length <= 40));
    assert.equal(
      prose.map((line) => line.trim()).join(" "),
      formatText(evaluation([tooManyRanks]))
        .split("\n")
        .filter((line) => line.startsWith("    "))
        .map((line) => line.trim())
        .join(" "),
    );
  });

  it("colours only when asked", () => {
    assert.ok(!formatText(evaluation([tooManyRanks, undecided])).includes(ESCAPE));
    assert.ok(formatText(evaluation([tooManyRanks]), { color: true }).includes(ESCAPE));
  });
});

describe("JSON report", () => {
  it("has exactly the promised fields, in order", () => {
    const { source, ...finding } = tooManyRanks;
    assert.notEqual(source, undefined);
    const text = formatJson(evaluation([tooManyRanks]));
    assert.ok(text.endsWith("}\n"));
    const report = JSON.parse(text) as { findings: Record<string, unknown>[]; summary: unknown };
    assert.deepEqual(report, { findings: [finding], summary: evaluation([tooManyRanks]).summary });
    assert.deepEqual(Object.keys(report), ["findings", "summary"]);
    const fields = ["rule", "level", "outcome", "message", "fix", "path", "resource"];
    assert.deepEqual(Object.keys(report.findings[0]!), fields);
  });

  it("has no namespace for a cluster-scoped resource", () => {
    const report = JSON.parse(formatJson(evaluation([clusterScoped]))) as { findings: { resource: object }[] };
    assert.deepEqual(Object.keys(report.findings[0]!.resource), ["apiVersion", "kind", "name"]);
  });
});
