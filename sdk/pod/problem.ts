import type { Traced } from "./merge/traced";

/** Something the controller or the pod webhook would refuse. */
export interface Problem {
  /** What is wrong and what was expected. */
  message: string;
  /** The value at fault. */
  at: Traced;
}
