/** Tries all arrangements of pods on nodes, for small cases: either one is found, or it is certain that there is none. */
import { freeOf } from "../placement/freeTree";
import { feasibleRows, take, type NodeIndex } from "../placement/nodeIndex";
import type { PodGroup } from "../placement/podShape";
import { podRules } from "../placement/podRules";

/** Steps after which the search gives up, and the size beyond which it does not begin. */
const STEPS = 20_000;
const LARGEST = 64;

type Rows = Map<PodGroup, number[]>;

/**
 * An arrangement of all copies, which the index then holds.
 *
 * @returns `undefined` when there is none; then, and when it gives up, the index is as before
 */
export function arrangement(index: NodeIndex, groups: readonly PodGroup[]): Rows | undefined | "gave up" {
  const copies = groups.reduce((sum, { count }) => sum + count, 0);
  if (copies > LARGEST || index.classes.nodes.length > LARGEST) return "gave up";
  const search = { index, groups, rows: new Map(groups.map((group) => [group, []])), steps: 0 };
  const found = hasOrder(groups) ? inAnyOrder(search, new Set()) : groupByGroup(search, 0, 0);
  if (found) return search.rows;
  return search.steps > STEPS ? "gave up" : undefined;
}

interface Search {
  index: NodeIndex;
  groups: readonly PodGroup[];
  rows: Rows;
  steps: number;
}

/** Spread and affinity depend on what came before; everything else is the same in any order. */
function hasOrder(groups: readonly PodGroup[]): boolean {
  return groups.some(({ pod }) => podRules(pod).spread.length + podRules(pod).affinity.length > 0);
}

function groupByGroup(search: Search, at: number, from: number): boolean {
  const { index, groups } = search;
  const group = groups[at];
  if (group === undefined) return true;
  const rows = search.rows.get(group) ?? [];
  if (rows.length === group.count) return groupByGroup(search, at + 1, 0);
  const tried = new Set<string>();
  for (const row of feasibleRows(index, group.pod)) {
    const sameAs = likeness(search, row);
    if (row < from || tried.has(sameAs)) continue;
    if (++search.steps > STEPS) return false;
    tried.add(sameAs);
    if (step(search, group, row, () => groupByGroup(search, at, row))) return true;
  }
  return false;
}

function inAnyOrder(search: Search, seen: Set<string>): boolean {
  const waiting = search.groups.filter((group) => (search.rows.get(group)?.length ?? 0) < group.count);
  if (waiting.length === 0) return true;
  const state = JSON.stringify(search.groups.map((group) => search.rows.get(group)?.toSorted((a, b) => a - b)));
  if (seen.has(state)) return false;
  seen.add(state);
  for (const group of waiting) {
    for (const row of feasibleRows(search.index, group.pod)) {
      if (++search.steps > STEPS) return false;
      if (step(search, group, row, () => inAnyOrder(search, seen))) return true;
    }
  }
  return false;
}

/** Puts one copy on a node, goes on, and takes it away again where that leads nowhere. */
function step({ index, rows }: Search, group: PodGroup, row: number, goOn: () => boolean): boolean {
  take(index, row, group.pod, 1);
  rows.get(group)?.push(row);
  if (goOn()) return true;
  rows.get(group)?.pop();
  take(index, row, group.pod, -1);
  return false;
}

/** The same for nodes of which trying one is enough: of one class, equally free, and with no pods that tell them apart. */
function likeness({ index, groups }: Search, row: number): string {
  const { classes, columns, peers, ports } = index;
  const tellsApart =
    ports.size > 0 || peers.held.size > 0 || groups.some(({ pod }) => podRules(pod).antiAffinity.length > 0);
  if (tellsApart) return String(row);
  const range = classes.classes.findIndex(([from, to]) => row >= from && row < to);
  return [range, ...[...columns.values()].map((column) => freeOf(index.tree, row, column))].join(" ");
}
