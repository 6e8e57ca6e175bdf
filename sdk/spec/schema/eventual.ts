/**
 * Text that is known only after apply, inside otherwise plain data.
 *
 * A component replaces every Output it is given by such a text before validation and puts the Output back into the
 * finished manifest. So the pure code sees strings only, and everything else stays known and checked at preview.
 */

// Characters of Unicode's private use area: in no name, image reference or URI that a person writes.
const OPEN = "\uE000";
const CLOSE = "\uE001";

/** The text that stands for the `index`-th value known only after apply. */
export function eventualText(index: number): string {
  return `${OPEN}${index}${CLOSE}`;
}

/** Whether a text is, or contains, something known only after apply. */
export function isEventual(value: unknown): boolean {
  return typeof value === "string" && value.includes(OPEN);
}

/** The fixed parts of a text and, between them, the indices of its eventual parts. */
export function splitEventual(text: string): (string | number)[] {
  const parts = text.split(new RegExp(`${OPEN}(\\d+)${CLOSE}`));
  return parts.map((part, position) => (position % 2 === 1 ? Number(part) : part)).filter((part) => part !== "");
}
