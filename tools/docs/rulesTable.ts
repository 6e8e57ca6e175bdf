/** The table of rules in the README. */
import type { Rule } from "../../policies/rule";

/** One row a rule, in the order of the array. */
export function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, level, title }) => {
    const anchor = id.replace("/", "");
    return `| [\`${id}\`](docs/rules.md#${anchor}) | ${level} | ${title} |`;
  });
  return ["| Rule | Level | What must hold |", "| --- | --- | --- |", ...rows].join("\n");
}
