/**
 * What the nodes of a cluster have left, from ordinary objects: `kubectl get nodes,pods,daemonsets -A -o yaml`.
 *
 * A node's free amounts are its allocatable ones minus the requests of the pods bound to it and of DaemonSet pods that
 * belong there but are not in the list.
 */
import type { KubernetesObject, ObjectMeta, PodSpec, Taint } from "../../kubernetes/core";
import { amountsOf, minus, plus, type Amounts } from "../amounts";
import { podShape, type PodShape } from "../placement/podShape";
import { podRequests } from "../placement/requests";
import { selectsNode, untolerated } from "../placement/scheduling";

export interface NodeObject extends KubernetesObject {
  spec?: { taints?: Taint[]; unschedulable?: boolean };
  status?: { allocatable?: Record<string, string | number>; conditions?: { type: string; status: string }[] };
}

export interface PodObject extends KubernetesObject {
  metadata: ObjectMeta & {
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
    deletionTimestamp?: string;
  };
  spec?: PodSpec & { nodeName?: string; priority?: number };
  status?: { phase?: string; conditions?: { type: string; status: string }[] };
}

export interface DaemonSetObject extends KubernetesObject {
  spec?: { template?: { metadata?: Partial<ObjectMeta>; spec?: PodSpec } };
}

/** A pod that holds its requests on a node. */
export interface BoundPod {
  namespace: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  requests: Amounts;
  /** Pods of higher priority may displace it; 0 is the default of a cluster. */
  priority: number;
  /** The rest of what decides where it, or another pod beside it, may run. */
  shape?: PodShape;
  /** Being deleted: it still holds its requests, but topology spread does not count it any more. */
  terminating?: boolean;
  /** None of its containers has started. */
  pending?: boolean;
  /** Not ready, as far as its conditions say. */
  unready?: boolean;
  /** What creates it anew once it is gone; absent where nothing does. */
  owner?: { kind: string; name: string };
}

/** A node as the scheduler sees it. */
export interface ClusterNode {
  name: string;
  labels: Readonly<Record<string, string>>;
  /** With the taints that the node lifecycle controller adds for bad conditions. */
  taints: readonly Taint[];
  /** Cordoned. */
  unschedulable: boolean;
  allocatable: Amounts;
  /** Allocatable minus requests; `pods` is the number of further pods. */
  free: Amounts;
  bound: readonly BoundPod[];
  /** Pods that a plan puts here; `free` already counts them. */
  planned?: readonly PodShape[];
}

/** The objects of a cluster that decide what is free. */
export interface ClusterObjects {
  nodes: readonly NodeObject[];
  pods?: readonly PodObject[];
  daemonSets?: readonly DaemonSetObject[];
}

/** Nodes with what they have left, in the order of their names. @throws QuantityError */
export function clusterNodes({ nodes, pods = [], daemonSets = [] }: ClusterObjects): ClusterNode[] {
  const podsOf = new Map<string, PodObject[]>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName;
    if (node === undefined || isTerminated(pod)) continue;
    podsOf.set(node, [...(podsOf.get(node) ?? []), pod]);
  }
  return nodes
    .map((node) => clusterNode(node, podsOf.get(node.metadata.name) ?? [], daemonSets))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same nodes once some of their pods are gone. */
export function withoutPods(nodes: readonly ClusterNode[], isGone: (pod: BoundPod) => boolean): ClusterNode[] {
  return nodes.map((node) => {
    const gone = node.bound.filter(isGone);
    if (gone.length === 0) return node;
    const bound = node.bound.filter((pod) => !isGone(pod));
    return { ...node, bound, free: gone.reduce((free, pod) => plus(free, oneMorePod(pod.requests)), node.free) };
  });
}

/** The same nodes as if all were healthy and none were cordoned or about to be removed. */
export function recovered(nodes: readonly ClusterNode[]): ClusterNode[] {
  return nodes.map((node) => ({
    ...node,
    unschedulable: false,
    taints: node.taints.filter((taint) => !isPassing(taint)),
  }));
}

/** Whether a taint stands for a passing state of a node rather than for what the node is meant for. */
export function isPassing({ key }: Taint): boolean {
  return (
    key.startsWith("node.kubernetes.io/") ||
    key.startsWith("node.cloudprovider.kubernetes.io/") ||
    key === "ToBeDeletedByClusterAutoscaler" ||
    key === "DeletionCandidateOfClusterAutoscaler" ||
    key === "karpenter.sh/disrupted" ||
    key === "karpenter.sh/unregistered"
  );
}

/** The requests of a pod, counting the pod itself against a node's limit of pods. */
export function oneMorePod(requests: Amounts): Amounts {
  return { ...requests, pods: 1 };
}

/** A node that could be added to a cluster: only the DaemonSets that belong there run on it. @throws QuantityError */
export function emptyNode(
  node: Pick<ClusterNode, "name" | "labels" | "taints" | "allocatable">,
  daemonSets: readonly DaemonSetObject[] = [],
): ClusterNode {
  const requests = daemonSets.filter((set) => belongsOn(set, node)).map((set) => podRequests(templateSpec(set)));
  const free = requests.map(oneMorePod).reduce(minus, node.allocatable);
  return { ...node, unschedulable: false, free, bound: [] };
}

function clusterNode(object: NodeObject, pods: PodObject[], daemonSets: readonly DaemonSetObject[]): ClusterNode {
  const { name, labels = {} } = object.metadata;
  const node = {
    name,
    labels,
    taints: [...(object.spec?.taints ?? []), ...conditionTaints(object)],
    allocatable: amountsOf(object.status?.allocatable),
  };
  const bound = pods.map(boundPod);
  const missing = daemonSets.filter((set) => !pods.some((pod) => isOwnedBy(pod, set)));
  const { free } = emptyNode(node, missing);
  const used = bound.map((pod) => oneMorePod(pod.requests));
  return { ...node, unschedulable: object.spec?.unschedulable ?? false, free: used.reduce(minus, free), bound };
}

function boundPod({ metadata, spec = { containers: [] }, status }: PodObject): BoundPod {
  const { namespace = "default", name, labels = {}, deletionTimestamp, ownerReferences = [] } = metadata;
  const owner = ownerReferences.find(({ controller = true }) => controller);
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const shape = podShape(spec, { namespace, labels });
  return {
    namespace,
    name,
    labels,
    requests: shape.requests,
    priority: spec.priority ?? 0,
    shape,
    ...(deletionTimestamp !== undefined && { terminating: true }),
    ...(status?.phase === "Pending" && { pending: true }),
    ...(ready !== undefined && ready.status !== "True" && { unready: true }),
    ...(owner !== undefined && { owner: { kind: owner.kind, name: owner.name } }),
  };
}

function isTerminated({ status }: PodObject): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

const taintByCondition: Readonly<Record<string, string>> = {
  "Ready=False": "node.kubernetes.io/not-ready",
  "Ready=Unknown": "node.kubernetes.io/unreachable",
  "MemoryPressure=True": "node.kubernetes.io/memory-pressure",
  "DiskPressure=True": "node.kubernetes.io/disk-pressure",
  "PIDPressure=True": "node.kubernetes.io/pid-pressure",
  "NetworkUnavailable=True": "node.kubernetes.io/network-unavailable",
};

/** Upstream: kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go` nodeConditionToTaintKeyStatusMap. */
function conditionTaints({ spec, status }: NodeObject): Taint[] {
  const present = new Set((spec?.taints ?? []).map(({ key }) => key));
  return (status?.conditions ?? []).flatMap(({ type, status: state }) => {
    const key = taintByCondition[`${type}=${state}`];
    return key === undefined || present.has(key) ? [] : [{ key, effect: "NoSchedule" }];
  });
}

function templateSpec(set: DaemonSetObject): PodSpec {
  return set.spec?.template?.spec ?? { containers: [] };
}

function isOwnedBy(pod: PodObject, set: DaemonSetObject): boolean {
  const { ownerReferences = [], namespace = "default" } = pod.metadata;
  const sameNamespace = namespace === (set.metadata.namespace ?? "default");
  return sameNamespace && ownerReferences.some(({ kind, name }) => kind === "DaemonSet" && name === set.metadata.name);
}

/** DaemonSet pods tolerate every condition of a node; upstream: `pkg/controller/daemon/util/daemonset_util.go`. */
function belongsOn(set: DaemonSetObject, node: Pick<ClusterNode, "name" | "labels" | "taints">): boolean {
  const spec = templateSpec(set);
  const taints = node.taints.filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
  return selectsNode(spec, node) && untolerated(taints, spec.tolerations ?? []).length === 0;
}
