/** `model-serving lint`: from files to a report. */
import { evaluate, type Evaluation } from "../policies/evaluate";
import { readExceptions } from "../policies/manifests/exceptions";
import { formatJson } from "../policies/report/json";
import { redact, sensitiveTexts } from "../policies/report/redaction";
import { formatText } from "../policies/report/text";
import type { Profile } from "../policies/rule";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_FINDINGS, EXIT_OK } from "./exitCodes";
import { printNotes, printProblems, readFiles } from "./files";
import type { Terminal } from "./terminal";

/** The options as they were typed; nothing is checked yet. */
export interface LintOptions {
  catalog?: string;
  cluster?: string[];
  exceptions?: string;
  format: string;
  profile: string;
}

const PROFILES = ["minimal", "standard", "strict"] as const satisfies readonly Profile[];

/** @returns the exit code; every problem with the input is printed before anything is judged */
export function lint(args: readonly string[], options: LintOptions, terminal: Terminal): number {
  const format = choose("--format", options.format, FORMATS);
  const profile = choose("--profile", options.profile, PROFILES);
  const files = readFiles("lint", args, options.cluster ?? [], options.catalog);
  const accepted = options.exceptions === undefined ? undefined : readExceptions(options.exceptions);
  printNotes(files.notes, terminal);
  const problems = [...format.problems, ...profile.problems, ...files.problems, ...(accepted?.problems ?? [])];
  if (problems.length > 0) {
    printProblems(problems, terminal);
    return EXIT_BAD_INPUT;
  }
  const evaluation = redact(
    evaluate(files.world, { profile: profile.value, exceptions: accepted?.exceptions ?? [] }),
    sensitiveTexts(files.objects),
  );
  terminal.stdout(format.value === "json" ? formatJson(evaluation) : formatText(evaluation, terminal));
  return exitCode(evaluation);
}

function exitCode({ summary }: Evaluation): number {
  return summary.mandatory > 0 ? EXIT_FINDINGS : EXIT_OK;
}
