/**
 * How the update of one service goes while everything else stays as it is. Bounds settle the usual case at any size;
 * where a new pod asks for more than an old one, all orders are walked.
 */
import type { ClusterNode } from "../inventory/inventory";
import { nodeIndex, slotsIn, type NodeIndex } from "../placement/nodeIndex";
import { fateAlone, verdictOf } from "./aloneFate";
import { hasRulesBetweenPods } from "./domainNeeds";
import { isInPlace, slotsWithoutOwn } from "./oldPlaces";
import { peakAlone } from "./rolloutPeak";
import { judgeTied } from "./tiedRollout";
import * as updates from "./update";
import type { Cause, Outcome, RolloutJudgement, Update } from "./update";

/** Judges every update as if it were the only one. Linear in the updates; nodes are indexed once. */
export function judgeRollouts(all: readonly Update[], nodes: readonly ClusterNode[]): RolloutJudgement[] {
  const index = nodeIndex(nodes);
  return all.map((update) => judgeRollout(update, index));
}

/** Judges one update on nodes that are prepared already. */
export function judgeRollout(update: Update, index: NodeIndex): RolloutJudgement {
  const { replicas, pod, strategy } = update;
  const { surge, unavailable } = updates.boundsOf(update);
  const wanted = Math.min(surge, replicas);
  const places = slotsIn(index, pod, wanted + updates.waitingPods(update));
  const answer = (outcome: Outcome, cause: Cause, peak = peakAlone(update, outcome, places)) => {
    return { update, outcome, cause, surge, unavailable, places: Math.min(places, wanted), peak };
  };
  if (replicas === 0) return answer("completes", "no-pods");
  if (hasRulesBetweenPods(update, index)) return answer(...judgeTied(update, index, places));
  if (slotsWithoutOwn(update, index) < replicas) return answer("deadlocks", "does-not-fit");
  if (strategy === "Recreate") return answer("recreate", "recreate");
  if (places === 0 && unavailable === 0) return answer("deadlocks", "no-place");
  if (isInPlace(update, index)) return answer(...whileNothingGrows(places, wanted));
  if (slotsIn(index, pod, replicas) >= replicas) return answer("completes", "room");
  const fate = fateAlone(update, index);
  if (fate === undefined) return answer("may-deadlock", "too-many-orders");
  return answer(...verdictOf(fate, places), fate.peak);
}

/**
 * Where every old pod leaves at least one place behind, an update that can take its first step can take every other one:
 * with p new pods, d old ones gone and S places at the start there are at least S + d - p places, and the controller stops
 * only once p + maxUnavailable <= d.
 */
function whileNothingGrows(places: number, wanted: number): [Outcome, Cause] {
  if (places >= wanted) return ["completes", "room"];
  return ["slower", places === 0 ? "old-ends-first" : "fewer-at-once"];
}
