/** A fleet of services and nodes of any size, the same in every run. */
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { PodGroup, PodShape } from "../../sdk/capacity/placement/podShape";

const GPU = "nvidia.com/gpu";
const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";
const GIB = 2 ** 30;

const PRODUCTS = ["NVIDIA-A100-SXM4-80GB", "NVIDIA-H100-80GB-HBM3", "NVIDIA-L40S"];
const ACCELERATORS = [1, 1, 2, 1, 4, 1, 2, 1, 1, 8];

export interface Fleet {
  nodes: ClusterNode[];
  groups: PodGroup[];
}

/**
 * One node for two services: nodes of three products in three zones with 8 accelerators, of which an agent holds a
 * little; services of two replicas that ask for a product, of which a quarter spreads over zones and a quarter keeps its
 * replicas on different hosts. About four fifths of the accelerators are asked for.
 */
export function fleet(services: number): Fleet {
  return {
    nodes: Array.from({ length: services / 2 }, (_, i) => node(i)),
    groups: Array.from({ length: services }, (_, i) => ({ pod: service(i), count: i % 10 < 8 ? 2 : 1 })),
  };
}

function node(i: number): ClusterNode {
  const allocatable = { cpu: 190_000, memory: 1900 * GIB, pods: 110, [GPU]: 8 };
  const agent = { requests: { cpu: 500, memory: GIB }, namespace: "kube-system", labels: { app: "agent" } };
  return {
    name: `node-${i}`,
    labels: {
      [HOST]: `node-${i}`,
      [ZONE]: `zone-${i % 3}`,
      "nvidia.com/gpu.product": PRODUCTS[Math.floor(i / 3) % 3] ?? "",
    },
    taints: [{ key: GPU, value: "present", effect: "NoSchedule" }],
    unschedulable: false,
    allocatable,
    free: { ...allocatable, cpu: 189_500, memory: 1899 * GIB, pods: 109 },
    bound: [{ name: `agent-${i}`, priority: 0, ...agent }],
  };
}

function service(i: number): PodShape {
  const labels = { app: `service-${i}` };
  const labelSelector = { matchLabels: labels };
  const required = [{ topologyKey: HOST, labelSelector }];
  return {
    requests: { cpu: 4_000, memory: 32 * GIB, [GPU]: ACCELERATORS[i % 10] ?? 1 },
    namespace: `team-${i % 50}`,
    labels,
    tolerations: [{ key: GPU, operator: "Exists" }],
    nodeSelector: { "nvidia.com/gpu.product": PRODUCTS[i % 3] ?? "" },
    ...(i % 4 === 0 && {
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: "DoNotSchedule", labelSelector }],
    }),
    ...(i % 4 === 1 && { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }),
  };
}
