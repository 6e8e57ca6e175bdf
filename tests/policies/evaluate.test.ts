import assert from "node:assert/strict";
import { evaluate, type EvaluationOptions } from "../../policies/evaluate";
import type { Rule, RuleSubject, Verdict } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { buildWorld } from "../../policies/world/world";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { failing, rule, world } from "./evaluations";
import { changed, granite, graniteRuntime, inStack } from "./rules/granite";

function findings(options: EvaluationOptions, objects = world) {
  return evaluate(objects, options).findings;
}

describe("evaluation", () => {
  it("turns a verdict into a finding about its subject, with the source", () => {
    assert.deepEqual(findings({ rules: [rule(() => [failing])] }), [
      {
        rule: "test/rule",
        level: "mandatory",
        outcome: "fail",
        message: "It is wrong.",
        fix: "Make it right.",
        path: "spec",
        resource: {
          apiVersion: "serving.kserve.io/v1beta1",
          kind: "InferenceService",
          namespace: "models",
          name: "granite",
        },
        source: { from: "stack", urn: "urn:pulumi:test::p::t::o0" },
      },
    ]);
  });

  it("points at another object where the verdict does", () => {
    const both = buildWorld(inStack(granite(), graniteRuntime()));
    const resource = both.judged[1]!.ref;
    const [finding] = findings({ rules: [rule(() => [{ ...failing, resource }])] }, both);
    assert.deepEqual(
      [finding?.resource, finding?.source],
      [resource, { from: "stack", urn: "urn:pulumi:test::p::t::o1" }],
    );
  });

  it("counts", () => {
    const advisory: Verdict = { ...failing, level: "advisory" };
    const { summary } = evaluate(
      buildWorld(
        inStack(
          granite(),
          changed(granite(), ({ metadata }) => (metadata.name = "other")),
        ),
      ),
      {
        rules: [
          rule(() => [failing, advisory]),
          rule(() => [{ ...failing, outcome: "unknown" }], { id: "test/unknown" }),
          rule(() => undefined, { id: "test/silent" }),
        ],
      },
    );
    assert.deepEqual(summary, { objects: 2, rules: 3, mandatory: 2, advisory: 2, unknown: 2, excepted: 0, expired: 0 });
  });

  it("does not count objects to which no rule applies", () => {
    assert.equal(evaluate(world, { rules: [rule(() => undefined)] }).summary.objects, 0);
    assert.equal(evaluate(world, { rules: [rule(() => [])] }).summary.objects, 1);
  });

  it("sorts by level, resource, rule and path, however the input is ordered", () => {
    const objects = ["b", "a"].map((name) => changed(granite(), ({ metadata }) => (metadata.name = name)));
    const some = [
      rule(() => [{ ...failing, level: "advisory" }], { id: "test/z" }),
      rule(
        () => [
          { ...failing, path: "y" },
          { ...failing, path: "x" },
        ],
        { id: "test/y" },
      ),
      rule(() => [failing], { id: "test/x" }),
    ];
    const order = (list: Rule[], given: unknown[]) =>
      findings({ rules: list }, buildWorld(inStack(...given))).map(
        (f) => `${f.level} ${f.resource.name} ${f.rule} ${f.path}`,
      );
    assert.deepEqual(order(some, objects), [
      "mandatory a test/x spec",
      "mandatory a test/y x",
      "mandatory a test/y y",
      "mandatory b test/x spec",
      "mandatory b test/y x",
      "mandatory b test/y y",
      "advisory a test/z spec",
      "advisory b test/z spec",
    ]);
    assert.deepEqual(order(some.toReversed(), objects.toReversed()), order(some, objects));
  });

  it("says of an unknown value which one it is", () => {
    const unknown = buildWorld(
      inStack(changed(granite(), ({ spec }) => Object.assign(spec.predictor, { model: UNKNOWN }))),
    );
    const reads = rule((subject) => [{ ...failing, message: subject.object.spec.predictor.model?.runtime ?? "none" }]);
    const [finding, ...more] = findings({ rules: [reads] }, unknown);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [finding?.outcome, finding?.level, finding?.path],
      ["unknown", "mandatory", "spec.predictor.model"],
    );
    assert.match(
      finding!.message,
      /spec\.predictor\.model of InferenceService models\/granite is known only after apply/,
    );
  });

  it("lets the subject translate the path of an unknown value", () => {
    const place = { resource: { apiVersion: "v1", kind: "Pod", name: "p" }, path: "there" };
    const subject: RuleSubject = { ...world.judged[0]!, locate: () => place };
    const reads = rule(() => undefined, {
      subjects: () => [subject],
      check: () => {
        throw new (class extends Error {
          override name = "no unknown";
        })();
      },
    });
    assert.equal(findings({ rules: [reads] })[0]?.path, "");
    const unknown = {
      ...reads,
      check: () =>
        [...buildWorld(inStack({ ...granite(), spec: UNKNOWN })).judged].map(({ object }) => ({
          ...failing,
          message: String((object as { spec?: unknown }).spec),
        })),
    };
    assert.deepEqual(
      findings({ rules: [unknown] }).map(({ path, resource }) => ({ resource, path })),
      [place],
    );
  });

  describe("of a rule that breaks", () => {
    const broken = rule(() => {
      throw new TypeError("x is not a function");
    });

    it("says so and goes on", () => {
      const [first, second] = findings({ rules: [broken, rule(() => [failing], { id: "test/z" })] });
      assert.deepEqual([first?.outcome, first?.rule], ["unknown", "test/rule"]);
      assert.match(first!.message, /could not read this object \(TypeError: x is not a function\)/);
      assert.match(first!.fix, /report/);
      assert.equal(second?.outcome, "fail");
    });

    it("fails in the strict profile", () => {
      assert.deepEqual(
        findings({ rules: [broken], profile: "strict" }).map(({ outcome, level }) => [outcome, level]),
        [["fail", "mandatory"]],
      );
    });

    it("says so once when it cannot even name its subjects", () => {
      const lost = rule(() => [], {
        subjects: () => {
          throw new Error("no subjects");
        },
      });
      assert.match(findings({ rules: [lost] })[0]!.message, /no subjects/);
      assert.deepEqual(findings({ rules: [lost] }, buildWorld([])), []);
    });
  });

  describe("levels and profiles", () => {
    it("run the rules of a profile and those below", () => {
      const all = (["minimal", "standard", "strict"] as const).map((profile) =>
        rule(() => [failing], { id: `test/${profile}`, profile }),
      );
      const ids = (options: EvaluationOptions) => findings({ rules: all, ...options }).map((f) => f.rule);
      assert.deepEqual(ids({ profile: "minimal" }), ["test/minimal"]);
      assert.deepEqual(ids({}), ["test/minimal", "test/standard"]);
      assert.deepEqual(ids({ profile: "strict" }), ["test/minimal", "test/standard", "test/strict"]);
    });

    const levels: [string, Partial<Rule>, Verdict, EvaluationOptions["levels"], string | undefined][] = [
      ["the rule's own", {}, failing, {}, "mandatory"],
      ["a verdict lowers", {}, { ...failing, level: "advisory" }, {}, "advisory"],
      ["a verdict does not raise", { level: "advisory" }, { ...failing, level: "mandatory" }, {}, "advisory"],
      ["an override lowers", {}, failing, { "test/rule": "advisory" }, "advisory"],
      ["an override raises", { level: "advisory" }, failing, { "test/rule": "mandatory" }, "mandatory"],
      [
        "an override does not raise a lowered verdict",
        {},
        { ...failing, level: "advisory" },
        { "test/rule": "mandatory" },
        "advisory",
      ],
      ["an override disables", {}, failing, { "test/rule": "disabled" }, undefined],
    ];
    for (const [name, change, verdict, override, expected] of levels) {
      it(name, () => {
        const [finding] = findings({ rules: [rule(() => [verdict], change)], levels: override ?? {} });
        assert.equal(finding?.level, expected);
      });
    }

    it("does not count a disabled rule", () => {
      assert.equal(
        evaluate(world, { rules: [rule(() => [failing])], levels: { "test/rule": "disabled" } }).summary.rules,
        0,
      );
    });
  });

  it("has rules to run", () => {
    assert.ok(rules.length > 0);
  });
});
