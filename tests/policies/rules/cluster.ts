/** Clusters for rules that look at nodes. */
import type { NodeObject, PodObject } from "../../../sdk/capacity/inventory/inventory";
import { nodeObject, podObject } from "../../sdk/capacity/nodes";
import { changed } from "./granite";

export { nodeObject as gpuNode } from "../../sdk/capacity/nodes";

/** A node without accelerators or taints. */
export function cpuNode(name: string): NodeObject {
  return changed(nodeObject(name, 0), (node) => {
    Object.assign(node, { spec: {}, metadata: { name } });
    Reflect.deleteProperty(node.status!.allocatable!, "nvidia.com/gpu");
  });
}

/** A node with accelerators and other taints than the usual one. */
export function taintedNode(
  name: string,
  gpus: number,
  ...taints: { key: string; value?: string; effect: string }[]
): NodeObject {
  return nodeObject(name, gpus, { spec: { taints } });
}

/** A running pod of a service. */
export function podOf(
  service: string,
  node: string,
  gpus: number,
  change: Partial<PodObject["spec"] & object> = {},
): PodObject {
  const pod = podObject(`${service}-predictor-x`, node, gpus);
  return {
    ...pod,
    metadata: {
      name: `${service}-predictor-${node}`,
      namespace: "models",
      labels: { "serving.kserve.io/inferenceservice": service, component: "predictor" },
    },
    spec: { ...pod.spec!, ...change },
  };
}

/** A running pod of somebody else. */
export function otherPod(node: string, gpus: number, change: Partial<PodObject["spec"] & object> = {}): PodObject {
  const pod = podObject(`batch-${node}`, node, gpus);
  return { ...pod, spec: { ...pod.spec!, ...change } };
}
