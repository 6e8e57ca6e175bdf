/** Options that take one of a few words. */
import { nearest } from "../sdk/catalog/nearest";
import type { InputProblem } from "../policies/manifests/problem";

export const FORMATS = ["text", "json"] as const;

/** The word that was meant; when it is none of them, the first one and a problem. */
export function choose<const T extends string>(
  option: string,
  found: string,
  words: readonly [T, ...T[]],
): { value: T; problems: InputProblem[] } {
  const value = words.find((word) => word === found);
  if (value !== undefined) return { value, problems: [] };
  const close = nearest(found, words);
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  return {
    value: words[0],
    problems: [{ place: option, problem: `found "${found}", expected ${words.join(" or ")}${hint}` }],
  };
}
