/** Groups of nodes that an autoscaler can make larger: which nodes could be added, and how many. */
import type { Taint } from "../../../kubernetes/core";
import type { Amounts } from "../../amounts";
import { emptyNode, type ClusterNode, type DaemonSetObject } from "../inventory";

export interface NodePool {
  /** As the cluster calls it, such as `NodePool gpu`. */
  name: string;
  /** Kinds of nodes that the autoscaler may choose from for a pod. */
  templates: readonly NodeTemplate[];
  /** Further nodes beyond those that there are; `undefined` where only `limits` bound them. */
  room: number | undefined;
  /** What all further nodes together may have. */
  limits?: Amounts;
  /** What the objects and the catalogue do not tell, for people. Nodes that depend on it are left out. */
  unknown: readonly string[];
}

export interface NodeTemplate {
  /** Instance type, where the pool gives one. */
  instanceType?: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly Taint[];
  /** Amounts for pods, `pods` included. */
  allocatable: Amounts;
  /** Amounts of the whole machine, which limits count. */
  capacity: Amounts;
  /** Labels that nodes get as pods ask for them, such as the zone of a pool that lists none; with values they never get. */
  open?: Readonly<Record<string, readonly string[]>>;
}

export const ZONE = "topology.kubernetes.io/zone";

/** The kubelet's own limit of pods, which clouds lower on small machines. */
export const DEFAULT_PODS = 110;

/** How many nodes of one kind a pool can still add; infinite where nothing bounds it. */
export function roomFor({ room, limits = {} }: NodePool, { capacity }: NodeTemplate, used: Amounts = {}): number {
  const bounds = Object.entries(limits).map(([resource, limit]) => {
    const each = capacity[resource] ?? 0;
    const left = limit - (used[resource] ?? 0);
    if (left < 0) return 0;
    return each === 0 ? Number.POSITIVE_INFINITY : Math.floor(left / each);
  });
  return Math.max(0, Math.min(room ?? Number.POSITIVE_INFINITY, ...bounds));
}

/** A node of a pool as it would join the cluster. */
export function nodeFrom(
  pool: NodePool,
  template: NodeTemplate,
  number: number,
  daemonSets: readonly DaemonSetObject[] = [],
): ClusterNode {
  const name = `${pool.name} +${number}`;
  const labels = { "kubernetes.io/hostname": name, ...template.labels };
  return emptyNode({ name, labels, taints: template.taints, allocatable: template.allocatable }, daemonSets);
}

/**
 * All nodes of one kind that a pool could add.
 *
 * @param atMost where nothing else bounds them
 */
export function nodesOfPool(
  pool: NodePool,
  template: NodeTemplate,
  atMost: number,
  daemonSets: readonly DaemonSetObject[] = [],
): ClusterNode[] {
  const count = Math.min(atMost, roomFor(pool, template));
  return Array.from({ length: count }, (_, i) => nodeFrom(pool, template, i + 1, daemonSets));
}
