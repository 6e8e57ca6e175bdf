/**
 * Every way a set of updates can go on some nodes. Which node the scheduler takes among those with room, which pod goes
 * among equals, and who of several is faster is not fixed; so all orders are walked, each state once.
 *
 * A state is what runs where and what waits. Nothing ever goes back (old pods only end, new ones only start), so the
 * walk is finite. Availability needs no place in it: a pod that becomes available late is a scale-down that comes late.
 */
import type { Amounts } from "../amounts";
import { scaledDown, scaledUp } from "./deploymentController";
import type { OwnRules, Revision } from "./ownRules";
import type { Rollout } from "./rollout";

/** One set of pods that changes, or waits for its places, while the others do. */
export interface Participant {
  replicas: number;
  /** Bounds of its update; `Recreate` ends all old pods first; `steady` is not updated but has pods without a place. */
  update: Rollout | "Recreate" | "steady";
  /** What a pod of the previous and of the new revision asks for, `pods` included. */
  old: Amounts;
  fresh: Amounts;
  /** Old pods by node. */
  held: readonly number[];
  /** Old pods without a place. */
  waiting: number;
  /** Whether its pods may run on a node, resources aside. */
  admits: readonly boolean[];
  /** What its pods' rules make of its own pods; default: nothing. */
  rules?: OwnRules;
  /** Accelerators of an old and of a new pod. */
  weight: { old: number; fresh: number };
  /** It begins once all of the waves before are over; default 0. */
  wave?: number;
}

/** What may become of one participant. */
export interface Fate {
  completes: boolean;
  sticks: boolean;
  /** In some order a new pod finds no place at once. */
  waits: boolean;
  /** Accelerators it holds at most, in the worst and in the best order; pods that end are not counted. */
  peak: { most: number; least: number };
}

export interface Fates {
  each: Fate[];
  /** Of all participants together. */
  peak: { most: number; least: number };
}

/**
 * @param free what each node would have without the pods of all participants
 * @param limit states after which the search gives up
 * @returns `undefined` when it gave up
 */
export function rolloutFates(
  participants: readonly Participant[],
  free: readonly Amounts[],
  limit: number,
): Fates | undefined {
  const board = boardOf(participants, free);
  const known = new Map<string, Fates>();

  function walk(state: number[]): Fates | undefined {
    const key = keyOf(board, state);
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    if (known.size >= limit) return undefined;
    const children: Fates[] = [];
    for (const next of successors(board, state)) {
      const fates = walk(grown(board, next));
      if (fates === undefined) return undefined;
      children.push(fates);
    }
    const fates = joined(board, state, children);
    known.set(key, fates);
    return fates;
  }

  return walk(grown(board, board.start));
}

interface Board {
  participants: readonly Participant[];
  nodes: number;
  /** Numbers per participant in a state: old pods by node, new pods by node, old and new pods without a place. */
  stride: number;
  resources: readonly string[];
  free: readonly (readonly number[])[];
  /** Requests by participant and resource. */
  old: readonly (readonly number[])[];
  fresh: readonly (readonly number[])[];
  /** What tells nodes apart; equal ones are interchangeable. */
  classes: readonly string[];
  start: number[];
}

function boardOf(participants: readonly Participant[], free: readonly Amounts[]): Board {
  const nodes = free.length;
  const resources = [
    ...new Set(participants.flatMap(({ old, fresh }) => [...Object.keys(old), ...Object.keys(fresh)])),
  ];
  const vector = (amounts: Amounts) => resources.map((name) => amounts[name] ?? 0);
  const start = participants.flatMap(({ held, waiting }) => [...held, ...held.map(() => 0), waiting, 0]);
  return {
    participants,
    nodes,
    stride: 2 * nodes + 2,
    resources,
    free: free.map(vector),
    old: participants.map(({ old }) => vector(old)),
    fresh: participants.map(({ fresh }) => vector(fresh)),
    classes: free.map((amounts, node) =>
      [
        vector(amounts).join(),
        ...participants.map((one) => `${Number(one.admits[node])}${one.rules?.kinds[node] ?? ""}`),
      ].join("/"),
    ),
    start,
  };
}

function keyOf({ participants, nodes, stride, classes }: Board, state: readonly number[]): string {
  const columns = classes.map((name, node) => {
    let column = name;
    for (let p = 0; p < participants.length; p++) {
      column += `:${state[p * stride + node]},${state[p * stride + nodes + node]}`;
    }
    return column;
  });
  const queues = participants.map((_, p) => `${state[p * stride + 2 * nodes]},${state[p * stride + 2 * nodes + 1]}`);
  return `${columns.sort().join("|")}#${queues.join("|")}`;
}

/** The counts of one participant in a state. */
function countsOf({ nodes, stride }: Board, state: readonly number[], p: number) {
  let [old, fresh] = [0, 0];
  for (let node = 0; node < nodes; node++) {
    old += state[p * stride + node] ?? 0;
    fresh += state[p * stride + nodes + node] ?? 0;
  }
  return { old, fresh, waiting: state[p * stride + 2 * nodes] ?? 0, pending: state[p * stride + 2 * nodes + 1] ?? 0 };
}

/** The state once every controller has made the new pods it may make; making them early forecloses nothing. */
function grown(board: Board, state: number[]): number[] {
  const wave = currentWave(board, state);
  board.participants.forEach(({ update, replicas, wave: own = 0 }, p) => {
    if (update === "steady" || own > wave) return;
    const { old, fresh, waiting, pending } = countsOf(board, state, p);
    const size =
      update === "Recreate"
        ? old + waiting === 0
          ? replicas
          : fresh + pending
        : scaledUp(
            { old: old + waiting, oldAvailable: old, fresh: fresh + pending, freshAvailable: 0 },
            replicas,
            update,
          );
    state[p * board.stride + 2 * board.nodes + 1] = size - fresh;
  });
  return state;
}

/** The first wave with an update that is not over. */
function currentWave(board: Board, state: readonly number[]): number {
  const open = board.participants.flatMap(({ update, wave = 0 }, p) => {
    const { old, fresh, waiting, pending } = countsOf(board, state, p);
    const over = old + waiting + pending === 0 && fresh === board.participants[p]?.replicas;
    return update === "steady" || over ? [] : [wave];
  });
  return Math.min(...open);
}

function* successors(board: Board, state: readonly number[]): Generator<number[]> {
  const wave = currentWave(board, state);
  for (let p = 0; p < board.participants.length; p++) {
    yield* scheduled(board, state, p, "fresh");
    yield* scheduled(board, state, p, "old");
    if ((board.participants[p]?.wave ?? 0) > wave) continue;
    for (const amount of endings(board, state, p)) yield* ended(board, state, p, amount);
  }
}

/** A pod without a place gets one of those there are. */
function* scheduled(board: Board, state: readonly number[], p: number, which: Revision): Generator<number[]> {
  const { nodes, stride } = board;
  const queue = p * stride + 2 * nodes + (which === "fresh" ? 1 : 0);
  if ((state[queue] ?? 0) === 0) return;
  const suits = besideOwn(board, state, p, which);
  for (let node = 0; node < nodes; node++) {
    if (!suits(node) || !fits(board, state, p, which, node)) continue;
    const next = [...state];
    const place = p * stride + (which === "fresh" ? nodes : 0) + node;
    next[queue] = (next[queue] ?? 0) - 1;
    next[place] = (next[place] ?? 0) + 1;
    yield next;
  }
}

function besideOwn(
  { participants, nodes, stride }: Board,
  state: readonly number[],
  p: number,
  which: Revision,
): (node: number) => boolean {
  const { rules } = participants[p] ?? {};
  if (rules === undefined) return () => true;
  const [old, fresh] = [p * stride, p * stride + nodes];
  return rules.beside[which](state.slice(old, fresh), state.slice(fresh, fresh + nodes));
}

function fits(board: Board, state: readonly number[], p: number, which: Revision, node: number): boolean {
  const { participants, nodes, stride, resources } = board;
  if (participants[p]?.admits[node] !== true) return false;
  const asked = board[which][p] ?? [];
  return resources.every((_, r) => {
    let left = (board.free[node]?.[r] ?? 0) - (asked[r] ?? 0);
    if ((asked[r] ?? 0) === 0) return true;
    for (let q = 0; q < participants.length; q++) {
      left -= (state[q * stride + node] ?? 0) * (board.old[q]?.[r] ?? 0);
      left -= (state[q * stride + nodes + node] ?? 0) * (board.fresh[q]?.[r] ?? 0);
    }
    return left >= 0;
  });
}

/** How many old pods a controller may end now, for every number of new pods that it may have seen become available. */
function endings(board: Board, state: readonly number[], p: number): Set<number> {
  const { update, replicas } = board.participants[p] ?? { update: "steady", replicas: 0 };
  const { old, fresh, waiting, pending } = countsOf(board, state, p);
  const size = old + waiting;
  if (update === "steady" || size === 0) return new Set();
  if (update === "Recreate") return new Set([size]);
  const amounts = new Set<number>();
  for (let available = 0; available <= fresh; available++) {
    const sets = { old: size, oldAvailable: old, fresh: fresh + pending, freshAvailable: available };
    amounts.add(size - scaledDown(sets, replicas, update));
  }
  amounts.delete(0);
  return amounts;
}

/**
 * Old pods end: those without a place first, then those on the node with most pods of the same Deployment; among equals
 * any. Upstream: kubernetes `pkg/controller/controller_utils.go` ActivePodsWithRanks, `replicaset/replica_set.go`
 * getPodsRankedByRelatedPodsOnSameNode, which ranks once for all pods that go together.
 */
function* ended(board: Board, state: readonly number[], p: number, amount: number): Generator<number[]> {
  const { nodes, stride } = board;
  const next = [...state];
  const queue = p * stride + 2 * nodes;
  const unplaced = Math.min(amount, next[queue] ?? 0);
  next[queue] = (next[queue] ?? 0) - unplaced;
  const ranks = new Map<number, number[]>();
  for (let node = 0; node < nodes; node++) {
    const own = next[p * stride + node] ?? 0;
    if (own === 0) continue;
    const rank = own + (next[p * stride + nodes + node] ?? 0);
    ranks.set(rank, [...(ranks.get(rank) ?? []), p * stride + node]);
  }
  const groups = [...ranks].sort(([a], [b]) => b - a).map(([, places]) => places);
  yield* taken(next, groups, amount - unplaced);
}

function* taken(state: number[], [places, ...rest]: number[][], amount: number): Generator<number[]> {
  if (amount === 0 || places === undefined) {
    yield state;
    return;
  }
  const total = places.reduce((sum, place) => sum + (state[place] ?? 0), 0);
  for (const next of spread(state, places, Math.min(amount, total)))
    yield* taken(next, rest, Math.max(0, amount - total));
}

/** Every way to take an amount from some places. */
function* spread(state: number[], [place, ...rest]: number[], amount: number): Generator<number[]> {
  if (place === undefined || amount === 0) {
    if (amount === 0) yield state;
    return;
  }
  const here = state[place] ?? 0;
  for (let count = Math.min(here, amount); count >= 0; count--) {
    yield* spread(state.with(place, here - count), rest, amount - count);
  }
}

function joined(board: Board, state: readonly number[], children: readonly Fates[]): Fates {
  const now = board.participants.map(({ weight }, p) => {
    const { old, fresh } = countsOf(board, state, p);
    return old * weight.old + fresh * weight.fresh;
  });
  const each = board.participants.map((_, p): Fate => {
    const own = children.map((child) => child.each[p]).filter((fate) => fate !== undefined);
    const done = isDone(board, state, p);
    return {
      completes: children.length === 0 ? done : own.some(({ completes }) => completes),
      sticks: children.length === 0 ? !done : own.some(({ sticks }) => sticks),
      waits: isWaiting(board, state, p) || own.some(({ waits }) => waits),
      peak: peakOf(now[p] ?? 0, own),
    };
  });
  const total = now.reduce((sum, amount) => sum + amount, 0);
  return { each, peak: peakOf(total, children) };
}

function peakOf(now: number, later: readonly Pick<Fates, "peak">[]): Fates["peak"] {
  if (later.length === 0) return { most: now, least: now };
  return {
    most: Math.max(now, ...later.map(({ peak }) => peak.most)),
    least: Math.max(now, Math.min(...later.map(({ peak }) => peak.least))),
  };
}

function isDone(board: Board, state: readonly number[], p: number): boolean {
  const { old, waiting, pending } = countsOf(board, state, p);
  return board.participants[p]?.update === "steady" ? waiting === 0 : old + waiting + pending === 0;
}

function isWaiting(board: Board, state: readonly number[], p: number): boolean {
  if (countsOf(board, state, p).pending === 0) return false;
  const suits = besideOwn(board, state, p, "fresh");
  for (let node = 0; node < board.nodes; node++) if (suits(node) && fits(board, state, p, "fresh", node)) return false;
  return true;
}
