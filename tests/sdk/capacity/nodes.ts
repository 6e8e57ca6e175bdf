/** Nodes and pods for tests, small enough to read. */
import type { ClusterNode, NodeObject, PodObject } from "../../../sdk/capacity/inventory/inventory";
import type { PodShape } from "../../../sdk/capacity/placement/placement";
import type { Amounts } from "../../../sdk/capacity/amounts";

export const GPU = "nvidia.com/gpu";
export const gpuTaint = { key: GPU, value: "present", effect: "NoSchedule" };
export const gpuToleration = { key: GPU, operator: "Exists", effect: "NoSchedule" };

/** A node with that many free accelerators and plenty of everything else. */
export function freeNode(name: string, gpus: number, change: Partial<ClusterNode> = {}): ClusterNode {
  const free: Amounts = { cpu: 64_000, memory: 512 * 2 ** 30, pods: 110, [GPU]: gpus };
  return { name, labels: {}, taints: [], unschedulable: false, allocatable: free, free, bound: [], ...change };
}

export function gpuPod(gpus: number, change: Partial<PodShape> = {}): PodShape {
  return { requests: { cpu: 1_000, memory: 2 ** 30, [GPU]: gpus }, tolerations: [], ...change };
}

/** A Node object as `kubectl get nodes -o yaml` prints it. */
export function nodeObject(name: string, gpus: number, change: Partial<NodeObject> = {}): NodeObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" } },
    spec: { taints: [gpuTaint] },
    status: {
      allocatable: { cpu: "64", memory: "512Gi", pods: "110", [GPU]: String(gpus) },
      conditions: [{ type: "Ready", status: "True" }],
    },
    ...change,
  };
}

/** A pod bound to a node that holds some accelerators. */
export function podObject(name: string, nodeName: string, gpus: number, change: Partial<PodObject> = {}): PodObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "models" },
    spec: {
      nodeName,
      containers: [{ name: "main", resources: { limits: { cpu: "1", memory: "1Gi", [GPU]: String(gpus) } } }],
    },
    status: { phase: "Running" },
    ...change,
  };
}
