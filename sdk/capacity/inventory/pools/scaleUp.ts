/** Which nodes an autoscaler would add for pods that find no place, and what is left even then. */
import { isExtendedResource } from "../../placement/requests";
import type { Amounts } from "../../amounts";
import { plus } from "../../amounts";
import type { ClusterNode, DaemonSetObject } from "../inventory";
import { nodeIndex, slotsIn } from "../../placement/nodeIndex";
import { pack, type Packing, type PodGroup } from "../../packing/packing";
import type { NamespaceLabels } from "../../placement/podRules";
import { nodeFrom, roomFor, type NodePool, type NodeTemplate } from "./nodePool";

export interface ScaleUp {
  added: { pool: NodePool; template: NodeTemplate; count: number }[];
  /** The pods on the old and the new nodes. */
  packing: Packing;
}

export interface ScaleUpOptions {
  daemonSets?: readonly DaemonSetObject[];
  namespaces?: NamespaceLabels;
}

/**
 * Adds the smallest nodes that take each pod until all fit or the pools are exhausted. It takes minutes until such a
 * node serves, and an autoscaler may choose larger ones.
 */
export function scaleUp(
  groups: readonly PodGroup[],
  nodes: readonly ClusterNode[],
  pools: readonly NodePool[],
  { daemonSets = [], namespaces = new Map() }: ScaleUpOptions = {},
): ScaleUp {
  const growth: Growth = { used: new Map(), kinds: new Map(), nodes: [] };
  let packing = pack(groups, nodes, { namespaces });
  while (packing.unplaced.length > 0) {
    for (const { of, count } of packing.unplaced) grow(growth, { pod: of.pod, count }, pools, daemonSets);
    const next = pack(groups, [...nodes, ...growth.nodes], { namespaces });
    if (missing(next) >= missing(packing)) break;
    packing = next;
  }
  return { added: usedKinds(growth, packing), packing };
}

function missing({ unplaced }: Packing): number {
  return unplaced.reduce((sum, { count }) => sum + count, 0);
}

/** Only nodes that hold something are worth adding. */
function usedKinds({ kinds }: Growth, { placed }: Packing): ScaleUp["added"] {
  const counts = new Map<NodeTemplate, ScaleUp["added"][number]>();
  for (const name of new Set(placed.map(({ node }) => node))) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    const before = counts.get(kind.template)?.count ?? 0;
    counts.set(kind.template, { ...kind, count: before + 1 });
  }
  return [...counts.values()];
}

interface Growth {
  used: Map<NodePool, { nodes: number; capacity: Amounts }>;
  /** By the name of the node. */
  kinds: Map<string, { pool: NodePool; template: NodeTemplate }>;
  nodes: ClusterNode[];
}

/** Adds nodes for copies of one pod, as if nothing else went onto them. */
function grow(
  growth: Growth,
  { pod, count }: PodGroup,
  pools: readonly NodePool[],
  daemonSets: readonly DaemonSetObject[],
): void {
  const kinds = pools.flatMap((pool) => pool.templates.map((template) => ({ pool, template })));
  kinds.sort((a, b) => devices(a.template) - devices(b.template) || cpu(a.template) - cpu(b.template));
  let left = count;
  for (const { pool, template } of kinds) {
    const slots = slotsIn(nodeIndex([nodeFrom(pool, template, 0, daemonSets)]), pod, left);
    while (left > 0 && slots > 0 && hasRoom(growth, pool, template)) {
      addNode(growth, pool, template, daemonSets);
      left -= slots;
    }
  }
}

function hasRoom({ used }: Growth, pool: NodePool, template: NodeTemplate): boolean {
  const own = used.get(pool) ?? { nodes: 0, capacity: {} };
  const room = pool.room === undefined ? undefined : pool.room - own.nodes;
  return roomFor({ ...pool, room }, template, own.capacity) >= 1;
}

function addNode(growth: Growth, pool: NodePool, template: NodeTemplate, daemonSets: readonly DaemonSetObject[]): void {
  const own = growth.used.get(pool) ?? { nodes: 0, capacity: {} };
  growth.used.set(pool, { nodes: own.nodes + 1, capacity: plus(own.capacity, template.capacity) });
  const node = nodeFrom(pool, template, own.nodes + 1, daemonSets);
  growth.kinds.set(node.name, { pool, template });
  growth.nodes.push(node);
}

function devices({ allocatable }: NodeTemplate): number {
  return Object.entries(allocatable).reduce(
    (sum, [name, amount]) => (isExtendedResource(name) ? sum + amount : sum),
    0,
  );
}

function cpu({ allocatable }: NodeTemplate): number {
  return allocatable.cpu ?? 0;
}
