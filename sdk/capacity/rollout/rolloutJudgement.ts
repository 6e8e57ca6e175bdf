/**
 * How the update of one service goes while everything else stays as it is. Bounds settle the usual case at any size;
 * where a new pod asks for more than an old one, all orders are walked.
 */
import { plus, type Amounts } from "../amounts";
import { freeOf } from "../placement/freeTree";
import { oneMorePod, type ClusterNode } from "../inventory/inventory";
import { nodeAt, nodeIndex, rowOf, slotsIn, stateOf, type NodeIndex } from "../placement/nodeIndex";
import { exclusion, slotsOn, type PodShape } from "../placement/placement";
import { rolloutFates, type Fate, type Participant } from "./rolloutSearch";
import { peakAlone } from "./rolloutPeak";
import * as updates from "./update";
import type { Cause, Outcome, RolloutJudgement, RunningPods, Update } from "./update";

/** States a search for one service may visit. */
const LIMIT = 4_000;

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
  if (hasRulesBetweenPods(update, index)) return answer(...amongRules(update, index, places));
  if (slotsWithoutOwn(update, index) < replicas) return answer("deadlocks", "does-not-fit");
  if (strategy === "Recreate") return answer("recreate", "recreate");
  if (places === 0 && unavailable === 0) return answer("deadlocks", "no-place");
  if (isInPlace(update, index)) return answer(...whileNothingGrows(places, wanted));
  if (slotsIn(index, pod, replicas) >= replicas) return answer("completes", "room");
  const fate = fateAlone(update, index);
  if (fate === undefined) return answer("may-deadlock", "too-many-orders");
  return answer(...verdictOf(fate, places), fate.peak);
}

/** What a fate means; `places` are those for the first new pods. */
export function verdictOf({ completes, sticks, waits }: Fate, places: number): [Outcome, Cause] {
  if (!completes) return ["deadlocks", places === 0 ? "no-place" : "stuck-midway"];
  if (sticks) return ["may-deadlock", "order"];
  if (!waits) return ["completes", "room"];
  return ["slower", places === 0 ? "old-ends-first" : "fewer-at-once"];
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

/** Whether a new pod can take the place of any old one, and all old ones have one. */
export function isInPlace(update: Update, index: NodeIndex): boolean {
  const { pod } = update;
  return (
    updates.waitingPods(update) === 0 &&
    updates.runningPods(update).every(({ node, requests }) => {
      const row = rowOf(index, node);
      return row !== undefined && updates.isWithin(pod.requests, requests) && admits(pod, nodeNow(index, row));
    })
  );
}

/** Places for new pods once all old ones are gone, counted up to the replicas. */
function slotsWithoutOwn(update: Update, index: NodeIndex): number {
  const { pod, running, replicas } = update;
  let count = slotsIn(index, pod, replicas + running.length);
  for (const [row, pods] of rowsOf(update, index)) {
    if (count >= replicas + running.length) break;
    const node = nodeNow(index, row);
    count += slotsOn(pod, without(node, pods)) - slotsOn(pod, node);
  }
  return count;
}

/** A row of an index, with what it has free now. */
function nodeNow(index: NodeIndex, row: number): ClusterNode {
  const node = nodeAt(index, row);
  if (!index.changes.has(row)) return node;
  const amounts = [...index.columns].map(([name, column]) => [name, freeOf(index.tree, row, column)] as const);
  return { ...node, free: Object.fromEntries(amounts) };
}

/** The node once some of its pods are gone. */
function without(node: ClusterNode, pods: readonly RunningPods[]): ClusterNode {
  return { ...node, free: plus(node.free, updates.heldBy(pods)) };
}

function rowsOf(update: Update, index: NodeIndex): Map<number, RunningPods[]> {
  const rows = new Map<number, RunningPods[]>();
  for (const pods of updates.runningPods(update)) {
    const row = rowOf(index, pods.node);
    if (row === undefined) continue;
    const there = rows.get(row);
    if (there === undefined) rows.set(row, [pods]);
    else there.push(pods);
  }
  return rows;
}

/**
 * All nodes without an old pod are one: only the number of places on them matters. So the search does not grow with the
 * cluster.
 */
function fateAlone(update: Update, index: NodeIndex): Fate | undefined {
  const { pod, replicas, strategy } = update;
  const old = updates.oldRequests(update);
  if (old === undefined || updates.waitingPods(update) > 0) return undefined;
  const fresh = oneMorePod(pod.requests);
  const rows = [...rowsOf(update, index)];
  const own = rows.reduce((sum, [row]) => sum + slotsOn(pod, nodeNow(index, row)), 0);
  const elsewhere = Math.min(replicas, slotsIn(index, pod, own + replicas) - own);
  const participant: Participant = {
    replicas,
    update: strategy,
    old,
    fresh,
    held: [...rows.map(([, pods]) => pods.reduce((sum, { count }) => sum + count, 0)), 0],
    waiting: 0,
    admits: [...rows.map(([row]) => admits(pod, nodeNow(index, row))), true],
    weight: { old: updates.devicesOf(old), fresh: updates.devicesOf(fresh) },
  };
  const free: Amounts[] = rows.map(([row, pods]) => without(nodeNow(index, row), pods).free);
  return rolloutFates([participant], [...free, updates.times(fresh, elsewhere)], LIMIT)?.each[0];
}

export function admits(pod: PodShape, node: ClusterNode): boolean {
  return exclusion(pod, node) === undefined;
}

export function hasRulesBetweenPods({ pod }: Update, index: NodeIndex): boolean {
  return pod.hostPorts !== undefined || stateOf(index, pod) !== undefined;
}

function amongRules({ replicas, strategy, pod }: Update, index: NodeIndex, places: number): [Outcome, Cause] {
  if (strategy === "Recreate") return ["may-deadlock", "rules-between-pods"];
  if (places === 0 && strategy.unavailable === 0) return ["deadlocks", "no-place"];
  const follows = pod.affinity?.podAffinity !== undefined;
  if (!follows && slotsIn(index, pod, replicas) >= replicas) return ["completes", "room"];
  return ["may-deadlock", "rules-between-pods"];
}
