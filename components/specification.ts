/** From a component's arguments, with Outputs in them, to checked plain data and back. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { eventualText, isEventual, splitEventual } from "../sdk/spec/schema/eventual";
import type { Path, Problem } from "../sdk/spec/schema/problem";
import { formatProblems, quote } from "../sdk/spec/schema/problem";
import { expected } from "../sdk/spec/schema/fields";
import type { SpecRule } from "../sdk/spec/schema/validate";
import { validate } from "../sdk/spec/schema/validate";

/** Puts Outputs back in place of the texts that stand for them; data keeps its shape, down to those places. */
export type Restore = <Data>(data: Data) => pulumi.Input<Data>;

/** Checked arguments. */
export interface Specification<T> {
  /** The arguments with their defaults; a text that stands for an Output takes its place. */
  spec: T;
  restore: Restore;
}

/** An argument that is known only after apply, and where it stood. */
interface Eventual {
  path: Path;
  output: pulumi.Output<unknown>;
}

/**
 * Checks everything that is known, at once; every other value is checked when it becomes known, on its way into the
 * manifest.
 *
 * @param mayBeSecret whether what stands at a path ends in a Secret object, where Pulumi secrets belong
 * @throws pulumi.RunError with all problems
 */
export function specify<S extends z.ZodType>(
  schema: S,
  rules: readonly SpecRule<z.input<S>>[],
  args: object,
  subject: string,
  mayBeSecret: (path: Path) => boolean = () => false,
): Specification<z.output<S>> {
  const eventual: Eventual[] = [];
  const foreign: Problem[] = [];
  const plain = takeOutputs(args, [], { eventual, foreign, above: [] });
  const { spec, problems } = validate(schema, rules, plain);
  const others = problems.filter(({ path }) => !foreign.some((one) => begins(path, one.path)));
  if (foreign.length + others.length > 0) refuse(subject, [...foreign, ...others]);
  const leaves = eventual.map(({ path, output }) =>
    checkLater(
      { path, output },
      subject,
      mayBeSecret(path),
      (value) => validate(schema, rules, replaceAt(plain, path, value)).problems,
    ),
  );
  return {
    spec: spec as z.output<S>,
    restore: <Data>(data: Data) => putBack(data, leaves) as pulumi.Input<Data>,
  };
}

/**
 * For components that look into their arguments before they {@link specify} them.
 *
 * @throws pulumi.RunError when there are none
 */
export function requireArguments(args: unknown, subject: string): void {
  if (typeof args === "object" && args !== null && !Array.isArray(args) && !pulumi.Output.isInstance(args)) return;
  refuse(subject, [{ path: [], message: expected("an object of arguments")({ code: "custom", input: args }) }]);
}

/** Ends the program with all problems in one message. */
export function refuse(subject: string, problems: readonly Problem[]): never {
  throw plainError(formatProblems(subject, problems));
}

/**
 * An error that is printed as its message and nothing else.
 *
 * The Node.js host hides the stack of a RunError only while the program's main file runs; later, in an `apply`, it
 * prints any stack there is, after formatting it, which on Node.js 20 takes a minute for frames of the SDK.
 */
export function plainError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}

/** What is met on the way through arguments. */
interface Walk {
  eventual: Eventual[];
  /** Whatever is no data. */
  foreign: Problem[];
  /** The objects and lists that the value stands in. */
  above: readonly unknown[];
}

function takeOutputs(value: unknown, path: Path, walk: Walk): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    walk.eventual.push({ path, output: pulumi.output(value as pulumi.Input<unknown>) });
    return eventualText(walk.eventual.length - 1);
  }
  if (typeof value !== "object" || value === null) return value;
  const message = foreignProblem(value, walk.above);
  if (message !== undefined) {
    walk.foreign.push({ path, message });
    return undefined;
  }
  const inside = { ...walk, above: [...walk.above, value] };
  if (Array.isArray(value)) return value.map((item, index) => takeOutputs(item, [...path, index], inside));
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, takeOutputs(inner, [...path, key], inside)]));
}

/** A whole resource in place of its name would be walked through without end, and a Date would pass for `{}`. */
function foreignProblem(value: object, above: readonly unknown[]): string | undefined {
  if (above.includes(value)) return "contains itself; expected plain data";
  const prototype: unknown = Object.getPrototypeOf(value);
  const kind = prototype === null ? "Object" : value.constructor.name;
  if (pulumi.Resource.isInstance(value))
    return `is a whole resource (${kind}); expected plain data or one of its outputs, such as its metadata.name`;
  const isPlain = Array.isArray(value) || kind === "Object";
  return isPlain ? undefined : `is a ${kind}; expected plain data`;
}

function begins(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}

/** Custom resources are stored and printed in the clear, so a secret must not reach one. */
function checkLater(
  { path, output }: Eventual,
  subject: string,
  mayBeSecret: boolean,
  problemsWith: (value: unknown) => Problem[],
): pulumi.Output<unknown> {
  return pulumi.all([output, pulumi.isSecret(output)]).apply(([value, isSecret]) => {
    const message =
      "is a Pulumi secret, which would be readable in the custom resource; put it into a Secret and refer to that";
    const problems = isSecret && !mayBeSecret ? [{ path, message }] : problemsWith(value);
    if (problems.length > 0) refuse(subject, isSecret ? problems.map((one) => withoutValue(one, value)) : problems);
    return value;
  });
}

/** Messages are logged, and a secret must not be. */
function withoutValue({ path, message }: Problem, value: unknown): Problem {
  const shown = [quote(value), String(value)].filter((text) => text !== "");
  return { path, message: shown.reduce((told, text) => told.replaceAll(text, "the secret"), message) };
}

function putBack(data: unknown, leaves: readonly pulumi.Output<unknown>[]): unknown {
  if (isEventual(data)) return joined(splitEventual(String(data)), leaves);
  if (Array.isArray(data)) return data.map((item) => putBack(item, leaves));
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, inner]) => [key, putBack(inner, leaves)]));
}

function joined(
  parts: readonly (string | number)[],
  leaves: readonly pulumi.Output<unknown>[],
): pulumi.Output<unknown> {
  const inputs = parts.map((part) => (typeof part === "number" ? leaves[part] : part));
  const [only] = inputs;
  if (inputs.length === 1) return pulumi.output(only);
  return pulumi.all(inputs).apply((texts) => texts.map(String).join(""));
}

function replaceAt(data: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (index === step ? replaceAt(item, rest, value) : item));
  }
  const record = data as Record<string, unknown>;
  return { ...record, [step]: replaceAt(record[step], rest, value) };
}
