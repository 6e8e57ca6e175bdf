/** One set of pods that an update replaces. */
import { most, plus, type Amounts } from "../amounts";
import { oneMorePod } from "../inventory/inventory";
import type { PodShape } from "../placement/placement";
import type { Rollout } from "./rollout";

/** A pod of the present revision that holds its place. */
export interface RunningPod {
  node: string;
  requests: Amounts;
  /** What the node lists it as; rules between pods see its labels. Default: the node does not list it. */
  shape?: PodShape;
}

export interface Update {
  /** `namespace/name`; what answers are filed under. */
  name: string;
  /** What the Deployment keeps; an autoscaler's choice at one moment. */
  replicas: number;
  /** Bounds at that number of replicas, see `rolloutOf`; `Recreate` ends all old pods before it starts new ones. */
  strategy: Rollout | "Recreate";
  /** The pod of the new revision. */
  pod: PodShape;
  /** What a pod of the present revision asks for, where none runs that would show it; default: as the new one. */
  old?: Amounts;
  /** The pods of the present revision that have a place; fewer than `replicas` when some wait for one. */
  running: readonly RunningPod[];
}

export type Outcome = "completes" | "slower" | "deadlocks" | "may-deadlock" | "recreate" | "unknown";

/** Why an update goes as it does. */
export type Cause =
  /** All the new pods the strategy asks for at once find a place. */
  | "room"
  /** Some of them do, in turn. */
  | "fewer-at-once"
  /** None does until an old pod has ended. */
  | "old-ends-first"
  /** A new pod must start first, and there is no place for one. */
  | "no-place"
  /** The new revision has too few places even when all old pods are gone. */
  | "does-not-fit"
  /** New pods start, but in every order some find no place before the old ones may end. */
  | "stuck-midway"
  /** Some orders end well and others do not: which node the scheduler picks, which pod ends, who is first. */
  | "order"
  /** Too many orders to walk, and no bound that settles it. */
  | "too-many-orders"
  /** Affinity, spread or host ports tie the pods to each other, so places cannot be counted one by one. */
  | "rules-between-pods"
  /** Old pods end before new ones start. */
  | "recreate"
  /** There is no pod to replace. */
  | "no-pods";

export interface RolloutJudgement {
  update: Update;
  outcome: Outcome;
  cause: Cause;
  surge: number;
  unavailable: number;
  /** Places for new pods as things stand, counted up to the surge. */
  places: number;
  /**
   * Accelerators that its pods hold at once: bound to a node and not being deleted, no more of a revision than its
   * controller wants. `most` in the worst order of events, `least` in the best. A pod that is being deleted holds its
   * own until it is gone, beyond this number.
   */
  peak: { most: number; least: number };
}

export function boundsOf({ strategy, replicas }: Update): Rollout {
  return strategy === "Recreate" ? { surge: 0, unavailable: replicas } : strategy;
}

/** Old pods that have no place. */
export function waitingPods({ replicas, running }: Update): number {
  return Math.max(0, replicas - running.length);
}

/** The label by which ReplicaSets tell the pods of one revision from those of another. */
const REVISION = "pod-template-hash";

/**
 * The pod as a revision that is still to come: rules that match only pods of one revision do not see the present ones.
 * Upstream: kubernetes `pkg/controller/deployment/sync.go` getNewReplicaSet.
 */
export function nextRevision(pod: PodShape): PodShape {
  return ofRevision(pod, "next");
}

/** The pod as one more of the revision that runs. */
export function runningRevision(pod: PodShape, [one]: readonly RunningPod[]): PodShape {
  return ofRevision(pod, one?.shape?.labels?.[REVISION] ?? "present");
}

function ofRevision(pod: PodShape, name: string): PodShape {
  const isTied = pod.affinity !== undefined || pod.topologySpreadConstraints !== undefined;
  return isTied ? { ...pod, labels: { ...pod.labels, [REVISION]: name } } : pod;
}

/** An old pod as rules between pods see it; `undefined` when the old ones differ. */
export function presentRevision({ running, pod }: Update): PodShape | undefined {
  const [first, ...others] = new Set(running.map(({ shape }) => shape));
  const seen = (shape?: PodShape) =>
    shape && JSON.stringify([shape.namespace, shape.labels, shape.affinity?.podAntiAffinity, shape.hostPorts]);
  if (!others.every((other) => seen(other) === seen(first))) return undefined;
  return first ?? runningRevision(pod, []);
}

/** What an old pod asks for, the pod itself counted; that of the new one where none runs; `undefined` when they differ. */
export function oldRequests({ running, pod, old }: Update): Amounts | undefined {
  const [first, ...others] = running;
  if (first === undefined) return oneMorePod(old ?? pod.requests);
  return others.every(({ requests }) => isSame(requests, first.requests)) ? oneMorePod(first.requests) : undefined;
}

/** Equal pods on one node. */
export interface RunningPods extends RunningPod {
  count: number;
}

const counted = new WeakMap<readonly RunningPod[], readonly RunningPods[]>();

/** The running pods with equal ones counted, so that a service of a million pods costs no more than its nodes. */
export function runningPods({ running }: Pick<Update, "running">): readonly RunningPods[] {
  const known = counted.get(running);
  if (known !== undefined) return known;
  const byNode = new Map<string, Map<Amounts | PodShape, RunningPods>>();
  for (const { node, requests, shape } of running) {
    const there = byNode.get(node) ?? new Map<Amounts | PodShape, RunningPods>();
    if (there.size === 0) byNode.set(node, there);
    const key = shape ?? requests;
    const equal = there.get(key);
    if (equal === undefined) there.set(key, { node, requests, ...(shape !== undefined && { shape }), count: 1 });
    else equal.count += 1;
  }
  const all = [...byNode.values()].flatMap((there) => [...there.values()]);
  counted.set(running, all);
  return all;
}

/** What some pods hold together, the pods themselves counted. */
export function heldBy(pods: readonly RunningPods[]): Amounts {
  return pods.reduce<Amounts>((sum, { requests, count }) => plus(sum, times(oneMorePod(requests), count)), {});
}

/** Whether one pod asks for no more than another of anything. */
export function isWithin(a: Amounts, b: Amounts): boolean {
  return Object.entries(a).every(([name, amount]) => amount <= (b[name] ?? 0));
}

/**
 * The most that the pods of an update request at once, for quotas: all old pods with the surge beside them, or all new
 * ones with the last old ones. A pod counts until it is gone, so slow endings add to it.
 */
export function peakRequests(update: Update): Amounts {
  const { replicas, pod } = update;
  const fresh = oneMorePod(pod.requests);
  const old = oldRequests(update) ?? update.running.map(({ requests }) => oneMorePod(requests)).reduce(most, fresh);
  const beside = Math.min(boundsOf(update).surge, replicas);
  return most(plus(times(old, replicas), times(fresh, beside)), plus(times(fresh, replicas), times(old, beside)));
}

export function times(amounts: Amounts, count: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount * count]));
}

/** Whether two pods ask for the same. */
export function isSame(a: Amounts, b: Amounts): boolean {
  return a === b || (isWithin(a, b) && isWithin(b, a));
}
