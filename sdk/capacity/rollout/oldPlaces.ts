/** What the old pods of an update hold, and what they leave once they are gone. */
import { plus } from "../amounts";
import { oneMorePod, type ClusterNode } from "../inventory/inventory";
import { freeOf } from "../placement/freeTree";
import { nodeAt, rowOf, slotsIn, type NodeIndex } from "../placement/nodeIndex";
import { exclusion, slotsOn, type PodShape } from "../placement/placement";
import * as updates from "./update";
import type { RunningPod, Update } from "./update";

/** Whether a node may take a pod, resources and other pods aside. */
export function admits(pod: PodShape, node: ClusterNode): boolean {
  return exclusion(pod, node) === undefined;
}

/** Whether a new pod can take the place of any old one, and all old ones have one. */
export function isInPlace(update: Update, index: NodeIndex): boolean {
  const { pod, running } = update;
  return (
    updates.waitingPods(update) === 0 &&
    running.every(({ node, requests }) => {
      const row = rowOf(index, node);
      return row !== undefined && updates.isWithin(pod.requests, requests) && admits(pod, nodeNow(index, row));
    })
  );
}

/** Places for new pods once all old ones are gone, counted up to the replicas; rules between pods aside. */
export function slotsWithoutOwn({ pod, running, replicas }: Update, index: NodeIndex): number {
  let count = slotsIn(index, pod, replicas + running.length);
  for (const [row, pods] of runningByRow(running, index)) {
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
export function without(node: ClusterNode, pods: readonly RunningPod[]): ClusterNode {
  return { ...node, free: pods.reduce((free, { requests }) => plus(free, oneMorePod(requests)), node.free) };
}

export function runningByRow(running: readonly RunningPod[], index: NodeIndex): Map<number, RunningPod[]> {
  const rows = new Map<number, RunningPod[]>();
  for (const pod of running) {
    const row = rowOf(index, pod.node);
    if (row === undefined) continue;
    const there = rows.get(row);
    if (there === undefined) rows.set(row, [pod]);
    else there.push(pod);
  }
  return rows;
}
