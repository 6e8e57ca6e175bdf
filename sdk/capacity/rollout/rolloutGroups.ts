/** How an update goes where several pods form one server. */
import type { ClusterNode } from "../inventory/inventory";
import { nodeIndex, slotsIn } from "../placement/nodeIndex";
import { rolloutOf } from "./rollout";
import { judgeTogether } from "./rolloutTogether";
import { hasRulesBetweenPods } from "./domainNeeds";
import { isInPlace } from "./oldPlaces";
import type { Cause, Outcome, RolloutJudgement, RunningPod, Update } from "./update";
import type { PodShape } from "../placement/placement";

/**
 * KServe's multi-node service: the head and the workers are two Deployments that roll at the same time. Its outcome is
 * the worse of both. Upstream: kserve `pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/
 * deployment_reconciler.go` createRawWorkerDeployment: workers always add 100 % and miss none, unless they are recreated.
 *
 * @param rivals not updated, but with pods that wait for a place
 * @param worker its strategy is that of the service; rolling bounds are replaced as the controller does
 */
export function judgeHeadAndWorkers(
  head: Update,
  worker: Update,
  nodes: readonly ClusterNode[],
  rivals: readonly Update[] = [],
): RolloutJudgement[] {
  const surge = { surge: worker.replicas, unavailable: 0 };
  const forced: Update = worker.strategy === "Recreate" ? worker : { ...worker, strategy: surge };
  return judgeTogether([head, forced], nodes, rivals).each;
}

/** A LeaderWorkerSet whose leader and workers ask for the same. */
export interface GroupUpdate {
  name: string;
  groups: number;
  /** Pods of a group. */
  size: number;
  pod: PodShape;
  running: readonly RunningPod[];
  /** Groups, or shares of them; default 0. */
  maxSurge?: string | number;
  /** Groups, or shares of them; default 1. */
  maxUnavailable?: string | number;
}

export interface GroupJudgement {
  outcome: Outcome;
  cause: Cause;
  /** Groups beyond the number wanted, and groups that may miss. */
  surge: number;
  unavailable: number;
  /** Whole groups for which there is a place. */
  places: number;
}

/**
 * A group serves only with all of its pods, so places count by whole groups; and pods of two groups that start at once
 * may share out what would have been enough for one.
 * Upstream: kubernetes-sigs/lws `api/leaderworkerset/v1/leaderworkerset_types.go` RollingUpdateConfiguration.
 */
export function judgeGroups(update: GroupUpdate, nodes: readonly ClusterNode[]): GroupJudgement {
  const { groups, size, pod, running, name, maxSurge = 0, maxUnavailable = 1 } = update;
  const { surge, unavailable } = rolloutOf({ rollingUpdate: { maxSurge, maxUnavailable } }, groups);
  const index = nodeIndex(nodes);
  const wanted = Math.min(surge, groups);
  const places = Math.floor(slotsIn(index, pod, wanted * size) / size);
  const asPods: Update = { name, replicas: groups * size, strategy: { surge, unavailable }, pod, running };
  const answer = (outcome: Outcome, cause: Cause) => ({ outcome, cause, surge, unavailable, places });
  if (groups === 0) return answer("completes", "no-pods");
  if (hasRulesBetweenPods(asPods, index)) return answer("may-deadlock", "rules-between-pods");
  if (places === 0 && unavailable === 0) return answer("deadlocks", "no-place");
  if (!isInPlace(asPods, index)) return answer("may-deadlock", "too-many-orders");
  if (places >= wanted) return answer("completes", "room");
  // Groups that start together and have too few places may each take some, so that none ever serves.
  if (size > 1) return answer("may-deadlock", "order");
  return answer("slower", places === 0 ? "old-ends-first" : "fewer-at-once");
}
