/** What is wrong with something a user wrote, and how it is told: all at once, in plain words, without a stack. */

/** Keys and indices from the outermost value down to the one at fault. */
export type Path = readonly (string | number)[];

/** One mistake. */
export interface Problem {
  path: Path;
  /** What was found, what was expected, and the nearest right spelling. */
  message: string;
}

/** Everything that is wrong with one value. */
export class SpecError extends Error {
  /**
   * @param subject what was read, such as `HardwareProfile "a100"`
   * @param problems at least one
   * @param consequence what follows, such as `nothing was created`
   */
  constructor(
    readonly subject: string,
    readonly problems: readonly Problem[],
    consequence?: string,
  ) {
    super(formatProblems(subject, problems, consequence));
    this.name = "SpecError";
  }
}

/** `models.granite.args[0]`, with quotes around keys that are no plain words. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!/^[A-Za-z_][\w:-]*$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** A heading and one line for each problem. */
export function formatProblems(subject: string, problems: readonly Problem[], consequence?: string): string {
  const count = problems.length === 1 ? "one problem" : `${problems.length} problems`;
  const sorted = [...problems].sort((a, b) => formatPath(a.path).localeCompare(formatPath(b.path)));
  const lines = sorted.map(({ path, message }) =>
    path.length === 0 ? `  ${message}` : `  ${formatPath(path)}: ${message}`,
  );
  const heading = `${subject} has ${count}${consequence === undefined ? "" : `; ${consequence}`}:`;
  return [heading, ...lines].join("\n");
}

/** The problems with every path lengthened at its front. */
export function within(prefix: Path, problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => ({ path: [...prefix, ...path], message }));
}

/** One problem, when there is a message. */
export function at(path: Path, message: string | undefined): Problem[] {
  return message === undefined ? [] : [{ path, message }];
}

/** A value as it is quoted in a message, shortened so that the message stays readable. */
export function quote(value: unknown): string {
  const text = inWords(value) ?? JSON.stringify(value, (_key, inner: unknown) => inWords(inner) ?? inner);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** What JSON has no word for: it says `null` of NaN, nothing of a function, and fails on a bigint. */
function inWords(value: unknown): string | undefined {
  if (value === undefined) return "undefined";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return value.toString();
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : undefined;
}
