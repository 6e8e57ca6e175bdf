/**
 * Services that ask together for more than there is. Which of them get their places is not known: the plan lets those
 * that ask for most go first, the scheduler takes pods as they come.
 */
import { withoutPods, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import {
  nodeAt,
  nodeIndex,
  nodesOf,
  place,
  rowOf,
  slotsIn,
  take,
  type NodeIndex,
} from "../../sdk/capacity/placement/nodeIndex";
import { admissionKey } from "../../sdk/capacity/placement/nodeClasses";
import type { PodGroup, PodShape } from "../../sdk/capacity/placement/podShape";
import { hasRules, podRules } from "../../sdk/capacity/placement/podRules";
import { pack } from "../../sdk/capacity/packing/packing";
import { GOES } from "../../sdk/capacity/rollout/rolloutPeak";
import { isWithin, type Outcome } from "../../sdk/capacity/rollout/update";
import { growthFor } from "./growth";
import { lazy } from "../world/lazy";
import { quotaBook } from "../world/quotas";
import { judgeService, worst } from "./serviceRollout";
import type { World } from "../world/types";
import {
  assumedPods,
  boundPods,
  quotaAnswers,
  steadyState,
  podsToPlace,
  withPlaces,
  type PartUpdate,
  type ServiceUpdate,
  type SteadyState,
} from "./updates";

export interface Doubt {
  outcome: "deadlocks" | "may-deadlock" | "slower";
  /** Who goes first among too many, where the scheduler spreads pods, or only that nobody can be sure where it puts them. */
  why: "order" | "spread" | "unproven";
  /** A sentence or two. */
  note: string;
}

/**
 * What an update becomes in another order of placement; `undefined` where no order matters: every pod has its place, the
 * update is stuck even without the pods of others that do not run yet, or no pod that waits could have its places.
 */
export function crowding(
  world: World,
  state: SteadyState,
): (service: ServiceUpdate, outcome: Outcome) => Doubt | undefined {
  if (!isCrowded(state)) return () => undefined;
  const index = lazy(() => nodeIndex(world.nodes));
  const scaledIn = lazy(() => nodeIndex(withoutSurplus(world, state)));
  const proof = crowdedFor(world, state);
  const couldLose = losers(state);
  return (service, outcome) => {
    if (GOES.has(outcome)) return couldLose(service) ? LUCKY : undefined;
    if (outcome !== "deadlocks") return undefined;
    // Which of its own pods end is judged with its update.
    const ownEnds = service.parts.some(({ surplus }) => surplus.length > 0);
    const alone = outcomeAlone(service, world, ownEnds ? index() : scaledIn());
    if (alone === "deadlocks") return undefined;
    const [only, ...others] = service.parts;
    if (only !== undefined && others.length === 0 && startsFirst(only) && proof(only)) return CERTAIN;
    return { outcome: "may-deadlock", why: "order", note: `${assumptions(state)}; without them ${WITHOUT[alone]}.` };
  };
}

/** Whether some pods of the services find no place for certain, whichever are placed first. */
export function someFindNoPlace(world: World): boolean {
  const state = steadyState(world);
  if (world.nodes.length === 0 || !isCrowded(state) || hasSurplus(state)) return false;
  const { proven, unplaced } = pack(partsOf(state).map(groupOf), world.nodes);
  if (!proven || unplaced.length === 0) return false;
  const missing = unplaced.map(({ of, count }) => ({ pod: of.pod, count }));
  return growthFor(world, missing, world.nodes)?.mayHelp !== true;
}

function assumptions(state: SteadyState): string {
  const surplus = hasSurplus(state) ? ", and pods that others have too many of still run" : "";
  return `Not all services find their places at once. Here pods of others that do not run yet are placed before its own${surplus}`;
}

const LUCKY: Doubt = {
  outcome: "may-deadlock",
  why: "order",
  note:
    "But not all services find their places at once. Its own pods that do not run yet are assumed to come first; one of " +
    "another service could take their place, and then they find none.",
};

const CERTAIN: Doubt = {
  outcome: "deadlocks",
  why: "order",
  note:
    "Not all services find their places at once, and which do is not known; in every case a pod waits that asks for no " +
    "more than this one, so an update finds no further place.",
};

const WITHOUT: Readonly<Record<Outcome, string>> = {
  completes: "an update of it would complete",
  slower: "an update of it would complete, with fewer pods at once",
  recreate: "its new pods would all start once the old ones have ended",
  "may-deadlock": "an update of it might complete",
  unknown: "nothing is known of an update",
  deadlocks: "an update of it would be stuck too",
};

function isCrowded({ services }: SteadyState): boolean {
  return services.some(({ parts }) => parts.some(({ update }) => update.running.length < update.replicas));
}

function hasSurplus({ services }: SteadyState): boolean {
  return services.some(({ parts }) => parts.some(({ surplus }) => surplus.length > 0));
}

/** The nodes once services with fewer replicas than pods have ended the rest. */
function withoutSurplus(world: World, state: SteadyState): readonly ClusterNode[] {
  const ending = new Set<unknown>(partsOf(state).flatMap(({ surplus }) => surplus.map(({ bound }) => bound)));
  return ending.size === 0 ? world.nodes : withoutPods(world.nodes, (pod) => ending.has(pod));
}

function partsOf({ services }: SteadyState): PartUpdate[] {
  return services.flatMap(({ parts }) => parts);
}

/** Whether a pod of another service that has no place could have that of a pod that does not run yet. */
function losers(state: SteadyState): (service: ServiceUpdate) => boolean {
  const shapes = new Map<string, { pod: PodShape; of: Set<ServiceUpdate> }>();
  for (const service of state.services) {
    for (const { update, admitted } of service.parts) {
      if (admitted <= update.running.length) continue;
      const key = shapeKey(update.pod);
      const waiting = shapes.get(key) ?? { pod: update.pod, of: new Set() };
      shapes.set(key, { ...waiting, of: waiting.of.add(service) });
    }
  }
  const index = lazy(() => nodeIndex(state.nodes));
  return (service) => {
    const others = [...shapes.values()].filter(({ of }) => of.size > (of.has(service) ? 1 : 0));
    const assumed = service.parts.flatMap(({ update }) => assumedPods(update));
    if (assumed.length === 0 || others.length === 0) return false;
    const move = (copies: number) => {
      for (const { node, requests, shape = { requests } } of assumed) {
        take(index(), rowOf(index(), node) ?? 0, shape, copies);
      }
    };
    move(-1);
    const found = others.some(({ pod }) => slotsIn(index(), pod, 1) > 0);
    move(1);
    return found;
  };
}

function shapeKey(pod: PodShape): string {
  return JSON.stringify([admissionKey(pod), pod.requests, hasRules(pod) ? podRules(pod) : null]);
}

/** Nothing of it ends before a new pod has a place. */
function startsFirst({ part, update: { strategy, pod } }: PartUpdate): boolean {
  return part.groupSize === 1 && strategy !== "Recreate" && strategy.unavailable === 0 && !hasRules(pod);
}

/**
 * Whether the pods that may run where this one may, and ask for no more, cannot all have a place. Then one of them waits
 * in every order: one of its own, or one that would take the place its update needs.
 */
function crowdedFor(world: World, state: SteadyState): (part: PartUpdate) => boolean {
  const known = new Map<string, boolean>();
  const parts = hasSurplus(state) ? [] : partsOf(state).filter(({ update }) => !hasRules(update.pod));
  return ({ update: { pod } }) => {
    const rules = admissionKey(pod);
    const key = shapeKey(pod);
    const alike = () =>
      parts.filter((one) => {
        return admissionKey(one.update.pod) === rules && isWithin(one.update.pod.requests, pod.requests);
      });
    const answer = known.get(key) ?? isTooMuch(pack(alike().map(groupOf), world.nodes));
    known.set(key, answer);
    return answer;
  };
}

function isTooMuch({ proven, unplaced }: ReturnType<typeof pack>): boolean {
  return proven && unplaced.length > 0;
}

/** The pods that do not run yet; none where a quota keeps some out, since which ones is not known. */
function groupOf({ update, admitted }: PartUpdate): PodGroup {
  const { pod, replicas } = update;
  return { pod, count: admitted < replicas ? 0 : replicas - boundPods(update).length };
}

/** How its update would go without the pods of others that do not run yet. The index is as before afterwards. */
function outcomeAlone(service: ServiceUpdate, world: World, index: NodeIndex): Outcome {
  const quotas = quotaBook(world);
  const parts = service.parts.map((part) => {
    const running = boundPods(part.update);
    const bare = { ...part, update: { ...part.update, running }, admitted: running.length };
    const group = podsToPlace(service.service, bare, world, quotas);
    const rows = place(index, group.pod, group.count);
    const { pod: shape } = group;
    const added = rows.map((row) => ({ node: nodeAt(index, row).name, requests: shape.requests, shape }));
    return withPlaces(bare, group, added);
  });
  const isSimple = parts.length === 1 && parts.every(({ part, surplus }) => part.groupSize === 1 && !surplus.length);
  const judged = judgeService(parts, isSimple ? [] : nodesOf(index), index);
  const refusals = quotaAnswers({ ...service, parts }, { quotas });
  for (const { node, requests, shape = { requests } } of parts.flatMap(({ update }) => assumedPods(update))) {
    take(index, rowOf(index, node) ?? 0, shape, -1);
  }
  return worst([...judged.map(({ judgement }) => judgement.outcome), ...refusals.map(({ outcome }) => outcome)]);
}
