import assert from "node:assert/strict";
import * as fc from "fast-check";
import { childName } from "../../../../sdk/pod/llm/childName";
import { executeTemplate, type Value } from "../../../../sdk/pod/llm/goTemplate";

const FIELDS: Readonly<Record<string, Value>> = {
  Name: { kind: "value", text: "granite", truth: true },
  Two: { kind: "value", text: "2", truth: true },
  Unset: { kind: "value", text: "<nil>", truth: false },
  Quote: { kind: "value", text: 'a"b', truth: true },
  Later: { kind: "unknown" },
  Gone: { kind: "failed", message: "nil pointer" },
};
const scope = (path: readonly string[]): Value => FIELDS[path.join(".")] ?? { kind: "unknown" };
const execute = (template: string): string => {
  const result = executeTemplate(template, scope);
  if (result.kind === "failed") return `failed: ${result.message}`;
  return result.kind === "unknown" ? "unknown" : result.text;
};

describe("Go templates of presets", () => {
  const cases: [template: string, result: string | RegExp][] = [
    ["plain }} text", "plain }} text"],
    ["{{ .Name }}-{{.Name}}", "granite-granite"],
    ["a  {{- .Name -}}  b", "agraniteb"],
    ["a\n{{- .Name }}", "a\ngranite"],
    ["{{ ChildName .Name `-epp` }}", "granite-epp"],
    ["{{ or .Unset 5 }} {{ or .Two 5 }}", "5 2"],
    ["{{ if .Two }}--tp {{ .Two }}{{ else }}none{{ end }}.", "--tp 2."],
    ["{{ if .Unset }}--tp {{ .Gone }}{{ else }}none{{ end }}.", "none."],
    ["{{ if .Two }}{{ if .Unset }}a{{ end }}b{{ end }}c", "bc"],
    ["x \\\n  {{- if .Two -}}--flag{{- end }} \\", "x \\\n--flag \\"],
    ["{{/* said */}}x", "x"],
    ["{{ .Unset }}", "<nil>"],
    ["{{ .Later }}", "unknown"],
    ["{{ len .Name }}", "unknown"],
    ["{{ if .Unset }}{{ len .Name }}{{ end }}x", "x"],
    ["{{ .Gone }}", "failed: nil pointer"],
    ['{{ ChildName .Name "-x" }}', /^failed: failed to parse .*unexpected character/],
    ["{{ .Name", /^failed: failed to parse .*unclosed action/],
    ["{{ if .Name }}x", /^failed: failed to parse .*\{\{end}} is missing/],
    ["x{{ end }}", /^failed: failed to parse .*unexpected \{\{end}}/],
    ["{{ .Quote }}", /^failed: failed to unmarshal .*breaks the JSON/],
  ];
  for (const [template, result] of cases) {
    it(JSON.stringify(template), () => {
      if (typeof result === "string") assert.equal(execute(template), result);
      else assert.match(execute(template), result);
    });
  }
});

describe("names of children", () => {
  const long = "a-service-whose-name-is-longer-than-what-is-left-of-63";
  const cases: [parent: string, suffix: string, name: string][] = [
    ["granite", "-kserve", "granite-kserve"],
    ["x".repeat(56), "-kserve", `${"x".repeat(56)}-kserve`],
    // From the recorded answers of the controller.
    [
      "case-3-with-a-name-that-is-longer-than-most",
      "-kserve-router-scheduler",
      "case-3-6f01c57edc8f6c9f0cbd5d41a4c158ad-kserve-router-scheduler",
    ],
  ];
  for (const [parent, suffix, name] of cases) {
    it(`${parent}${suffix}`, () => {
      assert.equal(childName(parent, suffix), name);
    });
  }

  it("fit into 63 characters and differ where their parents do", () => {
    const suffix = fc.constantFrom(
      "-kserve",
      "-kserve-self-signed-certs",
      "-a-suffix-that-is-longer-than-31-characters",
    );
    fc.assert(
      fc.property(suffix, fc.constantFrom("a", "b"), (end, last) => {
        const name = childName(`${long}${last}`, end);
        assert.ok(name.length <= 63 && /[a-z0-9]$/.test(name), name);
        assert.notEqual(name, childName(`${long}c`, end));
      }),
    );
  });
});
