/** Placing every service of a fleet and asking for each whether one more pod would fit: by the index, and by looking at every node. */
import { oneMorePod, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { minus } from "../../sdk/capacity/amounts";
import { nodeIndex, slotsIn } from "../../sdk/capacity/placement/nodeIndex";
import { packInto } from "../../sdk/capacity/packing/packing";
import { slotsOn } from "../../sdk/capacity/placement/placement";
import type { Answer, Bench } from "./bench";
import { fleet, type Fleet } from "./fleet";

export const placement: Bench = {
  name: "placement",
  title: "services placed on half as many nodes, and one more pod of each asked for",
  sizes: [100, 1_000, 10_000],
  variants: {
    index: (size) => prepared(size, byIndex),
    "every node": (size) => prepared(size, byEveryNode),
  },
};

function prepared(size: number, run: (input: Fleet) => Answer): () => Answer {
  const input = fleet(size);
  return () => run(input);
}

function byIndex({ nodes, groups }: Fleet): Answer {
  const index = nodeIndex(nodes);
  const { placed } = packInto(index, groups);
  return { placed: placed.length, room: groups.filter(({ pod }) => slotsIn(index, pod, 1) > 0).length };
}

/** What a script over `kubectl get nodes` does; it does not see spread and affinity between pods. */
function byEveryNode({ nodes, groups }: Fleet): Answer {
  const left = [...nodes];
  let placed = 0;
  for (const { pod, count } of groups) {
    for (let i = 0; i < count; i++) {
      const at = left.findIndex((node) => slotsOn(pod, node) > 0);
      const node = left[at];
      if (node === undefined) break;
      left[at] = withPod(node, pod.requests);
      placed++;
    }
  }
  return { placed, room: groups.filter(({ pod }) => left.some((node) => slotsOn(pod, node) > 0)).length };
}

function withPod(node: ClusterNode, requests: ClusterNode["free"]): ClusterNode {
  return { ...node, free: minus(node.free, oneMorePod(requests)) };
}
