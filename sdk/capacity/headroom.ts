/**
 * The account of places for pods: what runs, what is still to be placed, and how many copies an update can add.
 *
 * Running pods stay where they are; pods that do not run yet are placed around them, all services together. What is
 * left decides whether an update of one service can start its new pods.
 */
import { withoutPods, type BoundPod, type ClusterNode } from "./inventory/inventory";
import { pack, type PodGroup } from "./packing/packing";
import { nodeIndex, type NodeIndex } from "./placement/nodeIndex";
import { slots, type PodShape } from "./placement/placement";
import { judgeRollout } from "./rollout/rolloutJudgement";
import type { RolloutJudgement, Update } from "./rollout/update";

/** The pods one service needs. */
export interface Demand {
  /** The pods as they will be after the update. */
  pod: PodShape;
  /** How many there must be. */
  replicas: number;
  /** Which pods on the nodes are this service's, of its present revision. */
  isOwn(pod: BoundPod): boolean;
  /** Whether pods beyond `replicas` stay until the new ones are ready, as those of a Knative revision; default: they end first. */
  keepsSurplus?: boolean;
}

/** An answer about places, and whether every other arrangement gives the same. */
export interface Places {
  count: number;
  proven: boolean;
}

export interface Ledger {
  /** The nodes with what runs on them now. */
  nodes: readonly ClusterNode[];
  demands: readonly Demand[];
  /** The nodes once the pods that do not run yet have been placed, as far as they fit. */
  filled: readonly ClusterNode[];
  /** Pods that run now. */
  running: ReadonlyMap<Demand, number>;
  /** Pods that do not run yet and found no place among the others. */
  unplaced: ReadonlyMap<Demand, number>;
}

/** Open the account: place what does not run yet. */
export function ledger(nodes: readonly ClusterNode[], demands: readonly Demand[]): Ledger {
  const bound = nodes.flatMap((node) => node.bound);
  const running = new Map(demands.map((demand) => [demand, bound.filter((pod) => demand.isOwn(pod)).length]));
  const groups = new Map(demands.map((demand) => [groupOf(demand, missing(demand, running)), demand]));
  const result = pack([...groups.keys()], nodes);
  const unplaced = new Map(result.unplaced.map(({ of, count }) => [groups.get(of), count]));
  return {
    nodes,
    demands,
    filled: result.nodes,
    running,
    unplaced: new Map(demands.map((demand) => [demand, unplaced.get(demand) ?? 0])),
  };
}

/**
 * How many pods of a service find no place once its old ones are gone: what is left of an update, or of a first
 * deployment, for ever. 0 when all fit.
 */
export function misfits(account: Ledger, demand: Demand): Places {
  const isOwn = (pod: BoundPod) => demand.isOwn(pod);
  const fits = slots(demand.pod, withoutPods(account.filled, isOwn)) + placed(account, demand);
  if (fits >= demand.replicas) return { count: 0, proven: true };
  const others = account.demands.filter((other) => other !== demand);
  const groups = others.map((other) => groupOf(other, placed(account, other)));
  const result = pack([...groups, groupOf(demand, demand.replicas)], withoutPods(account.nodes, isOwn));
  return result.unplaced.length === 0
    ? { count: 0, proven: true }
    : { count: demand.replicas - fits, proven: result.proven };
}

/** How many of `wanted` further pods of a service fit beside its present ones and all others. */
export function surgePlaces(account: Ledger, demand: Demand, wanted: number): Places {
  const choices = scaledIn(account, demand);
  const counts = choices.map((nodes) => slots(demand.pod, nodes));
  const atOnce = Math.min(...counts);
  // Which surplus pods end decides.
  if (atOnce === 0 && Math.max(...counts) > 0) return { count: 0, proven: false };
  if (atOnce > 0) return { count: Math.min(atOnce, wanted), proven: atOnce >= wanted };
  // No place in this arrangement; perhaps in another one of the pods that do not run yet.
  const groups = account.demands.map((other) => groupOf(other, placed(account, other)));
  const result = pack([...groups, groupOf(demand, 1)], withoutSurplus(account.nodes, demand, 0));
  return result.unplaced.length === 0 ? { count: 1, proven: false } : { count: 0, proven: result.proven };
}

const indexes = new WeakMap<Ledger, NodeIndex>();

/** How an update of a service goes when all its pods have the places they are given here. */
export function rolloutOn(account: Ledger, demand: Demand, strategy: Update["strategy"]): RolloutJudgement {
  const [first = account.filled, ...others] = scaledIn(account, demand);
  const judgement = judgeOn(account, first, demand, strategy);
  const isSure = others.every((nodes) => judgeOn(account, nodes, demand, strategy).outcome === judgement.outcome);
  return isSure ? judgement : { ...judgement, outcome: "may-deadlock", cause: "order" };
}

function judgeOn(
  account: Ledger,
  nodes: readonly ClusterNode[],
  demand: Demand,
  strategy: Update["strategy"],
): RolloutJudgement {
  const index = (nodes === account.filled ? indexes.get(account) : undefined) ?? nodeIndex(nodes);
  if (nodes === account.filled) indexes.set(account, index);
  const running = nodes.flatMap(({ name: node, bound, planned = [] }) => [
    ...bound.filter((pod) => demand.isOwn(pod)).map(({ requests }) => ({ node, requests })),
    ...planned.filter((pod) => pod === demand.pod).map(({ requests }) => ({ node, requests })),
  ]);
  const { replicas, pod } = demand;
  return judgeRollout({ name: "", replicas, strategy, pod, running: running.slice(0, replicas) }, index);
}

/** The nodes once the surplus pods of a service have ended, one entry for each choice of them. */
function scaledIn({ filled }: Ledger, demand: Demand): (readonly ClusterNode[])[] {
  const own = filled.flatMap(({ bound }) => bound.filter((pod) => demand.isOwn(pod))).length;
  if (own <= demand.replicas || demand.keepsSurplus === true) return [filled];
  return Array.from({ length: own }, (_, at) => withoutSurplus(filled, demand, at));
}

/** Keeps the replicas that follow the `at`-th pod, round the list. */
function withoutSurplus(nodes: readonly ClusterNode[], demand: Demand, at: number): readonly ClusterNode[] {
  const own = nodes.flatMap(({ bound }) => bound.filter((pod) => demand.isOwn(pod)));
  if (own.length <= demand.replicas || demand.keepsSurplus === true) return nodes;
  const gone = new Set([...own.slice(at), ...own.slice(0, at)].slice(demand.replicas));
  return withoutPods(nodes, (pod) => gone.has(pod));
}

/** The nodes once a service is scaled out further, as far as that fits. */
export function scaledOut(account: Ledger, demand: Demand, replicas: number): ClusterNode[] {
  return pack([groupOf(demand, Math.max(0, replicas - demand.replicas))], account.filled).nodes;
}

/** The demands whose further pods do not all fit when several services update at once. */
export function crowdedOut(account: Ledger, surges: ReadonlyMap<Demand, number>): Set<Demand> {
  const groups = new Map([...surges].map(([demand, count]) => [groupOf(demand, count), demand]));
  const demands = [...surges.keys()];
  const filled = demands.reduce((nodes, demand) => withoutSurplus(nodes, demand, 0), account.filled);
  const left = pack([...groups.keys()], filled).unplaced;
  return new Set(left.flatMap(({ of }) => groups.get(of) ?? []));
}

function missing(demand: Demand, running: ReadonlyMap<Demand, number>): number {
  return Math.max(0, demand.replicas - (running.get(demand) ?? 0));
}

/** Pods that do not run yet but have a place. */
function placed({ running, unplaced }: Ledger, demand: Demand): number {
  return missing(demand, running) - (unplaced.get(demand) ?? 0);
}

function groupOf({ pod }: Demand, count: number): PodGroup {
  return { pod, count };
}
