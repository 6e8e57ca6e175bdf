/** What a rule is, what it may look at, and what it answers. Every file in `rules/` exports one {@link Rule}. */
import type { Source } from "./world/source";
import type { ResourceRef, RuleSubject, World } from "./world/types";

export type { ResourceRef, RuleSubject } from "./world/types";

/** How hard a failed rule hits: `mandatory` stops the deployment, `advisory` is only reported. */
export type Level = "mandatory" | "advisory";

/** Which set of rules and levels applies. */
export type Profile = "minimal" | "standard" | "strict";

/** Three-valued truth, plus "nothing to judge here". Unknown is shown, never dropped. */
export type Outcome = "pass" | "fail" | "not-applicable" | "unknown";

/** What a check says of one object when it has something to say. */
export interface Verdict {
  outcome: "fail" | "unknown";
  /** The object to edit; the rule's subject unless another object holds the value. */
  resource?: ResourceRef;
  /** Field of that object, such as `spec.predictor.model.args[2]`. */
  path: string;
  /** What was found, what it should have been, the arithmetic, and the error the cluster would have shown later. */
  message: string;
  /** What to change, in one sentence. */
  fix: string;
  /** Lowers (never raises) the rule's level for this verdict, where only the worst form is mandatory. */
  level?: Level;
}

/** One rule: metadata and a pure check of one subject in its world. */
export interface Rule<Subject extends RuleSubject = RuleSubject> {
  /** `area/what-should-hold`, such as `gpu/world-size-le-gpus`. */
  id: string;
  level: Level;
  /** One sentence: what must hold. */
  title: string;
  /** Why it matters: what happens on the cluster otherwise, with the error text. */
  why: string;
  /** Issue, source file or document this rests on. */
  source: string;
  /** The smallest profile that includes the rule. */
  profile: Profile;
  /** Which objects of the world the rule judges. */
  subjects(world: World): Subject[];
  /**
   * Empty: passes. `undefined`: not applicable. Reading an unknown value ends the check with outcome unknown.
   * (A method, so that rules of different subjects fit in one array; a rule only ever gets its own subjects.)
   */
  check(subject: Subject, world: World): Verdict[] | undefined;
}

/** A verdict with everything a report needs. */
export interface Finding {
  rule: string;
  level: Level;
  outcome: "fail" | "unknown";
  message: string;
  fix: string;
  path: string;
  resource: ResourceRef;
  /** Where the resource was read: the URN to report against, or file and document. Absent when it is not in the input. */
  source?: Source;
}
