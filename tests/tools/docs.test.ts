import assert from "node:assert/strict";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { difference } from "../../tools/docs/difference";
import { readMistakes } from "../../tools/docs/mistakes";
import { rulesPage } from "../../tools/docs/rulesPage";

const rule: Rule = {
  id: "gpu/no-idle-gpus",
  level: "advisory",
  title: "Every GPU is used",
  why: "Idle ones are paid for.",
  source: "kserve/kserve#5773",
  profile: "standard",
  subjects: () => [],
  check: () => [],
};

describe("page of the rules", () => {
  it("says of a rule what it is, why, from where, how to configure it and how it looks broken", () => {
    const mistake = { folder: "idle-gpus", rule: rule.id, program: 'import { a } from "../b";\n\na(1);\n' };
    const page = rulesPage([rule], [mistake]);
    const section = page.slice(page.indexOf("## gpu/no-idle-gpus"));
    assert.equal(
      section,
      [
        "## gpu/no-idle-gpus",
        "**Every GPU is used.**",
        "Idle ones are paid for.",
        "- Level: advisory, from profile standard\n- Policy: `gpu.no-idle-gpus`\n- Source: kserve/kserve#5773",
        "Broken in [examples/broken/idle-gpus](../examples/broken/idle-gpus):",
        "```ts",
        "a(1);",
        "```",
      ].join("\n\n"),
    );
    assert.match(
      page,
      /^\| \[gpu\/no-idle-gpus\]\(#gpuno-idle-gpus\) \| advisory \| standard \| Every GPU is used \|$/m,
    );
  });

  it("has a broken example for every rule", () => {
    const broken = readMistakes().map((mistake) => mistake.rule);
    assert.deepEqual(broken.toSorted(), rules.map(({ id }) => id).toSorted());
  });
});

describe("difference of two texts", () => {
  const cases: [name: string, before: string, after: string, lines: string[]][] = [
    ["a changed line", "a\nb\nc", "a\nx\nc", ["line 2:", "- b", "+ x"]],
    ["an added line", "a\nc", "a\nb\nc", ["line 2:", "+ b"]],
    ["a removed last line", "a\nb", "a", ["line 2:", "- b"]],
    ["a repeated line", "a", "a\na", ["line 2:", "+ a"]],
    [
      "many lines",
      "",
      "1\n2\n3\n4\n5\n6\n7\n8",
      ["line 1:", "- ", ...[1, 2, 3, 4, 5, 6].map((n) => `+ ${n}`), "+ (2 more lines)"],
    ],
  ];
  for (const [name, before, after, lines] of cases) {
    it(`shows ${name}`, () => {
      assert.deepEqual(difference(before, after), lines);
    });
  }
});
