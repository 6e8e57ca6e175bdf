/** `model-serving doctor`: why models do not run, from what a cluster prints. */
import { createColors } from "picocolors";
import { readFileSync } from "node:fs";
import { readManifests } from "../policies/manifests/files";
import type { InputProblem } from "../policies/manifests/problem";
import { redactor, sensitiveTexts } from "../policies/report/redaction";
import { wrap } from "../policies/report/wrap";
import { productionChecklist } from "../sdk/operations/checklist";
import { diagnose } from "../sdk/operations/diagnosis/diagnose";
import type { Diagnosis } from "../sdk/operations/diagnosis/finding";
import { emptyGraphs } from "../sdk/operations/diagnosis/metrics";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_FINDINGS, EXIT_OK } from "./exitCodes";
import { printNotes, printProblems } from "./files";
import type { Terminal } from "./terminal";

/** The options as they were typed; nothing is checked yet. */
export interface DoctorOptions {
  logs?: string[];
  emptyGraphs?: boolean;
  checklist?: boolean;
  format: string;
}

const WIDEST = 100;

/**
 * @returns the exit code; every problem with the input is printed before anything is judged
 * @requirement TR-1, TR-2, TR-3, TR-4, TR-5, TR-8, TR-11, TR-16
 */
export function doctor(paths: readonly string[], options: DoctorOptions, terminal: Terminal): number {
  const format = choose("--format", options.format, FORMATS);
  const { documents, notes, problems } = readManifests(paths);
  const logs = (options.logs ?? []).map(readLog);
  printNotes(notes, terminal);
  const all = [
    ...format.problems,
    ...problems,
    ...logs.flatMap((log) => log.problems),
    ...nothingGiven(paths, options),
  ];
  if (all.length > 0) {
    printProblems(all, terminal);
    return EXIT_BAD_INPUT;
  }
  const objects = documents.map(({ content }) => content);
  const sourced = documents.map(({ content, file, document }) => ({
    object: content,
    source: { from: "file" as const, file, document },
  }));
  const clean = redactor(sensitiveTexts(sourced));
  if (options.checklist === true) return printChecklist(objects, clean, format.value === "json", terminal);
  const found = [
    ...diagnose(
      objects,
      logs.map(({ text }) => text),
    ),
    ...(options.emptyGraphs === true ? emptyGraphs(objects) : []),
  ].map((diagnosis) => ({ ...diagnosis, evidence: clean(diagnosis.evidence) }));
  terminal.stdout(format.value === "json" ? `${JSON.stringify(found, null, 2)}\n` : formatDiagnoses(found, terminal));
  return found.length > 0 ? EXIT_FINDINGS : EXIT_OK;
}

function readLog(file: string): { text: string; problems: InputProblem[] } {
  try {
    return { text: readFileSync(file, "utf8"), problems: [] };
  } catch (error) {
    const problem = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { text: "", problems: [{ place: file, problem }] };
  }
}

function nothingGiven(paths: readonly string[], { logs = [] }: DoctorOptions): InputProblem[] {
  if (paths.length + logs.length > 0) return [];
  const problem = "expected files with what kubectl get -o yaml printed, - for standard input, or --logs";
  return [{ place: "doctor", problem }];
}

/**
 * One line for each item, and below it what was seen.
 *
 * @requirement BP-15
 */
function printChecklist(
  objects: readonly unknown[],
  clean: (text: string) => string,
  asJson: boolean,
  { stdout, width }: Terminal,
): number {
  const items = productionChecklist(objects).map((item) => ({ ...item, evidence: item.evidence.map(clean) }));
  const columns = Math.min(width ?? WIDEST, WIDEST);
  const text = items.flatMap(({ id, title, state, evidence }) => [
    `${id}  ${state.padEnd(LONGEST_STATE)}  ${title}`,
    ...evidence.flatMap((one) => wrap(one, columns - 7)).map((line) => `${" ".repeat(7)}${line}`),
  ]);
  stdout(asJson ? `${JSON.stringify(items, null, 2)}\n` : `${text.join("\n")}\n`);
  return items.some(({ state }) => state === "fail") ? EXIT_FINDINGS : EXIT_OK;
}

const LONGEST_STATE = "not applicable".length;

function formatDiagnoses(found: readonly Diagnosis[], { color, width }: Terminal): string {
  if (found.length === 0) return "nothing found; docs/troubleshooting.md lists what doctor looks at\n";
  const colors = createColors(color);
  const columns = Math.min(width ?? WIDEST, WIDEST);
  const part = (title: string, text: string): string[] => {
    const [first = "", ...rest] = wrap(text, columns - 12);
    return [`  ${title.padEnd(10)}${first}`, ...rest.map((line) => `${" ".repeat(12)}${line}`)];
  };
  const texts = found.map(({ id, subject, evidence, cause, rules, wayOut }) =>
    [
      `${colors.bold(subject)}  ${id}`,
      ...part("seen", evidence),
      ...part("cause", cause),
      ...part("way out", wayOut),
      ...(rules.length === 0 ? [] : part("rule", rules.join(", "))),
    ].join("\n"),
  );
  return `${texts.join("\n\n")}\n`;
}
