/** A number of pods or a share of them: Kubernetes takes whole numbers as numbers and percentages as text. */
export function intOrString(text: string): string | number;
export function intOrString(text: string | undefined): string | number | undefined;
export function intOrString(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}
