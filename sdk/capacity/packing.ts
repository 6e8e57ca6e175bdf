/**
 * Packing several pods onto nodes: the largest first, each into the smallest hole that takes it; where that fails others
 * are moved out of the way, and small cases are searched to the end, so that "they do not fit" is either proven or known
 * to be an estimate.
 */
import { domainScopes, type Gang } from "./gang";
import type { ClusterNode } from "./inventory";
import { missingAlone, isImpossible } from "./lowerBounds";
import { admissionKey } from "./nodeClasses";
import { admittedCount, isUndecided, nodeAt, nodeIndex, nodesOf, place, take, takeBack } from "./nodeIndex";
import type { NodeIndex, Scope } from "./nodeIndex";
import { failedScheduling } from "./placement";
import type { NamespaceLabels } from "./podRules";
import type { PodGroup, PodShape } from "./podShape";
import { repair } from "./repair";
import { isExtendedResource } from "./requests";
import { arrangement } from "./arrangement";

export type { PodGroup } from "./podShape";

/** One copy of a group with its node. */
export interface Placed {
  group: PodGroup;
  node: string;
}

/** Copies without a place. */
export interface Unplaced {
  of: PodGroup;
  count: number;
  /** How many of them would find none even if nothing else waited for a place. This is certain. */
  alone: number;
  /** What the scheduler says of one of them when all others are in their places. */
  readonly message: string;
}

export interface Packing {
  placed: Placed[];
  /** The groups that found too few places; empty when all copies have one. */
  unplaced: Unplaced[];
  /** Gangs without a place: none of their pods has one. */
  unplacedGangs: Gang[];
  /** Groups that a scheduling gate holds back; they take no room. */
  gated: PodGroup[];
  /** No other arrangement places them all. False where the search gave up: then it is likely, not certain. */
  proven: boolean;
  /** The nodes with the placed pods on them. */
  nodes: ClusterNode[];
}

export interface PackingOptions {
  /** Groups that are placed whole or not at all. */
  gangs?: readonly Gang[];
  /** Labels from Namespace objects, for `namespaceSelector`. */
  namespaces?: NamespaceLabels;
}

/** Rows by group; the same group may be in several gangs. */
type Rows = Map<PodGroup, number[]>;

/** Place all copies of all groups, if that is possible. */
export function pack(
  groups: readonly PodGroup[],
  nodes: readonly ClusterNode[],
  { gangs = [], namespaces = new Map() }: PackingOptions = {},
): Packing {
  return packInto(nodeIndex(nodes, namespaces), groups, gangs);
}

/** The same on an index, which holds the placed pods afterwards. */
export function packInto(index: NodeIndex, groups: readonly PodGroup[], gangs: readonly Gang[] = []): Packing {
  const isGated = ({ pod }: PodGroup) => (pod.schedulingGates ?? []).length > 0;
  const [gated, waiting] = [groups.filter(isGated), groups.filter((group) => !isGated(group))];
  const ordered = bySize(index, waiting);
  const { whole, unplacedGangs } = placeGangs(index, gangs);
  const rows = new Map(ordered.map((group) => [group, place(index, group.pod, group.count)]));
  if (isComplete(rows))
    return packing(index, [whole, rows], { unplacedGangs, gated, proven: unplacedGangs.length === 0 });
  repair(index, rows);
  const { proven, found } = isComplete(rows) ? { proven: true, found: rows } : decide(index, rows, whole, gangs);
  return packing(index, [whole, found], { unplacedGangs, gated, proven });
}

/** Whether what is missing must be missing; where a search finds another arrangement, that. */
function decide(index: NodeIndex, rows: Rows, whole: readonly Placement[], gangs: readonly Gang[]) {
  const groups = [...rows.keys()];
  if (groups.some(({ pod }) => isUndecided(index, pod))) return { proven: false, found: rows };
  const all = [...whole, ...placements(rows)];
  for (const { group, row } of all) take(index, row, group.pod, -1);
  const members = gangs.flatMap((gang) => gang.members);
  const impossible = isImpossible(index, [...groups, ...members]);
  const other = impossible || gangs.length > 0 ? "gave up" : arrangement(index, groups);
  if (other instanceof Map) return { proven: true, found: other };
  for (const { group, row } of all) take(index, row, group.pod, 1);
  return { proven: impossible || other === undefined, found: rows };
}

function isComplete(rows: Rows): boolean {
  return [...rows].every(([{ count }, found]) => found.length >= count);
}

interface Placement {
  group: PodGroup;
  row: number;
}

function placements(rows: Rows): Placement[] {
  return [...rows].flatMap(([group, found]) => found.map((row) => ({ group, row })));
}

function packing(
  index: NodeIndex,
  [whole, rows]: [Placement[], Rows],
  rest: Pick<Packing, "unplacedGangs" | "gated" | "proven">,
): Packing {
  const nodes = nodesOf(index);
  const placed = [...whole, ...placements(rows)];
  const missing = [...rows].filter(([{ count }, found]) => found.length < count);
  return {
    placed: placed.map(({ group, row }) => ({ group, node: nodeAt(index, row).name })),
    unplaced: missing.map(([of, found]) => unplaced(index, of, of.count - found.length, nodes)),
    ...rest,
    nodes,
  };
}

function unplaced(index: NodeIndex, of: PodGroup, count: number, nodes: readonly ClusterNode[]): Unplaced {
  const { namespaces } = index.peers;
  return {
    of,
    count,
    alone: Math.min(count, missingAlone(index, of)),
    get message() {
      return failedScheduling(of.pod, nodes, namespaces);
    },
  };
}

/** Gangs by the largest of their pods, each whole in the first domain that takes it, or nowhere. */
function placeGangs(index: NodeIndex, gangs: readonly Gang[]): { whole: Placement[]; unplacedGangs: Gang[] } {
  const size = ({ members }: Gang) => Math.max(0, ...members.map(({ pod }) => devices(pod)));
  const ordered = [...gangs].sort((a, b) => size(b) - size(a) || b.members.length - a.members.length);
  const whole: Placement[] = [];
  const unplacedGangs: Gang[] = [];
  const taken = new Set<string>();
  for (const gang of ordered) {
    const found = placeGang(index, gang, taken);
    if (found === undefined) unplacedGangs.push(gang);
    else whole.push(...found);
  }
  return { whole, unplacedGangs };
}

function placeGang(index: NodeIndex, gang: Gang, taken: Set<string>): Placement[] | undefined {
  for (const { domain, scope } of domainScopes(index, gang, taken)) {
    const found = placeMembers(index, gang, scope);
    if (found === undefined) continue;
    if (gang.isExclusive === true && domain !== undefined) taken.add(domain);
    return found;
  }
  return undefined;
}

function placeMembers(index: NodeIndex, { members }: Gang, scope: Scope | undefined): Placement[] | undefined {
  const done: Placement[] = [];
  for (const group of bySize(index, members)) {
    const rows = place(index, group.pod, group.count, scope);
    done.push(...rows.map((row) => ({ group, row })));
    if (rows.length === group.count) continue;
    for (const { group: other, row } of done) takeBack(index, other.pod, [row]);
    return undefined;
  }
  return done;
}

/** Accelerators decide, then how few nodes come into question, then memory and cpu; never the order they came in. */
function bySize(index: NodeIndex, groups: readonly PodGroup[]): PodGroup[] {
  const keyed = groups.map((group) => ({
    group,
    devices: devices(group.pod),
    choices: admittedCount(index, group.pod),
  }));
  keyed.sort(
    (a, b) =>
      b.devices - a.devices ||
      a.choices - b.choices ||
      byContent(a.group.pod, b.group.pod, a.group.count - b.group.count),
  );
  return keyed.map(({ group }) => group);
}

function byContent(a: PodShape, b: PodShape, tie: number): number {
  const amount = (name: string) => (b.requests[name] ?? 0) - (a.requests[name] ?? 0);
  const order = amount("memory") || amount("cpu") || tie;
  if (order !== 0) return order;
  const [x, y] = [identity(a), identity(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function identity(pod: PodShape): string {
  return `${admissionKey(pod)}${JSON.stringify([pod.namespace, pod.labels, pod.requests])}`;
}

function devices({ requests }: PodShape): number {
  return Object.entries(requests).reduce((sum, [name, amount]) => (isExtendedResource(name) ? sum + amount : sum), 0);
}
