/** The file that lists accepted findings. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { exceptionProblems, type RuleException } from "../exceptions";
import { nearest } from "../../sdk/catalog/nearest";
import { rules } from "../rules";
import { readDocuments } from "./documents";
import type { InputProblem } from "./problem";

const exception = z.strictObject({
  rule: z.string(),
  resource: z.string(),
  reason: z.string(),
  owner: z.string(),
  expires: z.string(),
}) satisfies z.ZodType<RuleException>;

const FIELDS = Object.keys(exception.shape);

/** Reads a YAML list of {@link RuleException}; every mistake in it is a problem of its own. */
export function readExceptions(file: string): { exceptions: RuleException[]; problems: InputProblem[] } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { exceptions: [], problems: [{ place: file, problem: `cannot be read: ${reason}` }] };
  }
  const { documents, problems } = readDocuments(text, file);
  const entries = documents.flatMap(({ content }): unknown[] => (Array.isArray(content) ? content : [content]));
  const read = entries.map((entry, i) => readEntry(entry, `[${i}]`));
  const mistakes = read.flatMap(({ mistakes }) => mistakes);
  return {
    exceptions: read.flatMap(({ exception }) => (exception === undefined ? [] : [exception])),
    problems: [...problems, ...mistakes.map((problem) => ({ place: file, problem }))],
  };
}

function readEntry(entry: unknown, path: string): { exception?: RuleException; mistakes: string[] } {
  const parsed = exception.safeParse(entry);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, path, entry));
  const sound = parsed.success ? parsed.data : textsOf(entry);
  const mistakes = [...exceptionProblems(sound), ...(sound.rule === undefined ? [] : unknownRule(sound.rule))];
  return {
    ...(parsed.success && { exception: parsed.data }),
    mistakes: [...issues, ...mistakes.map((mistake) => `${path}: ${mistake}`)],
  };
}

/** The fields that are right in kind, so that a mistake in one hides none in the others. */
function textsOf(entry: unknown): Partial<RuleException> {
  const fields = Object.entries(typeof entry === "object" && entry !== null ? entry : {}) as [string, unknown][];
  return Object.fromEntries(
    fields.filter((field): field is [string, string] => FIELDS.includes(field[0]) && typeof field[1] === "string"),
  );
}

function describeIssue(issue: z.core.$ZodIssue, path: string, entry: unknown): string[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${path}: ${unknownField(key)}`);
  const field = issue.path.join(".");
  if (field === "") return [`${path}: expected an exception with the fields ${FIELDS.join(", ")}`];
  const value = (entry as Record<string, unknown>)[field];
  return [`${path}.${field}: ${value === undefined ? "is missing" : `expected text, found ${JSON.stringify(value)}`}`];
}

function unknownField(key: string): string {
  const close = nearest(key, FIELDS);
  return `unknown field "${key}"; ${close === undefined ? `expected ${FIELDS.join(", ")}` : `did you mean "${close}"?`}`;
}

function unknownRule(id: string): string[] {
  const ids = rules.map((rule) => rule.id);
  if (ids.includes(id)) return [];
  const close = nearest(id, ids);
  return [`there is no rule "${id}"; ${close === undefined ? `rules: ${ids.join(", ")}` : `did you mean "${close}"?`}`];
}
