/**
 * Nodes in classes that admit the same pods, and which of them admit a pod. A label that nearly every node has a value
 * of its own for, such as the host name, makes no class: pods that ask for one are looked up by it instead.
 */
import type { ClusterNode } from "../inventory/inventory";
import { exclusion } from "./nodeFit";
import type { PodShape } from "./podShape";

/** Rows `[from, to)`. */
export type Range = readonly [from: number, to: number];

export interface NodeClasses {
  /** Class by class, each in the order of names. */
  nodes: readonly ClusterNode[];
  classes: readonly Range[];
  /** Labels that all nodes of a class share. */
  isShared(key: string): boolean;
  /** Rows by a label that is not shared. */
  byLabel: Map<string, Map<string, number[]>>;
  byName: ReadonlyMap<string, number>;
  admissions: Map<string, Admission>;
}

/** The nodes that a pod may be put on, resources and other pods aside. */
export interface Admission {
  /** Neighbouring classes joined. */
  ranges: readonly Range[];
  /** Class by class; `undefined` where classes do not decide. */
  classes: readonly Range[] | undefined;
  /** Number of nodes. */
  size: number;
}

/** Sorts nodes into classes. */
export function nodeClasses(given: readonly ClusterNode[]): NodeClasses {
  const { shared, own } = labelKinds(given);
  const keyed = given.map((node) => ({ node, key: classKey(node, shared) }));
  keyed.sort((a, b) => compare(a.key, b.key) || compare(a.node.name, b.node.name));
  const nodes = keyed.map(({ node }) => node);
  const classes: Range[] = [];
  let from = 0;
  for (let row = 1; row <= keyed.length; row++) {
    if (keyed[row]?.key === keyed[from]?.key) continue;
    classes.push([from, row]);
    from = row;
  }
  return {
    nodes,
    classes,
    isShared: (key) => !own.has(key),
    byLabel: new Map(),
    byName: new Map(nodes.map(({ name }, row) => [name, row])),
    admissions: new Map(),
  };
}

/** The nodes that admit a pod; worked out once per kind of selector, affinity and tolerations. */
export function admission(classes: NodeClasses, pod: PodShape): Admission {
  const key = admissionKey(pod);
  const known = classes.admissions.get(key) ?? workOut(classes, pod);
  classes.admissions.set(key, known);
  return known;
}

/** Whether all nodes of a class admit a pod or none does. */
export function isDecidedByClass(classes: NodeClasses, pod: PodShape): boolean {
  return askedLabels(pod).every((key) => classes.isShared(key)) && askedNames(pod).length === 0;
}

const keys = new WeakMap<PodShape, string>();

/** The same for pods that every node admits or refuses alike. */
export function admissionKey(pod: PodShape): string {
  const required = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const key = keys.get(pod) ?? JSON.stringify([pod.nodeSelector ?? null, required ?? null, pod.tolerations ?? []]);
  keys.set(pod, key);
  return key;
}

function workOut(classes: NodeClasses, pod: PodShape): Admission {
  const admits = (row: number) => {
    const node = classes.nodes[row];
    return node !== undefined && exclusion(pod, node) === undefined;
  };
  if (isDecidedByClass(classes, pod)) {
    const admitted = classes.classes.filter(([first]) => admits(first));
    return { ranges: joined(admitted), classes: admitted, size: sizeOf(admitted) };
  }
  const ranges = joined(
    candidateRows(classes, pod)
      .filter(admits)
      .map((row) => [row, row + 1]),
  );
  return { ranges, classes: undefined, size: sizeOf(ranges) };
}

/** Rows that a label or name of their own makes eligible; all where neither is asked for. */
function candidateRows(classes: NodeClasses, pod: PodShape): readonly number[] {
  const own = Object.entries(pod.nodeSelector ?? {}).find(([key]) => !classes.isShared(key));
  if (own !== undefined) return rowsByLabel(classes, own[0]).get(own[1]) ?? [];
  const names = askedNames(pod);
  if (names.length > 0 && termsOf(pod).every(({ matchFields = [] }) => matchFields.some(isNameIn))) {
    return [...new Set(names.flatMap((name) => classes.byName.get(name) ?? []))].sort((a, b) => a - b);
  }
  return [...classes.nodes.keys()];
}

/** The rows of every value of a label; worked out once. */
export function rowsByLabel({ nodes, byLabel }: NodeClasses, key: string): Map<string, number[]> {
  const known = byLabel.get(key);
  if (known !== undefined) return known;
  const rows = new Map<string, number[]>();
  for (const [row, { labels }] of nodes.entries()) {
    const value = labels[key];
    if (value === undefined) continue;
    const same = rows.get(value);
    if (same === undefined) rows.set(value, [row]);
    else same.push(row);
  }
  byLabel.set(key, rows);
  return rows;
}

function termsOf({ affinity }: PodShape) {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

function askedLabels(pod: PodShape): string[] {
  const expressions = termsOf(pod).flatMap(({ matchExpressions = [] }) => matchExpressions);
  return [...Object.keys(pod.nodeSelector ?? {}), ...expressions.map(({ key }) => key)];
}

function askedNames(pod: PodShape): string[] {
  return termsOf(pod).flatMap(({ matchFields = [] }) => matchFields.flatMap(({ values = [] }) => values));
}

function isNameIn({ key, operator }: { key: string; operator: string }): boolean {
  return key === "metadata.name" && operator === "In";
}

/** Which labels have few values and which have nearly one for every node. */
function labelKinds(nodes: readonly ClusterNode[]): { shared: Set<string>; own: Set<string> } {
  const values = new Map<string, Set<string>>();
  for (const { labels } of nodes) {
    for (const [key, value] of Object.entries(labels)) {
      const seen = values.get(key) ?? new Set();
      values.set(key, seen.add(value));
    }
  }
  const many = Math.max(8, 2 * Math.sqrt(nodes.length));
  const keysWhere = (wanted: boolean) =>
    new Set([...values].filter(([, seen]) => seen.size > many === wanted).map(([key]) => key));
  return { shared: keysWhere(false), own: keysWhere(true) };
}

function classKey({ labels, taints, unschedulable }: ClusterNode, shared: ReadonlySet<string>): string {
  const counting = Object.entries(labels).filter(([key]) => shared.has(key));
  counting.sort(([a], [b]) => compare(a, b));
  const listed = taints.map(({ key, value, effect }) => [key, value ?? "", effect]);
  return JSON.stringify([unschedulable, listed, counting]);
}

function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const [from, to] of ranges) {
    const last = result.at(-1);
    if (last?.[1] === from) result[result.length - 1] = [last[0], to];
    else result.push([from, to]);
  }
  return result;
}

function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
