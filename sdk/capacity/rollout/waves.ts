/**
 * An order of waves for many updates: the services of a wave update at once, and each has all the places it asks for
 * whatever the others do and however earlier waves were placed.
 *
 * Larger pods go first: a pod that moves leaves a hole of its own size, so large holes are only safe while no small pod has
 * moved.
 */
import type { ClusterNode } from "../inventory/inventory";
import { nodeIndex } from "../placement/nodeIndex";
import { footprints, lossAfter, lossDuring, type Footprints } from "./rolloutBounds";
import { GOES } from "./rolloutPeak";
import { hasRulesBetweenPods, judgeRollouts } from "./rolloutJudgement";
import { wavesGoWell } from "./rolloutTogether";
import * as updates from "./update";
import type { RolloutJudgement, Update } from "./update";

export interface Waves {
  waves: Update[][];
  /** Updates for which no wave is certain to fit; empty when all have one. */
  blocked: Update[];
  /**
   * The smallest number of further places, each for one pod of an update, with which all have a wave; empty when all have
   * one already, `undefined` when it was not worked out: too many updates, or more places than are tried.
   */
  missing: { update: Update; places: number }[] | undefined;
}

/** Updates whose waves are walked through; more have to do with bounds. */
const MOST_WALKED = 6;

/** How many further places are tried, and for how many updates at most. */
const MOST_PLACES = 32;
const MOST_COMPARED = 200;

export function planWaves(all: readonly Update[], nodes: readonly ClusterNode[]): Waves {
  const plan = ordered(all, nodes);
  return { ...plan, missing: plan.blocked.length === 0 ? [] : missingPlaces(all, nodes, plan.blocked) };
}

type Order = Omit<Waves, "missing">;

/** Blocked ones are tried again as the first: what runs now may be the only arrangement in which they fit. */
function ordered(all: readonly Update[], nodes: readonly ClusterNode[]): Order {
  const alone = new Map(judgeRollouts(all, nodes).map((judgement) => [judgement.update, judgement]));
  const index = nodeIndex(nodes);
  // Bounds and walks count places without rules between pods, so only what is certain alone has a wave: the only one.
  const tied = all.filter((update) => hasRulesBetweenPods(update, index));
  const bound = new Set(tied);
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0 && tied.length === 1) {
    return GOES.has(alone.get(only)?.outcome ?? "") ? { waves: [[only]], blocked: [] } : { waves: [], blocked: [only] };
  }
  const free = all.filter((update) => !bound.has(update)).sort(bySize);
  const shared = footprints(free, nodes);
  let best = wavesInOrder(free, shared, alone);
  for (let first = best.blocked; first.length > 0 && first.length < free.length;) {
    const next = wavesInOrder([...first, ...free.filter((update) => !first.includes(update))], shared, alone);
    if (next.blocked.length >= best.blocked.length) break;
    [best, first] = [next, next.blocked];
  }
  const { waves, blocked } = walked(best, nodes);
  return { waves, blocked: [...blocked, ...tied] };
}

/** Bounds are cautious; in a small cluster a wave for one more is walked through, last or first. */
function walked({ waves, blocked }: Order, nodes: readonly ClusterNode[]): Order {
  if (waves.flat().length + blocked.length > MOST_WALKED) return { waves, blocked };
  for (const update of blocked) {
    const others = blocked.filter((other) => other !== update);
    for (const more of [
      [...waves, [update]],
      [[update], ...waves],
    ]) {
      if (wavesGoWell(more, nodes) === true) return walked({ waves: more, blocked: others }, nodes);
    }
  }
  return { waves, blocked };
}

function bySize(a: Update, b: Update): number {
  const devices = (update: Update) => updates.devicesOf(update.pod.requests);
  const memory = (update: Update) => update.pod.requests.memory ?? 0;
  return devices(b) - devices(a) || memory(b) - memory(a) || (a.name < b.name ? -1 : 1);
}

function wavesInOrder(
  order: readonly Update[],
  shared: Footprints,
  alone: ReadonlyMap<Update, RolloutJudgement>,
): Order {
  const done = shared.kinds.map(() => 0);
  const waves: Update[][] = [];
  let left = [...order];
  while (left.length > 0) {
    // What does not go alone does not go beside others either.
    const isFirst = waves.length === 0;
    const able = left.filter((update) => goesAlone(update, shared, done, isFirst ? alone.get(update) : undefined));
    const [seed] = able;
    if (seed === undefined) break;
    const wave = waveAround(seed, able, shared, done);
    const taken = new Set(wave);
    for (const kind of shared.kinds.keys()) {
      for (const update of wave) done[kind] = (done[kind] ?? 0) + lossAfter(shared, kind, update);
    }
    waves.push(wave);
    left = left.filter((update) => !taken.has(update));
  }
  return { waves, blocked: left };
}

/** Whether an update goes well with all others at rest. */
function goesAlone(update: Update, shared: Footprints, done: readonly number[], now?: RolloutJudgement): boolean {
  if (now !== undefined) return GOES.has(now.outcome);
  const { kind, places } = standing(update, shared, done);
  const { unavailable } = updates.boundsOf(update);
  if (update.strategy !== "Recreate" && kind?.inPlace === true) return places + Math.min(1, unavailable) >= 1;
  return places >= needs(update, shared);
}

function standing(update: Update, { kinds, kindOf }: Footprints, done: readonly number[]) {
  const at = kindOf.get(update) ?? -1;
  const kind = kinds[at];
  return { kind, places: (kind?.places ?? 0) - (done[at] ?? 0) };
}

/** Places that must stay free for an update, so that it goes as fast as its strategy asks. */
function needs(update: Update, { kinds, kindOf, rate }: Footprints): number {
  const at = kindOf.get(update) ?? -1;
  const { replicas, running, strategy } = update;
  if (strategy === "Recreate") return replicas - running.length * rate(at, at).given;
  return kinds[at]?.inPlace === true ? Math.min(strategy.surge, replicas) : replicas;
}

/** What the members of a wave may do to one kind of pod. */
interface Strain {
  /** Places that all members together may take from it. */
  during: number;
  /** Over its own members: the least of what a member takes itself, and of that minus what it needs. */
  leastOwn: number;
  leastSlack: number;
}

function waveAround(seed: Update, left: readonly Update[], shared: Footprints, done: readonly number[]): Update[] {
  const wave: Update[] = [];
  let strains = new Map<number, Strain>();
  // Strain only grows: what had no room finds none later, and neither does its like.
  const refused = new Set<string>();
  for (const update of [seed, ...left.filter((other) => other !== seed)]) {
    const like = likeness(update, shared);
    if (refused.has(like)) continue;
    const next = joined(strains, wave, update, shared);
    if (wave.length > 0 && !holds(next, shared, done)) {
      refused.add(like);
      continue;
    }
    wave.push(update);
    strains = next;
  }
  return wave;
}

/** The same for updates that strain a wave in the same way. */
function likeness(update: Update, { kindOf }: Footprints): string {
  const { replicas, strategy, running } = update;
  const bounds = strategy === "Recreate" ? [strategy] : [strategy.surge, strategy.unavailable];
  return [kindOf.get(update), replicas, running.length, ...bounds].join();
}

function joined(
  strains: ReadonlyMap<number, Strain>,
  wave: readonly Update[],
  update: Update,
  shared: Footprints,
): Map<number, Strain> {
  const next = new Map<number, Strain>();
  for (const [kind, strain] of strains) {
    next.set(kind, { ...strain, during: strain.during + lossDuring(shared, kind, update) });
  }
  const own = shared.kindOf.get(update) ?? -1;
  const loss = lossDuring(shared, own, update);
  const slack = loss - needs(update, shared);
  const known = next.get(own);
  const during = known?.during ?? loss + wave.reduce((sum, member) => sum + lossDuring(shared, own, member), 0);
  const leastOwn = Math.min(known?.leastOwn ?? loss, loss);
  return next.set(own, { during, leastOwn, leastSlack: Math.min(known?.leastSlack ?? slack, slack) });
}

/** Whether every member has its places at the worst moment of the others, or no other touches its places. */
function holds(strains: ReadonlyMap<number, Strain>, { kinds }: Footprints, done: readonly number[]): boolean {
  return [...strains].every(([kind, { during, leastOwn, leastSlack }]) => {
    const places = (kinds[kind]?.places ?? 0) - (done[kind] ?? 0);
    return during === leastOwn || places - during + leastSlack >= 0;
  });
}

/** Adds places one by one, each for a pod of the largest update that has no wave, until all have one. */
function missingPlaces(
  all: readonly Update[],
  nodes: readonly ClusterNode[],
  blocked: readonly Update[],
): Waves["missing"] {
  if (all.length > MOST_COMPARED) return undefined;
  const added: Update[] = [];
  let left = blocked;
  while (left.length > 0 && added.length < MOST_PLACES) {
    const [largest] = [...left].sort(bySize);
    if (largest === undefined) break;
    added.push(largest);
    left = ordered(all, [...nodes, ...added.map((update, i) => onePlace(update, i))]).blocked;
  }
  if (left.length > 0) return undefined;
  return [...new Set(added)].map((update) => ({ update, places: added.filter((one) => one === update).length }));
}

/** A node that takes exactly one pod. */
export function onePlace({ pod }: Update, i: number): ClusterNode {
  const free = { ...pod.requests, pods: 1 };
  const required = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const [term] = required?.nodeSelectorTerms ?? [];
  const wanted = (term?.matchExpressions ?? []).map(({ key, values = [] }) => [key, values[0] ?? ""] as const);
  const labels = { ...Object.fromEntries(wanted), ...pod.nodeSelector };
  return {
    name: `further place ${i + 1}`,
    labels,
    taints: [],
    unschedulable: false,
    allocatable: free,
    free,
    bound: [],
  };
}
