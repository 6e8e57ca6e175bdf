/**
 * What happens to the pods of a cluster when nodes go: which lose their place, which find another, which are stranded
 * and why. Volumes that tie a pod to a zone are not seen, nor does anything displace pods of lower priority.
 */
import { disruptionBudgets, type PodDisruptionBudget } from "./inventory/disruptionBudgets";
import type { BoundPod, ClusterNode } from "./inventory/inventory";
import { nodeIndex, nodesOf, place, nodeAt, rowOf, shapeOf, take } from "./placement/nodeIndex";
import { pack } from "./packing/packing";
import { failedScheduling } from "./placement/placement";
import type { NamespaceLabels } from "./placement/podRules";

/** A pod that had to leave its node. */
export interface Displaced {
  pod: BoundPod;
  from: string;
}

export interface Moved extends Displaced {
  to: string;
}

export interface Stranded extends Displaced {
  /** What the scheduler, or the eviction API, says. */
  message: string;
}

/** What became of the pods, each in exactly one list, but for those that are being deleted and have been replaced. */
export interface Disruption {
  moved: Moved[];
  /** Without a place afterwards. */
  stranded: Stranded[];
  /** Still on their node, because a PodDisruptionBudget holds them there: the drain does not end. */
  held: Stranded[];
  /** Gone for good, because nothing creates them anew. */
  lost: Displaced[];
  /** No arrangement of the displaced pods has a place for all of them. */
  proven: boolean;
  /** The nodes afterwards; those that are gone are missing. */
  nodes: ClusterNode[];
}

export interface WhatIfOptions {
  namespaces?: NamespaceLabels;
  budgets?: readonly PodDisruptionBudget[];
}

/** Places of one service before and after. */
export interface ServiceEffect {
  displaced: number;
  moved: number;
  /** Stranded or lost. */
  missing: number;
  held: number;
}

/**
 * Drains a node as `kubectl drain --ignore-daemonsets --delete-emptydir-data --force` does: it is cordoned and its pods
 * are evicted one by one, as PodDisruptionBudgets allow. A budget is free again as soon as the pod has a new place. Pods
 * of DaemonSets and static pods stay; without `--force` kubectl would not begin while pods are there that are `lost`.
 *
 * @throws RangeError for a node that is not there
 */
export function drainNode(nodes: readonly ClusterNode[], name: string, options: WhatIfOptions = {}): Disruption {
  const index = nodeIndex(cordonNode(nodes, name), options.namespaces);
  const row = rowOf(index, name) ?? -1;
  const budgets = disruptionBudgets(options.budgets ?? [], nodes);
  const result: Omit<Disruption, "nodes"> = { moved: [], stranded: [], held: [], lost: [], proven: false };
  const waiting = nodeAt(index, row).bound.filter(leaves);
  for (const pod of waiting) {
    const refusal = budgets.refuses(pod);
    if (refusal !== undefined) {
      result.held.push({ pod, from: name, message: refusal });
      continue;
    }
    const shape = shapeOf(pod);
    take(index, row, shape, -1);
    if (isReplaced(pod)) continue;
    const [to] = pod.owner === undefined ? [] : place(index, shape, 1);
    if (to !== undefined) result.moved.push({ pod, from: name, to: nodeAt(index, to).name });
    else budgets.consume(pod);
    if (pod.owner === undefined) result.lost.push({ pod, from: name });
    else if (to === undefined) result.stranded.push({ pod, from: name, message: "" });
  }
  const after = nodesOf(index);
  const stranded = result.stranded.map((one) => ({
    ...one,
    message: failedScheduling(shapeOf(one.pod), after, options.namespaces),
  }));
  return { ...result, stranded, proven: stranded.length + result.held.length === 0, nodes: after };
}

/** The nodes with one cordoned: its pods stay, no further ones come. @throws RangeError for a node that is not there */
export function cordonNode(nodes: readonly ClusterNode[], name: string): ClusterNode[] {
  if (!nodes.some((node) => node.name === name)) throw new RangeError(`there is no node ${name}`);
  return nodes.map((node) => (node.name === name ? { ...node, unschedulable: true } : node));
}

const ZONES = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

/** A zone fails: all its nodes are gone at once, and no budget helps. */
export function loseZone(nodes: readonly ClusterNode[], zone: string, options: WhatIfOptions = {}): Disruption {
  return loseNodes(nodes, ({ labels }) => ZONES.some((key) => labels[key] === zone), options);
}

/** The cloud takes all spot capacity back at once. */
export function reclaimSpot(nodes: readonly ClusterNode[], options: WhatIfOptions = {}): Disruption {
  return loseNodes(nodes, isSpot, options);
}

/** Labels by which Karpenter, EKS, GKE and AKS mark nodes that may be taken back. */
const SPOT: readonly (readonly [key: string, value: string])[] = [
  ["karpenter.sh/capacity-type", "spot"],
  ["eks.amazonaws.com/capacityType", "SPOT"],
  ["cloud.google.com/gke-spot", "true"],
  ["cloud.google.com/gke-preemptible", "true"],
  ["kubernetes.azure.com/scalesetpriority", "spot"],
];

/** Whether a node is spot or preemptible capacity. */
export function isSpot({ labels }: Pick<ClusterNode, "labels">): boolean {
  return SPOT.some(([key, value]) => labels[key] === value);
}

/** Nodes are gone at once, with everything on them. */
export function loseNodes(
  nodes: readonly ClusterNode[],
  isGone: (node: ClusterNode) => boolean,
  { namespaces }: WhatIfOptions = {},
): Disruption {
  const left = nodes.filter((node) => !isGone(node));
  const displaced = nodes
    .filter(isGone)
    .flatMap(({ name, bound }) => bound.map((pod) => ({ pod, from: name })))
    .filter(({ pod }) => leaves(pod) && !isReplaced(pod));
  const coming = displaced.filter(({ pod }) => pod.owner !== undefined);
  const groups = new Map(coming.map((one) => [{ pod: shapeOf(one.pod), count: 1 }, one]));
  const result = pack([...groups.keys()], left, namespaces === undefined ? {} : { namespaces });
  return {
    moved: result.placed.flatMap(({ group, node }) => {
      const one = groups.get(group);
      return one === undefined ? [] : [{ ...one, to: node }];
    }),
    stranded: result.unplaced.flatMap(({ of, message }) => {
      const one = groups.get(of);
      return one === undefined ? [] : [{ ...one, message }];
    }),
    held: [],
    lost: displaced.filter(({ pod }) => pod.owner === undefined),
    proven: result.proven,
    nodes: result.nodes,
  };
}

/**
 * The effect service by service.
 *
 * @param serviceOf default: the InferenceService's label, else the owner, else the pod; with its namespace
 */
export function effectByService(
  { moved, stranded, held, lost }: Disruption,
  serviceOf: (pod: BoundPod) => string = defaultService,
): Map<string, ServiceEffect> {
  const effects = new Map<string, ServiceEffect>();
  const count = (list: readonly Displaced[], change: Partial<ServiceEffect>) => {
    for (const { pod } of list) {
      const name = serviceOf(pod);
      const before = effects.get(name) ?? { displaced: 0, moved: 0, missing: 0, held: 0 };
      effects.set(name, {
        displaced: before.displaced + (change.displaced ?? 0),
        moved: before.moved + (change.moved ?? 0),
        missing: before.missing + (change.missing ?? 0),
        held: before.held + (change.held ?? 0),
      });
    }
  };
  count(moved, { displaced: 1, moved: 1 });
  count([...stranded, ...lost], { displaced: 1, missing: 1 });
  count(held, { held: 1 });
  return effects;
}

function defaultService({ namespace, name, labels, owner }: BoundPod): string {
  return `${namespace}/${labels["serving.kserve.io/inferenceservice"] ?? owner?.name ?? name}`;
}

/** Pods of DaemonSets and static pods (owned by their Node) belong to the node. */
function leaves({ owner }: BoundPod): boolean {
  return owner?.kind !== "DaemonSet" && owner?.kind !== "Node";
}

/** Whether what creates a pod anew has done so already: all but StatefulSets do not wait until the old one is gone. */
function isReplaced({ terminating, owner }: BoundPod): boolean {
  return terminating === true && owner?.kind !== "StatefulSet";
}
