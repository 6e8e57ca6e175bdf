/** The request budget of Kubernetes clients: `burst` requests at once, then `qps` a second. */
import { setTimeout as delay } from "node:timers/promises";

/**
 * @param qps 0 for no limit
 * @returns a function that answers when the next request may go out
 */
export function rateLimit(qps: number, burst: number): () => Promise<void> {
  const interval = qps > 0 ? 1000 / qps : 0;
  // When the budget would be full again if nothing more were asked (the generic cell rate algorithm).
  let full = 0;
  return async () => {
    const now = performance.now();
    full = Math.max(full, now);
    const wait = full - now - (Math.max(burst, 1) - 1) * interval;
    full += interval;
    if (wait > 0) await delay(wait);
  };
}
