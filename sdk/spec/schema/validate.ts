/** Runs a schema and the rules between its fields over something a user wrote, and gathers every problem at once. */
import type { z } from "zod";
import type { Loose } from "./plain";
import type { Path, Problem } from "./problem";
import { SpecError } from "./problem";

/** A condition between fields. It sees only values of the right shape, so it runs even when other parts are wrong. */
export type SpecRule<T> = (value: Loose<T>) => Problem[];

/** Either the value with its defaults filled in, or what is wrong with it. */
export type Validation<T> = { spec: T; problems: [] } | { spec?: never; problems: Problem[] };

/** Checks the shape, then the rules on whatever has the right shape. */
export function validate<S extends z.ZodType>(
  schema: S,
  rules: readonly SpecRule<z.input<S>>[],
  value: unknown,
): Validation<z.output<S>> {
  const parsed = schema.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues;
  const sound = prune(value, issues.flatMap(faultyPaths)) as Loose<z.input<S>> | undefined;
  const broken = sound === undefined ? [] : rules.flatMap((rule) => rule(sound));
  const problems = unique([...issues.flatMap(toProblems), ...broken]);
  if (parsed.success && problems.length === 0) return { spec: parsed.data, problems: [] };
  return { problems };
}

/** {@link validate}, for callers that can do nothing with a wrong value. @throws SpecError with all problems */
export function parseSpec<S extends z.ZodType>(
  schema: S,
  rules: readonly SpecRule<z.input<S>>[],
  value: unknown,
  subject: string,
): z.output<S> {
  const { spec, problems } = validate(schema, rules, value);
  if (problems.length > 0) throw new SpecError(subject, problems);
  return spec as z.output<S>;
}

/** Rules of one part may say what rules of the whole say as well. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  const path = plainPath(issue.path);
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  // `object` in fields.ts writes one line for each key.
  const messages = issue.message.split("\n");
  return issue.keys.map((key, index) => ({ path: [...path, key], message: messages[index] ?? issue.message }));
}

function faultyPaths(issue: z.core.$ZodIssue): Path[] {
  const path = plainPath(issue.path);
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
}

function plainPath(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === "number" ? step : String(step)));
}

/** A copy without the values at the given paths; items of lists become undefined so that indices stay right. */
function prune(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof value !== "object" || value === null) return value;
  const below = (key: string | number): Path[] =>
    paths.filter(([first]) => String(first) === String(key)).map((path) => path.slice(1));
  if (Array.isArray(value)) return value.map((item, index) => prune(item, below(index)));
  const entries = Object.entries(value).map(([key, inner]) => [key, prune(inner, below(key))] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}
