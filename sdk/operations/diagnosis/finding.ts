/** What a diagnosis says. */

/** One thing that is wrong in a cluster, with where it shows and how to get out of it. */
export interface Diagnosis {
  /** Row of the troubleshooting guide, `docs/troubleshooting.md`. */
  id: string;
  /** The object it shows on, `Kind namespace/name`; `log` for a line of a log. */
  subject: string;
  /** What says so, in the words of the cluster. */
  evidence: string;
  /** Why. */
  cause: string;
  /** Rules that would have said so before anything was applied. */
  rules: readonly string[];
  /** What to do. */
  wayOut: string;
}
