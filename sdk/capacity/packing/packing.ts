/**
 * Packing several pods onto nodes: the largest first, each into the smallest hole that takes it; where that fails others
 * are moved out of the way, and small cases are searched to the end, so that "they do not fit" is either proven or known
 * to be an estimate.
 */
import { arrangement } from "./arrangement";
import { placeGangs, type Gang, type Placement } from "./gang";
import type { ClusterNode } from "../inventory/inventory";
import { isImpossible, missingAlone } from "./lowerBounds";
import { isUndecided, nodeAt, nodeIndex, nodesOf, place, take, type NodeIndex } from "../placement/nodeIndex";
import { bySize } from "./packingOrder";
import { failedScheduling } from "../placement/placement";
import type { NamespaceLabels } from "../placement/podRules";
import type { PodGroup } from "../placement/podShape";
import { repair } from "./repair";

export type { Gang } from "./gang";
export type { PodGroup } from "../placement/podShape";

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
function packInto(index: NodeIndex, groups: readonly PodGroup[], gangs: readonly Gang[] = []): Packing {
  const isGated = ({ pod }: PodGroup) => (pod.schedulingGates ?? []).length > 0;
  const [gated, waiting] = [groups.filter(isGated), groups.filter((group) => !isGated(group))];
  const { whole, unplacedGangs } = placeGangs(index, gangs);
  const rows = new Map(bySize(index, waiting).map((group) => [group, place(index, group.pod, group.count)]));
  if (!isComplete(rows)) repair(index, rows);
  const outcome =
    isComplete(rows) && unplacedGangs.length === 0
      ? { proven: true, rows, alone: new Map<PodGroup, number>() }
      : decide(index, rows, whole, gangs);
  return packing(index, whole, { unplacedGangs, gated }, outcome);
}

interface Outcome {
  proven: boolean;
  rows: Rows;
  /** Copies that find no place even alone. */
  alone: ReadonlyMap<PodGroup, number>;
}

/** Whether what is missing must be missing; where a search finds another arrangement, that. */
function decide(index: NodeIndex, rows: Rows, whole: readonly Placement[], gangs: readonly Gang[]): Outcome {
  const groups = [...rows.keys()];
  const all = [...groups, ...gangs.flatMap(({ members }) => members)];
  if (all.some(({ pod }) => isUndecided(index, pod))) return { proven: false, rows, alone: new Map() };
  const taken = [...whole, ...placements(rows)];
  for (const { group, row } of taken) take(index, row, group.pod, -1);
  const alone = new Map(groups.map((group) => [group, missingAlone(index, group)]));
  const impossible = isImpossible(index, all);
  const other = impossible || gangs.length > 0 ? "gave up" : arrangement(index, groups);
  if (other instanceof Map) return { proven: true, rows: other, alone };
  for (const { group, row } of taken) take(index, row, group.pod, 1);
  return { proven: impossible || other === undefined, rows, alone };
}

function isComplete(rows: Rows): boolean {
  return [...rows].every(([{ count }, found]) => found.length >= count);
}

function placements(rows: Rows): Placement[] {
  return [...rows].flatMap(([group, found]) => found.map((row) => ({ group, row })));
}

function packing(
  index: NodeIndex,
  whole: readonly Placement[],
  rest: Pick<Packing, "unplacedGangs" | "gated">,
  { proven, rows, alone }: Outcome,
): Packing {
  const nodes = nodesOf(index);
  const { namespaces } = index.peers;
  const missing = [...rows].filter(([{ count }, found]) => found.length < count);
  return {
    placed: [...whole, ...placements(rows)].map(({ group, row }) => ({ group, node: nodeAt(index, row).name })),
    unplaced: missing.map(([of, found]) => ({
      of,
      count: of.count - found.length,
      alone: alone.get(of) ?? 0,
      get message() {
        return failedScheduling(of.pod, nodes, namespaces);
      },
    })),
    ...rest,
    proven,
    nodes,
  };
}
