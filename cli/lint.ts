/** `model-serving lint`: from files to a report. */
import { evaluate, type Evaluation } from "../policies/evaluate";
import { readExceptions } from "../policies/manifests/exceptions";
import { readManifests, type Manifests } from "../policies/manifests/files";
import { describeProblem, type InputProblem } from "../policies/manifests/problem";
import { formatJson } from "../policies/report/json";
import { redact, sensitiveTexts } from "../policies/report/redaction";
import { formatText } from "../policies/report/text";
import type { Profile } from "../policies/rule";
import { buildWorld, type SourcedObject, type World } from "../policies/world/world";
import { choose, FORMATS } from "./choices";
import { EXIT_BAD_INPUT, EXIT_FINDINGS, EXIT_OK } from "./exitCodes";
import type { Terminal } from "./terminal";

/** The options as they were typed; nothing is checked yet. */
export interface LintOptions {
  cluster?: string[];
  exceptions?: string;
  format: string;
  profile: string;
}

const PROFILES = ["minimal", "standard", "strict"] as const satisfies readonly Profile[];

/** @returns the exit code; every problem with the input is printed before anything is judged */
export function lint(args: readonly string[], options: LintOptions, terminal: Terminal): number {
  const { paths, inventory } = untangle(args, options.cluster ?? []);
  const format = choose("--format", options.format, FORMATS);
  const profile = choose("--profile", options.profile, PROFILES);
  const manifests = readManifests(paths);
  const cluster = readManifests(inventory);
  const accepted = options.exceptions === undefined ? undefined : readExceptions(options.exceptions);
  const objects = [...sourced(manifests, "file"), ...sourced(cluster, "inventory")];
  const world = buildWorld(objects);
  for (const note of [...manifests.notes, ...cluster.notes]) terminal.stderr(`note: ${describeProblem(note)}\n`);
  const problems = [
    ...format.problems,
    ...profile.problems,
    ...manifests.problems,
    ...cluster.problems,
    ...(accepted?.problems ?? []),
    ...malformed(world, manifests, cluster),
    ...nothingToJudge(manifests, paths, inventory),
  ];
  if (problems.length > 0) {
    for (const problem of problems) terminal.stderr(`error: ${describeProblem(problem)}\n`);
    return EXIT_BAD_INPUT;
  }
  const evaluation = redact(
    evaluate(world, { profile: profile.value, exceptions: accepted?.exceptions ?? [] }),
    sensitiveTexts(objects),
  );
  terminal.stdout(format.value === "json" ? formatJson(evaluation) : formatText(evaluation, terminal));
  return exitCode(evaluation);
}

function exitCode({ summary }: Evaluation): number {
  return summary.mandatory > 0 ? EXIT_FINDINGS : EXIT_OK;
}

function sourced({ documents }: Manifests, from: "file" | "inventory"): SourcedObject[] {
  return documents.map(({ content, file, document }) => ({ object: content, source: { from, file, document } }));
}

function malformed({ malformed }: World, ...read: Manifests[]): InputProblem[] {
  const documents = read.flatMap((manifests) => manifests.documents);
  return malformed.flatMap(({ source, problem }) => {
    if (source.from === "stack") return [];
    const { file = "" } = source;
    const number = source.from === "file" ? source.document : undefined;
    const line = documents.find((document) => document.file === file && document.document === number)?.line;
    return [
      { place: file, problem, ...(line !== undefined && { line }), ...(number !== undefined && { document: number }) },
    ];
  });
}

/** `--cluster inventory.yaml manifests/` takes both; with two, only one reading makes sense. */
function untangle(args: readonly string[], cluster: readonly string[]) {
  const swallowed = args.length === 0 && cluster.length === 2;
  return swallowed ? { paths: cluster.slice(1), inventory: cluster.slice(0, 1) } : { paths: args, inventory: cluster };
}

/** A run that looked at nothing must not look like a run that found nothing. */
function nothingToJudge(
  { documents, problems }: Manifests,
  paths: readonly string[],
  inventory: readonly string[],
): InputProblem[] {
  if (documents.length > 0 || problems.length > 0) return [];
  if (paths.length > 0) return [{ place: paths.join(" "), problem: "holds no Kubernetes object" }];
  const hint = inventory.length > 0 ? "; --cluster took them all: name them first, or write --cluster=<file>" : "";
  return [{ place: "lint", problem: `expected files or folders to judge, or - for standard input${hint}` }];
}
