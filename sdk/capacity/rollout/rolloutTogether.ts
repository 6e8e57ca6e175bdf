/** How updates of several services at once go: they compete for the same places. */
import { oneMorePod, type ClusterNode } from "../inventory/inventory";
import { nodeIndex, rowOf, slotsIn, type NodeIndex } from "../placement/nodeIndex";
import { slotsOn } from "../placement/placement";
import { footprints, type Footprints } from "./rolloutBounds";
import { verdictOf } from "./aloneFate";
import { hasRulesBetweenPods, tiedNeeds } from "./domainNeeds";
import { admits, emptied } from "./oldPlaces";
import { ownRules, withoutOwn, type OwnRules } from "./ownRules";
import { judgeRollout } from "./rolloutJudgement";
import { peakAmongOthers } from "./rolloutPeak";
import { rolloutFates, type Fates, type Participant } from "./rolloutSearch";
import { tiedToOthers } from "./tiedUpdates";
import { deviceCount } from "../placement/requests";
import * as updates from "./update";
import type { RolloutJudgement, Update } from "./update";

export interface TogetherJudgement {
  each: RolloutJudgement[];
  /** Accelerators of all of them at once. */
  peak: { most: number; least: number };
}

/** States a search for several services may visit, and how large a state may be. */
const LIMIT = 40_000;
const LARGEST_STATE = 400;

/**
 * @param all updated at the same time
 * @param steady not updated, but with pods that still wait for a place and may take one at any moment
 * @param limit states to visit before bounds have to do
 */
export function judgeTogether(
  all: readonly Update[],
  nodes: readonly ClusterNode[],
  steady: readonly Update[] = [],
  limit = LIMIT,
): TogetherJudgement {
  const index = nodeIndex(nodes);
  const alone = all.map((update) => judgeRollout(update, index));
  const waiting = steady.filter((update) => updates.waitingPods(update) > 0);
  const bounded = byBounds(alone, waiting, nodes, index);
  const isSettled = bounded.each.every(({ outcome }, i) => SURE.has(outcome) && outcome === alone[i]?.outcome);
  if (isSettled) return bounded;
  const fates = fatesOf([...all, ...waiting], all.length, nodes, limit);
  if (fates === undefined) return bounded;
  const each = alone.map((judgement, i): RolloutJudgement => {
    const fate = fates.each[i];
    const { update, surge } = judgement;
    if (fate === undefined || update.replicas === 0) return judgement;
    const places = slotsIn(index, update.pod, Math.min(surge, update.replicas));
    const [outcome, cause] = verdictOf(fate, places);
    const ends = update.strategy === "Recreate" && outcome !== "deadlocks" && outcome !== "may-deadlock";
    const why = judgement.outcome === "deadlocks" && outcome === "deadlocks" ? judgement.cause : cause;
    return { ...judgement, places, peak: fate.peak, ...(ends ? RECREATE : { outcome, cause: why }) };
  });
  return { each, peak: fates.peak };
}

/**
 * Whether waves go well one after another in every order of events, each on what the one before left.
 * @returns `undefined` when there are too many orders to tell
 */
export function wavesGoWell(waves: readonly Update[][], nodes: readonly ClusterNode[]): boolean | undefined {
  const all = waves.flat();
  if (all.some((update) => lacksPlaces(update, all, nodes))) return false;
  const waveOf = new Map(waves.flatMap((wave, i) => wave.map((update) => [update, i] as const)));
  return fatesOf(all, all.length, nodes, LIMIT / 4, waveOf)?.each.every(({ sticks }) => !sticks);
}

/** Whether an update finds too few places even with the pods of all gone, so that no order can help. */
function lacksPlaces({ pod, replicas }: Update, all: readonly Update[], nodes: readonly ClusterNode[]): boolean {
  return nodes.reduce((sum, node) => sum + slotsOn(pod, emptied(node, all)), 0) < replicas;
}

/** Outcomes that no order of events could improve. */
const SURE: ReadonlySet<string> = new Set(["completes", "recreate"]);

const RECREATE = { outcome: "recreate", cause: "recreate" } as const;

function fatesOf(
  all: readonly Update[],
  updated: number,
  nodes: readonly ClusterNode[],
  limit: number,
  waveOf: ReadonlyMap<Update, number> = new Map(),
): Fates | undefined {
  const held = all.map((update) => {
    const counts = new Map<string, number>();
    for (const { node, count } of updates.runningPods(update)) counts.set(node, (counts.get(node) ?? 0) + count);
    return counts;
  });
  const empty = nodes.map((node) => emptied(node, all));
  const isUsed = (node: ClusterNode, n: number) =>
    all.some(({ pod }, p) => held[p]?.has(node.name) === true || slotsOn(pod, empty[n] ?? node) > 0);
  const used = nodes.flatMap((node, n) => (isUsed(node, n) ? [empty[n] ?? node] : []));
  if (used.length * all.length > LARGEST_STATE) return undefined;
  const rules = rulesOf(all, used, nodes);
  const participants = all.map((update, p): Participant | undefined => {
    const old = updates.oldRequests(update);
    const own = rules?.[p];
    if (old === undefined || own === undefined) return undefined;
    const fresh = oneMorePod(update.pod.requests);
    return {
      replicas: update.replicas,
      update: p < updated ? update.strategy : "steady",
      old,
      fresh,
      held: used.map(({ name }) => held[p]?.get(name) ?? 0),
      waiting: updates.waitingPods(update),
      admits: used.map((node) => admits(update.pod, node)),
      ...(own !== "none" && { rules: own }),
      weight: { old: deviceCount(old), fresh: deviceCount(fresh) },
      wave: waveOf.get(update) ?? 0,
    };
  });
  const known = participants.filter((participant) => participant !== undefined);
  if (known.length < all.length) return undefined;
  return rolloutFates(
    known,
    used.map(({ free }) => free),
    limit,
  );
}

/** What rules make of the pods of each update; `undefined` where they tie the pods of several to each other. */
function rulesOf(
  all: readonly Update[],
  used: readonly ClusterNode[],
  nodes: readonly ClusterNode[],
): (OwnRules | "none" | undefined)[] | undefined {
  const index = nodeIndex(nodes);
  if (tiedToOthers(all, index.peers.namespaces).size > 0) return undefined;
  const bound = all.filter((update) => hasRulesBetweenPods(update, index));
  const rows = used.flatMap(({ name }) => rowOf(index, name) ?? []);
  return withoutOwn(all, index, () =>
    all.map((update) => (bound.includes(update) ? ownRules(update, rows, index) : "none")),
  );
}

/**
 * Too many orders to walk. An update whose pods take each other's places is never stuck while, at a standstill of all the
 * others, one place is left or one of its own pods may go; it is as fast as alone while the worst moment of the others
 * leaves it the places it wants. One that has no place even with all others gone is stuck whatever they do.
 */
function byBounds(
  alone: RolloutJudgement[],
  waiting: readonly Update[],
  nodes: readonly ClusterNode[],
  index: NodeIndex,
): TogetherJudgement {
  const all = [...alone.map(({ update }) => update), ...waiting];
  const [tied, entangled] = tiedNeeds(all, index);
  const shared = footprints(all, nodes, tied);
  const each = alone.map((judgement): RolloutJudgement => {
    const { outcome, update } = judgement;
    if (all.length === 1 || outcome === "unknown" || update.replicas === 0) return judgement;
    if (entangled.has(update)) {
      return amongAll({ ...judgement, outcome: "may-deadlock", cause: "rules-between-pods" });
    }
    if (outcome === "deadlocks") return amongAll(hopeless(judgement, all, nodes));
    if (outcome === "may-deadlock") return amongAll(judgement);
    return amongAll({ ...judgement, ...amongOthers(judgement, shared, all, tied) });
  });
  const sum = (of: "most" | "least") => each.reduce((total, { peak }) => total + peak[of], 0);
  return { each, peak: { most: sum("most"), least: sum("least") } };
}

function amongAll(judgement: RolloutJudgement): RolloutJudgement {
  return { ...judgement, peak: peakAmongOthers(judgement.update, judgement.outcome) };
}

function amongOthers(
  { update, surge, unavailable, outcome, cause }: RolloutJudgement,
  shared: Footprints,
  all: readonly Update[],
  tied: ReadonlyMap<Update, unknown>,
): Pick<RolloutJudgement, "outcome" | "cause"> {
  const own = shared.kindOf.get(update) ?? -1;
  const { places = 0, inPlace = false } = shared.kinds[own] ?? {};
  const others = all.filter((other) => other !== update);
  const during = others.reduce((sum, other) => sum + shared.losses(own, other).during, 0);
  const atEnd = others.reduce((sum, other) => sum + shared.losses(own, other).atStandstill, 0);
  const wanted = Math.min(surge, update.replicas);
  if (tied.has(update)) {
    const isMet = (shared.needsOf.get(update) ?? []).every((need) => {
      const taken = others.reduce((sum, other) => sum + shared.losses(need.kind, other).during, 0);
      return (shared.kinds[need.kind]?.places ?? 0) - taken >= need.places;
    });
    return isMet ? { outcome, cause } : { outcome: "may-deadlock", cause: "rules-between-pods" };
  }
  if (during === 0 || places - during >= update.replicas) return { outcome, cause };
  const regained = update.running.length * shared.givenToOwn(update);
  if (outcome === "recreate" && places + regained - during >= update.replicas) return { outcome, cause };
  if (outcome === "recreate" || !inPlace) return { outcome: "may-deadlock", cause: "too-many-orders" };
  if (places - during >= wanted) return { outcome, cause };
  // Once all old pods are gone nothing more can end, so of the pods that may miss only one counts.
  if (places - atEnd + Math.min(1, unavailable) >= 1) return { outcome: "slower", cause: "fewer-at-once" };
  return { outcome: "may-deadlock", cause: "too-many-orders" };
}

/** Stuck alone; others that end may still make room for it. */
function hopeless(
  judgement: RolloutJudgement,
  all: readonly Update[],
  nodes: readonly ClusterNode[],
): RolloutJudgement {
  const others = all.filter((update) => update !== judgement.update);
  const best = judgeRollout(judgement.update, nodeIndex(nodes.map((node) => emptied(node, others))));
  return best.outcome === "deadlocks" ? judgement : { ...judgement, outcome: "may-deadlock", cause: "too-many-orders" };
}
