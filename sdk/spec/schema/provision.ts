/** Who provides something that several stacks may share. */
import { choice } from "./fields";

/** Whether a shared part is made, relied on, or left out. */
export const Provision = {
  /** The stack makes it and removes it again. */
  Create: "create",
  /** Somebody else made it: nothing is made, and what builds on it is. */
  Existing: "existing",
  /** It is not wanted: nothing is made, and what only serves it is left out as well. */
  Skip: "skip",
} as const;
export type Provision = (typeof Provision)[keyof typeof Provision];

/** A field for {@link Provision}; each place states its own default. */
export const provision = choice(Object.values(Provision));
