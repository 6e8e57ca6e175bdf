/** How many pods an update adds and takes away. Upstream: kubernetes `pkg/controller/deployment/util/deployment_util.go`. */
import type { DeploymentStrategy } from "../../kubernetes/core";

/** Bounds of an update at one number of replicas. */
export interface Rollout {
  /** Pods that may run beyond the number of replicas. */
  surge: number;
  /** Pods that may be missing from the number of replicas. */
  unavailable: number;
}

/** What the API server fills in where a strategy says nothing. */
export const DEFAULT_BOUND = "25%";

/**
 * Surge is rounded up, unavailability down; where both come out as 0, one pod may be missing.
 * Recreate ends all old pods before it starts new ones.
 *
 * @param strategy of the Deployment; default a rolling update with 25 % each
 * @throws RangeError for a bound that is neither a whole number nor a percentage
 */
export function rolloutOf(strategy: DeploymentStrategy | undefined, replicas: number): Rollout {
  if (strategy?.type === "Recreate") return { surge: 0, unavailable: replicas };
  const surge = bound(strategy?.rollingUpdate?.maxSurge, replicas, Math.ceil, "maxSurge");
  const unavailable = bound(strategy?.rollingUpdate?.maxUnavailable, replicas, Math.floor, "maxUnavailable");
  return { surge, unavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable) };
}

function bound(
  value: string | number | undefined,
  replicas: number,
  round: (value: number) => number,
  field: string,
): number {
  const written = value ?? DEFAULT_BOUND;
  if (typeof written === "number" && Number.isInteger(written) && written >= 0) return written;
  const percent = typeof written === "string" ? /^(\d+)%$/.exec(written)?.[1] : undefined;
  if (percent === undefined) {
    throw new RangeError(
      `${field} is ${JSON.stringify(written)}; expected a whole number or a percentage such as "25%"`,
    );
  }
  // Multiplied first, so that 7 % of 100 is 7 and not 7.000000000000001.
  return round((Number(percent) * replicas) / 100);
}
