/** Runs one rule over a table of cases, each a handful of objects and what the rule says of them. */
import assert from "node:assert/strict";
import { evaluate } from "../../../policies/evaluate";
import type { Finding, Rule } from "../../../policies/rule";
import { buildWorld, type SourcedObject } from "../../../policies/world/world";

/** What is expected of a finding; texts are parts of the message or the fix. */
export interface Expected {
  outcome?: "fail" | "unknown";
  level?: "mandatory" | "advisory";
  /** `Kind/name`. */
  resource?: string;
  path?: string;
  says?: (string | RegExp)[];
  fix?: string | RegExp;
}

export interface Case {
  name: string;
  objects: SourcedObject[];
  /** Missing: the rule says nothing. */
  finding?: Expected;
}

export function table(rule: Rule, cases: Case[]): void {
  describe(rule.id, () => {
    for (const { name, objects, finding } of cases) {
      it(`${finding === undefined ? "accepts" : (finding.outcome ?? "fail")}: ${name}`, () => {
        const { findings } = evaluate(buildWorld(objects), { profile: "strict", rules: [rule] });
        if (finding === undefined) assert.deepEqual(findings, []);
        else {
          assert.equal(findings.length, 1, `one finding expected, got ${JSON.stringify(findings, null, 2)}`);
          for (const found of findings) expectFinding(found, finding);
        }
      });
    }
  });
}

function expectFinding(found: Finding, expected: Expected): void {
  const { outcome = "fail", level, resource, path, says = [], fix } = expected;
  assert.equal(found.outcome, outcome, found.message);
  if (level !== undefined) assert.equal(found.level, level, found.message);
  if (resource !== undefined) assert.equal(`${found.resource.kind}/${found.resource.name}`, resource);
  if (path !== undefined) assert.equal(found.path, path);
  for (const part of says) expectText(found.message, part);
  if (fix !== undefined) expectText(found.fix, fix);
  assert.ok(found.message.length > 20 && found.fix.length > 10, "a finding explains itself");
}

function expectText(text: string, part: string | RegExp): void {
  if (typeof part === "string") assert.ok(text.includes(part), `expected "${part}" in: ${text}`);
  else assert.match(text, part);
}
