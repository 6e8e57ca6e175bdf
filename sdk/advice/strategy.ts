/** Which strategy suits a situation, and what room a strategy takes. */
import { DEFAULT_BOUND, rolloutOf } from "../capacity/rollout/rollout";
import { intOrString } from "../kubernetes/intOrString";

/** What is known of a deployment and its cluster; what is left out is taken for the careful case. */
export interface RolloutSituation {
  /** Callers depend on answers at every moment. Default: true. */
  production?: boolean;
  /** The cluster has accelerators to spare for one more replica. Default: not known. */
  spareAccelerators?: boolean;
  /** Requests come in batches, which can be sent again. Default: false. */
  batch?: boolean;
  /** Changes are made at times when nobody calls. Default: false. */
  maintenanceWindow?: boolean;
  /** Replicas of the model. Default: 1. */
  replicas?: number;
}

/** A strategy as the `deploymentStrategy` of a model takes it, and why. */
export interface StrategyAdvice {
  deploymentStrategy: { type: "RollingUpdate" | "Recreate"; maxSurge?: string; maxUnavailable?: string };
  reason: string;
}

/**
 * The strategy for a situation: rolling for production and clusters with room; Recreate where accelerators are scarce
 * and a gap is no harm.
 *
 * @requirement DS-5
 */
export function adviseStrategy(situation: RolloutSituation): StrategyAdvice {
  const { production = true, spareAccelerators, batch = false, maintenanceWindow = false, replicas = 1 } = situation;
  const bearsGap = !production || batch || maintenanceWindow;
  if (bearsGap && spareAccelerators !== true) {
    const why = !production ? "nobody depends on it" : batch ? "batches can be sent again" : "nobody calls meanwhile";
    return {
      deploymentStrategy: { type: "Recreate" },
      reason: `it takes no room beside the old pods, and a gap is no harm: ${why}`,
    };
  }
  if (spareAccelerators === false && replicas > 1) {
    return {
      deploymentStrategy: { type: "RollingUpdate", maxSurge: "0", maxUnavailable: "1" },
      reason: `it takes no room: one of the ${replicas} replicas is missing at a time, and the others answer`,
    };
  }
  if (spareAccelerators === false) {
    return {
      deploymentStrategy: { type: "Recreate" },
      reason:
        "a rolling update of one replica needs room for a second one, which there is not, and would hang; the model is silent while the new pod loads",
    };
  }
  return {
    deploymentStrategy: { type: "RollingUpdate" },
    reason: "old pods answer until new ones do; there must be room for the pods above the wanted number",
  };
}

/** Pods that exist at once during an update. */
export interface RolloutRoom {
  /** Pods above the wanted number. */
  surge: number;
  /** Pods at most at once. */
  pods: number;
  /** The same in percent of the wanted number, rounded up. */
  percent: number;
}

/**
 * The room a rolling update takes: the replicas and their surge, as `rolloutOf` counts it.
 *
 * @param maxSurge as `1` or `25%`; `0` for Recreate
 * @throws RangeError for a surge that is neither a whole number nor a percentage
 * @requirement DS-3
 */
export function rolloutRoom(replicas: number, maxSurge = DEFAULT_BOUND): RolloutRoom {
  const rollingUpdate = { maxSurge: intOrString(maxSurge) };
  const { surge } = rolloutOf({ type: "RollingUpdate", rollingUpdate }, replicas);
  const pods = replicas + surge;
  return { surge, pods, percent: replicas === 0 ? 100 : Math.ceil((pods * 100) / replicas) };
}
