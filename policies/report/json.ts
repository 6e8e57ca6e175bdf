/** The report for programs. */
import type { Evaluation } from "../evaluate";
import type { Finding } from "../rule";

/** `{"findings": [...], "summary": {...}}`, with the fields always in the same order; ends with a newline. */
export function formatJson({ findings, summary }: Evaluation): string {
  return `${JSON.stringify({ findings: findings.map(toJson), summary }, null, 2)}\n`;
}

function toJson({ rule, level, outcome, message, fix, path, resource }: Finding): object {
  const { apiVersion, kind, namespace, name } = resource;
  return { rule, level, outcome, message, fix, path, resource: { apiVersion, kind, namespace, name } };
}
