import assert from "node:assert/strict";
import { readTags } from "../../tools/docs/coverage/files";
import { coverageOf, coverageProblems, withoutDone } from "../../tools/docs/coverage/judge";
import { coveragePage } from "../../tools/docs/coverage/page";
import { readRequirements, type Requirements } from "../../tools/docs/coverage/requirements";
import { tagsOf, type Tags } from "../../tools/docs/coverage/tags";

const lines = (...text: string[]): string => text.join("\n");
const tag = (id: string, path: string, name = "x"): { id: string; path: string; name: string } => ({ id, path, name });

describe("tags of requirements", () => {
  it("names the declaration below the comment", () => {
    const text = lines(
      "/**",
      " * A bucket.",
      " * @requirement ST-4, ST-5",
      " */",
      "export async function bucket() {}",
      "/** @requirement ST-6 */",
      "export const key = 1;",
      "/** The whole file. @see ST-9",
      " * @requirement ST-7 */",
      'import { a } from "a";',
    );
    assert.deepEqual(tagsOf("sdk/bucket.ts", text), {
      places: [
        tag("ST-4", "sdk/bucket.ts", "bucket"),
        tag("ST-5", "sdk/bucket.ts", "bucket"),
        tag("ST-6", "sdk/bucket.ts", "key"),
        tag("ST-7", "sdk/bucket.ts", "bucket.ts"),
      ],
      tests: [],
      problems: [],
    });
  });

  it("names the test below the comment, at any depth and in a loop", () => {
    const text = lines(
      "/** @covers ST-4 */",
      'describe("bucket", () => {',
      "  // @covers ST-5",
      "  for (const one of all) {",
      "    it(`keeps ${one}`, () => {});",
      "  }",
      "/** @covers ST-7 */",
      "table(bucketIsPrivate, [",
      "  /** @covers ST-6 */",
      "  it(",
      '    "is private",',
      "/** @covers ST-8 */",
      "for (const args of [",
      ...Array.from({ length: 20 }, (_, at) => `  { count: ${at} },`),
      "]) {",
      "  it(`takes ${args.count}`, () => {});",
      "}",
    );
    assert.deepEqual(
      tagsOf("tests/bucket.test.ts", text).tests.map(({ id, name }) => [id, name]),
      [
        ["ST-4", "bucket"],
        ["ST-5", "keeps ${one}"],
        ["ST-7", "bucketIsPrivate"],
        ["ST-6", "is private"],
        ["ST-8", "takes ${args.count}"],
      ],
    );
  });

  it("names the heading above in a page", () => {
    const text = lines("# Model", "<!-- @requirement PL-9 -->", "Text about <!-- @requirement PL-8 --> tags.");
    assert.deepEqual(tagsOf("docs/model.md", text).places, [tag("PL-9", "docs/model.md", "Model")]);
  });

  const wrong: [name: string, text: string, problem: string][] = [
    ["a range", " * @requirement MC-1..MC-3", 'a.ts:1: expected ids such as ST-4, ST-5, got "MC-1..MC-3"'],
    ["no id", "// @covers", 'a.ts:1: expected ids such as ST-4, ST-5, got ""'],
    [
      "a test tag above no test",
      lines("/** @covers ST-4 */", "const a = 1;"),
      "a.ts:1: @covers stands above no it(, describe( or table(",
    ],
    [
      "a test tag above a loop that holds no test",
      lines("/** @covers ST-4 */", "for (const a of all) {", "  b(a);", "}", 'it("is another", () => {});'),
      "a.ts:1: @covers stands above no it(, describe( or table(",
    ],
  ];
  for (const [name, text, problem] of wrong) {
    it(`refuses ${name}`, () => {
      assert.ok(tagsOf("a.ts", text).problems.includes(problem), tagsOf("a.ts", text).problems.join("\n"));
    });
  }

  it("takes a text about tags for no tag", () => {
    assert.deepEqual(tagsOf("a.ts", 'const text = " * @requirement ST-4";'), { places: [], tests: [], problems: [] });
  });
});

describe("coverage of requirements", () => {
  const all: Requirements = {
    areas: { ST: "Storage" },
    requirements: {
      "ST-1": { title: "Bucket", by: ["component", "policy"], next: "policies" },
      "ST-2": { title: "Page", by: ["documentation"] },
      "ST-3": { title: "Rule", by: ["policy"], next: "policies" },
      "ST-4": { title: "Both", by: ["function", "documentation"] },
      "ST-5": { title: "Rule of today", by: ["policy"] },
    },
    open: {},
  };
  const done: Tags = {
    places: [
      tag("ST-1", "components/bucket.ts"),
      tag("ST-2", "docs/page.md"),
      tag("ST-4", "sdk/both.ts"),
      tag("ST-4", "docs/both.md"),
      tag("ST-5", "policies/rules/a.ts"),
    ],
    tests: [tag("ST-1", "tests/a.test.ts"), tag("ST-4", "tests/b.test.ts"), tag("ST-5", "tests/c.test.ts")],
    problems: [],
  };
  const without = (id: string, list: "places" | "tests", path = ""): Tags => ({
    ...done,
    [list]: done[list].filter((one) => one.id !== id || !one.path.startsWith(path)),
  });

  it("has no problem where everything is delivered and shown", () => {
    assert.deepEqual(coverageProblems(all, done), []);
  });

  const missing: [name: string, tags: Tags, problem: string][] = [
    ["a component that nothing delivers", without("ST-1", "places"), "ST-1 has no component"],
    ["a test", without("ST-1", "tests"), "ST-1 has no test"],
    ["a page", without("ST-2", "places"), "ST-2 has no documentation"],
    ["the page beside the code", without("ST-4", "places", "docs/"), "ST-4 has no documentation"],
    ["the code beside the page", without("ST-4", "places", "sdk/"), "ST-4 has no function"],
    [
      "all of it",
      { ...without("ST-5", "places"), tests: without("ST-5", "tests").tests },
      "ST-5 has no policy, no test",
    ],
  ];
  for (const [name, tags, problem] of missing) {
    it(`misses ${name}, unless it is open`, () => {
      assert.deepEqual(coverageProblems(all, tags), [`${problem}: tag what delivers and shows it (CONTRIBUTING.md)`]);
      assert.deepEqual(coverageProblems({ ...all, open: { [problem.slice(0, 4)]: "Half of it." } }, tags), []);
    });
  }

  const stale: [name: string, requirements: Requirements, tags: Tags, problem: string][] = [
    [
      "an open one that is done",
      { ...all, open: { "ST-1": "A part." } },
      done,
      'ST-1 is delivered and shown; take it out of "open" in requirements.json',
    ],
    [
      "an open one of the policies",
      { ...all, open: { "ST-3": "A part." } },
      done,
      'ST-3 belongs to the issue of the policies; take it out of "open" in requirements.json',
    ],
    [
      "an open one that does not say what it lacks",
      { ...all, open: { "ST-2": " " } },
      without("ST-2", "places"),
      "ST-2 is open; say in requirements.json what it lacks",
    ],
    [
      "one of the policies that is done",
      all,
      {
        ...done,
        places: [...done.places, tag("ST-3", "policies/rules/b.ts")],
        tests: [...done.tests, tag("ST-3", "tests/d.test.ts")],
      },
      'ST-3 is delivered and shown; take "next" out of requirements.json',
    ],
    [
      "an unknown id in the list",
      { ...all, open: { "ST-44": "A part." } },
      done,
      'requirements.json: no requirement is called ST-44, which "open" lists',
    ],
    [
      "an unknown id in a tag",
      all,
      { ...done, places: [...done.places, tag("XT-4", "sdk/a.ts", "bucket")] },
      "sdk/a.ts: bucket: no requirement is called XT-4; did you mean ST-4?",
    ],
    ["what is wrong with a tag", all, { ...done, problems: ["a.ts:1: odd"] }, "a.ts:1: odd"],
  ];
  for (const [name, requirements, tags, problem] of stale) {
    it(`reports ${name}`, () => {
      assert.deepEqual(coverageProblems(requirements, tags), [problem]);
    });
  }

  it("takes what is done out of what is open", () => {
    const open = { "ST-1": "A test.", "ST-2": "The page." };
    assert.deepEqual(withoutDone({ ...all, open }, without("ST-2", "places")).open, { "ST-2": "The page." });
  });

  it("links what delivers and what shows each, and says what is open", () => {
    const page = coveragePage(
      { ...all, open: { "ST-4": "Its test." } },
      { ...done, tests: [tag("ST-1", "tests/a.test.ts", "is {private}")] },
    );
    assert.match(page, /^5 requirements: 3 delivered and shown, 1 open, 1 for the policies\.$/m);
    assert.match(
      page,
      /^\| ST-1 \| Bucket \| component, policy later \| \[x\]\(\.\.\/components\/bucket\.ts\) \| \[is \\\{private\\\}\]\(\.\.\/tests\/a\.test\.ts\) \|$/m,
    );
    assert.match(
      page,
      /^\| ST-4 \| Both \| function, documentation \| \[x\]\(.*\)<br>\[x\]\(.*\)<br>\*\*open\*\* \(no test\): Its test\. \| {2}\|$/m,
    );
  });

  it("holds for this repository", () => {
    const [requirements, tags] = [readRequirements(), readTags()];
    assert.deepEqual(coverageProblems(requirements, tags), []);
    assert.equal(coverageOf(requirements, tags).length, 472);
  });
});
