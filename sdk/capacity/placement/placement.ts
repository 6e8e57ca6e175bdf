/**
 * Whether and where pods fit, told in the scheduler's own words.
 *
 * Modelled: cordoned nodes, taints, node selector, required node affinity, host ports, every requested resource, topology
 * spread that must hold, required affinity and anti-affinity between pods. Not modelled: volumes, preemption, dynamic
 * resource claims. Volumes and claims can only take places away, so "does not fit" stays true.
 * Upstream: kubernetes 1.34 `pkg/scheduler/framework/{types.go,plugins/*}`.
 */
import type { ClusterNode } from "../inventory/inventory";
import { obstacles, slotsOn } from "./nodeFit";
import { nodeIndex, slotsIn, stateOf } from "./nodeIndex";
import { peerObstacle } from "./peerRules";
import { hasRules, type NamespaceLabels } from "./podRules";
import type { PodShape } from "./podShape";

export { exclusion, obstacles, slotsOn } from "./nodeFit";
export { podShape, type PodShape } from "./podShape";

/** What the condition of a pod says that has a scheduling gate. */
const GATED = "Scheduling is blocked due to non-empty scheduling gates";

/**
 * The event of a pod that fits nowhere, up to what the scheduler adds about preemption.
 * @example "0/3 nodes are available: 1 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint(s)."
 */
export function failedScheduling(
  pod: PodShape,
  nodes: readonly ClusterNode[],
  namespaces: NamespaceLabels = new Map(),
): string {
  if ((pod.schedulingGates ?? []).length > 0) return GATED;
  if (nodes.length === 0) return "no nodes available to schedule pods";
  const named = namesAsked(pod);
  if (named?.size === 0) return `0/${nodes.length} nodes are available: pod affinity terms conflict.`;
  const state = hasPeerRules(pod, nodes) ? stateOf(nodeIndex(nodes, namespaces), pod) : undefined;
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const own = named === undefined || named.has(node.name) ? obstacles(pod, node) : [NOT_NAMED];
    const other = own.length > 0 || state === undefined ? undefined : peerObstacle(state, node.labels);
    for (const reason of other === undefined ? own : [other]) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes.length} nodes are available: ${reasons.join(", ")}.`;
}

/** How many copies of a pod fit on the nodes as they are: counted per node, because a pod cannot span two. */
export function slots(pod: PodShape, nodes: readonly ClusterNode[]): number {
  if (hasPeerRules(pod, nodes)) return slotsIn(nodeIndex(nodes), pod);
  return nodes.reduce((total, node) => total + slotsOn(pod, node), 0);
}

/** What the scheduler says of nodes that node affinity does not name, where it names some. */
const NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]";

/** The names to which every term of the node affinity limits a pod; `undefined` where it does not. */
function namesAsked({ affinity }: PodShape): Set<string> | undefined {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const names = terms.map(({ matchFields = [] }) => {
    const lists = matchFields.filter(({ key, operator }) => key === "metadata.name" && operator === "In");
    return lists.length === 0
      ? undefined
      : lists.map(({ values = [] }) => values).reduce((a, b) => a.filter((name) => b.includes(name)));
  });
  if (names.length === 0 || names.includes(undefined)) return undefined;
  return new Set(names.flatMap((list) => list ?? []));
}

function hasPeerRules(pod: PodShape, nodes: readonly ClusterNode[]): boolean {
  if (hasRules(pod)) return true;
  const holds = (other: PodShape | undefined) => other?.affinity?.podAntiAffinity !== undefined;
  return nodes.some(({ bound, planned = [] }) => bound.some(({ shape }) => holds(shape)) || planned.some(holds));
}
