/**
 * An order of waves for many updates: the services of a wave update at once, and each has all the places it asks for
 * whatever the others do and however earlier waves were placed.
 *
 * Larger pods go first: a pod that moves leaves a hole of its own size, so large holes are only safe while no small pod has
 * moved.
 */
import type { ClusterNode } from "../inventory/inventory";
import { nodeIndex } from "../placement/nodeIndex";
import { hasRules } from "../placement/podRules";
import { tiedNeeds } from "./domainNeeds";
import { footprints, type Footprints, type Need } from "./rolloutBounds";
import { GOES } from "./rolloutPeak";
import { judgeRollout } from "./rolloutJudgement";
import { wavesGoWell } from "./rolloutTogether";
import { deviceCount } from "../placement/requests";
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

/** How many further places are tried; fewer for many updates, since each time all are ordered anew. */
const MOST_PLACES = 32;
const MOST_ORDERED = 10_000;

export function planWaves(all: readonly Update[], nodes: readonly ClusterNode[]): Waves {
  const plan = ordered(all, nodes);
  return { ...plan, missing: plan.blocked.length === 0 ? [] : missingPlaces(all, nodes, plan.blocked) };
}

type Order = Omit<Waves, "missing">;

/** Blocked ones are tried again as the first: what runs now may be the only arrangement in which they fit. */
function ordered(all: readonly Update[], nodes: readonly ClusterNode[]): Order {
  const board = boardOf(all, nodes);
  const bySizes = [...all].sort(bySize);
  let best = wavesInOrder(bySizes, board);
  for (let first = best.blocked; first.length > 0 && first.length < all.length;) {
    const next = wavesInOrder([...first, ...bySizes.filter((update) => !first.includes(update))], board);
    if (next.blocked.length >= best.blocked.length) break;
    [best, first] = [next, next.blocked];
  }
  return walked(best, nodes);
}

interface Board {
  shared: Footprints;
  alone: ReadonlyMap<Update, RolloutJudgement>;
  /** What those need whose pods have rules about each other. */
  tied: ReadonlyMap<Update, unknown>;
  /** Those with rules that no number of places answers to: sure only as things stand, with all others at rest. */
  entangled: ReadonlySet<Update>;
}

function boardOf(all: readonly Update[], nodes: readonly ClusterNode[]): Board {
  const index = nodeIndex(nodes);
  const alone = new Map(all.map((update) => [update, judgeRollout(update, index)]));
  const [tied, entangled] = tiedNeeds(all, index);
  return { shared: footprints(all, nodes, tied), alone, tied, entangled };
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
  const devices = (update: Update) => deviceCount(update.pod.requests);
  const memory = (update: Update) => update.pod.requests.memory ?? 0;
  return devices(b) - devices(a) || memory(b) - memory(a) || (a.name < b.name ? -1 : 1);
}

function wavesInOrder(order: readonly Update[], board: Board): Order {
  const { shared, alone, entangled } = board;
  const done = shared.kinds.map(() => 0);
  const waves: Update[][] = [];
  let left = [...order];
  while (left.length > 0) {
    // What does not go alone does not go beside others either.
    const isFirst = waves.length === 0;
    const able = left.filter((update) => goesAlone(update, board, done, isFirst ? alone.get(update) : undefined));
    const [seed] = able;
    if (seed === undefined) break;
    const wave = entangled.has(seed) ? [seed] : waveAround(seed, able, board, done);
    const taken = new Set(wave);
    for (const kind of shared.kinds.keys()) {
      for (const update of wave) done[kind] = (done[kind] ?? 0) + shared.losses(kind, update).after;
    }
    waves.push(wave);
    left = left.filter((update) => !taken.has(update));
  }
  return { waves, blocked: left };
}

/** Whether an update goes well with all others at rest. */
function goesAlone(update: Update, board: Board, done: readonly number[], now?: RolloutJudgement): boolean {
  if (now !== undefined) return GOES.has(now.outcome);
  const { shared, tied, entangled } = board;
  if (entangled.has(update)) return false;
  const kind = shared.kindOf.get(update) ?? -1;
  const { unavailable } = updates.boundsOf(update);
  if (update.strategy !== "Recreate" && shared.kinds[kind]?.inPlace === true && !tied.has(update)) {
    return placesLeft(kind, shared, done) + Math.min(1, unavailable) >= 1;
  }
  return needsOf(update, shared).every((need) => placesLeft(need.kind, shared, done) >= need.places);
}

function placesLeft(kind: number, { kinds }: Footprints, done: readonly number[]): number {
  return (kinds[kind]?.places ?? 0) - (done[kind] ?? 0);
}

function needsOf(update: Update, shared: Footprints): readonly Need[] {
  return shared.needsOf.get(update) ?? [];
}

/** What the members of a wave may do to one kind of pod. */
interface Strain {
  /** Places that all members together may take from it. */
  during: number;
  /** Over the members that need it: the least that one takes itself, and of that minus what it needs. */
  leastOwn: number;
  leastSlack: number;
}

function waveAround(seed: Update, left: readonly Update[], board: Board, done: readonly number[]): Update[] {
  const wave: Update[] = [];
  let strains = new Map<number, Strain>();
  // Strain only grows: what had no room finds none later, and neither does its like.
  const refused = new Set<number>();
  for (const update of [seed, ...left.filter((other) => other !== seed)]) {
    const like = board.shared.likenessOf.get(update) ?? -1;
    if (refused.has(like) || board.entangled.has(update)) continue;
    const next = joined(strains, wave, update, board);
    if (wave.length > 0 && !holds(next, board.shared, done)) {
      refused.add(like);
      continue;
    }
    wave.push(update);
    strains = next;
  }
  return wave;
}

function joined(
  strains: ReadonlyMap<number, Strain>,
  wave: readonly Update[],
  update: Update,
  { shared, tied }: Board,
): Map<number, Strain> {
  const next = new Map<number, Strain>();
  for (const [kind, strain] of strains) {
    next.set(kind, { ...strain, during: strain.during + shared.losses(kind, update).during });
  }
  for (const { kind, places } of needsOf(update, shared)) {
    const { during: loss } = shared.losses(kind, update);
    const before = () => wave.reduce((sum, member) => sum + shared.losses(kind, member).during, 0);
    const { during, leastOwn, leastSlack } = next.get(kind) ?? {
      during: loss + before(),
      leastOwn: Infinity,
      leastSlack: Infinity,
    };
    // Numbers of places say enough of pods with rules only while the need itself is met.
    const own = tied.has(update) ? -1 : loss;
    next.set(kind, {
      during,
      leastOwn: Math.min(leastOwn, own),
      leastSlack: Math.min(leastSlack, loss - places),
    });
  }
  return next;
}

/** Whether every member has its places at the worst moment of the others, or no other touches its places. */
function holds(strains: ReadonlyMap<number, Strain>, shared: Footprints, done: readonly number[]): boolean {
  return [...strains].every(([kind, { during, leastOwn, leastSlack }]) => {
    return during === leastOwn || placesLeft(kind, shared, done) - during + leastSlack >= 0;
  });
}

/**
 * Adds places one by one, each for a pod of the largest update that has no wave, until all have one; then takes away what
 * later ones made needless.
 */
function missingPlaces(
  all: readonly Update[],
  nodes: readonly ClusterNode[],
  blocked: readonly Update[],
): Waves["missing"] {
  // Needs of pods with rules are bounds, so with them a smaller number may do; few updates are walked.
  const areBounds = all.length > MOST_WALKED && blocked.some(({ pod }) => pod.hostPorts !== undefined || hasRules(pod));
  if (areBounds) return undefined;
  const tries = Math.min(MOST_PLACES, Math.floor(MOST_ORDERED / all.length));
  const leftWith = (places: readonly Update[]) => ordered(all, [...nodes, ...places.map(onePlace)]).blocked;
  let added: Update[] = [];
  let left = blocked;
  while (left.length > 0 && added.length < tries) {
    const [largest] = [...left].sort(bySize);
    if (largest === undefined) break;
    added.push(largest);
    left = leftWith(added);
  }
  if (left.length > 0) return undefined;
  const withoutOne = (one: Update) => added.toSpliced(added.indexOf(one), 1);
  for (;;) {
    const needless = [...new Set(added)].find((one) => leftWith(withoutOne(one)).length === 0);
    if (needless === undefined) break;
    added = withoutOne(needless);
  }
  return [...new Set(added)].map((update) => ({ update, places: added.filter((one) => one === update).length }));
}

/** A node that takes exactly one pod. */
export function onePlace({ pod }: Update, i: number): ClusterNode {
  const free = { ...pod.requests, pods: 1 };
  const required = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const [term] = required?.nodeSelectorTerms ?? [];
  const wanted = (term?.matchExpressions ?? []).map(({ key, values = [] }) => [key, values[0] ?? ""] as const);
  const name = `further place ${i + 1}`;
  const labels = { "kubernetes.io/hostname": name, ...Object.fromEntries(wanted), ...pod.nodeSelector };
  return {
    name,
    labels,
    taints: [],
    unschedulable: false,
    allocatable: free,
    free,
    bound: [],
  };
}
