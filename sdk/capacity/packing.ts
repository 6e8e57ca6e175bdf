/**
 * Packing several pods onto nodes: first fit, largest first, and a bounded search where that fails, so that "they do
 * not fit" is either proven or known to be an estimate.
 */
import type { Amounts } from "./amounts";
import { minus } from "./amounts";
import { isExtendedResource } from "./requests";
import { oneMorePod, type ClusterNode } from "./inventory";
import { exclusion, slotsOn, type PodShape } from "./placement";

/** Copies of one pod that need a place. */
export interface PodGroup {
  pod: PodShape;
  count: number;
}

/** One copy of a group with its node. */
export interface Placed {
  group: PodGroup;
  node: string;
}

export interface Packing {
  placed: Placed[];
  /** The groups that found too few places; empty when all copies have one. */
  unplaced: { of: PodGroup; count: number }[];
  /** No other arrangement places them all. False where the search gave up: then it is likely, not certain. */
  proven: boolean;
  /** The nodes with the placed pods on them. */
  nodes: ClusterNode[];
}

/** Steps after which the search for an arrangement gives up. */
const SEARCH_LIMIT = 20_000;

/** Place all copies of all groups, if that is possible. */
export function pack(groups: readonly PodGroup[], nodes: readonly ClusterNode[]): Packing {
  const ordered = [...groups].sort((a, b) => bySize(a.pod.requests, b.pod.requests));
  const first = firstFit(ordered, nodes);
  if (first.unplaced.length === 0) return first;
  if (isImpossible(ordered, nodes)) return { ...first, proven: true };
  const found = search(ordered, nodes);
  return found === "gave up" ? first : (found ?? { ...first, proven: true });
}

/** Accelerators decide before memory and cpu; larger first. */
function bySize(a: Amounts, b: Amounts): number {
  return devices(b) - devices(a) || (b.memory ?? 0) - (a.memory ?? 0) || (b.cpu ?? 0) - (a.cpu ?? 0);
}

function devices(amounts: Amounts): number {
  return Object.entries(amounts).reduce((sum, [name, amount]) => (isExtendedResource(name) ? sum + amount : sum), 0);
}

/** The fullest node that still takes the pod, so that large holes stay large. */
function firstFit(groups: readonly PodGroup[], nodes: readonly ClusterNode[]): Packing {
  const state = nodes.map((node) => ({ node, size: devices(node.free) }));
  const placed: Placed[] = [];
  const unplaced: Packing["unplaced"] = [];
  for (const group of groups) {
    let left = group.count;
    for (const entry of [...state].sort((a, b) => a.size - b.size)) {
      const copies = Math.min(left, slotsOn(group.pod, entry.node));
      if (copies === 0) continue;
      for (let i = 0; i < copies; i++) placed.push({ group, node: entry.node.name });
      entry.node = occupied(entry.node, group.pod, copies);
      entry.size = devices(entry.node.free);
      left -= copies;
      if (left === 0) break;
    }
    if (left > 0) unplaced.push({ of: group, count: left });
  }
  return { placed, unplaced, proven: false, nodes: state.map(({ node }) => node) };
}

function occupied(node: ClusterNode, { requests }: PodShape, copies: number): ClusterNode {
  const taken = Object.entries(oneMorePod(requests)).map(([name, amount]) => [name, amount * copies] as const);
  return { ...node, free: minus(node.free, Object.fromEntries(taken)) };
}

/** Whether counting alone shows it: one group, or one resource over all groups, needs more than there is. */
function isImpossible(groups: readonly PodGroup[], nodes: readonly ClusterNode[]): boolean {
  const alone = groups.some(({ pod, count }) => nodes.reduce((sum, node) => sum + slotsOn(pod, node), 0) < count);
  return alone || scarceResources(groups).some((resource) => isScarce(resource, groups, nodes));
}

function scarceResources(groups: readonly PodGroup[]): string[] {
  return [...new Set(groups.flatMap(({ pod }) => Object.keys(pod.requests)))];
}

function isScarce(resource: string, groups: readonly PodGroup[], nodes: readonly ClusterNode[]): boolean {
  const asking = groups.filter(({ pod }) => (pod.requests[resource] ?? 0) > 0);
  const wanted = asking.reduce((sum, { pod, count }) => sum + (pod.requests[resource] ?? 0) * count, 0);
  const usable = nodes.filter((node) => asking.some(({ pod }) => exclusion(pod, node) === undefined));
  return wanted > usable.reduce((sum, node) => sum + Math.max(0, node.free[resource] ?? 0), 0);
}

/**
 * Depth-first over "how many copies of this group go on this node", from as many as possible down to none.
 * @returns an arrangement, `undefined` when there is none, or that the limit was reached
 */
function search(groups: readonly PodGroup[], nodes: readonly ClusterNode[]): Packing | undefined | "gave up" {
  let steps = 0;

  function place(
    groupIndex: number,
    nodeIndex: number,
    left: number,
    state: readonly ClusterNode[],
  ): Packing | undefined {
    const group = groups[groupIndex];
    if (group === undefined) return { placed: [], unplaced: [], proven: true, nodes: [...state] };
    if (left === 0) return place(groupIndex + 1, 0, groups[groupIndex + 1]?.count ?? 0, state);
    const node = state[nodeIndex];
    if (node === undefined || ++steps > SEARCH_LIMIT) return undefined;
    for (let copies = Math.min(left, slotsOn(group.pod, node)); copies >= 0; copies--) {
      const next = copies === 0 ? state : state.with(nodeIndex, occupied(node, group.pod, copies));
      const rest = place(groupIndex, nodeIndex + 1, left - copies, next);
      if (rest === undefined) continue;
      const here = Array.from({ length: copies }, () => ({ group, node: node.name }));
      return { ...rest, placed: [...here, ...rest.placed] };
    }
    return undefined;
  }

  const found = place(0, 0, groups[0]?.count ?? 0, nodes);
  return found ?? (steps > SEARCH_LIMIT ? "gave up" : undefined);
}
