/** `model-serving rules`: what is checked. */
import { createColors } from "picocolors";
import { describeProblem } from "../policies/manifests/problem";
import { rules } from "../policies/rules";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_OK } from "./exitCodes";
import type { Terminal } from "./terminal";

/** Prints every rule: as a list to read, or with all its metadata as JSON. */
export function listRules(options: { format: string }, terminal: Terminal): number {
  const format = choose("--format", options.format, FORMATS);
  if (format.problems.length > 0) {
    for (const problem of format.problems) terminal.stderr(`error: ${describeProblem(problem)}\n`);
    return EXIT_BAD_INPUT;
  }
  terminal.stdout(format.value === "json" ? toJson() : toText(terminal.color));
  return EXIT_OK;
}

function toJson(): string {
  const list = rules.map(({ id, level, profile, title, why, source }) => ({ id, level, profile, title, why, source }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

function toText(color: boolean): string {
  const colors = createColors(color);
  return rules
    .map(({ id, level, profile, title }) => `${colors.bold(id)}  ${level}, from profile ${profile}\n    ${title}\n`)
    .join("\n");
}
