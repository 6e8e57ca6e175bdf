/**
 * Whether and where pods fit, told in the scheduler's own words.
 *
 * Modelled: cordoned nodes, taints, node selector, required node affinity, and every requested resource. Not modelled:
 * spreading, affinity between pods, volumes and ports. Those can only take places away, so "does not fit" stays true.
 * Upstream: kubernetes 1.34 `pkg/scheduler/framework/{types.go,plugins/*}`.
 */
import type { PodSpec, Taint } from "../kubernetes/core";
import type { Amounts } from "./amounts";
import type { ClusterNode } from "./inventory";
import { podRequests } from "./requests";
import { selectsNode, untolerated } from "./scheduling";

/** What decides where a pod may run. */
export interface PodShape extends Pick<PodSpec, "nodeSelector" | "affinity" | "tolerations"> {
  requests: Amounts;
}

/** The shape of a pod. @throws QuantityError */
export function podShape(spec: PodSpec): PodShape {
  const { nodeSelector, affinity, tolerations = [] } = spec;
  return {
    requests: podRequests(spec),
    tolerations,
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(affinity === undefined ? {} : { affinity }),
  };
}

/**
 * Why a pod cannot run on a node, as the scheduler reports it; empty when it fits. Like the scheduler's plugins, the
 * first kind of obstacle hides later ones, but all resources that are short are named.
 */
export function obstacles(pod: PodShape, node: ClusterNode): string[] {
  const excluded = exclusion(pod, node);
  if (excluded !== undefined) return [excluded];
  const missing = shortages(pod.requests, node.free).map((resource) => `Insufficient ${resource}`);
  return (node.free.pods ?? 0) < 1 ? ["Too many pods", ...missing] : missing;
}

/** Why a node is out of the question however empty it is, or `undefined`. */
export function exclusion(pod: PodShape, node: ClusterNode): string | undefined {
  const tolerations = pod.tolerations ?? [];
  if (node.unschedulable && untolerated([cordoned], tolerations).length > 0) return "node(s) were unschedulable";
  // Since 1.34.2 the scheduler does not print the taint; older ones say "node(s) had untolerated taint {key: value}".
  if (untolerated(node.taints, tolerations).length > 0) return "node(s) had untolerated taint(s)";
  return selectsNode(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

const cordoned: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/**
 * The event of a pod that fits nowhere, up to what the scheduler adds about preemption.
 * @example "0/3 nodes are available: 1 Insufficient nvidia.com/gpu, 2 node(s) had untolerated taint(s)."
 */
export function failedScheduling(pod: PodShape, nodes: readonly ClusterNode[]): string {
  if (nodes.length === 0) return "no nodes available to schedule pods";
  const counts = new Map<string, number>();
  for (const reason of nodes.flatMap((node) => obstacles(pod, node))) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes.length} nodes are available: ${reasons.join(", ")}.`;
}

/** How many copies of a pod fit on the nodes as they are: counted per node, because a pod cannot span two. */
export function slots(pod: PodShape, nodes: readonly ClusterNode[]): number {
  return nodes.reduce((total, node) => total + slotsOn(pod, node), 0);
}

/** How many copies of a pod fit on one node. */
export function slotsOn(pod: PodShape, node: ClusterNode): number {
  if (exclusion(pod, node) !== undefined) return 0;
  let copies = node.free.pods ?? 0;
  for (const [resource, amount] of Object.entries(pod.requests)) {
    if (amount > 0) copies = Math.min(copies, Math.floor((node.free[resource] ?? 0) / amount));
  }
  return Math.max(0, copies);
}

/** Requested resources of which too little is free. */
function shortages(requests: Amounts, free: Amounts): string[] {
  return Object.entries(requests)
    .filter(([resource, amount]) => amount > 0 && amount > (free[resource] ?? 0))
    .map(([resource]) => resource);
}
