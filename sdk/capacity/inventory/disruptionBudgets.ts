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
  };
  status?: { disruptionsAllowed?: number; expectedPods?: number };
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
 * The budgets as they stand. Where a budget has no status yet, all its pods count as healthy, and a percentage is of
 * the pods there are.
 */
export function disruptionBudgets(
  budgets: readonly PodDisruptionBudget[],
  nodes: readonly ClusterNode[],
): DisruptionBudgets {
  const pods = nodes.flatMap(({ bound }) => bound);
  const allowed = new Map(budgets.map((budget) => [budget, disruptionsAllowed(budget, pods)]));
  const of = (pod: BoundPod) => budgets.filter((budget) => covers(budget, pod));
  return {
    refuses: (pod) => {
      const [budget, second] = of(pod);
      if (budget === undefined) return undefined;
      if (second !== undefined) return SEVERAL;
      return (allowed.get(budget) ?? 0) > 0 ? undefined : VIOLATED;
    },
    consume: (pod) => {
      for (const budget of of(pod)) allowed.set(budget, (allowed.get(budget) ?? 0) - 1);
    },
  };
}

/** How many pods a budget lets go at once. @throws RangeError for a bound that is neither number nor percentage */
export function disruptionsAllowed(budget: PodDisruptionBudget, pods: readonly BoundPod[]): number {
  const known = budget.status?.disruptionsAllowed;
  if (known !== undefined) return known;
  const own = pods.filter((pod) => covers(budget, pod));
  const healthy = own.filter(({ terminating }) => terminating !== true).length;
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const desired =
    maxUnavailable === undefined
      ? share(minAvailable ?? 0, own.length)
      : Math.max(0, own.length - share(maxUnavailable, own.length));
  return own.length === 0 ? 0 : Math.max(0, healthy - desired);
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
