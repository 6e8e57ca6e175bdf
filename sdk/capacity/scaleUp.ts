/** Which nodes an autoscaler would add for pods that find no place, and what is left even then. */
import { deviceCount } from "./placement/requests";
import { plus, type Amounts } from "./amounts";
import type { ClusterNode, DaemonSetObject } from "./inventory/inventory";
import { feasibleRows, nodeAt, nodeIndex, slotsIn, stateOf } from "./placement/nodeIndex";
import { pack, type Packing, type PodGroup } from "./packing/packing";
import type { NamespaceLabels } from "./placement/podRules";
import type { PodShape } from "./placement/podShape";
import { nodeFrom, roomFor, type NodePool, type NodeTemplate } from "./inventory/pools/nodePool";

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
 * Adds the smallest nodes that take each pod until all fit or the pools are exhausted; where that leaves some without a
 * place, the largest. It takes minutes until such a node serves, and an autoscaler may choose others.
 */
export function scaleUp(
  groups: readonly PodGroup[],
  nodes: readonly ClusterNode[],
  pools: readonly NodePool[],
  options: ScaleUpOptions = {},
): ScaleUp {
  const kinds = pools.flatMap((pool) => pool.templates.map((template) => ({ pool, template })));
  kinds.sort(
    (a, b) =>
      deviceCount(a.template.allocatable) - deviceCount(b.template.allocatable) || cpu(a.template) - cpu(b.template),
  );
  const smallest = grown(groups, nodes, kinds, options);
  if (smallest.packing.unplaced.length === 0) return smallest;
  const largest = grown(groups, nodes, kinds.toReversed(), options);
  return missing(largest.packing) < missing(smallest.packing) ? largest : smallest;
}

function grown(
  groups: readonly PodGroup[],
  nodes: readonly ClusterNode[],
  kinds: readonly Kind[],
  { daemonSets = [], namespaces = new Map() }: ScaleUpOptions,
): ScaleUp {
  const growth: Growth = { daemonSets, used: new Map(), kinds: new Map(), nodes: [] };
  let packing = pack(groups, nodes, { namespaces });
  while (packing.unplaced.length > 0) {
    const index = nodeIndex(packing.nodes, namespaces);
    for (const { of, count } of packing.unplaced) {
      const choices = kinds.flatMap((kind) => asAsked(kind, of.pod, nodes));
      if (stateOf(index, of.pod) === undefined) grow(growth, { pod: of.pod, count }, choices);
      else growByOne(growth, of.pod, choices, packing.nodes, namespaces);
    }
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

/** A kind of node that a pool can add. */
interface Kind {
  pool: NodePool;
  template: NodeTemplate;
}

/** The same with the labels that one pod makes its nodes have. */
interface Choice extends Kind {
  labelled: NodeTemplate;
}

interface Growth {
  daemonSets: readonly DaemonSetObject[];
  used: Map<NodePool, { nodes: number; capacity: Amounts }>;
  /** By the name of the node. */
  kinds: Map<string, Kind>;
  nodes: ClusterNode[];
}

/** A kind once for every value of its open labels: the ones that a pod asks for, or else those of the nodes that there are. */
function asAsked(kind: Kind, pod: PodShape, nodes: readonly ClusterNode[]): Choice[] {
  const labelled = Object.entries(kind.template.open ?? {}).reduce(
    (made, [key, never]) => {
      const asked = valuesAsked(pod, key);
      const present = nodes.flatMap(({ labels }) => labels[key] ?? []);
      const values = [...new Set(asked.length > 0 ? asked : present)].filter((value) => !never.includes(value));
      if (values.length === 0) return made;
      return made.flatMap((one) => values.map((value) => ({ ...one, labels: { ...one.labels, [key]: value } })));
    },
    [kind.template],
  );
  return labelled.map((one) => ({ ...kind, labelled: one }));
}

/** Values of a label that a pod's selector, or else its affinity, names. */
function valuesAsked({ nodeSelector, affinity }: PodShape, key: string): readonly string[] {
  const selected = nodeSelector?.[key];
  if (selected !== undefined) return [selected];
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const expressions = terms.flatMap(({ matchExpressions = [] }) => matchExpressions);
  return expressions.flatMap((one) => (one.key === key && one.operator === "In" ? (one.values ?? []) : []));
}

/** Adds nodes for copies of one pod, as if nothing else went onto them. */
function grow(growth: Growth, { pod, count }: PodGroup, choices: readonly Choice[]): void {
  let left = count;
  for (const choice of choices) {
    const slots = slotsIn(nodeIndex([nodeFrom(choice.pool, choice.labelled, 0, growth.daemonSets)]), pod, left);
    while (left > 0 && slots > 0 && hasRoom(growth, choice)) {
      addNode(growth, choice);
      left -= slots;
    }
  }
}

/** Adds one node on which the other pods let a pod run. */
function growByOne(
  growth: Growth,
  pod: PodShape,
  choices: readonly Choice[],
  nodes: readonly ClusterNode[],
  namespaces: NamespaceLabels,
): void {
  const open = choices.filter((choice) => hasRoom(growth, choice));
  const made = open.map(({ pool, labelled }, i) => nodeFrom(pool, labelled, -i, growth.daemonSets));
  const index = nodeIndex([...nodes, ...made], namespaces);
  const suited = new Set(feasibleRows(index, pod).map((row) => nodeAt(index, row)));
  const choice = open.find((_, i) => made[i] !== undefined && suited.has(made[i]));
  if (choice !== undefined) addNode(growth, choice);
}

function hasRoom({ used }: Growth, { pool, template }: Kind): boolean {
  const own = used.get(pool) ?? { nodes: 0, capacity: {} };
  const room = pool.room === undefined ? undefined : pool.room - own.nodes;
  return roomFor({ ...pool, room }, template, own.capacity) >= 1;
}

function addNode(growth: Growth, { pool, template, labelled }: Choice): void {
  const own = growth.used.get(pool) ?? { nodes: 0, capacity: {} };
  growth.used.set(pool, { nodes: own.nodes + 1, capacity: plus(own.capacity, template.capacity) });
  const node = nodeFrom(pool, labelled, own.nodes + 1, growth.daemonSets);
  growth.kinds.set(node.name, { pool, template });
  growth.nodes.push(node);
}

function cpu({ allocatable }: NodeTemplate): number {
  return allocatable.cpu ?? 0;
}
