/** How a vLLM server is reached and watched. */
import type { Probe } from "../../sdk/kubernetes/core";

/** Port of the OpenAI API, of `/health` and of `/metrics`. */
export const PORT = 8080;
/** Prefix of the OpenAI API. */
export const API_PATH = "/v1";

const PERIOD_SECONDS = 10;

/** Asks the server whether it answers. vLLM knows no `/v2` paths. */
export function healthProbe(timing: {
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}): Probe {
  return { httpGet: { path: "/health", port: PORT }, ...timing };
}

/** Gives the server the time it needs to load the model; until then neither of the other probes counts. */
export function startupProbe(seconds: number): Probe {
  return healthProbe(startupPeriods(seconds));
}

/** How often, and how many times, a server that loads is asked. */
export function startupPeriods(seconds: number): {
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
} {
  return { periodSeconds: PERIOD_SECONDS, timeoutSeconds: 5, failureThreshold: Math.ceil(seconds / PERIOD_SECONDS) };
}
