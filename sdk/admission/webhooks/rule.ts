/** What the rules of KServe's validating webhooks have in common. */
import { UnknownValueError } from "../../pod/unknown";

/** Why a webhook refuses an object: its words, and the field to change. */
export interface Denial {
  message: string;
  field: string;
}

/** One step of a webhook. Upstream stops at the first denial, so the order of rules matters. */
export type Rule<T> = (subject: T) => Denial | undefined;

/** The outcome of a webhook's rules; `undecided` names fields whose values are not known yet. */
export interface RuleOutcome {
  denial: Denial | undefined;
  undecided: string[];
}

/**
 * Applies rules to a guarded subject, in upstream's order. A rule that meets an unknown value is left open; a later denial still stands, since
 * the object is refused either way.
 */
export function applyRules<T>(subject: T, rules: readonly Rule<T>[]): RuleOutcome {
  const undecided: string[] = [];
  for (const rule of rules) {
    try {
      const denial = rule(subject);
      if (denial !== undefined) return { denial, undecided: [] };
    } catch (error) {
      if (!(error instanceof UnknownValueError)) throw error;
      undecided.push(error.path);
    }
  }
  return { denial: undefined, undecided };
}

/** The first denial that a step after the other gives. */
export function firstDenial<T>(
  steps: readonly T[],
  rule: (step: T, index: number) => Denial | undefined,
): Denial | undefined {
  for (const [index, step] of steps.entries()) {
    const denial = rule(step, index);
    if (denial !== undefined) return denial;
  }
  return undefined;
}

export function annotationPath(key: string): string {
  return `metadata.annotations["${key}"]`;
}
