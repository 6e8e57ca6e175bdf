/**
 * Whether one node takes a pod, apart from rules about other pods, told in the scheduler's own words.
 * Upstream: kubernetes 1.34 `pkg/scheduler/framework/plugins/{nodeunschedulable,tainttoleration,nodeaffinity,nodeports,noderesources}`.
 */
import type { Taint } from "../../kubernetes/core";
import type { Amounts } from "../amounts";
import { portsClash } from "./hostPorts";
import type { ClusterNode } from "../inventory/inventory";
import type { PodShape } from "./podShape";
import { selectsNode, untolerated } from "./scheduling";

/**
 * Why a pod cannot run on a node, as the scheduler reports it; empty when it fits. Like the scheduler's plugins, the
 * first kind of obstacle hides later ones, but all resources that are short are named.
 */
export function obstacles(pod: PodShape, node: ClusterNode): string[] {
  const excluded = exclusion(pod, node);
  if (excluded !== undefined) return [excluded];
  if (portsTaken(pod, node)) return [PORTS_TAKEN];
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

const PORTS_TAKEN = "node(s) didn't have free ports for the requested pod ports";

const cordoned: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/** How many copies of a pod fit on one node. */
export function slotsOn(pod: PodShape, node: ClusterNode): number {
  if (exclusion(pod, node) !== undefined) return 0;
  let copies = node.free.pods ?? 0;
  for (const [resource, amount] of Object.entries(pod.requests)) {
    if (amount > 0) copies = Math.min(copies, Math.floor((node.free[resource] ?? 0) / amount));
  }
  if (pod.hostPorts !== undefined && pod.hostPorts.length > 0) copies = Math.min(copies, portsTaken(pod, node) ? 0 : 1);
  return Math.max(0, copies);
}

function portsTaken({ hostPorts = [] }: PodShape, { bound, planned = [] }: ClusterNode): boolean {
  if (hostPorts.length === 0) return false;
  const others = [...bound.map(({ shape }) => shape), ...planned];
  return others.some((other) => portsClash(hostPorts, other?.hostPorts ?? []));
}

/** Requested resources of which too little is free. */
function shortages(requests: Amounts, free: Amounts): string[] {
  return Object.entries(requests)
    .filter(([resource, amount]) => amount > 0 && amount > (free[resource] ?? 0))
    .map(([resource]) => resource);
}
