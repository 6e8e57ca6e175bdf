/**
 * Nodes prepared for many questions about places: mutable, so that thousands of services can be placed one after
 * another without copying or scanning all nodes.
 *
 * It belongs to the function that makes it; what leaves that function are plain nodes ({@link nodesOf}).
 */
import type { ClusterNode, BoundPod } from "../inventory/inventory";
import { ALL_HOLES, change, devicesFree, freeOf, freeTree, holeBit, holesPresent, search } from "./freeTree";
import type { FreeTree, Need } from "./freeTree";
import { portsClash, type HostPort } from "./hostPorts";
import { admission, nodeClasses, type Admission, type NodeClasses, type Range } from "./nodeClasses";
import { addPeer, noPeers, type Peers } from "./peers";
import { morePods, peerObstacle, peerState, type Domains, type PeerState } from "./peerRules";
import { needsNamespaces, podRules, type NamespaceLabels } from "./podRules";
import type { PodShape } from "./podShape";
import { isExtendedResource } from "./requests";
import { spreadDomains } from "./spreadDomains";

export interface NodeIndex {
  /** Row by row as they were given; what is taken since is in the other parts. */
  readonly classes: NodeClasses;
  readonly columns: ReadonlyMap<string, number>;
  readonly tree: FreeTree;
  readonly peers: Peers;
  readonly ports: Map<number, HostPort[]>;
  readonly domains: Domains;
  /** Pods put on a row, or taken off it, since the start. */
  readonly changes: Map<number, Map<PodShape, number>>;
  readonly needs: WeakMap<PodShape, Need>;
}

/** @param namespaces labels from Namespace objects; only `namespaceSelector` reads them */
export function nodeIndex(given: readonly ClusterNode[], namespaces: NamespaceLabels = new Map()): NodeIndex {
  const classes = nodeClasses(given);
  const names = new Set(["pods", ...given.flatMap(({ free }) => Object.keys(free))]);
  const columns = new Map([...names].map((name, column) => [name, column]));
  const free = new Float64Array(given.length * columns.size);
  for (const [row, node] of classes.nodes.entries()) {
    for (const [name, column] of columns) free[row * columns.size + column] = node.free[name] ?? 0;
  }
  const isDevice = Uint8Array.from([...names], (name) => (isExtendedResource(name) ? 1 : 0));
  const index: NodeIndex = {
    classes,
    columns,
    tree: freeTree(free, columns.size, isDevice),
    peers: noPeers(namespaces),
    ports: new Map(),
    domains: spreadDomains(classes),
    changes: new Map(),
    needs: new WeakMap(),
  };
  for (const [row, { bound, planned = [] }] of classes.nodes.entries()) {
    for (const pod of bound) note(index, row, shapeOf(pod), 1, pod.terminating);
    for (const pod of planned) note(index, row, pod, 1);
  }
  return index;
}

const shapes = new WeakMap<BoundPod, PodShape>();

/** What a pod on a node is to the index; give this to {@link take} to remove it. */
export function shapeOf(pod: BoundPod): PodShape {
  const { requests, namespace, labels } = pod;
  const shape = pod.shape ?? shapes.get(pod) ?? { requests, namespace, labels };
  shapes.set(pod, shape);
  return shape;
}

/** The row of a node, by its name. */
export function rowOf(index: NodeIndex, name: string): number | undefined {
  return index.classes.byName.get(name);
}

export function nodeAt(index: NodeIndex, row: number): ClusterNode {
  const node = index.classes.nodes[row];
  if (node === undefined) throw new RangeError(`there is no row ${row} among ${index.classes.nodes.length} nodes`);
  return node;
}

/** Devices of all kinds that a node has free. */
export function devicesOn(index: NodeIndex, row: number): number {
  return devicesFree(index.tree, row);
}

/** Puts copies of a pod on a node without asking whether they fit; a negative number takes them away. */
export function take(index: NodeIndex, row: number, pod: PodShape, count = 1): void {
  change(index.tree, row, needOf(index, pod) ?? [], -count);
  note(index, row, pod, count);
  const changed = index.changes.get(row) ?? new Map<PodShape, number>();
  index.changes.set(row, changed.set(pod, (changed.get(pod) ?? 0) + count));
}

/** Where to look for places: the nodes of one domain, or all. */
export interface Scope {
  isIn(row: number): boolean;
}

/**
 * Puts up to `count` copies where they fit: on the node with the fewest free devices that still takes one, so that large
 * holes stay large.
 *
 * @returns a row for each copy placed
 */
export function place(index: NodeIndex, pod: PodShape, count: number, scope?: Scope): number[] {
  const rows: number[] = [];
  if (isGated(pod)) return rows;
  const state = stateOf(index, pod);
  while (rows.length < count) {
    const row = bestRow(index, pod, state, scope);
    if (row < 0) break;
    // Without rules about other pods as many as fit go to one node at once.
    const copies = state === undefined ? Math.min(count - rows.length, copiesOn(index, row, pod)) : 1;
    take(index, row, pod, copies);
    if (state !== undefined) morePods(state, nodeAt(index, row));
    for (let i = 0; i < copies; i++) rows.push(row);
  }
  return rows;
}

/** Takes copies away again that {@link place} put there. */
export function takeBack(index: NodeIndex, pod: PodShape, rows: readonly number[]): void {
  for (const row of rows) take(index, row, pod, -1);
}

/** How many further copies of a pod find a place beside everything that is there; counting ends at `atMost`. */
export function slotsIn(index: NodeIndex, pod: PodShape, atMost = Number.MAX_SAFE_INTEGER): number {
  if (isGated(pod)) return 0;
  if (stateOf(index, pod) !== undefined) {
    const rows = place(index, pod, atMost);
    takeBack(index, pod, rows);
    return rows.length;
  }
  let copies = 0;
  visitRoom(index, pod, (_, fit) => (copies += fit) >= atMost);
  return Math.min(copies, atMost);
}

/**
 * The nodes that admit a pod and have room for it, rules about other pods aside.
 *
 * @param visit is told how many copies fit; returns true to end
 */
export function visitRoom(index: NodeIndex, pod: PodShape, visit: (row: number, fit: number) => boolean): void {
  const need = needOf(index, pod);
  if (need === undefined) return;
  for (const range of admission(index.classes, pod).ranges) {
    const end = search(index.tree, range, need, ALL_HOLES, (row) => {
      const fit = copiesOn(index, row, pod);
      return fit > 0 && visit(row, fit);
    });
    if (end >= 0) return;
  }
}

/** The rows on which one more copy fits now, in order. */
export function feasibleRows(index: NodeIndex, pod: PodShape): number[] {
  const rows: number[] = [];
  if (isGated(pod)) return rows;
  const state = stateOf(index, pod);
  visitRoom(index, pod, (row) => {
    if (suits(index, row, pod, state)) rows.push(row);
    return false;
  });
  return rows;
}

/** Whether a node that admits the pod takes one more copy now. */
export function feasibleAt(index: NodeIndex, row: number, pod: PodShape): boolean {
  return copiesOn(index, row, pod) > 0 && suits(index, row, pod, stateOf(index, pod));
}

/** How many nodes admit a pod however full they are. */
export function admittedCount(index: NodeIndex, pod: PodShape): number {
  return admission(index.classes, pod).size;
}

/** The rules of a pod about others as they stand; `undefined` where none matters. */
export function stateOf(index: NodeIndex, pod: PodShape): PeerState | undefined {
  return peerState(pod, index.peers, index.classes.nodes, index.domains);
}

/** Whether a pod has rules that only Namespace objects could decide, and there are none. */
export function isUndecided({ peers }: NodeIndex, pod: PodShape): boolean {
  return peers.namespaces.size === 0 && needsNamespaces(podRules(pod));
}

/** The nodes as they are now, in the order of their names. */
export function nodesOf(index: NodeIndex): ClusterNode[] {
  const nodes = index.classes.nodes.map((node, row) => {
    const changed = index.changes.get(row);
    return changed === undefined ? node : changedNode(index, row, node, changed);
  });
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How many copies a node takes, rules about other pods aside. */
export function copiesOn(index: NodeIndex, row: number, pod: PodShape): number {
  const need = needOf(index, pod);
  if (need === undefined) return 0;
  let copies = Number.MAX_SAFE_INTEGER;
  for (const [column, amount] of need) {
    copies = Math.min(copies, Math.floor(freeOf(index.tree, row, column) / amount));
  }
  if (pod.hostPorts !== undefined)
    copies = Math.min(copies, portsClash(pod.hostPorts, index.ports.get(row) ?? []) ? 0 : 1);
  return Math.max(0, copies);
}

/** Amounts of a pod by column; `undefined` where it asks for something that no node has. */
function needOf(index: NodeIndex, pod: PodShape): Need | undefined {
  const known = index.needs.get(pod);
  if (known !== undefined) return known;
  const need: [number, number][] = [];
  for (const [name, amount] of Object.entries({ ...pod.requests, pods: 1 })) {
    const column = index.columns.get(name);
    if (amount > 0 && column === undefined) return undefined;
    if (amount > 0 && column !== undefined) need.push([column, amount]);
  }
  index.needs.set(pod, need);
  return need;
}

function isGated({ schedulingGates = [] }: PodShape): boolean {
  return schedulingGates.length > 0;
}

function bestRow(index: NodeIndex, pod: PodShape, state: PeerState | undefined, scope: Scope | undefined): number {
  const need = needOf(index, pod);
  if (need === undefined) return -1;
  const ranges = rangesFor(index, admission(index.classes, pod), state);
  const present = holesPresent(index.tree);
  for (let bit = holeBit(devicesAsked(index, need)); bit < 32; bit++) {
    if (((present >>> bit) & 1) === 0) continue;
    for (const range of ranges) {
      const row = search(index.tree, range, need, 2 ** bit, (at) => {
        return (scope === undefined || scope.isIn(at)) && suits(index, at, pod, state);
      });
      if (row >= 0) return row;
    }
  }
  return -1;
}

/** Leaves out whole classes that rules about zones and the like exclude. */
function rangesFor(index: NodeIndex, { ranges, classes }: Admission, state: PeerState | undefined): readonly Range[] {
  if (state === undefined || classes === undefined) return ranges;
  return classes.filter(
    ([first]) => peerObstacle(state, nodeAt(index, first).labels, (key) => index.classes.isShared(key)) === undefined,
  );
}

function suits(index: NodeIndex, row: number, pod: PodShape, state: PeerState | undefined): boolean {
  if (pod.hostPorts !== undefined && portsClash(pod.hostPorts, index.ports.get(row) ?? [])) return false;
  return state === undefined || peerObstacle(state, nodeAt(index, row).labels) === undefined;
}

function devicesAsked({ tree }: NodeIndex, need: Need): number {
  return need.reduce((sum, [column, amount]) => (tree.isDevice[column] === 1 ? sum + amount : sum), 0);
}

function note(index: NodeIndex, row: number, pod: PodShape, count: number, terminating = false): void {
  addPeer(index.peers, pod, row, nodeAt(index, row).labels, count, terminating);
  if (pod.hostPorts === undefined) return;
  const taken = index.ports.get(row) ?? [];
  const left =
    count > 0 ? [...taken, ...pod.hostPorts] : taken.filter((port) => pod.hostPorts?.includes(port) !== true);
  index.ports.set(row, left);
}

function changedNode(
  index: NodeIndex,
  row: number,
  node: ClusterNode,
  changed: ReadonlyMap<PodShape, number>,
): ClusterNode {
  const left = new Map(changed);
  const stays = (pod: PodShape) => {
    const change = left.get(pod) ?? 0;
    if (change < 0) left.set(pod, change + 1);
    return change >= 0;
  };
  const bound = node.bound.filter((pod) => stays(shapeOf(pod)));
  const kept = (node.planned ?? []).filter(stays);
  const added = [...left].flatMap(([pod, count]) => Array.from({ length: Math.max(0, count) }, () => pod));
  const amounts = [...index.columns].map(([name, column]) => [name, freeOf(index.tree, row, column)] as const);
  const free = Object.fromEntries(amounts.filter(([name, amount]) => amount !== 0 || node.free[name] !== undefined));
  return { ...node, bound, planned: [...kept, ...added], free };
}
