/**
 * What the Deployment controller decides, one pass at a time. A pod that ends holds its resources until it is gone, but
 * the controller no longer counts it.
 * Upstream: kubernetes `pkg/controller/deployment/rolling.go`, `sync.go`, `util/deployment_util.go` (1.34.2).
 */
import type { Rollout } from "./rollout";

/** The two sets of pods of a Deployment under update. Counts are those the controller wants, not those that run. */
export interface ReplicaSets {
  /** Pods of the previous revision. */
  old: number;
  /** Those of them that are available. */
  oldAvailable: number;
  /** Pods of the new revision. */
  fresh: number;
  /** Those of them that are available: ready for `minReadySeconds`. */
  freshAvailable: number;
}

/** The size of the new revision after a pass: it never grows beyond replicas + surge of both together. */
export function scaledUp({ old, fresh }: ReplicaSets, replicas: number, { surge }: Rollout): number {
  if (fresh >= replicas) return replicas;
  const room = replicas + surge - old - fresh;
  return room <= 0 ? fresh : fresh + Math.min(room, replicas - fresh);
}

/**
 * The size of the previous revision after a pass that did not scale up. Pods that are not available go first, because
 * ending them makes nothing worse; of the available ones as many go as the bound on missing pods leaves.
 */
export function scaledDown(sets: ReplicaSets, replicas: number, { unavailable }: Rollout): number {
  const least = replicas - Math.min(unavailable, replicas);
  const spare = sets.old + sets.fresh - least - (sets.fresh - sets.freshAvailable);
  if (sets.old === 0 || spare <= 0) return sets.old;
  const left = sets.old - Math.max(0, Math.min(spare, sets.old - sets.oldAvailable));
  const available = sets.oldAvailable + sets.freshAvailable - least;
  return available <= 0 ? left : left - Math.min(left, available);
}

/** A ReplicaSet while the number of replicas changes in the middle of an update. */
export interface ScaledSet {
  replicas: number;
  /** Replicas and surge of the Deployment when this set was last scaled: annotation `deployment.kubernetes.io/max-replicas`. */
  maxReplicas: number;
}

/**
 * The sizes of the active sets when a Deployment is scaled in the middle of an update: each keeps its share, rounded
 * half away from zero; what rounding leaves goes to the largest.
 *
 * @param sets newest first
 * @param replicas of the Deployment now
 */
export function proportionalSizes(sets: readonly ScaledSet[], replicas: number, { surge }: Rollout): number[] {
  const allowed = replicas > 0 ? replicas + surge : 0;
  const change = allowed - sets.reduce((sum, set) => sum + set.replicas, 0);
  const growing = change > 0;
  const order = sets
    .map((set, age) => ({ set, age }))
    .sort((a, b) => b.set.replicas - a.set.replicas || (growing ? a.age - b.age : b.age - a.age));
  let added = 0;
  const sizes = sets.map((set) => set.replicas);
  for (const { set, age } of order) {
    const share = change === added ? 0 : shareOf(set, replicas, surge);
    const portion = growing ? Math.min(share, change - added) : Math.max(share, change - added);
    if (change === 0 || set.replicas === 0) continue;
    sizes[age] = set.replicas + portion;
    added += portion;
  }
  const [largest] = order;
  if (largest !== undefined) sizes[largest.age] = Math.max(0, (sizes[largest.age] ?? 0) + change - added);
  return sizes;
}

function shareOf({ replicas: size, maxReplicas }: ScaledSet, replicas: number, surge: number): number {
  if (replicas === 0) return -size;
  const exact = (size * (replicas + surge)) / maxReplicas;
  return Math.sign(exact) * Math.round(Math.abs(exact)) - size;
}
