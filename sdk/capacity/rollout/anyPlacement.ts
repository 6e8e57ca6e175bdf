/**
 * Whether updates go wherever the scheduler puts the pods that do not run yet. A plan puts them where most stays free; the
 * scheduler by default spreads them, and may break up the hole that an update needs.
 */
import type { ClusterNode } from "../inventory/inventory";
import type { NodeIndex } from "../placement/nodeIndex";
import { slotsOn } from "../placement/placement";
import { isExtendedResource } from "../placement/requests";
import { tiedNeeds } from "./domainNeeds";
import { placesTaken, type Kind } from "./podKinds";
import { footprints } from "./rolloutBounds";
import * as updates from "./update";
import type { Update } from "./update";

/** An update with the pods in `running` that only the plan has put somewhere. */
export interface PlannedUpdate {
  update: Update;
  planned: readonly updates.RunningPod[];
}

/** `always`: as fast as it may; `ends`: it is never stuck; `unsure`: some placement may stop it. */
export type Certainty = "always" | "ends" | "unsure";

/**
 * @param index of `nodes`, where the planned pods are
 * @param before the same nodes, in the same order, without them
 */
export function anyPlacement(
  planned: readonly PlannedUpdate[],
  nodes: readonly ClusterNode[],
  index: NodeIndex,
  before: readonly ClusterNode[],
): (one: PlannedUpdate) => Certainty {
  const all = planned.map(({ update }) => update);
  const [tied, entangled] = tiedNeeds(all, index);
  const shared = footprints(all, nodes, tied);
  const rowOf = new Map(nodes.map(({ name }, row) => [name, row]));
  const takenFrom = takers(planned, shared, before);
  const known = new Map<number, number>();
  const placesOf = (kind: number) => {
    const places = known.get(kind) ?? placesIn(shared.kinds[kind], before);
    known.set(kind, places);
    return places;
  };
  return ({ update, planned: own }) => {
    const isMet = (kind: number, needed: number) => {
      const taken = takenFrom(kind, update, own.length);
      // Equal pods of its own leave as many places wherever they are, in all domains together.
      if (taken <= 0 && !(own.length > 0 && tied.get(update)?.kind === "even")) return true;
      const inside = own.filter(({ node }) => shared.kinds[kind]?.rows.has(rowOf.get(node) ?? -1)).length;
      return placesOf(kind) - taken >= needed + inside;
    };
    const kind = shared.kindOf.get(update) ?? -1;
    if (entangled.has(update)) {
      return own.length === 0 && takenFrom(kind, update, 0) <= 0 ? "always" : "unsure";
    }
    const needs = shared.needsOf.get(update) ?? [];
    if (needs.every((need) => isMet(need.kind, need.places))) return "always";
    const isInPlace = !tied.has(update) && update.strategy !== "Recreate" && shared.kinds[kind]?.inPlace === true;
    const { unavailable } = updates.boundsOf(update);
    return isInPlace && isMet(kind, 1 - Math.min(1, unavailable)) ? "ends" : "unsure";
  };
}

function placesIn(kind: Kind | undefined, before: readonly ClusterNode[]): number {
  const nodes = [...(kind?.rows ?? [])].flatMap((row) => before[row] ?? []);
  return nodes.reduce((sum, node) => sum + (kind === undefined ? 0 : slotsOn(kind.pod, node)), 0);
}

/** Places of a kind that the planned pods of all others take at most. */
function takers(
  planned: readonly PlannedUpdate[],
  { kinds, kindOf }: Pick<ReturnType<typeof footprints>, "kinds" | "kindOf">,
  before: readonly ClusterNode[],
): (of: number, except: Update, own: number) => number {
  const counts = new Map<number, number>();
  for (const { update, planned: pods } of planned) {
    const kind = kindOf.get(update) ?? -1;
    if (pods.length > 0) counts.set(kind, (counts.get(kind) ?? 0) + pods.length);
  }
  const known = new Map<number, Map<number, number>>();
  const takenBy = (of: number) => {
    const mine = kinds[of];
    const rates =
      known.get(of) ?? (mine === undefined ? new Map<number, number>() : ratesFor(mine, kinds, counts, before));
    known.set(of, rates);
    return rates;
  };
  return (of, except, own) => {
    const rates = takenBy(of);
    const total = [...counts].reduce((sum, [kind, count]) => sum + count * (rates.get(kind) ?? 0), 0);
    return total - own * (rates.get(kindOf.get(except) ?? -1) ?? 0);
  };
}

/** By kind of planned pods: how many places one takes, of those that may be on the same nodes. */
function ratesFor(
  mine: Kind,
  kinds: readonly Kind[],
  counts: ReadonlyMap<number, number>,
  before: readonly ClusterNode[],
): Map<number, number> {
  const nodes = [...mine.rows].flatMap((row) => (before[row] === undefined ? [] : [{ row, node: before[row] }]));
  const others = [...counts].flatMap(([kind, count]) => {
    const other = kinds[kind];
    const isNear =
      other !== undefined && nodes.some(({ row, node }) => other.rows.has(row) && slotsOn(other.pod, node) > 0);
    return isNear ? [{ kind, other, count }] : [];
  });
  const device = Object.keys(mine.fresh).find((name) => isExtendedResource(name));
  // What even all planned pods on one node leave enough of, for as many pods as its accelerators allow.
  const isPlenty = (name: string, amount: number) => {
    if (device === undefined || name === device) return false;
    const asked = others.reduce((sum, { other, count }) => sum + count * (other.fresh[name] ?? 0), 0);
    const slots = (free: ClusterNode["free"]) => Math.floor((free[device] ?? 0) / (mine.fresh[device] ?? 1));
    return nodes.every(({ node: { free } }) => (free[name] ?? 0) - asked >= slots(free) * amount);
  };
  const scarce = mine.scarce.filter(([name, amount]) => !isPlenty(name, amount));
  return new Map(others.map(({ kind, other }) => [kind, placesTaken(scarce, other.fresh)]));
}
