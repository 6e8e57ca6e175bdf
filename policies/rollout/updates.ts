/** The services of a world as updates: what they hold, what they will ask for, how they replace it. */
import type { BoundPod, ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { pack, type PodGroup } from "../../sdk/capacity/packing/packing";
import { deviceCount } from "../../sdk/capacity/placement/requests";
import { shapeOf } from "../../sdk/capacity/placement/nodeIndex";
import type { QuotaJudgement, QuotaUpdate } from "../../sdk/capacity/quota/quotaRollout";
import { nextRevision, runningRevision, type RunningPod, type Update } from "../../sdk/capacity/rollout/update";
import { pendingPods, quotaBook, type QuotaBook } from "../world/quotas";
import {
  serviceKey,
  serviceOfPod,
  servicesOf,
  unread,
  type PodIdentity,
  type Service,
  type ServicePart,
} from "./serviceParts";
import type { RuleSubject, World } from "../world/types";

/** A part of a service at the number of replicas it has now. */
export interface PartUpdate {
  part: ServicePart;
  update: Update;
  /** Pods that exist or that quotas let in, with a place or not. */
  admitted: number;
  /** Of the pods in `update.running`, those that do not run yet and were given a place. */
  planned: number;
  /** Running pods beyond the replicas that end before the update starts. */
  surplus: readonly SurplusPod[];
}

export interface SurplusPod extends RunningPod {
  bound: BoundPod;
}

export interface ServiceUpdate {
  service: Service;
  /** `namespace/name`. */
  name: string;
  /** Pods that have a place, once those that wait for one have been placed as far as they fit. */
  placed: number;
  /** Empty when they cannot be told. */
  parts: PartUpdate[];
  /** Why not. */
  problem: string | undefined;
  /** What was thrown when they were read. */
  error?: Error | undefined;
}

export interface SteadyState {
  services: ServiceUpdate[];
  /** The same by their object. */
  bySubject: ReadonlyMap<RuleSubject, ServiceUpdate>;
  /** The nodes with all pods that have a place. */
  nodes: ClusterNode[];
  /** What the quotas leave beside those pods. */
  quotas: QuotaBook;
}

const known = new WeakMap<World, SteadyState>();

/**
 * Places the pods that do not run yet, in an arrangement that gives as many as can be found a place, and leaves running
 * ones where they are; once for a world.
 */
export function steadyState(world: World): SteadyState {
  const state = known.get(world) ?? placeServices(world);
  known.set(world, state);
  return state;
}

function placeServices(world: World): SteadyState {
  const services = servicesOf(world);
  const quotas = quotaBook(world);
  const running = runningPods(world.nodes);
  const read = services.map((service) => readService(service, running.get(serviceKey(service)) ?? []));
  const bySize = read
    .flatMap(({ service, parts }) => parts.map((one) => ({ service, one })))
    .sort((a, b) => sizeOf(b.one.update) - sizeOf(a.one.update));
  const groups = new Map(bySize.map(({ service, one }) => [one, podsToPlace(service, one, world, quotas)]));
  const packing = pack([...groups.values()], world.nodes);
  const found = new Map<PodGroup, RunningPod[]>();
  for (const { group, node } of packing.placed) {
    const pods = found.get(group) ?? [];
    if (pods.push({ node, requests: group.pod.requests, shape: group.pod }) === 1) found.set(group, pods);
  }
  const held = new Map([...groups].map(([one, group]) => [one, withPlaces(one, group, found.get(group) ?? [])]));

  const placed = read.map((one): ServiceUpdate => {
    if (one.parts.length === 0) return one;
    const parts = one.parts.map((part) => held.get(part) ?? part);
    return { ...one, parts, placed: parts.reduce((sum, { update }) => sum + update.running.length, 0) };
  });
  const bySubject = new Map(placed.map((one) => [one.service.subject, one]));
  return { services: placed, bySubject, nodes: packing.nodes, quotas };
}

/** The pods of a part that do not run yet and that quotas let in; they are booked. */
export function podsToPlace(service: Service, { part, update }: PartUpdate, world: World, quotas: QuotaBook): PodGroup {
  const missing = update.replicas - update.running.length;
  // Pods that exist already are counted by the quotas.
  const pending = quotas.isEmpty ? [] : (pendingByService(world).get(serviceKey(service)) ?? []);
  const waiting = Math.min(missing, pending.filter((pod) => part.isOwn(pod)).length);
  const admitted = quotas.admit(service.ref.namespace ?? "default", part.counted, missing - waiting);
  return { pod: runningRevision(part.shape, update.running), count: waiting + admitted };
}

/** The part once some of its waiting pods have a place. */
export function withPlaces(one: PartUpdate, { count }: PodGroup, added: readonly RunningPod[]): PartUpdate {
  const { update } = one;
  const running = [...update.running, ...added];
  return { ...one, update: { ...update, running }, admitted: update.running.length + count, planned: added.length };
}

const pendingOf = new WeakMap<World, Map<string, PodIdentity[]>>();

function pendingByService(world: World): Map<string, PodIdentity[]> {
  const pending = pendingOf.get(world) ?? grouped(pendingPods(world));
  pendingOf.set(world, pending);
  return pending;
}

/** The running pods that exist; the others are put somewhere by the plan only. */
export function boundPods({ running }: Update): RunningPod[] {
  return running.filter(isBound);
}

export function assumedPods({ running }: Update): RunningPod[] {
  return running.filter((pod) => !isBound(pod));
}

export function isBound(pod: RunningPod): pod is SurplusPod {
  return "bound" in pod;
}

/** How the quotas of its namespace judge a service; empty where none keeps it from going as it is to. */
export function quotaAnswers(service: ServiceUpdate, { quotas }: Pick<SteadyState, "quotas">): QuotaJudgement[] {
  return quotas.judge(service.service.ref.namespace ?? "default", () => quotaUpdates(service));
}

/** The parts of a service as quotas count them: pods that are let in count without a node. */
export function quotaUpdates({ parts }: ServiceUpdate): QuotaUpdate[] {
  return parts.map(({ part, update, admitted }) => {
    const { requests } = update.pod;
    const waiting = Array.from({ length: admitted - update.running.length }, () => ({ node: "", requests }));
    return { update: { ...update, running: [...update.running, ...waiting] }, counted: part.counted() };
  });
}

/** The same update at another number of replicas, on nodes where its pods beyond the present ones take places. */
export function updateAt({ part, update }: PartUpdate, replicas: number): Update {
  return { ...update, replicas, strategy: part.strategyAt(replicas) };
}

function readService(service: Service, running: OwnedPod[]): ServiceUpdate {
  const { namespace = "default", name } = service.ref;
  const none = { service, name: `${namespace}/${name}`, placed: running.length };
  if (service.refusal !== undefined) return { ...none, parts: [], problem: service.refusal };
  try {
    const parts = service.parts.map((part): PartUpdate => {
      const own = running.filter((pod) => part.isOwn(pod));
      const update = updateOf(`${namespace}/${name}`, part, own);
      // A Knative revision keeps its size until the next one is ready, and groups are not one Deployment.
      const endsFirst = service.workload?.mode !== "Knative" && part.groupSize === 1;
      const surplus = endsFirst ? own.slice(update.replicas) : [];
      return { part, update, admitted: update.running.length, planned: 0, surplus };
    });
    return { ...none, parts, problem: service.problem, error: service.error };
  } catch (error) {
    return { ...none, parts: [], ...unread(error) };
  }
}

function updateOf(name: string, part: ServicePart, own: readonly OwnedPod[]): Update {
  const { min, max } = part.pods;
  const replicas = Math.max(min, Math.min(max, own.length));
  const pod = nextRevision(part.shape);
  return { name, replicas, strategy: part.strategyAt(replicas), pod, running: own.slice(0, replicas) };
}

function sizeOf(update: Update): number {
  return deviceCount(update.pod.requests);
}

type OwnedPod = SurplusPod & PodIdentity;

/** Pods of services that run and are not being deleted, in one pass. */
function runningPods(nodes: readonly ClusterNode[]): Map<string, OwnedPod[]> {
  return grouped(
    nodes.flatMap(({ name: node, bound }) =>
      bound
        .filter(({ terminating }) => terminating !== true)
        .map((pod) => {
          const { namespace, labels, requests } = pod;
          return { namespace, labels, requests, node, bound: pod, shape: shapeOf(pod) };
        }),
    ),
  );
}

function grouped<T extends PodIdentity & { namespace: string }>(pods: readonly T[]): Map<string, T[]> {
  const byService = new Map<string, T[]>();
  for (const pod of pods) {
    const key = serviceOfPod(pod);
    if (key === undefined) continue;
    const own = byService.get(key);
    if (own === undefined) byService.set(key, [pod]);
    else own.push(pod);
  }
  return byService;
}
