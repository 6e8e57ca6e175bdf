/**
 * Updates sorted by how their pods look, and what pods of one look take and give back of the places of another.
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
import type { Apart, Even } from "./domainNeeds";
import { deviceCount } from "../placement/requests";
import * as updates from "./update";
import type { Update } from "./update";

/** Updates whose pods look alike: same requests before and after, same nodes. */
export interface Kind {
  /** The new pod, ports aside: they are a rule between pods. */
  pod: PodShape;
  old: Amounts;
  fresh: Amounts;
  /** Rows of the nodes that admit the new pod, or of those in one domain of a spread; one set for all with the same. */
  rows: ReadonlySet<number>;
  /** The label whose value all of these nodes share because of a spread. */
  topologyKey: string | undefined;
  /** Rows where its old pods run. */
  holds: Set<number>;
  /** Places on the nodes as they are. */
  places: number;
  /** Places that one domain has at most, whatever runs there; a node is one unless its updates say otherwise. */
  mostInDomain: (topologyKey: string | undefined) => number;
  /** Resources that may run out before the accelerators do, with what a pod asks of them. */
  scarce: readonly (readonly [string, number])[];
  /** Whether a new pod may take the place of any old one, and every old one has a place. */
  inPlace: boolean;
}

export interface Kinds {
  kinds: readonly Kind[];
  /** The kind that an update's pods are of, wherever they are. */
  kindOf: ReadonlyMap<Update, number>;
  /** For an update that spreads evenly its kind in each domain. */
  domainsOf: ReadonlyMap<Update, ReadonlyMap<string, number>>;
  /** Old pods by row. */
  rowsOf: ReadonlyMap<Update, ReadonlyMap<number, number>>;
}

export function kindsOf(
  all: readonly Update[],
  nodes: readonly ClusterNode[],
  tied: ReadonlyMap<Update, Apart | Even>,
): Kinds {
  const rowOf = new Map(nodes.map(({ name }, row) => [name, row]));
  const rowsOf = new Map(all.map((update) => [update, countsByRow(update, rowOf)]));
  const cleared = clearedNodes(all, nodes, rowOf);
  const admitting = rowsByRules(nodes);
  const domains = rowsByDomain(nodes);
  const byKey = new Map<string, number>();
  const kinds: Kind[] = [];
  const kindFor = (update: Update, topologyKey?: string, domain = "") => {
    const old = updates.oldRequests(update);
    const { requests } = update.pod;
    const key = JSON.stringify([old, waits(update), requests, admissionKey(update.pod), topologyKey, domain]);
    const admitted = admitting(update.pod);
    const rows = topologyKey === undefined ? admitted : domains(admitted, topologyKey, domain);
    const at = byKey.get(key) ?? kinds.push({ ...newKind(update, old ?? {}, rows, nodes, cleared), topologyKey }) - 1;
    byKey.set(key, at);
    for (const row of rowsOf.get(update)?.keys() ?? []) kinds[at]?.holds.add(row);
    return at;
  };
  const kindOf = new Map(all.map((update) => [update, kindFor(update)]));
  const domainsOf = new Map(
    [...tied].flatMap(([update, needs]) => {
      if (needs.kind === "apart") return [];
      const inEach = [...needs.held.keys()].map(
        (domain) => [domain, kindFor(update, needs.topologyKey, domain)] as const,
      );
      return [[update, new Map(inEach)] as const];
    }),
  );
  const scarceFor = scarcity(kinds, cleared);
  for (const kind of kinds) {
    kind.scarce = scarceFor(kind);
    kind.inPlace &&= [...kind.holds].every((row) => kind.rows.has(row)) && updates.isWithin(kind.fresh, kind.old);
  }
  return { kinds, kindOf, domainsOf, rowsOf };
}

/** Places of one kind that a new pod of another takes, and that an old one gives back on the same nodes. */
export function rates(kinds: readonly Kind[]): (of: number, from: number) => { taken: number; given: number } {
  const overlaps = remembered((rows: Kind["rows"]) => rows, overlapWith);
  const known = new Map<number, { taken: number; given: number }>();
  return (of, from) => {
    const key = of * kinds.length + from;
    const [mine, other] = [kinds[of], kinds[from]];
    if (mine === undefined || other === undefined) return { taken: 0, given: 0 };
    const rate = known.get(key) ?? {
      taken: overlaps(mine.rows)(other.rows) ? placesTaken(mine.scarce, other.fresh) : 0,
      given: placesGiven(mine, other),
    };
    known.set(key, rate);
    return rate;
  };
}

/** Places for pods that ask so much of what is scarce that a pod with some requests takes at most. */
export function placesTaken(scarce: Kind["scarce"], requests: Amounts): number {
  return Math.max(0, ...scarce.map(([name, amount]) => Math.ceil((requests[name] ?? 0) / amount)));
}

function placesGiven({ scarce }: Kind, other: Kind): number {
  return Math.min(...scarce.map(([name, amount]) => Math.floor((other.old[name] ?? 0) / amount)));
}

function countsByRow(update: Update, rowOf: ReadonlyMap<string, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { node, count } of updates.runningPods(update)) {
    const row = rowOf.get(node) ?? -1;
    counts.set(row, (counts.get(row) ?? 0) + count);
  }
  return counts;
}

/** One set for all pods with the same rules, so that sets can be compared by identity. */
function rowsByRules(nodes: readonly ClusterNode[]): (pod: PodShape) => ReadonlySet<number> {
  return remembered(admissionKey, (pod) => {
    return new Set(nodes.flatMap((node, row) => (exclusion(pod, node) === undefined ? [row] : [])));
  });
}

/** The rows of a set that are in one domain; again one set for all who ask. */
function rowsByDomain(nodes: readonly ClusterNode[]) {
  const within = remembered(
    (rows: Kind["rows"]) => rows,
    (rows) =>
      remembered(
        ([key, domain]: readonly [string, string]) => `${key}\n${domain}`,
        ([key, domain]): Kind["rows"] => new Set([...rows].filter((row) => nodes[row]?.labels[key] === domain)),
      ),
  );
  return (rows: Kind["rows"], key: string, domain: string) => within(rows)([key, domain]);
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

function newKind(
  update: Update,
  old: Amounts,
  rows: Kind["rows"],
  nodes: readonly ClusterNode[],
  cleared: readonly Amounts[],
): Omit<Kind, "topologyKey"> {
  const pod = { ...update.pod, hostPorts: [] };
  const places = [...rows].flatMap((row) => nodes[row] ?? []).reduce((sum, node) => sum + slotsOn(pod, node), 0);
  const fresh = oneMorePod(pod.requests);
  const mostInDomain = remembered(
    (key: string | undefined) => key,
    (key) => {
      const room = new Map<string, number>();
      for (const row of rows) {
        const node = nodes[row];
        if (node === undefined) continue;
        const domain = (key === undefined ? undefined : node.labels[key]) ?? node.name;
        room.set(domain, (room.get(domain) ?? 0) + slotsOn(pod, { ...node, free: cleared[row] ?? {} }));
      }
      return [...room.values()].reduce((most, one) => Math.max(most, one), 0);
    },
  );
  const scarce = Object.entries(fresh);
  return { pod, old, fresh, rows, holds: new Set(), places, mostInDomain, scarce, inPlace: !waits(update) };
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
    const [device] = asked.find(([name, amount]) => deviceCount({ [name]: amount }) > 0) ?? [];
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
