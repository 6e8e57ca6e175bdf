import assert from "node:assert/strict";
import fc from "fast-check";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { evaluate, type EvaluationOptions } from "../../policies/evaluate";
import type { RuleException } from "../../policies/exceptions";
import type { Rule, RuleSubject, Verdict } from "../../policies/rule";
import { rules } from "../../policies/rules";
import * as kinds from "../../policies/world/kinds";
import { buildWorld, type WorldObject } from "../../policies/world/world";
import { changed, granite, graniteRoute, graniteRuntime, inCluster, inStack } from "./rules/granite";

type Services = Rule<WorldObject<typeof kinds.inferenceService.shape & object>>;

/** A rule over services that says what the test wants. */
function rule(check: Services["check"], change: Partial<Rule> = {}): Rule {
  const services: Services = {
    id: "test/rule",
    level: "mandatory",
    title: "Title",
    why: "Why",
    source: "own",
    profile: "minimal",
    subjects: (world) => world.subjects(kinds.inferenceService),
    check,
  };
  return { ...services, ...change };
}

const failing: Verdict = { outcome: "fail", path: "spec", message: "It is wrong.", fix: "Make it right." };
const world = buildWorld(inStack(granite()));

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

  describe("exceptions", () => {
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

  describe("of anything", () => {
    const key = fc.constantFrom(
      "metadata",
      "name",
      "namespace",
      "labels",
      "annotations",
      "spec",
      "predictor",
      "model",
      "args",
      "containers",
      "resources",
      "limits",
      "nvidia.com/gpu",
      "runtime",
      "tolerations",
      "status",
      "allocatable",
      "items",
      "supportedModelFormats",
      "modelFormat",
    );
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(UNKNOWN),
      fc.constantFrom("granite", "1", "vLLM", "nvidia.com/gpu", "--tensor-parallel-size=2"),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    const originals = [granite(), graniteRuntime(), graniteRoute()];
    const kind = fc.constantFrom(
      ...originals.map(({ apiVersion, kind: name }) => ({ apiVersion, kind: name })),
      { apiVersion: "v1", kind: "Node" },
      { apiVersion: "v1", kind: "Pod" },
      { apiVersion: "v1", kind: "List" },
      { apiVersion: "v1", kind: "ConfigMap" },
      { apiVersion: "apps/v1", kind: "DaemonSet" },
      { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" },
      { apiVersion: "serving.kserve.io/v1alpha1", kind: "ClusterServingRuntime" },
      { apiVersion: "infrastructure.opendatahub.io/v1", kind: "HardwareProfile" },
    );
    const made = fc
      .tuple(kind, fc.dictionary(key, value), value)
      .map(([head, body, metadata]) => ({ metadata, ...body, ...head }));

    /** A well-formed object with the value at one of its paths replaced. */
    const damaged = fc.tuple(fc.constantFrom(...originals), fc.nat(), value).map(([original, at, replacement]) => {
      const copy: unknown = structuredClone(original);
      const places: [Record<string, unknown>, string][] = [];
      const visit = (inner: unknown) => {
        if (typeof inner !== "object" || inner === null) return;
        for (const name of Object.keys(inner)) {
          places.push([inner as Record<string, unknown>, name]);
          visit((inner as Record<string, unknown>)[name]);
        }
      };
      visit(copy);
      const [holder, name] = places[at % places.length]!;
      holder[name] = replacement;
      return copy;
    });

    it("never throws", () => {
      const objects = fc.array(fc.oneof(made, damaged, value), { maxLength: 6 });
      fc.assert(
        fc.property(objects, objects, (some, others) => {
          const { findings: found, summary } = evaluate(buildWorld([...inStack(...some), ...inCluster(...others)]), {
            profile: "strict",
          });
          assert.ok(found.every(({ message, fix, rule: id }) => message !== "" && fix !== "" && id !== ""));
          assert.equal(summary.mandatory + summary.advisory + summary.unknown, found.length);
        }),
        { numRuns: 500 },
      );
    });

    it("never throws for one damaged field of a sound stack", () => {
      fc.assert(
        fc.property(damaged, (object) => {
          evaluate(buildWorld(inStack(object, granite(), graniteRuntime())), { profile: "strict" });
        }),
        { numRuns: 500 },
      );
    });
  });

  it("has rules to run", () => {
    assert.ok(rules.length > 0);
  });
});
