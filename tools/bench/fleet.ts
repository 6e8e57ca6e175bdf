/** A cluster and the services on it, of any size, the same in every run. */
import type { ClusterObjects, DaemonSetObject, NodeObject, PodObject } from "../../sdk/capacity/inventory/inventory";
import type { PodShape } from "../../sdk/capacity/placement/podShape";
import type { Rollout } from "../../sdk/capacity/rollout/rollout";
import { rolloutOf } from "../../sdk/capacity/rollout/rollout";

const GPU = "nvidia.com/gpu";
const PRODUCT = "nvidia.com/gpu.product";
const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";
const GIB = 2 ** 30;

const PRODUCTS = ["NVIDIA-A100-SXM4-80GB", "NVIDIA-H100-80GB-HBM3", "NVIDIA-L40S"];
const ACCELERATORS = [1, 1, 2, 1, 4, 1, 2, 1, 1, 8];
const REPLICAS = [2, 2, 2, 2, 2, 1, 2, 3, 1, 1];

export interface Service {
  name: string;
  replicas: number;
  strategy: Rollout | "Recreate";
  /** Before and after the update: one service in twenty comes to ask for twice the accelerators. */
  old: PodShape;
  fresh: PodShape;
}

export interface Fleet {
  objects: ClusterObjects;
  services: Service[];
}

/**
 * One node for two services. Nodes: three products in three zones, 8 accelerators each behind a taint, an agent on every
 * one, other pods' accelerators on one in six (so that holes of all sizes exist), one in fifty cordoned and one in fifty
 * kept for a team. Services: 1, 2, 4 or 8 accelerators, one to three replicas, all strategies; a quarter spreads over
 * zones and a quarter keeps its replicas on different hosts. They ask for seven eighths of the accelerators.
 */
export function fleet(size: number): Fleet {
  const nodes = Array.from({ length: size / 2 }, (_, i) => nodeObject(i));
  const pods = nodes.flatMap((_, i) => [agentPod(i), ...(i % 6 === 0 ? [otherPod(i)] : [])]);
  return {
    objects: { nodes, pods, daemonSets: [agent] },
    services: Array.from({ length: size }, (_, i) => service(i)),
  };
}

function nodeObject(i: number): NodeObject {
  const labels = { [HOST]: `node-${i}`, [ZONE]: `zone-${i % 3}`, [PRODUCT]: PRODUCTS[Math.floor(i / 3) % 3] ?? "" };
  const kept = { key: "team", value: `team-${i % 5}`, effect: "NoSchedule" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node-${i}`, labels },
    spec: {
      taints: [{ key: GPU, value: "present", effect: "NoSchedule" }, ...(i % 50 === 7 ? [kept] : [])],
      unschedulable: i % 50 === 13,
    },
    status: {
      allocatable: { cpu: "190", memory: "1900Gi", pods: "110", [GPU]: "8" },
      conditions: [{ type: "Ready", status: "True" }],
    },
  };
}

const agentSpec = {
  containers: [{ name: "agent", resources: { requests: { cpu: "500m", memory: "1Gi" } } }],
  tolerations: [{ operator: "Exists" }],
};

const agent: DaemonSetObject = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent", namespace: "kube-system" },
  spec: { template: { metadata: { labels: { app: "agent" } }, spec: agentSpec } },
};

function agentPod(i: number): PodObject {
  const ownerReferences = [{ kind: "DaemonSet", name: "agent" }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `agent-${i}`, namespace: "kube-system", labels: { app: "agent" }, ownerReferences },
    spec: { ...agentSpec, nodeName: `node-${i}` },
    status: { phase: "Running" },
  };
}

/** A notebook or the like, which is not ours to move. */
function otherPod(i: number): PodObject {
  const limits = { cpu: "4", memory: "32Gi", [GPU]: String(1 + ((i / 6) % 3)) };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `notebook-${i}`, namespace: "notebooks", labels: { app: `notebook-${i}` } },
    spec: { nodeName: `node-${i}`, containers: [{ name: "main", resources: { limits } }] },
    status: { phase: "Running" },
  };
}

const STRATEGIES = [
  undefined,
  undefined,
  undefined,
  { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  { rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } },
  { type: "Recreate" },
];

function service(i: number): Service {
  const gpus = ACCELERATORS[i % 10] ?? 1;
  const replicas = REPLICAS[i % 10] ?? 1;
  const strategy = STRATEGIES[i % 7];
  return {
    name: `team-${i % 50}/service-${i}`,
    replicas,
    strategy: strategy?.type === "Recreate" ? "Recreate" : rolloutOf(strategy, replicas),
    old: pod(i, gpus),
    fresh: pod(i, i % 20 === 1 ? 2 * gpus : gpus),
  };
}

function pod(i: number, gpus: number): PodShape {
  const labels = { app: `service-${i}` };
  const labelSelector = { matchLabels: labels };
  const required = [{ topologyKey: HOST, labelSelector }];
  return {
    requests: { cpu: 4_000 * gpus, memory: 64 * gpus * GIB, [GPU]: gpus },
    namespace: `team-${i % 50}`,
    labels,
    tolerations: [{ key: GPU, operator: "Exists" }],
    nodeSelector: { [PRODUCT]: PRODUCTS[i % 3] ?? "" },
    ...(i % 4 === 0 && {
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: "DoNotSchedule", labelSelector }],
    }),
    ...(i % 4 === 1 && { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }),
  };
}
