/**
 * Which evictions PodDisruptionBudgets allow. Upstream: kubernetes `pkg/registry/core/pod/storage/eviction.go`,
 * `pkg/controller/disruption/disruption.go` (1.34).
 */
import type { KubernetesObject } from "../../kubernetes/core";
import type { BoundPod, ClusterNode } from "./inventory";
import { selectorMatches, type LabelSelector } from "../placement/labelSelector";

export interface PodDisruptionBudget extends KubernetesObject {
  spec?: {
    selector?: LabelSelector;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    /** Default `IfHealthyBudget`: pods that are not ready go while enough others are. */
    unhealthyPodEvictionPolicy?: string;
  };
  status?: { disruptionsAllowed?: number; currentHealthy?: number; desiredHealthy?: number };
}

/** The state of all budgets while pods are evicted one after another. */
export interface DisruptionBudgets {
  /** What the eviction API answers, or `undefined` where it lets the pod go. */
  refuses(pod: BoundPod): string | undefined;
  /** Takes note that a pod has gone and no other stands in for it. */
  consume(pod: BoundPod): void;
}

const VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget.";
const SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";

/**
 * The budgets as they stand. Where a budget has no status yet, a percentage is of the pods there are, and a pod whose
 * conditions are not known counts as healthy.
 */
export function disruptionBudgets(
  budgets: readonly PodDisruptionBudget[],
  nodes: readonly ClusterNode[],
): DisruptionBudgets {
  const pods = nodes.flatMap(({ bound }) => bound);
  const allowed = new Map(budgets.map((budget) => [budget, disruptionsAllowed(budget, pods)]));
  const of = (pod: BoundPod) => (isGoing(pod) ? [] : budgets.filter((budget) => covers(budget, pod)));
  const isFree = (budget: PodDisruptionBudget, pod: BoundPod) =>
    pod.unready === true && letsUnhealthyGo(budget, healthOf(budget, pods));
  return {
    refuses: (pod) => {
      const [budget, second] = of(pod);
      if (budget === undefined) return undefined;
      if (second !== undefined) return SEVERAL;
      return (allowed.get(budget) ?? 0) > 0 || isFree(budget, pod) ? undefined : VIOLATED;
    },
    consume: (pod) => {
      for (const budget of of(pod)) if (!isFree(budget, pod)) allowed.set(budget, (allowed.get(budget) ?? 0) - 1);
    },
  };
}

/** Pods that no budget protects: what they do has ended already, or has not begun. */
function isGoing({ terminating, pending }: BoundPod): boolean {
  return terminating === true || pending === true;
}

interface Health {
  current: number;
  desired: number;
}

function letsUnhealthyGo({ spec }: PodDisruptionBudget, { current, desired }: Health): boolean {
  return spec?.unhealthyPodEvictionPolicy === "AlwaysAllow" || (desired > 0 && current >= desired);
}

/** How many pods a budget lets go at once. @throws RangeError for a bound that is neither number nor percentage */
export function disruptionsAllowed(budget: PodDisruptionBudget, pods: readonly BoundPod[]): number {
  const known = budget.status?.disruptionsAllowed;
  if (known !== undefined) return known;
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  // Upstream expects no pods of a budget without bounds, nor of one that covers none, and then allows nothing.
  if ((minAvailable ?? maxUnavailable) === undefined || !pods.some((pod) => covers(budget, pod))) return 0;
  const { current, desired } = healthOf(budget, pods);
  return Math.max(0, current - desired);
}

function healthOf(budget: PodDisruptionBudget, pods: readonly BoundPod[]): Health {
  const own = pods.filter((pod) => covers(budget, pod));
  const healthy = own.filter((pod) => !isGoing(pod) && pod.unready !== true).length;
  const { minAvailable = 0, maxUnavailable } = budget.spec ?? {};
  const desired =
    maxUnavailable === undefined
      ? share(minAvailable, own.length)
      : Math.max(0, own.length - share(maxUnavailable, own.length));
  return { current: budget.status?.currentHealthy ?? healthy, desired: budget.status?.desiredHealthy ?? desired };
}

function covers({ metadata, spec }: PodDisruptionBudget, { namespace, labels }: BoundPod): boolean {
  return (metadata.namespace ?? "default") === namespace && selectorMatches(spec?.selector, labels);
}

/** Both bounds round up. */
function share(bound: number | string, count: number): number {
  if (typeof bound === "number") return bound;
  const percent = /^(\d+)%$/.exec(bound)?.[1];
  if (percent === undefined)
    throw new RangeError(`expected a whole number or a percentage such as "25%", found "${bound}"`);
  return Math.ceil((Number(percent) * count) / 100);
}
