/** What updates may cost each other at worst, without walking their orders, so that thousands can be compared. */
import type { ClusterNode } from "../inventory/inventory";
import type { Apart, Even } from "./domainNeeds";
import { kindsOf, rates, type Kind, type Kinds } from "./podKinds";
import { mostBeside } from "./tiedRollout";
import * as updates from "./update";
import type { Update } from "./update";

/** Places of a kind that must stay free for an update, so that it goes as fast as its strategy asks. */
export interface Need {
  kind: number;
  places: number;
}

/** Places of a kind that an update takes. */
export interface Losses {
  /** At some moment. */
  during: number;
  /** Once it is over; negative when it gives some back. */
  after: number;
  /**
   * When nothing can move any more: it is over, or stuck, which the controller allows only with at least as many old pods
   * gone as new ones placed.
   */
  atStandstill: number;
}

export interface Footprints {
  kinds: readonly Kind[];
  kindOf: ReadonlyMap<Update, number>;
  /** One need for an update without rules between its pods, one for each domain where they are spread. */
  needsOf: ReadonlyMap<Update, readonly Need[]>;
  /** The same for updates that need, take and give back alike. */
  likenessOf: ReadonlyMap<Update, number>;
  losses: (of: number, update: Update) => Losses;
  /** Places of its own kind that an old pod gives back. */
  givenToOwn: (update: Update) => number;
}

/** @param tied what those need whose pods have rules about each other; the others count their places one by one */
export function footprints(
  all: readonly Update[],
  nodes: readonly ClusterNode[],
  tied: ReadonlyMap<Update, Apart | Even> = new Map(),
): Footprints {
  const sorted = kindsOf(all, nodes, tied);
  const rate = rates(sorted.kinds);
  const own = (update: Update) => sorted.kindOf.get(update) ?? -1;
  const givenToOwn = (update: Update) => {
    const { holds, rows } = sorted.kinds[own(update)] ?? {};
    return [...(holds ?? [])].every((row) => rows?.has(row)) ? rate(own(update), own(update)).given : 0;
  };
  const needsOf = new Map(all.map((update) => [update, needs(update, sorted, tied.get(update), givenToOwn)]));
  const likenessOf = likenesses(all, sorted, needsOf, tied);
  const known = sorted.kinds.map((): (Losses | undefined)[] => []);
  const losses = (of: number, update: Update) => {
    const like = likenessOf.get(update) ?? -1;
    const answer = known[of]?.[like] ?? lossesOf(of, update, sorted, rate(of, own(update)), tied.get(update));
    const row = known[of];
    if (row !== undefined) row[like] = answer;
    return answer;
  };
  return { kinds: sorted.kinds, kindOf: sorted.kindOf, needsOf, likenessOf, losses, givenToOwn };
}

/** Of d old pods that have ended, `outside` may be on other nodes; p new ones are at most d + surge. */
function lossesOf(
  of: number,
  update: Update,
  { kinds, rowsOf }: Kinds,
  { taken, given }: { taken: number; given: number },
  needs: Apart | Even | undefined,
): Losses {
  const { rows, topologyKey } = kinds[of] ?? { rows: new Set<number>() };
  const { replicas, running, strategy } = update;
  const inside = [...(rowsOf.get(update) ?? [])].reduce((sum, [row, count]) => (rows.has(row) ? sum + count : sum), 0);
  const outside = running.length - inside;
  const waiting = updates.waitingPods(update) * taken;
  const after = replicas * taken - inside * given;
  if (strategy === "Recreate") {
    return { during: Math.max(0, after) + waiting, after, atStandstill: Math.max(0, after) + waiting };
  }
  const surge = Math.min(strategy.surge, replicas);
  const worst = (ahead: number) => {
    const early = Math.min(replicas, outside + ahead) * taken;
    return Math.max(0, early, replicas * taken - Math.max(0, replicas - ahead - outside) * given);
  };
  const free = { during: worst(surge) + waiting, after, atStandstill: worst(0) + waiting };
  const isDomain = needs?.kind === "even" && needs.topologyKey === topologyKey;
  return isDomain
    ? inItsDomain(free, Math.min(replicas, needs.most), needs.most - inside, { taken, given }, inside)
    : free;
}

/** A spread lets a domain have no more than some pods: new ones beyond that start only once old ones there have ended. */
function inItsDomain(
  free: Losses,
  most: number,
  spare: number,
  { taken, given }: { taken: number; given: number },
  inside: number,
): Losses {
  const early = Math.min(most, Math.max(0, spare)) * taken;
  const during = Math.max(0, early, most * taken - Math.max(0, most - spare) * given);
  return {
    during: Math.min(free.during, during),
    after: Math.min(free.after, most * taken - inside * given),
    atStandstill: Math.min(free.atStandstill, during),
  };
}

function needs(
  update: Update,
  { kinds, kindOf, domainsOf }: Kinds,
  tied: Apart | Even | undefined,
  givenToOwn: (update: Update) => number,
): Need[] {
  const { replicas, running, strategy } = update;
  const own = kindOf.get(update) ?? -1;
  const kind = kinds[own];
  if (tied?.kind === "even") {
    return [...tied.held].map(([domain, held]) => ({
      kind: domainsOf.get(update)?.get(domain) ?? -1,
      places: tied.room - held,
    }));
  }
  const wanted = strategy === "Recreate" ? 0 : Math.min(strategy.surge, replicas);
  // Places in the domains where its own pods are, which no further one may take.
  const inDomain = tied === undefined ? 1 : Math.max(1, kind?.mostInDomain(tied.topologyKey) ?? 1);
  if (strategy === "Recreate") {
    return [{ kind: own, places: (replicas - 1) * inDomain + 1 - running.length * givenToOwn(update) }];
  }
  if (kind?.inPlace !== true) return [{ kind: own, places: replicas }];
  return [{ kind: own, places: mostBeside(update) * (inDomain - 1) + wanted }];
}

function likenesses(
  all: readonly Update[],
  { kinds, kindOf, rowsOf }: Kinds,
  needsOf: Footprints["needsOf"],
  tied: ReadonlyMap<Update, Apart | Even>,
): Map<Update, number> {
  const sets = [...new Set(kinds.map(({ rows }) => rows))];
  const where = new Map<number, string>();
  const whereIs = (row: number) => {
    const those = where.get(row) ?? sets.flatMap((rows, i) => (rows.has(row) ? [i] : [])).join("+");
    where.set(row, those);
    return those;
  };
  const likeness = (update: Update) => {
    const { replicas, running, strategy } = update;
    const even = tied.get(update);
    return JSON.stringify([
      kindOf.get(update),
      replicas,
      running.length,
      strategy === "Recreate" ? strategy : [strategy.surge, strategy.unavailable],
      (needsOf.get(update) ?? []).map(({ kind, places }) => [kind, places]),
      even?.kind === "even" ? [even.topologyKey, even.most] : [],
      [...(rowsOf.get(update) ?? [])].map(([row, count]) => `${whereIs(row)}*${count}`).sort(),
    ]);
  };
  const ids = new Map<string, number>();
  return new Map(
    all.map((update) => {
      const key = likeness(update);
      const id = ids.get(key) ?? ids.size;
      ids.set(key, id);
      return [update, id];
    }),
  );
}
