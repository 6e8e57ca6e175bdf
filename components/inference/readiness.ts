/** What KServe reports of a service. */
export interface ReportedStatus {
  conditions?: { type?: string; status?: string }[];
}

/**
 * The condition that sums up all others.
 *
 * @requirement OP-5
 */
export function isReady(status: ReportedStatus | undefined): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
}
