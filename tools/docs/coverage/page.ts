/** `docs/coverage.md`: every requirement, where it is delivered, and which test shows it. */
import { table } from "../markdown";
import { coverageOf, isForPolicies, type Coverage } from "./judge";
import type { Requirements } from "./requirements";
import type { Tag, Tags } from "./tags";

const HEAD = `# Coverage of the requirements

<!-- written by make docs from the tags in code, pages and tests; CONTRIBUTING.md says how to tag -->

Every requirement, what delivers it, and the tests that show it. A requirement that a page delivers has no test: the page is it.
The policies of the rows marked "policy later" belong to the issue of the policies.`;

/** The page as Markdown. */
export function coveragePage(all: Requirements, tags: Tags): string {
  const coverage = coverageOf(all, tags);
  const sections = Object.entries(all.areas).map(([area, name]) => {
    const rows = coverage.filter(({ id }) => id.startsWith(`${area}-`)).map((one) => row(one, all.open[one.id]));
    // Aligned columns would change every line of a table with its longest cell.
    const text = table(["Id", "Requirement", "Delivered by", "Where", "Shown by"], rows);
    return `## ${name}\n\n<!-- prettier-ignore-start -->\n${text}\n<!-- prettier-ignore-end -->`;
  });
  return [HEAD, summary(coverage, Object.keys(all.open).length), ...sections].join("\n\n");
}

function summary(coverage: readonly Coverage[], open: number): string {
  const later = coverage.filter(isForPolicies).length;
  const done = coverage.length - later - open;
  return `${coverage.length} requirements: ${done} delivered and shown, ${open} open, ${later} for the policies.`;
}

function row(one: Coverage, lacks: string | undefined): string[] {
  const parts = one.by.map((part) => (part === "policy" && one.next === "policies" ? "policy later" : part));
  const where = cell(one.places);
  const state = lacks === undefined ? "" : `**open** (no ${one.missing.join(", no ")}): ${lacks}`;
  return [
    one.id,
    one.title,
    parts.join(", "),
    [where, state].filter((text) => text !== "").join("<br>"),
    cell(one.tests),
  ];
}

/** Links to the tagged pieces, each once. */
function cell(tags: readonly Tag[]): string {
  return [...new Set(tags.map(({ name, path }) => `[${escaped(name)}](../${path})`))].join("<br>");
}

function escaped(name: string): string {
  return name.replace(/[[\]<>*_`{}$\\]/g, "\\$&");
}
