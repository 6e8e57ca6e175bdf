/**
 * What Kueue admits: the quota of a ClusterQueue, flavor by flavor, with what it may borrow from its cohort. Cohorts of
 * cohorts, fair sharing, preemption and topology-aware scheduling are not modelled; where they exist, it says so.
 * Upstream: kubernetes-sigs/kueue `apis/kueue/v1beta1/{clusterqueue,localqueue,resourceflavor,cohort}_types.go`,
 * `pkg/cache/{queue,scheduler}/resource_node.go`.
 */
import type { KubernetesObject, Taint, Toleration } from "../../kubernetes/core";
import { amountOf, type Amounts } from "../amounts";
import type { PodShape } from "../placement/podShape";
import { selectsNode, untolerated } from "../placement/scheduling";

export interface ResourceFlavor extends KubernetesObject {
  spec?: {
    nodeLabels?: Record<string, string>;
    nodeTaints?: Taint[];
    tolerations?: Toleration[];
    topologyName?: string;
  };
}

export interface LocalQueue extends KubernetesObject {
  spec?: { clusterQueue?: string; stopPolicy?: string };
}

export interface ClusterQueue extends KubernetesObject {
  spec?: {
    /** Spelled `cohortName` from v1beta2 on. */
    cohort?: string;
    cohortName?: string;
    stopPolicy?: string;
    resourceGroups?: { coveredResources?: string[]; flavors?: FlavorQuotas[] }[];
  };
  status?: { flavorsReservation?: FlavorUsage[]; flavorsUsage?: FlavorUsage[] };
}

interface FlavorQuotas {
  name: string;
  resources: {
    name: string;
    nominalQuota: string | number;
    borrowingLimit?: string | number;
    lendingLimit?: string | number;
  }[];
}

interface FlavorUsage {
  name: string;
  resources?: { name: string; total?: string | number }[];
}

export interface KueueObjects {
  localQueues: readonly LocalQueue[];
  clusterQueues: readonly ClusterQueue[];
  flavors: readonly ResourceFlavor[];
  /** Cohort objects, which can hold quota and parents of their own. */
  cohorts?: readonly KubernetesObject[];
}

/** What a queue leaves for pods of one kind in one flavor. */
export interface FlavorRoom {
  flavor: string;
  /** What of the pod's resources this flavor is asked for. */
  resources: string[];
  /** Pods that can be admitted at once, with borrowing. */
  pods: number;
  /** Pods that fit the nominal quota alone, which nobody can take back. */
  withoutBorrowing: number;
  /** The pod with the node labels and tolerations that admission gives it. */
  pod: PodShape;
}

export interface QueueRoom {
  /** Further pods in all flavors together; 0 where nothing covers a resource that the pod asks for. */
  pods: number;
  flavors: FlavorRoom[];
  /** What the objects do not tell, for people. */
  unknown: string[];
}

/** The label that puts a workload into a queue. */
export const QUEUE_LABEL = "kueue.x-k8s.io/queue-name";

/** What a LocalQueue leaves for further pods of one kind. */
export function queueRoom(namespace: string, queue: string, pod: PodShape, objects: KueueObjects): QueueRoom {
  const local = objects.localQueues.find(({ metadata }) => metadata.name === queue && metadata.namespace === namespace);
  if (local === undefined) return { pods: 0, flavors: [], unknown: [`LocalQueue ${namespace}/${queue}`] };
  const name = local.spec?.clusterQueue ?? "";
  const own = objects.clusterQueues.find(({ metadata }) => metadata.name === name);
  if (own === undefined) return { pods: 0, flavors: [], unknown: [`ClusterQueue ${name}`] };
  if (isStopped(local) || isStopped(own)) return { pods: 0, flavors: [], unknown: [] };
  const cohort = cohortOf(own);
  const members = cohort === undefined ? [own] : objects.clusterQueues.filter((one) => cohortOf(one) === cohort);
  const tree = (objects.cohorts ?? []).some(({ metadata }) => metadata.name === cohort);
  const unknown = tree ? [`what Cohort ${cohort ?? ""} adds and limits`] : [];
  const flavors = usableFlavors(own, pod, objects).map((flavor) => roomIn(flavor, own, members, pod));
  return { pods: podsIn(flavors, own, pod), flavors, unknown };
}

/** Every group of resources must give one of its flavors. */
function podsIn(flavors: readonly FlavorRoom[], { spec }: ClusterQueue, { requests }: PodShape): number {
  const asked = Object.keys(requests).filter((resource) => (requests[resource] ?? 0) > 0);
  const groups = spec?.resourceGroups ?? [];
  const covered = new Set(groups.flatMap(({ coveredResources = [] }) => coveredResources));
  if (asked.length === 0 || asked.some((resource) => !covered.has(resource))) return 0;
  const rooms = groups
    .filter(({ coveredResources = [] }) => coveredResources.some((resource) => asked.includes(resource)))
    .map((group) => {
      const names = (group.flavors ?? []).map(({ name }) => name);
      return flavors.filter(({ flavor }) => names.includes(flavor)).reduce((sum, { pods }) => sum + pods, 0);
    });
  return Math.min(...rooms);
}

/** A pod as it is once Kueue has admitted it into a flavor. */
function inFlavor(pod: PodShape, { spec }: ResourceFlavor): PodShape {
  return {
    ...pod,
    schedulingGates: [],
    nodeSelector: { ...pod.nodeSelector, ...spec?.nodeLabels },
    tolerations: [...(pod.tolerations ?? []), ...(spec?.tolerations ?? [])],
  };
}

function isStopped({ spec }: LocalQueue | ClusterQueue): boolean {
  return spec?.stopPolicy !== undefined && spec.stopPolicy !== "None";
}

function cohortOf({ spec }: ClusterQueue): string | undefined {
  const name = spec?.cohortName ?? spec?.cohort;
  return name === "" ? undefined : name;
}

/** Flavors of the groups that cover what the pod asks for, whose nodes the pod may use. */
function usableFlavors({ spec }: ClusterQueue, pod: PodShape, { flavors }: KueueObjects): ResourceFlavor[] {
  const names = (spec?.resourceGroups ?? [])
    .filter(({ coveredResources = [] }) => coveredResources.some((resource) => (pod.requests[resource] ?? 0) > 0))
    .flatMap((group) => (group.flavors ?? []).map(({ name }) => name));
  return flavors.filter((flavor) => names.includes(flavor.metadata.name) && admits(flavor, pod));
}

/** Kueue looks only at the labels that the flavor has. */
function admits({ spec }: ResourceFlavor, pod: PodShape): boolean {
  const { nodeLabels = {}, nodeTaints = [], tolerations = [] } = spec ?? {};
  if (untolerated(nodeTaints, [...(pod.tolerations ?? []), ...tolerations]).length > 0) return false;
  const asked = Object.entries(pod.nodeSelector ?? {}).filter(([key]) => key in nodeLabels);
  return selectsNode({ nodeSelector: Object.fromEntries(asked) }, { name: "", labels: nodeLabels });
}

function roomIn(
  flavor: ResourceFlavor,
  own: ClusterQueue,
  members: readonly ClusterQueue[],
  pod: PodShape,
): FlavorRoom {
  const { name } = flavor.metadata;
  const asked: Amounts = { ...pod.requests, pods: 1 };
  const counted = Object.entries(asked).filter(
    ([resource, amount]) => amount > 0 && quotaOf(own, name, resource) !== undefined,
  );
  const fit = (available: (resource: string) => number) =>
    counted.length === 0
      ? 0
      : Math.max(0, Math.min(...counted.map(([resource, amount]) => Math.floor(available(resource) / amount))));
  return {
    flavor: name,
    resources: counted.map(([resource]) => resource),
    pods: fit((resource) => available(own, members, name, resource)),
    withoutBorrowing: fit((resource) => (quotaOf(own, name, resource)?.nominal ?? 0) - usageOf(own, name, resource)),
    pod: inFlavor(pod, flavor),
  };
}

/** What a queue can still get of one resource: its own, and what the others of its cohort leave and lend. */
function available(own: ClusterQueue, members: readonly ClusterQueue[], flavor: string, resource: string): number {
  const { nominal, borrowing, kept } = quotaOf(own, flavor, resource) ?? NOTHING;
  const used = usageOf(own, flavor, resource);
  const shared = members.reduce((sum, member) => {
    const quota = quotaOf(member, flavor, resource) ?? NOTHING;
    return sum + (quota.nominal - quota.kept) - Math.max(0, usageOf(member, flavor, resource) - quota.kept);
  }, 0);
  const fromCohort = Math.max(0, kept - used) + shared;
  return Math.min(nominal + borrowing - used, members.length > 1 ? fromCohort : nominal - used);
}

interface Quota {
  nominal: number;
  /** Most that may be borrowed; infinite without a limit. */
  borrowing: number;
  /** What is never lent. */
  kept: number;
}

const NOTHING: Quota = { nominal: 0, borrowing: 0, kept: 0 };

function quotaOf({ spec }: ClusterQueue, flavor: string, resource: string): Quota | undefined {
  const quotas = (spec?.resourceGroups ?? []).flatMap(({ flavors = [] }) => flavors);
  const found = quotas.find(({ name }) => name === flavor)?.resources.find(({ name }) => name === resource);
  if (found === undefined) return undefined;
  const nominal = amountOf(resource, found.nominalQuota);
  const limit = found.borrowingLimit;
  const lent = found.lendingLimit === undefined ? nominal : amountOf(resource, found.lendingLimit);
  return {
    nominal,
    borrowing: limit === undefined ? Number.POSITIVE_INFINITY : amountOf(resource, limit),
    kept: Math.max(0, nominal - lent),
  };
}

/** Reserved quota counts from the moment a workload gets it, before it runs. */
function usageOf({ status }: ClusterQueue, flavor: string, resource: string): number {
  const usage = status?.flavorsReservation ?? status?.flavorsUsage ?? [];
  const found = usage.find(({ name }) => name === flavor)?.resources?.find(({ name }) => name === resource);
  return found?.total === undefined ? 0 : amountOf(resource, found.total);
}
