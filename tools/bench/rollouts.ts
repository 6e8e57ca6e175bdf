/** From the objects of a cluster to the judgement of every update: with the core, and by looking at every node. */
import { clusterNodes, oneMorePod, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { minus, plus } from "../../sdk/capacity/amounts";
import { pack, type PodGroup } from "../../sdk/capacity/packing/packing";
import { slotsOn } from "../../sdk/capacity/placement/placement";
import { judgeRollouts } from "../../sdk/capacity/rollout/rolloutJudgement";
import { boundsOf, nextRevision, type RunningPod, type Update } from "../../sdk/capacity/rollout/update";
import type { Answer, Bench } from "./bench";
import { fleet, type Fleet, type Service } from "./fleet";

export const rollouts: Bench = {
  name: "rollouts",
  title: "services placed on half as many nodes, and the update of every one judged, from the objects of the cluster",
  sizes: [100, 1_000, 10_000],
  variants: {
    core: (size) => prepared(size, byCore),
    "every node": (size) => prepared(size, byEveryNode),
  },
};

function prepared(size: number, run: (input: Fleet) => Answer): () => Answer {
  const input = fleet(size);
  return () => run(input);
}

function byCore({ objects, services }: Fleet): Answer {
  const { nodes, updates } = steady(clusterNodes(objects), services);
  const outcomes = judgeRollouts(updates, nodes).map(({ outcome }) => outcome);
  return { placed: placedOf(updates), stuck: outcomes.filter((outcome) => outcome === "deadlocks").length };
}

/** All services in their places before any update, and the updates. */
export function steady(nodes: readonly ClusterNode[], services: readonly Service[]) {
  const groups = services.map(({ old, replicas }): PodGroup => ({ pod: old, count: replicas }));
  const packed = pack(groups, nodes);
  const running = new Map<PodGroup, RunningPod[]>(groups.map((group) => [group, []]));
  for (const { group, node } of packed.placed) {
    running.get(group)?.push({ node, requests: group.pod.requests, shape: group.pod });
  }
  const updates = services.map(({ name, replicas, strategy, old, fresh }, i): Update => {
    const group = groups[i];
    const own = (group && running.get(group)) ?? [];
    return { name, replicas, strategy, pod: nextRevision(fresh), old: old.requests, running: own };
  });
  return { nodes: packed.nodes, updates };
}

function placedOf(updates: readonly Update[]): number {
  return updates.reduce((sum, { running }) => sum + running.length, 0);
}

/**
 * What a script over `kubectl get nodes,pods` does: the first node with room, then the same two questions for every
 * update. It sees neither spread nor affinity between pods nor an update that gets stuck midway.
 */
function byEveryNode({ objects, services }: Fleet): Answer {
  const nodes = clusterNodes(objects);
  const updates = services.map(({ name, replicas, strategy, old, fresh }): Update => {
    const running: RunningPod[] = [];
    for (let i = 0; i < replicas; i++) {
      const at = nodes.findIndex((node) => slotsOn(old, node) > 0);
      const node = nodes[at];
      if (node === undefined) break;
      nodes[at] = { ...node, free: minus(node.free, oneMorePod(old.requests)) };
      running.push({ node: node.name, requests: old.requests });
    }
    return { name, replicas, strategy, pod: fresh, running };
  });
  return { placed: placedOf(updates), stuck: updates.filter((update) => isStuck(update, nodes)).length };
}

function isStuck(update: Update, nodes: readonly ClusterNode[]): boolean {
  const { pod, replicas, running } = update;
  const emptied = nodes.map((node) => {
    const own = running.filter((one) => one.node === node.name);
    return { ...node, free: own.reduce((free, { requests }) => plus(free, oneMorePod(requests)), node.free) };
  });
  if (slotsOf(update, emptied) < replicas) return true;
  return boundsOf(update).unavailable === 0 && !nodes.some((node) => slotsOn(pod, node) > 0);
}

function slotsOf({ pod }: Update, nodes: readonly ClusterNode[]): number {
  return nodes.reduce((sum, node) => sum + slotsOn(pod, node), 0);
}
