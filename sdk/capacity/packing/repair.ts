/** Makes room for pods that found no place by moving others that were placed in the same go. */
import { neededLabel, selectorMatches, type Labels } from "../placement/labelSelector";
import { admission } from "../placement/nodeClasses";
import { copiesOn, devicesOn, feasibleAt, place, take, type NodeIndex } from "../placement/nodeIndex";
import { podRules, termMatches, type NamespaceLabels } from "../placement/podRules";
import type { PodGroup } from "../placement/podShape";

/** Nodes tried for one copy, and in all. */
const TRIES_PER_COPY = 16;
const TRIES = 256;

type Rows = Map<PodGroup, number[]>;

/** Pods that may move, by the row they are on, the largest first. */
type Movable = Map<number, PodGroup[]>;

/** Changes `rows`, and the index with it, where that gives a further copy a place. */
export function repair(index: NodeIndex, rows: Rows): void {
  const movable = movableByRow(index, rows);
  let tries = TRIES;
  for (const [group, own] of rows) {
    // What was moved may have made room for more than one.
    const fill = () => own.push(...place(index, group.pod, group.count - own.length));
    for (fill(); own.length < group.count && tries > 0; fill()) {
      const row = promising(index, group, movable).find(
        (at) => tries-- > 0 && makeRoom(index, at, group, rows, movable),
      );
      if (row === undefined) break;
      own.push(row);
    }
  }
}

function movableByRow(index: NodeIndex, rows: Rows): Movable {
  const isCounted = countedPods([...rows.keys()], index.peers.namespaces);
  const movable: Movable = new Map();
  for (const [group, placed] of rows) {
    const { spread, affinity, namespace, labels } = podRules(group.pod);
    if (spread.length + affinity.length > 0 || isCounted(namespace, labels)) continue;
    for (const row of placed) {
      const there = movable.get(row);
      if (there === undefined) movable.set(row, [group]);
      else there.push(group);
    }
  }
  return movable;
}

type Matches = (namespace: string, labels: Labels) => boolean;

/**
 * Whether anybody's spread or affinity counts a pod. Then it matters in which order the pods came, and it stays. Pods that
 * keep each other away do so in any order.
 */
function countedPods(groups: readonly PodGroup[], namespaces: NamespaceLabels): Matches {
  const byLabel = new Map<string, Matches[]>();
  const add = (selector: Parameters<typeof selectorMatches>[0], matches: Matches) => {
    const key = JSON.stringify((selector && neededLabel(selector)) ?? "");
    byLabel.set(key, [...(byLabel.get(key) ?? []), matches]);
  };
  for (const { pod } of groups) {
    const { affinity, spread, namespace: own } = podRules(pod);
    for (const term of affinity)
      add(term.selector, (namespace, labels) => termMatches(term, namespace, labels, namespaces));
    for (const { selector } of spread) {
      add(selector, (namespace, labels) => namespace === own && selectorMatches(selector, labels));
    }
  }
  return (namespace, labels) => {
    const keys = ["", ...Object.entries(labels)].map((key) => JSON.stringify(key));
    return keys.some((key) => byLabel.get(key)?.some((matches) => matches(namespace, labels)) === true);
  };
}

/** Nodes that admit the pod and hold something movable; those that lack least first. */
function promising(index: NodeIndex, { pod }: PodGroup, movable: Movable): number[] {
  const { ranges } = admission(index.classes, pod);
  const admitted = [...movable.keys()].filter((row) => ranges.some(([from, to]) => row >= from && row < to));
  return admitted.sort((a, b) => devicesOn(index, b) - devicesOn(index, a) || a - b).slice(0, TRIES_PER_COPY);
}

/** Moves pods off a node until the new one fits; undoes everything where they find no other place. */
function makeRoom(index: NodeIndex, row: number, { pod }: PodGroup, rows: Rows, movable: Movable): boolean {
  const moved: PodGroup[] = [];
  for (const group of (movable.get(row) ?? []).toReversed()) {
    if (copiesOn(index, row, pod) > 0) break;
    take(index, row, group.pod, -1);
    moved.push(group);
  }
  if (moved.length > 0 && feasibleAt(index, row, pod)) {
    take(index, row, pod, 1);
    const places = placeElsewhere(index, moved);
    if (places !== undefined) {
      for (const [i, group] of moved.entries()) move(group, row, places[i] ?? row, rows, movable);
      return true;
    }
    take(index, row, pod, -1);
  }
  for (const group of moved) take(index, row, group.pod, 1);
  return false;
}

/** A row for each of the pods, the largest placed first; `undefined`, and all nowhere, where one finds none. */
function placeElsewhere(index: NodeIndex, moved: readonly PodGroup[]): number[] | undefined {
  const places: number[] = [];
  for (const group of moved.toReversed()) {
    const [to] = place(index, group.pod, 1);
    if (to === undefined) {
      const done = moved.toReversed().slice(0, places.length);
      for (const [i, one] of done.entries()) take(index, places[i] ?? 0, one.pod, -1);
      return undefined;
    }
    places.push(to);
  }
  return places.toReversed();
}

function move(group: PodGroup, from: number, to: number, rows: Rows, movable: Movable): void {
  const own = rows.get(group) ?? [];
  own[own.indexOf(from)] = to;
  const left = movable.get(from) ?? [];
  movable.set(from, left.toSpliced(left.indexOf(group), 1));
  movable.set(to, [...(movable.get(to) ?? []), group]);
}
