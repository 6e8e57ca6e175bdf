/** Makes room for pods that found no place by moving others that were placed in the same go. */
import { admission } from "./nodeClasses";
import { copiesOn, devicesOn, feasibleAt, place, take, type NodeIndex } from "./nodeIndex";
import type { PodGroup } from "./podShape";
import { podRules, termMatches } from "./podRules";

/** Nodes tried for one copy, and in all. */
const TRIES_PER_COPY = 16;
const TRIES = 256;

/** Changes `rows`, and the index with it, where that gives a further copy a place. */
export function repair(index: NodeIndex, rows: Map<PodGroup, number[]>): void {
  const groups = [...rows.keys()];
  const movable = new Set(groups.filter((group) => isMovable(index, group, groups)));
  let tries = TRIES;
  for (const group of groups) {
    const own = rows.get(group) ?? [];
    while (own.length < group.count && tries > 0) {
      const nodes = promising(index, group, rows, movable);
      const row = nodes.find((at) => tries-- > 0 && makeRoom(index, at, group, rows, movable));
      if (row === undefined) break;
      own.push(row);
    }
  }
}

/**
 * Whether the order does not matter in which a pod comes: it may move as long as nobody's spread or affinity counts it
 * and it has none itself. Pods that keep each other away do so in any order.
 */
function isMovable({ peers }: NodeIndex, { pod }: PodGroup, groups: readonly PodGroup[]): boolean {
  const own = podRules(pod);
  if (own.spread.length + own.affinity.length > 0) return false;
  return !groups.some((other) => {
    const { affinity, spread, namespace } = podRules(other.pod);
    return (
      affinity.some((term) => termMatches(term, own.namespace, own.labels, peers.namespaces)) ||
      (spread.length > 0 && namespace === own.namespace)
    );
  });
}

/** Nodes that admit the pod and hold something movable; those that lack least first. */
function promising(
  index: NodeIndex,
  { pod }: PodGroup,
  rows: ReadonlyMap<PodGroup, readonly number[]>,
  movable: ReadonlySet<PodGroup>,
): number[] {
  const holding = new Set([...movable].flatMap((group) => rows.get(group) ?? []));
  const { ranges } = admission(index.classes, pod);
  const admitted = [...holding].filter((row) => ranges.some(([from, to]) => row >= from && row < to));
  return admitted.sort((a, b) => devicesOn(index, b) - devicesOn(index, a) || a - b).slice(0, TRIES_PER_COPY);
}

/** Moves pods off a node until the new one fits; undoes everything where they find no other place. */
function makeRoom(
  index: NodeIndex,
  row: number,
  { pod }: PodGroup,
  rows: Map<PodGroup, number[]>,
  movable: ReadonlySet<PodGroup>,
): boolean {
  const moved: PodGroup[] = [];
  for (const group of [...movable].reverse()) {
    for (const at of rows.get(group) ?? []) {
      if (at !== row || copiesOn(index, row, pod) > 0) continue;
      take(index, row, group.pod, -1);
      moved.push(group);
    }
  }
  if (moved.length > 0 && feasibleAt(index, row, pod)) {
    take(index, row, pod, 1);
    if (moveElsewhere(index, row, moved, rows)) return true;
    take(index, row, pod, -1);
  }
  for (const group of moved) take(index, row, group.pod, 1);
  return false;
}

/** The largest first; on failure the moved pods are nowhere. */
function moveElsewhere(
  index: NodeIndex,
  from: number,
  moved: readonly PodGroup[],
  rows: Map<PodGroup, number[]>,
): boolean {
  const done: { group: PodGroup; to: number }[] = [];
  for (const group of moved.toReversed()) {
    const [to] = place(index, group.pod, 1);
    if (to === undefined) {
      for (const one of done) take(index, one.to, one.group.pod, -1);
      return false;
    }
    done.push({ group, to });
  }
  for (const { group, to } of done) {
    const own = rows.get(group) ?? [];
    own[own.indexOf(from)] = to;
  }
  return true;
}
