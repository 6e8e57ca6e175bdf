/** Exceptions: a known finding, accepted by somebody for a reason, until a date. */
import type { Finding, ResourceRef } from "./rule";

/** All fields are required, so that nobody has to ask who accepted what, and for how long. */
export interface RuleException {
  /** Rule id, such as `gpu/no-idle-gpus`. */
  rule: string;
  /**
   * Which resources: `Kind/namespace/name`, or `Kind/name` for cluster-scoped ones; `*` stands for any text.
   * @example "InferenceService/models/granite-*"
   */
  resource: string;
  /** Why this is acceptable. */
  reason: string;
  /** Who accepted it. */
  owner: string;
  /** Last day it holds, `YYYY-MM-DD` (UTC). */
  expires: string;
}

/** The first exception for a finding that still holds, or else the first that expired. */
export function exceptionFor(
  finding: Finding,
  exceptions: readonly RuleException[],
  today: Date,
): { exception: RuleException; expired: boolean } | undefined {
  const matching = exceptions
    .filter(({ rule, resource }) => rule === finding.rule && matches(resource, finding.resource))
    .map((exception) => ({ exception, expired: isExpired(exception, today) }));
  return matching.find(({ expired }) => !expired) ?? matching[0];
}

/** What is wrong with the fields of an exception that are there, one sentence per mistake. */
export function exceptionProblems(exception: Partial<RuleException>): string[] {
  const missing = (["rule", "resource", "reason", "owner", "expires"] as const)
    .filter((field) => exception[field]?.trim() === "")
    .map((field) => `${field} is empty`);
  const { expires = "" } = exception;
  const isDate = expires.trim() === "" || !Number.isNaN(endOf(expires));
  return isDate ? missing : [...missing, "expires must be a date like 2026-12-31"];
}

function isExpired({ expires }: RuleException, today: Date): boolean {
  return today.getTime() > endOf(expires);
}

/** The last millisecond of a day, or NaN. */
function endOf(day: string): number {
  const end = Date.parse(`${day}T23:59:59.999Z`);
  // JavaScript reads 31 February as 3 March.
  return !Number.isNaN(end) && new Date(end).toISOString().startsWith(`${day}T`) ? end : Number.NaN;
}

function matches(pattern: string, { kind, namespace, name }: ResourceRef): boolean {
  const path = namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
  const expression = pattern.split("*").map(escapeText).join(".*");
  return new RegExp(`^${expression}$`).test(path);
}

function escapeText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\/]/g, "\\$&");
}
