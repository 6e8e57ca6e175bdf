/** Services on nodes for tests of what becomes of them, and that told in one line each. */
import type { PodDisruptionBudget } from "../../../sdk/capacity/inventory/disruptionBudgets";
import { clusterNodes, type ClusterNode, type PodObject } from "../../../sdk/capacity/inventory/inventory";
import type { Disruption } from "../../../sdk/capacity/whatIf";
import { gpuToleration, nodeObject, podObject } from "./nodes";

export const ZONE = "topology.kubernetes.io/zone";

/** `a/granite-1: 4` is a pod of service granite with 4 accelerators on node a. */
export function cluster(
  held: Record<string, number>,
  zones: Record<string, string>,
  labels: Record<string, string> = {},
): ClusterNode[] {
  const pods = Object.entries(held).map(([place, gpus]): PodObject => {
    const [nodeName = "", name = ""] = place.split("/");
    const service = name.split("-")[0] ?? "";
    const plain = podObject(name, nodeName, gpus);
    const owner =
      service === "naked" ? [] : [{ kind: service === "agent" ? "DaemonSet" : "ReplicaSet", name: service }];
    return {
      ...plain,
      metadata: {
        ...plain.metadata,
        labels: { "serving.kserve.io/inferenceservice": service },
        ownerReferences: owner,
      },
      spec: { ...plain.spec!, tolerations: [gpuToleration] },
    };
  });
  const nodes = Object.entries(zones).map(([name, zone]) => {
    const plain = nodeObject(name, 8);
    return { ...plain, metadata: { name, labels: { [ZONE]: zone, ...(name === "s" && labels) } } };
  });
  return clusterNodes({ nodes, pods });
}

export const budget = (
  service: string,
  spec: PodDisruptionBudget["spec"],
  status?: PodDisruptionBudget["status"],
): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: service, namespace: "models" },
  spec: { selector: { matchLabels: { "serving.kserve.io/inferenceservice": service } }, ...spec },
  ...(status !== undefined && { status }),
});

export function outcome({ moved, stranded, held, lost }: Disruption): Record<string, string[]> {
  const names = (list: readonly { pod: { name: string } }[]) => list.map(({ pod }) => pod.name).sort();
  return {
    moved: moved.map(({ pod, to }) => `${pod.name} to ${to}`).sort(),
    stranded: names(stranded),
    held: names(held),
    lost: names(lost),
  };
}

export const NONE: Record<string, string[]> = { moved: [], stranded: [], held: [], lost: [] };
