import { setTimeout as delay } from "node:timers/promises";

/** Asks until the condition holds. @throws the failure when it does not within the time */
export async function poll(timeoutMs: number, failure: Error, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw failure;
    await delay(50);
  }
}
