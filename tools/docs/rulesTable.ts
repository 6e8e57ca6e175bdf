/** The table of rules in the README. */
import type { Rule } from "../../policies/rule";

const BEGIN = "<!-- rules: written by make docs -->";
const END = "<!-- end of rules -->";

/** One row a rule, in the order of the array. */
export function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, level, title }) => {
    const anchor = id.replace("/", "");
    return `| [\`${id}\`](docs/rules.md#${anchor}) | ${level} | ${title} |`;
  });
  return ["| Rule | Level | What must hold |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A page with the table between its two marks. @throws Error when the page has no marks */
export function withTable(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page lacks ${BEGIN} or ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
}
