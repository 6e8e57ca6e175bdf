/** What changed between two texts, for a person who has to find the place. */

const SHOWN = 6;

/** The lines between the common beginning and the common end, `-` before and `+` after, and where they start. */
export function difference(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const start = commonLength(old, now);
  const end = commonLength(old.slice(start).reverse(), now.slice(start).reverse());
  return [
    `line ${start + 1}:`,
    ...shown(old.slice(start, old.length - end), "-"),
    ...shown(now.slice(start, now.length - end), "+"),
  ];
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const first = a.findIndex((line, i) => line !== b[i]);
  return first < 0 ? a.length : first;
}

function shown(lines: readonly string[], sign: string): string[] {
  const rest = lines.length - SHOWN;
  return [
    ...lines.slice(0, SHOWN).map((line) => `${sign} ${line}`),
    ...(rest > 0 ? [`${sign} (${rest} more lines)`] : []),
  ];
}
