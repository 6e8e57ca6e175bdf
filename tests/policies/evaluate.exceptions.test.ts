import assert from "node:assert/strict";
import { evaluate, type EvaluationOptions } from "../../policies/evaluate";
import type { RuleException } from "../../policies/exceptions";
import { failing, rule, world } from "./evaluations";

describe("exceptions of an evaluation", () => {
  const today = new Date("2026-06-15T12:00:00Z");
  const exception: RuleException = {
    rule: "test/rule",
    resource: "InferenceService/models/granite",
    reason: "being replaced",
    owner: "ml-platform",
    expires: "2026-06-30",
  };
  const run = (change: Partial<RuleException>) =>
    evaluate(world, { rules: [rule(() => [failing])], exceptions: [{ ...exception, ...change }], today });

  it("set a finding aside, and count it", () => {
    const { findings: left, excepted, summary } = run({});
    assert.deepEqual(left, []);
    assert.deepEqual(
      excepted.map(({ finding, exception: { owner } }) => [finding.message, owner]),
      [["It is wrong.", "ml-platform"]],
    );
    assert.deepEqual([summary.mandatory, summary.excepted, summary.expired], [0, 1, 0]);
  });

  const matching: [string, Partial<RuleException>, number][] = [
    ["any name by *", { resource: "InferenceService/models/gran*" }, 1],
    ["everything", { resource: "*" }, 1],
    ["another name", { resource: "InferenceService/models/gran" }, 0],
    ["another kind", { resource: "ServingRuntime/models/granite" }, 0],
    ["no regular expressions", { resource: "InferenceService/models/.ranite" }, 0],
    ["the last day", { expires: "2026-06-15" }, 1],
    ["the day after the last", { expires: "2026-06-14" }, 0],
  ];
  for (const [name, change, count] of matching) {
    it(`apply to ${name}: ${count === 1 ? "yes" : "no"}`, () => {
      assert.equal(run(change).excepted.length, count);
    });
  }

  it("that expired are said and counted, and hide nothing", () => {
    const { findings: left, summary } = run({ expires: "2026-01-31" });
    assert.equal(
      left[0]?.message,
      'It is wrong. The exception by ml-platform ("being replaced") expired on 2026-01-31.',
    );
    assert.deepEqual([summary.mandatory, summary.excepted, summary.expired], [1, 0, 1]);
  });

  it("that hold win over expired ones", () => {
    const exceptions = [{ ...exception, expires: "2026-01-31" }, exception];
    assert.equal(evaluate(world, { rules: [rule(() => [failing])], exceptions, today }).summary.excepted, 1);
  });

  it("are refused with all mistakes at once", () => {
    const options: EvaluationOptions = {
      levels: { "gpu/no-idle-gpu": "advisory" },
      exceptions: [
        { ...exception, rule: "expose/no-second-rout", owner: " ", expires: "2026-02-31" },
        { ...exception, rule: "expose/no-second-route", expires: "" },
        { ...exception, rule: "nonsense", expires: "tomorrow" },
      ],
    };
    assert.throws(
      () => evaluate(world, options),
      (error: Error) => {
        const lines = error.message.split("\n");
        assert.ok(
          lines.includes('levels: there is no rule "gpu/no-idle-gpu"; did you mean "gpu/no-idle-gpus"?'),
          error.message,
        );
        assert.ok(lines.includes("exceptions[0]: owner is empty"));
        assert.ok(
          lines.includes(
            'exceptions[0].rule: there is no rule "expose/no-second-rout"; did you mean "expose/no-second-route"?',
          ),
        );
        assert.ok(lines.includes("exceptions[0]: expires must be a date like 2026-12-31"));
        assert.ok(lines.includes("exceptions[1]: expires is empty"));
        assert.ok(lines.includes("exceptions[2]: expires must be a date like 2026-12-31"));
        assert.ok(
          lines.some((line) => line.startsWith('exceptions[2].rule: there is no rule "nonsense"; known rules: ')),
        );
        return true;
      },
    );
  });
});
