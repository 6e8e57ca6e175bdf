/**
 * What updates may cost each other at worst, without walking their orders, so that thousands can be compared.
 *
 * A new pod of one takes at most as many places of another as its requests divided by the other's, rounded up, in the
 * resource where that is most. An old pod that ends gives back at least its requests divided by the other's, rounded down,
 * in the resource where that is least. Resources of which every node has plenty for whatever fits its accelerators do
 * not count.
 */
import { plus, type Amounts } from "../amounts";
import { oneMorePod, type ClusterNode } from "../inventory/inventory";
import { admissionKey } from "../placement/nodeClasses";
import { exclusion, slotsOn, type PodShape } from "../placement/placement";
import * as updates from "./update";
import type { Update } from "./update";

/** Updates whose pods look alike: same requests before and after, same nodes. */
export interface Kind {
  pod: PodShape;
  old: Amounts;
  fresh: Amounts;
  /** Rows of the nodes that admit the new pod; one set for all kinds with the same rules. */
  rows: ReadonlySet<number>;
  /** Rows where its old pods run. */
  holds: Set<number>;
  /** Places on the nodes as they are. */
  places: number;
  /** Resources that may run out before the accelerators do, with what a pod asks of them. */
  scarce: readonly (readonly [string, number])[];
  /** Whether a new pod may take the place of any old one, and every old one has a place. */
  inPlace: boolean;
}

export interface Footprints {
  kinds: readonly Kind[];
  kindOf: ReadonlyMap<Update, number>;
  /** Places of one kind that a new pod of another takes, and that an old one gives back. */
  rate: (of: number, from: number) => { taken: number; given: number };
}

/** Updates with rules between their pods have no place in it. */
export function footprints(all: readonly Update[], nodes: readonly ClusterNode[]): Footprints {
  const rowOf = new Map(nodes.map(({ name }, row) => [name, row]));
  const admitting = rowsByRules(nodes);
  const byKey = new Map<string, number>();
  const kinds: Kind[] = [];
  const kindOf = new Map<Update, number>();
  for (const update of all) {
    const old = updates.oldRequests(update);
    const key = JSON.stringify([old, waits(update), update.pod.requests, admissionKey(update.pod)]);
    const at = byKey.get(key) ?? kinds.push(kindFor(update, old ?? {}, nodes, admitting(update.pod))) - 1;
    byKey.set(key, at);
    kindOf.set(update, at);
    for (const { node } of updates.runningPods(update)) kinds[at]?.holds.add(rowOf.get(node) ?? -1);
  }
  const scarceFor = scarcity(kinds, clearedNodes(all, nodes, rowOf));
  for (const kind of kinds) {
    kind.scarce = scarceFor(kind);
    kind.inPlace &&= [...kind.holds].every((row) => kind.rows.has(row)) && updates.isWithin(kind.fresh, kind.old);
  }
  return { kinds, kindOf, rate: rates(kinds) };
}

/** Places that an update takes from a kind at some moment: p new pods and d old ones gone, p at most d + surge. */
export function lossDuring(shared: Footprints, of: number, update: Update): number {
  const { taken, given } = rateOf(shared, of, update);
  const { replicas, strategy } = update;
  const surge = strategy === "Recreate" ? 0 : Math.min(strategy.surge, replicas);
  const atEnd = replicas * taken - (replicas - surge) * given;
  return Math.max(0, surge * taken, atEnd) + updates.waitingPods(update) * taken;
}

/**
 * Places that an update takes from a kind when nothing can move any more: it is over, or stuck, which the controller
 * allows only with at least as many old pods gone as new ones placed.
 */
export function lossAtStandstill(shared: Footprints, of: number, update: Update): number {
  const { taken, given } = rateOf(shared, of, update);
  return Math.max(0, update.replicas * (taken - given)) + updates.waitingPods(update) * taken;
}

/** Places of a kind that are gone once an update is over; negative when it gives some back. */
export function lossAfter(shared: Footprints, of: number, update: Update): number {
  const { taken, given } = rateOf(shared, of, update);
  return update.replicas * taken - update.running.length * given;
}

function rateOf({ kindOf, rate }: Footprints, of: number, update: Update): { taken: number; given: number } {
  return rate(of, kindOf.get(update) ?? -1);
}

/** One set for all pods with the same rules, so that sets can be compared by identity. */
function rowsByRules(nodes: readonly ClusterNode[]): (pod: PodShape) => ReadonlySet<number> {
  return remembered(admissionKey, (pod) => {
    return new Set(nodes.flatMap((node, row) => (exclusion(pod, node) === undefined ? [row] : [])));
  });
}

/** A function that works out the answer once for what has the same key. */
function remembered<In, Out>(keyOf: (input: In) => unknown, answer: (input: In) => Out): (input: In) => Out {
  const known = new Map<unknown, { out: Out }>();
  return (input) => {
    const key = keyOf(input);
    const same = known.get(key) ?? { out: answer(input) };
    known.set(key, same);
    return same.out;
  };
}

function waits(update: Update): boolean {
  return updates.waitingPods(update) > 0;
}

function kindFor(update: Update, old: Amounts, nodes: readonly ClusterNode[], rows: ReadonlySet<number>): Kind {
  const { pod } = update;
  const places = [...rows].flatMap((row) => nodes[row] ?? []).reduce((sum, node) => sum + slotsOn(pod, node), 0);
  const fresh = oneMorePod(pod.requests);
  return { pod, old, fresh, rows, holds: new Set(), places, scarce: Object.entries(fresh), inPlace: !waits(update) };
}

/** What each node has without the pods of all updates. */
function clearedNodes(
  all: readonly Update[],
  nodes: readonly ClusterNode[],
  rowOf: ReadonlyMap<string, number>,
): readonly Amounts[] {
  const free = nodes.map((node) => node.free);
  for (const pods of all.flatMap(updates.runningPods)) {
    const row = rowOf.get(pods.node);
    if (row !== undefined) free[row] = plus(free[row] ?? {}, updates.heldBy([pods]));
  }
  return free;
}

/** What is left when one drops the resources that never run out before the accelerators do, whoever is on a node. */
function scarcity(kinds: readonly Kind[], cleared: readonly Amounts[]): (kind: Kind) => Kind["scarce"] {
  const byRows = remembered(
    (rows: Kind["rows"]) => rows,
    (rows) => {
      const pods = podsNear(rows, kinds);
      const key = ([device, name]: readonly [string, string]) => `${device}\n${name}`;
      return remembered(key, ([device, name]) => isPlenty(device, name, rows, pods, cleared));
    },
  );
  return ({ fresh, rows }) => {
    const asked = Object.entries(fresh).filter(([, amount]) => amount > 0);
    const [device] = asked.find(([name, amount]) => updates.devicesOf({ [name]: amount }) > 0) ?? [];
    if (device === undefined) return asked;
    return asked.filter(([name]) => name === device || !byRows(rows)([device, name]));
  };
}

/** What the pods ask for that may be on some rows, before or after their updates. */
function podsNear(rows: Kind["rows"], kinds: readonly Kind[]): Amounts[] {
  const overlap = overlapWith(rows);
  const near = kinds.filter((kind) => overlap(kind.rows) || [...kind.holds].some((row) => rows.has(row)));
  return near.flatMap((kind) => [kind.old, kind.fresh]);
}

function isPlenty(
  device: string,
  name: string,
  rows: Kind["rows"],
  pods: readonly Amounts[],
  cleared: readonly Amounts[],
): boolean {
  const users = pods.filter((amounts) => (amounts[name] ?? 0) > 0);
  if (users.some((amounts) => (amounts[device] ?? 0) === 0)) return false;
  const rate = users.reduce((most, amounts) => Math.max(most, (amounts[name] ?? 0) / (amounts[device] ?? 1)), 0);
  return [...rows].every((row) => (cleared[row]?.[name] ?? 0) >= rate * (cleared[row]?.[device] ?? 0));
}

/** Whether sets of rows share one with these. */
function overlapWith(rows: Kind["rows"]): (other: Kind["rows"]) => boolean {
  return remembered(
    (other) => other,
    (other) => other === rows || [...other].some((row) => rows.has(row)),
  );
}

function rates(kinds: readonly Kind[]): Footprints["rate"] {
  const pools = remembered(
    (rows: Kind["rows"]) => rows,
    (rows) => ({
      overlap: overlapWith(rows),
      holds: remembered(
        (kind: Kind) => kind,
        ({ holds }) => [...holds].every((row) => rows.has(row)),
      ),
    }),
  );
  const known = new Map<number, { taken: number; given: number }>();
  return (of, from) => {
    const key = of * kinds.length + from;
    const [mine, other] = [kinds[of], kinds[from]];
    if (mine === undefined || other === undefined) return { taken: 0, given: 0 };
    const { overlap, holds } = pools(mine.rows);
    const rate = known.get(key) ?? {
      taken: overlap(other.rows) ? placesTaken(mine, other) : 0,
      given: holds(other) ? placesGiven(mine, other) : 0,
    };
    known.set(key, rate);
    return rate;
  };
}

function placesTaken({ scarce }: Kind, other: Kind): number {
  return Math.max(0, ...scarce.map(([name, amount]) => Math.ceil((other.fresh[name] ?? 0) / amount)));
}

function placesGiven({ scarce }: Kind, other: Kind): number {
  return Math.min(...scarce.map(([name, amount]) => Math.floor((other.old[name] ?? 0) / amount)));
}
