/** All orders in which the update of one service can go while everything else stays as it is, walked on few nodes. */
import type { Amounts } from "../amounts";
import { oneMorePod } from "../inventory/inventory";
import { slotsIn, visitRoom, type NodeIndex } from "../placement/nodeIndex";
import { slotsOn } from "../placement/placement";
import { admits, nodeNow, runningByRow, without } from "./oldPlaces";
import { ownRules, withoutOwn } from "./ownRules";
import { rolloutFates, type Fate, type Participant } from "./rolloutSearch";
import { deviceCount } from "../placement/requests";
import * as updates from "./update";
import type { Cause, Outcome, RunningPods, Update } from "./update";

/** States a search for one service may visit. */
const LIMIT = 4_000;

/** What a fate means; `places` are those for the first new pods. */
export function verdictOf({ completes, sticks, waits }: Fate, places: number): [Outcome, Cause] {
  if (!completes) return ["deadlocks", places === 0 ? "no-place" : "stuck-midway"];
  if (sticks) return ["may-deadlock", "order"];
  if (!waits) return ["completes", "room"];
  return ["slower", places === 0 ? "old-ends-first" : "fewer-at-once"];
}

/**
 * All nodes without an old pod are one: only the number of places on them matters. So the search does not grow with the
 * cluster.
 *
 * @returns `undefined` when there are too many orders
 */
export function fateAlone(update: Update, index: NodeIndex): Fate | undefined {
  if (updates.waitingPods(update) > 0) return undefined;
  const { pod, replicas } = update;
  const rows = [...runningByRow(update, index)];
  const own = rows.reduce((sum, [row]) => sum + slotsOn(pod, nodeNow(index, row)), 0);
  const elsewhere = Math.min(replicas, slotsIn(index, pod, own + replicas) - own);
  const participant = participantOf(update, [...rows.map(([, pods]) => countOf(pods)), 0]);
  if (participant === undefined) return undefined;
  const free: Amounts[] = rows.map(([row, pods]) => without(nodeNow(index, row), pods).free);
  const admitted = [...rows.map(([row]) => admits(pod, nodeNow(index, row))), true];
  const nodes = [...free, updates.times(oneMorePod(pod.requests), elsewhere)];
  return rolloutFates([{ ...participant, admits: admitted }], nodes, LIMIT)?.each[0];
}

/**
 * Where rules tie the pods to each other, every node counts for itself; but of those that are alike to the rules and hold
 * no old pod, no more than the new pods could all be on.
 */
export function fateAmongRules(update: Update, index: NodeIndex): Fate | undefined {
  return withoutOwn([update], index, () => {
    const own = runningByRow(update, index);
    const rows = [...own.keys(), ...roomElsewhere(update, own, index)];
    const participant = participantOf(
      update,
      rows.map((row) => countOf(own.get(row) ?? [])),
    );
    const rules = ownRules(update, rows, index);
    if (participant === undefined || rules === undefined) return undefined;
    const nodes = rows.map((row) => nodeNow(index, row));
    const tied = { ...participant, admits: nodes.map((node) => admits(update.pod, node)), rules };
    const free = nodes.map((node) => node.free);
    return rolloutFates([tied], free, LIMIT)?.each[0];
  });
}

function roomElsewhere(update: Update, own: ReadonlyMap<number, unknown>, index: NodeIndex): number[] {
  const waiting = updates.waitingPods(update);
  const old = waiting > 0 ? updates.presentRevision(update) : undefined;
  const found = new Set<number>();
  for (const pod of [update.pod, ...(old === undefined ? [] : [old])]) {
    visitRoom(index, pod, (row) => {
      if (!own.has(row)) found.add(row);
      return false;
    });
  }
  const others = [...found];
  const kinds = ownRules(update, others, index)?.kinds ?? [];
  const counts = new Map<string, number>();
  return others.filter((_, i) => {
    const kind = kinds[i] ?? "";
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= update.replicas + waiting;
  });
}

function countOf(pods: readonly RunningPods[]): number {
  return pods.reduce((sum, { count }) => sum + count, 0);
}

function participantOf(update: Update, held: readonly number[]): Omit<Participant, "admits"> | undefined {
  const { pod, replicas, strategy } = update;
  const old = updates.oldRequests(update);
  if (old === undefined) return undefined;
  const fresh = oneMorePod(pod.requests);
  const weight = { old: deviceCount(old), fresh: deviceCount(fresh) };
  return { replicas, update: strategy, old, fresh, held, waiting: updates.waitingPods(update), weight };
}
