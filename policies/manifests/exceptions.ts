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
  if (!parsed.success) return { mistakes: parsed.error.issues.flatMap((issue) => describeIssue(issue, path, entry)) };
  const mistakes = [...exceptionProblems(parsed.data), ...unknownRule(parsed.data.rule)];
  return { exception: parsed.data, mistakes: mistakes.map((mistake) => `${path}: ${mistake}`) };
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
