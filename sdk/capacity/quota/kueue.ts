/**
 * What Kueue admits: the quota of a ClusterQueue, flavor by flavor, with what it may borrow from its cohort. Cohorts of
 * cohorts, fair sharing, preemption and topology-aware scheduling are not modelled; where they exist, it says so.
 * Upstream: kubernetes-sigs/kueue `apis/kueue/v1beta1/{clusterqueue,localqueue,resourceflavor,cohort}_types.go`,
 * `pkg/cache/{queue,scheduler}/resource_node.go`, `pkg/scheduler/flavorassigner/flavorassigner.go`.
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
    resourceGroups?: ResourceGroup[];
  };
  status?: { flavorsReservation?: FlavorUsage[]; flavorsUsage?: FlavorUsage[] };
}

interface ResourceGroup {
  coveredResources?: string[];
  flavors?: FlavorQuotas[];
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
  /** Further pods in all flavors together; 0 where nothing covers a resource that the pod asks for, infinite where it asks for none. */
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
  const asked = askedOf(own, pod);
  const rooms = groupsOf(own)
    .filter((group) => covers(group, asked))
    .map((group) => usableFlavors(group, pod, objects).map((flavor) => roomIn(flavor, own, members, pod)));
  const isCovered = asked.every((resource) => groupsOf(own).some((group) => covers(group, [resource])));
  const each = rooms.map((flavors) => flavors.reduce((sum, { pods }) => sum + pods, 0));
  return { pods: isCovered ? Math.min(...each) : 0, flavors: rooms.flat(), unknown };
}

function groupsOf({ spec }: ClusterQueue): readonly ResourceGroup[] {
  return spec?.resourceGroups ?? [];
}

function covers({ coveredResources = [] }: ResourceGroup, asked: readonly string[]): boolean {
  return coveredResources.some((resource) => asked.includes(resource));
}

/** What a queue counts of a pod: the resources it asks for, and the pod itself where a group covers pods. */
function askedOf(queue: ClusterQueue, { requests }: PodShape): string[] {
  const asked = Object.keys(requests).filter((resource) => (requests[resource] ?? 0) > 0);
  return groupsOf(queue).some((group) => covers(group, ["pods"])) ? [...asked, "pods"] : asked;
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

/** Flavors of a group whose nodes the pod may use. */
function usableFlavors(group: ResourceGroup, pod: PodShape, { flavors }: KueueObjects): ResourceFlavor[] {
  const own = (group.flavors ?? []).flatMap(({ name }) => flavors.find(({ metadata }) => metadata.name === name) ?? []);
  const keys = new Set(own.flatMap(({ spec }) => Object.keys(spec?.nodeLabels ?? {})));
  const selection = onlyAbout(keys, pod);
  return own.filter(({ spec }) => {
    const { nodeLabels = {}, nodeTaints = [], tolerations = [] } = spec ?? {};
    const kept = untolerated(nodeTaints, [...(pod.tolerations ?? []), ...tolerations]);
    return kept.length === 0 && selectsNode(selection, { name: "", labels: nodeLabels });
  });
}

/** Kueue looks only at labels that some flavor of the group has; a term about none of them leaves every flavor open. */
function onlyAbout(
  keys: ReadonlySet<string>,
  { nodeSelector = {}, affinity }: PodShape,
): Pick<PodShape, "nodeSelector" | "affinity"> {
  const selected = Object.fromEntries(Object.entries(nodeSelector).filter(([key]) => keys.has(key)));
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = (required?.nodeSelectorTerms ?? []).map(({ matchExpressions = [] }) => ({
    matchExpressions: matchExpressions.filter(({ key }) => keys.has(key)),
  }));
  if (terms.length === 0 || terms.some(({ matchExpressions }) => matchExpressions.length === 0))
    return { nodeSelector: selected };
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  return { nodeSelector: selected, affinity: { nodeAffinity } };
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
