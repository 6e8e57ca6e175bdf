/** The kinds of value that occur in specifications. Every message says what was found and what was expected. */
import { z } from "zod";
import { nearest } from "../../catalog/nearest";
import { canonicalQuantity, compareQuantities, parseQuantity, QuantityError } from "../../pod/quantity";
import { isEventual } from "./eventual";
import type { Problem } from "./problem";
import { quote } from "./problem";

type RawIssue = z.core.$ZodRawIssue;

/** Message for a value of the wrong type: missing, known too late, or something else than `what`. */
export function expected(what: string): (issue: RawIssue) => string {
  return ({ input }) => {
    if (input === undefined) return `is missing; expected ${what}`;
    if (isEventual(input))
      return `is known only after apply, but is needed at preview; expected ${what} as a plain value`;
    return `${quote(input)} is not ${what}`;
  };
}

/**
 * An object without further keys; a misspelt key is answered with the nearest right one.
 *
 * @param tell `unquoted` where a credential may stand by mistake
 */
export function object<Shape extends z.ZodRawShape>(
  shape: Shape,
  what = "an object",
  tell = expected,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return tell(`${what} with ${known.join(", ")}`)(issue);
      return issue.keys.map((key) => unknownKey(key, known)).join("\n");
    },
  });
}

/** The answer to a key that does not exist. */
export function unknownKey(key: string, known: readonly string[]): string {
  const proposal = nearest(key, known);
  return proposal === undefined ? `unknown key (known: ${known.join(", ")})` : `unknown key; did you mean ${proposal}?`;
}

/** The answer to a name that none of the existing things bears. */
export function unknownName(name: string, what: string, existing: readonly string[]): string {
  const proposal = nearest(name, existing);
  const hint = proposal === undefined ? "" : `; did you mean ${proposal}?`;
  const list = existing.length === 0 ? "there are none" : `existing: ${existing.join(", ")}`;
  return `${quote(name)}: no such ${what} (${list})${hint}`;
}

/** One of a few words. `advice` answers wrong words that are a misunderstanding, not a slip of the pen. */
export function choice<const Word extends string>(
  words: readonly Word[],
  advice: Readonly<Record<string, string>> = {},
): z.ZodType<Word, Word> {
  const what = words.map((word) => JSON.stringify(word)).join(" or ");
  return z.enum(words, {
    error: (issue) => {
      const known = typeof issue.input === "string" ? advice[issue.input] : undefined;
      if (known !== undefined) return `${expected(what)(issue)}; ${known}`;
      const proposal = typeof issue.input === "string" ? nearest(issue.input, words) : undefined;
      return expected(what)(issue) + (proposal === undefined ? "" : `; did you mean ${proposal}?`);
    },
  });
}

/** Any text, perhaps known only after apply. */
export function text(what = "text"): z.ZodType<string, string> {
  return z.string({ error: expected(what) });
}

/** Message for what may be a credential: what was given instead is never repeated. */
export function unquoted(what: string): (issue: RawIssue) => string {
  return (issue) => (issue.input === undefined || isEventual(issue.input) ? expected(what)(issue) : `is not ${what}`);
}

/** A credential, perhaps known only after apply. */
export function credential(what: string): z.ZodType<string, string> {
  return z.string({ error: unquoted(what) });
}

/** Credentials by name. */
export function credentials(what: string): z.ZodRecord<z.ZodString, z.ZodType<string, string>> {
  return z.record(z.string(), credential(what), { error: unquoted(`a mapping of names to ${what}s`) });
}

/** Text in a certain form, unless it is known only after apply. `correct` proposes a right spelling. */
export function textLike(
  pattern: RegExp,
  what: string,
  correct: (value: string) => string | undefined = () => undefined,
): z.ZodType<string, string> {
  return z.string({ error: expected(what) }).superRefine((value, context) => {
    if (isEventual(value) || pattern.test(value)) return;
    const proposal = correct(value);
    const hint = proposal !== undefined && pattern.test(proposal) ? `; did you mean ${proposal}?` : "";
    context.addIssue({ code: "custom", message: `${quote(value)} is not ${what}${hint}` });
  });
}

/** Name of a namespaced object: lower case letters, digits and dashes. */
export function dnsLabel(what: string): z.ZodType<string, string> {
  return textLike(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    `${what} (lower case letters, digits, dashes; at most 63)`,
    toLabel,
  );
}

/**
 * Objects without a `name` are called like their component, whose name Pulumi lets be anything.
 *
 * @param field what reads `name`
 */
export function defaultName(field: z.ZodType, componentName: string): (args: { name?: unknown }) => Problem[] {
  return ({ name }) => {
    const read = name === undefined ? field.safeParse(componentName) : undefined;
    const issues = read?.success === false ? read.error.issues : [];
    return issues.map(({ message }) => ({
      path: ["name"],
      message: `is missing, and the component's name ${message}`,
    }));
  };
}

/** The nearest legal name: `Llama-3.1_8B` gives `llama-3-1-8b`. */
export function toLabel(value: string): string {
  return value
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63)
    .replace(/-+$/, "");
}

/** A list of like things. */
export function list<Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> {
  return z.array(item, { error: expected(`a list of ${what}`) });
}

/** Things of one kind by name. */
export function record<Value extends z.ZodType>(value: Value, what: string): z.ZodRecord<z.ZodString, Value> {
  return z.record(z.string(), value, { error: expected(`a mapping of names to ${what}`) });
}

export const flag = z.boolean({ error: expected("true or false") });

/** A whole number within bounds. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): z.ZodType<number, number> {
  const upTo = maximum === Number.MAX_SAFE_INTEGER ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
  const error = expected(`a whole number${upTo}`);
  return z
    .number({ error })
    .refine((value) => Number.isInteger(value) && value >= minimum && value <= maximum, { error });
}

/** A number within bounds; the lower bound itself is excluded. */
export function fraction(above: number, upTo: number): z.ZodType<number, number> {
  const error = expected(`a number above ${above} and at most ${upTo}`);
  return z.number({ error }).refine((value) => value > above && value <= upTo, { error });
}

/** CPU cores as a number: `8`, `0.5`. */
export const cores: z.ZodType<number, number> = z
  .number({
    error: (issue) => {
      const meant = typeof issue.input === "string" ? coresIn(issue.input) : undefined;
      return expected("a number of CPU cores")(issue) + (meant === undefined ? "" : `; did you mean ${meant}?`);
    },
  })
  .refine((value) => value > 0 && Math.round(value * 1000) / 1000 === value, {
    error: ({ input }) => `${quote(input)} is not a number of CPU cores: expected more than 0, in steps of 0.001`,
  });

/** An amount of memory or disk, such as `64Gi`; becomes canonical (`1024Mi` is `1Gi`). */
export const bytes = z
  .string({
    error: (issue) => {
      const isAmount = Number.isSafeInteger(issue.input) && Number(issue.input) > 0;
      const hint = isAmount ? `; did you mean "${String(issue.input)}Gi"?` : "";
      return expected('an amount with a unit such as "64Gi"')(issue) + hint;
    },
  })
  .superRefine((value, context) => {
    const message = bytesProblem(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .transform(canonicalQuantity);

/** An amount of anything, as Kubernetes reads it. */
export function quantity(what: string): z.ZodType<string, string> {
  return z.string({ error: expected(what) }).refine(isQuantity, { error: expected(what) });
}

function isQuantity(value: string): boolean {
  try {
    return parseQuantity(value).unscaled >= 0n;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** The quantity of a number of cores as Kubernetes prints it: 0.5 is `500m`. */
export function formatCores(value: number): string {
  return canonicalQuantity(`${Math.round(value * 1000)}m`);
}

const SMALLEST = parseQuantity("1Mi");

function bytesProblem(value: string): string | undefined {
  if (isEventual(value)) return expected('an amount such as "64Gi"')({ code: "custom", input: value });
  try {
    if (compareQuantities(parseQuantity(value), SMALLEST) >= 0) return undefined;
    return `${quote(value)} is less than 1Mi; did you mean ${value.replace(/[a-z]*$/i, "")}Gi?`;
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    return `${quote(value)} is not an amount that Kubernetes reads${bytesHint(value)}`;
  }
}

/** `64GB` may mean decimal or binary units, so both are shown. */
function bytesHint(value: string): string {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp])i?(?:b|byte|bytes)?\s*$/i.exec(value);
  if (parts === null) return '; expected a number with a unit such as "64Gi"';
  const [, amount = "", letter = ""] = parts;
  const decimal = letter.toLowerCase() === "k" ? "k" : letter.toUpperCase();
  const binary = `${letter.toUpperCase()}i`;
  return `; did you mean ${amount}${decimal} (powers of 1000) or ${amount}${binary} (powers of 1024)?`;
}

function coresIn(value: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(m?)$/.exec(value);
  if (parts === null) return undefined;
  return Number(parts[1]) / (parts[2] === "m" ? 1000 : 1);
}
