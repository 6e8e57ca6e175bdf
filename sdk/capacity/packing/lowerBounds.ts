/** What counting alone proves: that pods cannot all have a place, whatever the arrangement. */
import { freeOf } from "../placement/freeTree";
import { admission, admissionKey, type Range } from "../placement/nodeClasses";
import { nodeAt, stateOf, visitRoom, type NodeIndex } from "../placement/nodeIndex";
import { isRepelled, type PeerState } from "../placement/peerRules";
import type { PodGroup } from "../placement/podShape";
import { isExtendedResource } from "../placement/requests";

/** Above this many kinds of pods, they are not counted kind by kind. */
const KINDS = 64;

/** Whether some groups need more than there is: one of them alone, or all that ask for one resource. */
export function isImpossible(index: NodeIndex, groups: readonly PodGroup[]): boolean {
  if (groups.some((group) => missingAlone(index, group) > 0)) return true;
  const kinds = new Map<string, PodGroup[]>();
  for (const group of groups) {
    const key = admissionKey(group.pod);
    kinds.set(key, [...(kinds.get(key) ?? []), group]);
  }
  const sets = kinds.size > 1 && kinds.size <= KINDS ? [[...groups], ...kinds.values()] : [[...groups]];
  return sets.some((set) => isScarce(index, set));
}

/**
 * How many copies of a group find no place even where nothing else waits for one. Only what can never become better
 * counts: room, and pods that must not be near each other.
 */
export function missingAlone(index: NodeIndex, { pod, count }: PodGroup): number {
  const state = stateOf(index, pod);
  const taken = (state?.antiAffinity ?? [])
    .filter((_, i) => state?.self.antiAffinity[i] === true)
    .map(({ term }) => ({ key: term.topologyKey, domains: new Set<string>() }));
  let copies = 0;
  visitRoom(index, pod, (row, fit) => {
    copies += newPlaces(index, row, fit, state, taken);
    return copies >= count;
  });
  return Math.max(0, count - copies);
}

interface TakenDomains {
  key: string;
  domains: Set<string>;
}

/** Where a pod keeps its own kind away, a domain has one place at most. */
function newPlaces(
  index: NodeIndex,
  row: number,
  fit: number,
  state: PeerState | undefined,
  taken: readonly TakenDomains[],
): number {
  const { labels } = nodeAt(index, row);
  if (state !== undefined && isRepelled(state, labels)) return 0;
  // One of several such rules is enough for a bound.
  const [rule] = taken;
  const domain = rule === undefined ? undefined : labels[rule.key];
  if (rule === undefined || domain === undefined) return fit;
  if (rule.domains.has(domain)) return 0;
  rule.domains.add(domain);
  return 1;
}

function isScarce(index: NodeIndex, groups: readonly PodGroup[]): boolean {
  const resources = [...new Set(groups.flatMap(({ pod }) => Object.keys(pod.requests)))];
  return resources.some((resource) => {
    const column = index.columns.get(resource);
    const sizes = isExtendedResource(resource) ? sizesOf(resource, groups) : [0];
    return column !== undefined && sizes.some((size) => isShort(index, column, resource, size, groups));
  });
}

function sizesOf(resource: string, groups: readonly PodGroup[]): number[] {
  return [0, ...new Set(groups.map(({ pod }) => pod.requests[resource] ?? 0).filter((size) => size > 1))];
}

/**
 * Whether the pods that ask for at least `size` of a resource are more than the holes of that size; for size 0, whether
 * all ask for more in sum.
 */
function isShort(
  index: NodeIndex,
  column: number,
  resource: string,
  size: number,
  groups: readonly PodGroup[],
): boolean {
  const asking = groups.filter(({ pod }) => (pod.requests[resource] ?? 0) >= Math.max(1, size));
  const wanted = asking.reduce(
    (sum, { pod, count }) => sum + count * (size > 0 ? 1 : (pod.requests[resource] ?? 0)),
    0,
  );
  const kinds = new Map(asking.map(({ pod }) => [admissionKey(pod), admission(index.classes, pod).ranges]));
  const rows = new Set([...kinds.values()].flatMap((ranges) => [...rowsOf(ranges)]));
  let room = 0;
  for (const row of rows) {
    const free = Math.max(0, freeOf(index.tree, row, column));
    room += size > 0 ? Math.floor(free / size) : free;
  }
  return wanted > room;
}

function* rowsOf(ranges: readonly Range[]): Generator<number> {
  for (const [from, to] of ranges) for (let row = from; row < to; row++) yield row;
}
