/** What may still free a place for pods that find none now, without anybody's help. */
import { recovered, withoutPods, type BoundPod, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { pack, type PodGroup } from "../../sdk/capacity/packing/packing";
import { hasRules } from "../../sdk/capacity/placement/podRules";
import { admissionKey } from "../../sdk/capacity/placement/nodeClasses";
import { nodeIndex, type NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { admits } from "../../sdk/capacity/rollout/oldPlaces";
import { runningRevision, type RolloutJudgement } from "../../sdk/capacity/rollout/update";
import * as kinds from "../world/kinds";
import { listed } from "../world/reference";
import { serviceKey, serviceOfPod } from "./serviceParts";
import { readable } from "../world/snapshot";
import { judgeService, worst, type PartJudgement } from "./serviceRollout";
import type { World } from "../world/types";
import { steadyState, type PartUpdate, type ServiceUpdate } from "./updates";

/**
 * Why an update that is stuck on the nodes as they are may still go on, in one sentence: pods that are being deleted are
 * gone, nodes recover, pods of lower priority are displaced, pods that do not run yet are placed elsewhere, or all of it.
 * @returns `undefined` where it stays stuck whatever comes
 */
export function relief(service: ServiceUpdate, judged: readonly PartJudgement[], world: World): string | undefined {
  const { nodes } = steadyState(world);
  const stuck = judged.filter(({ judgement }) => judgement.outcome === "deadlocks");
  const changes = changesFor(service, stuck, world).filter(({ applies }) => applies);
  const goesOn = ({ nodes: there, index }: Prepared) =>
    worst(judgeService(service.parts, there, index).map(({ judgement }) => judgement.outcome)) !== "deadlocks";
  const single = changes.find((change) => goesOn(prepared(world, [change], nodes)));
  if (single !== undefined) return single.text();
  if (fitsOtherwise(service, stuck, world, []))
    return "With the pods that do not run yet on other nodes there would be a place.";
  if (changes.length > 1 && goesOn(prepared(world, changes, nodes))) return ALL;
  return changes.length > 0 && fitsOtherwise(service, stuck, world, changes) ? ALL : undefined;
}

const ALL =
  "This may pass: once all nodes are ready, by displacing pods of lower priority, or in another arrangement of the pods.";

/** Something that frees places. */
interface Change {
  /** The same for all services that it frees the same places for; none where it does so for one only. */
  key: string | undefined;
  applies: boolean;
  text: () => string;
  apply: (nodes: readonly ClusterNode[]) => ClusterNode[];
}

function changesFor({ service, parts }: ServiceUpdate, stuck: readonly PartJudgement[], world: World): Change[] {
  const priority = Math.max(...parts.map((part) => priorityOf(part, world)));
  const facts = factsOf(world);
  const own = serviceKey(service);
  const isOwn = (pod: BoundPod) => serviceOfPod(pod) === own;
  const hasOwn =
    facts.lowest < priority &&
    world.nodes.some(({ bound }) => bound.some((pod) => pod.priority < priority && isOwn(pod)));
  return [
    {
      key: "ending",
      applies: facts.ending,
      text: () =>
        "Pods that are being deleted still hold what they asked for; once they are gone there may be a place.",
      apply: (nodes) => withoutPods(nodes, ({ terminating }) => terminating === true),
    },
    {
      key: "healthy",
      applies: facts.ailing.length > 0,
      text: () => whichRecover(facts.ailing, stuck),
      apply: recovered,
    },
    {
      key: hasOwn ? undefined : `displaced ${priority}`,
      applies: facts.lowest < priority,
      text: () => "The scheduler may displace pods of lower priority for it.",
      apply: (nodes) => withoutPods(nodes, (pod) => pod.priority < priority && !isOwn(pod)),
    },
  ];
}

function whichRecover(ailing: readonly ClusterNode[], stuck: readonly PartJudgement[]): string {
  const names = recovered(ailing)
    .filter((node) => stuck.some(({ judgement }) => admits(judgement.update.pod, node)))
    .map(({ name }) => name);
  return `Once ${listed(names)} ${names.length === 1 ? "is" : "are"} ready and not cordoned there may be a place.`;
}

/** What is so for all services of a world. */
interface Facts {
  /** Nodes that are cordoned or not healthy. */
  ailing: ClusterNode[];
  /** The lowest priority of a running pod. */
  lowest: number;
  /** Whether a pod is being deleted. */
  ending: boolean;
  /** Whether a pod keeps others away by their labels. */
  repelling: boolean;
  prepared: Map<string, Prepared>;
  otherwise: Map<string, boolean>;
}

interface Prepared {
  nodes: readonly ClusterNode[];
  index: NodeIndex;
}

const known = new WeakMap<World, Facts>();

function factsOf(world: World): Facts {
  const found = known.get(world) ?? readFacts(world);
  known.set(world, found);
  return found;
}

function readFacts(world: World): Facts {
  const { nodes } = world;
  const pods = nodes.flatMap(({ bound }) => bound);
  const whole = recovered(nodes);
  const planned = steadyState(world).nodes.flatMap((node) => node.planned ?? []);
  return {
    ailing: nodes.filter((node, i) => node.unschedulable || node.taints.length !== whole[i]?.taints.length),
    lowest: pods.reduce((least, { priority }) => Math.min(least, priority), Number.POSITIVE_INFINITY),
    ending: pods.some(({ terminating }) => terminating === true),
    repelling: [...pods.map(({ shape }) => shape), ...planned].some(
      (shape) => shape?.affinity?.podAntiAffinity !== undefined,
    ),
    prepared: new Map(),
    otherwise: new Map(),
  };
}

function prepared(world: World, changes: readonly Change[], nodes: readonly ClusterNode[]): Prepared {
  const key = keyOf(changes);
  const cache = factsOf(world).prepared;
  const found = key === undefined ? undefined : cache.get(key);
  if (found !== undefined) return found;
  const there = applied(changes, nodes);
  const result = { nodes: there, index: nodeIndex(there) };
  if (key !== undefined) cache.set(key, result);
  return result;
}

function keyOf(changes: readonly Change[]): string | undefined {
  const keys = changes.map(({ key }) => key);
  return keys.includes(undefined) ? undefined : keys.join();
}

function applied(changes: readonly Change[], nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  return changes.reduce((there, { apply }) => apply(there), nodes);
}

/**
 * Whether in another arrangement of the pods that do not run yet the stuck ones find their places. Those of lower priority
 * give way where such pods may be displaced.
 */
function fitsOtherwise(
  service: ServiceUpdate,
  stuck: readonly PartJudgement[],
  world: World,
  changes: readonly Change[],
): boolean {
  const key = questionOf(stuck, changes, world);
  const cache = factsOf(world).otherwise;
  const found = key === undefined ? undefined : cache.get(key);
  const answer = found ?? isArrangeable(service, stuck, world, changes);
  if (key !== undefined) cache.set(key, answer);
  return answer;
}

/** The same for all services that ask for the same: then nothing but the further pods differs. */
function questionOf(stuck: readonly PartJudgement[], changes: readonly Change[], world: World): string | undefined {
  const change = keyOf(changes);
  const isPlain = stuck.every(({ part, judgement }) => {
    const keeps = judgement.cause === "no-place" || part.update.running.length === part.planned;
    return keeps && part.surplus.length === 0 && !hasRules(part.update.pod) && part.update.pod.hostPorts === undefined;
  });
  if (change === undefined || !isPlain || factsOf(world).repelling) return undefined;
  const asked = stuck.map(({ part, judgement }) => {
    const { pod } = part.update;
    return [pod.requests, admissionKey(pod), furtherPods(part, judgement), judgement.cause, priorityOf(part, world)];
  });
  return JSON.stringify([change, asked]);
}

function isArrangeable(
  { service }: ServiceUpdate,
  stuck: readonly PartJudgement[],
  world: World,
  changes: readonly Change[],
): boolean {
  const priority = Math.max(...stuck.map(({ part }) => priorityOf(part, world)));
  const parts = steadyState(world).services.flatMap((one) => one.parts);
  const planned = parts.filter((part) => part.planned > 0);
  if (planned.length === 0) return false;
  const waiting = planned.filter((part) => changes.length === 0 || priorityOf(part, world) >= priority);
  const own = serviceKey(service);
  const surplus = new Set(stuck.flatMap(({ part }) => part.surplus.map(({ bound }) => bound)));
  const leaves = (pod: BoundPod) =>
    surplus.has(pod) ||
    stuck.some(
      ({ part, judgement }) =>
        judgement.cause !== "no-place" && pod.terminating !== true && serviceOfPod(pod) === own && part.part.isOwn(pod),
    );
  const groups = waiting.map(({ part, update, planned }): PodGroup => {
    return { pod: runningRevision(part.shape, update.running), count: planned };
  });
  const further = stuck.map(({ part, judgement }): PodGroup => ({
    pod: part.update.pod,
    count: furtherPods(part, judgement),
  }));
  const result = pack([...groups, ...further], withoutPods(applied(changes, world.nodes), leaves));
  return result.unplaced.length === 0 || !result.proven;
}

/** Pods beside those that have a place: the one that must start first, or all that are to be there in the end. */
function furtherPods({ part, update, planned }: PartUpdate, { cause }: RolloutJudgement): number {
  return cause === "no-place" ? (part.wholeFirst ?? 1) : update.replicas - planned;
}

const SYSTEM: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

/** The priority of pods; infinite where their class is not in the world, negative infinite where they displace none. */
function priorityOf({ part }: PartUpdate, world: World): number {
  const [name] = readable(() => [part.pod.spec.priorityClassName ?? ""]);
  if (name === undefined) return Number.POSITIVE_INFINITY;
  const classes = world.list(kinds.priorityClass).map(({ object }) => object);
  const own = classes.find((one) => (name === "" ? one.globalDefault === true : one.metadata.name === name));
  if (own !== undefined) return own.preemptionPolicy === "Never" ? Number.NEGATIVE_INFINITY : (own.value ?? 0);
  if (name === "") return 0;
  return SYSTEM[name] ?? Number.POSITIVE_INFINITY;
}
