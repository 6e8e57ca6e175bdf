import type { ReportedStatus } from "../objects";

/**
 * The condition that sums up all others.
 *
 * @requirement OP-5
 */
export function isReady(status: ReportedStatus | undefined): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
}
