/** Messages of servers and of what loads models, and what they mean. */
import type { Diagnosis } from "./finding";
import messages from "./logMessages.json";

interface LogMessage {
  pattern: string;
  cause: string;
  rules: string[];
  wayOut: string;
  source: string;
}

const known = (messages as readonly LogMessage[]).map((message) => ({
  ...message,
  expression: new RegExp(message.pattern),
}));

/**
 * What the lines of a log say is wrong, each cause once and in the order of its first line.
 * @param log what `kubectl logs` printed, of any length
 * @requirement TR-16
 */
export function diagnoseLog(log: string): Diagnosis[] {
  const found = new Map<string, Diagnosis>();
  for (const line of log.split("\n")) {
    const message = known.find(({ expression }) => expression.test(line));
    if (message === undefined || found.has(message.cause)) continue;
    const { cause, rules, wayOut } = message;
    found.set(cause, { id: "TR-16", subject: "log", evidence: line.trim(), cause, rules, wayOut });
  }
  return [...found.values()];
}
