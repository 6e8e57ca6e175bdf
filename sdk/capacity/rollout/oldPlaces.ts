/** What the old pods of an update hold, and what they leave once they are gone. */
import { plus } from "../amounts";
import type { ClusterNode } from "../inventory/inventory";
import { freeOf } from "../placement/freeTree";
import { nodeAt, rowOf, slotsIn, type NodeIndex } from "../placement/nodeIndex";
import { exclusion, slotsOn, type PodShape } from "../placement/placement";
import * as updates from "./update";
import type { RunningPods, Update } from "./update";

/** Whether a node may take a pod, resources and other pods aside. */
export function admits(pod: PodShape, node: ClusterNode): boolean {
  return exclusion(pod, node) === undefined;
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

/** Places for new pods once all old ones are gone, counted up to the replicas; rules between pods aside. */
export function slotsWithoutOwn(update: Update, index: NodeIndex): number {
  const { pod, running, replicas } = update;
  let count = slotsIn(index, pod, replicas + running.length);
  for (const [row, pods] of runningByRow(update, index)) {
    if (count >= replicas + running.length) break;
    const node = nodeNow(index, row);
    count += slotsOn(pod, without(node, pods)) - slotsOn(pod, node);
  }
  return count;
}

/** A row of an index, with what it has free now. */
export function nodeNow(index: NodeIndex, row: number): ClusterNode {
  const node = nodeAt(index, row);
  if (!index.changes.has(row)) return node;
  const amounts = [...index.columns].map(([name, column]) => [name, freeOf(index.tree, row, column)] as const);
  return { ...node, free: Object.fromEntries(amounts) };
}

/** The node once some of its pods are gone. */
export function without(node: ClusterNode, pods: readonly RunningPods[]): ClusterNode {
  return { ...node, free: plus(node.free, updates.heldBy(pods)) };
}

/** The node once all pods of some updates are gone. */
export function emptied(node: ClusterNode, all: readonly Update[]): ClusterNode {
  return without(
    node,
    all.flatMap((update) => updates.runningPods(update).filter((pods) => pods.node === node.name)),
  );
}

export function runningByRow(update: Update, index: NodeIndex): Map<number, RunningPods[]> {
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
