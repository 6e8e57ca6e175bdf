import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { rules } from "../../../policies/rules";

/** The compiled rules beside these compiled tests. */
const folder = path.join(path.dirname(require.resolve("../../../policies/rules")));

function files(): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js") && file.includes(path.sep))
    .map((file) => file.slice(0, -".js".length).split(path.sep).join("/"))
    .sort();
}

describe("metadata of rules", () => {
  it("ids are the names of the files, one rule a file", () => {
    assert.deepEqual(rules.map(({ id }) => id).sort(), files());
  });

  it("no id is used twice", () => {
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  });

  for (const rule of rules) {
    describe(rule.id, () => {
      it("is named area/what-should-hold", () => {
        assert.match(rule.id, /^[a-z]+\/[a-z]+(-[a-z]+)+$/);
      });

      it("has a title in one sentence without a full stop", () => {
        assert.match(rule.title, /^[A-Z]/);
        assert.doesNotMatch(rule.title, /\.$|\. /);
        assert.ok(rule.title.length > 20 && rule.title.length < 140, rule.title);
      });

      it("says why in whole sentences", () => {
        assert.match(rule.why, /^[A-Z].*\.("|$)/s);
        assert.ok(rule.why.length > 80);
      });

      it("names what it rests on", () => {
        assert.match(rule.source, /[a-z-]+\/[\w.-]+/);
      });

      it("belongs to a level and a profile, mandatory ones never to strict alone", () => {
        assert.ok(["mandatory", "advisory"].includes(rule.level));
        assert.ok(["minimal", "standard", "strict"].includes(rule.profile));
        if (rule.level === "mandatory") assert.notEqual(rule.profile, "strict");
      });
    });
  }
});
