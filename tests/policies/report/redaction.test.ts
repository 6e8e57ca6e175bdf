import assert from "node:assert/strict";
import { redact, sensitiveTexts } from "../../../policies/report/redaction";
import type { Evaluation } from "../../../policies/evaluate";

describe("redaction", () => {
  const object = {
    kind: "InferenceService",
    spec: {
      env: [
        { name: "HF_TOKEN", value: "hf_abcdef" },
        { name: "MODE", value: "fast" },
      ],
      args: ["--api-key=k-123456", "--tokenizer=auto", "--ssl-password", "p-123456", "--max-num-batched-tokens=8192"],
    },
  };
  const data = { kind: "Secret", data: { user: "dXNlcg==" }, stringData: { url: "https://a.example" } };
  const source = { from: "inventory" as const };

  it("knows credentials by the name of their variable, flag or kind", () => {
    const texts = sensitiveTexts([
      { object, source },
      { object: data, source },
    ]);
    assert.deepEqual(texts.sort(), ["dXNlcg==", "hf_abcdef", "https://a.example", "k-123456", "p-123456", "user"]);
  });

  for (const [kind, item] of [
    ["List", data],
    ["SecretList", { data: data.data, stringData: data.stringData }],
  ] as const) {
    it(`looks into the Secrets of a ${kind}, as kubectl get prints them`, () => {
      const texts = sensitiveTexts([{ object: { apiVersion: "v1", kind, items: [item] }, source }]);
      assert.deepEqual(texts.sort(), ["dXNlcg==", "https://a.example", "user"]);
    });
  }

  it("replaces them in all that a finding says, but never a count", () => {
    const finding = {
      rule: "gpu/no-idle-gpus",
      level: "mandatory" as const,
      outcome: "fail" as const,
      message: "--api-key=k-123456-b and k-123456 of 8192",
      fix: "drop k-123456",
      path: "spec.args[0]",
      resource: { apiVersion: "v1", kind: "Pod", name: "a" },
    };
    const summary: Evaluation["summary"] = {
      objects: 1,
      rules: 1,
      mandatory: 1,
      advisory: 0,
      unknown: 0,
      excepted: 0,
      expired: 0,
    };
    const evaluation: Evaluation = { findings: [finding], excepted: [], summary };
    assert.deepEqual(redact(evaluation, ["k-123456", "k-123456-b", "8192", "true"]), {
      findings: [{ ...finding, message: "--api-key=[secret] and [secret] of 8192", fix: "drop [secret]" }],
      excepted: [],
      summary,
    });
  });
});
