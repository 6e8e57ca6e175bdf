/**
 * How the update of one service goes whose pods have rules about each other, while everything else stays as it is. The
 * usual rules are settled by counting; for the others all orders are walked.
 */
import { portsClash } from "../placement/hostPorts";
import { nodeAt, rowOf, slotsIn, stateOf, visitRoom, type NodeIndex } from "../placement/nodeIndex";
import { aboutPod, peerObstacle, type PeerState } from "../placement/peerRules";
import { podRules } from "../placement/podRules";
import { fateAmongRules, verdictOf } from "./aloneFate";
import { isInPlace } from "./oldPlaces";
import { withoutOwn } from "./ownRules";
import * as updates from "./update";
import type { Cause, Outcome, RolloutJudgement, Update } from "./update";

type Verdict = [outcome: Outcome, cause: Cause, peak?: RolloutJudgement["peak"]];

/** @param places for new pods as things stand */
export function judgeTied(update: Update, index: NodeIndex, places: number): Verdict {
  const { strategy, pod } = update;
  if (strategy !== "Recreate" && places === 0 && strategy.unavailable === 0) return ["deadlocks", "no-place"];
  const state = stateOf(index, pod);
  const settled = oneADomain(update, index, state, places) ?? evenSpread(update, index, state, places);
  if (settled !== undefined) return settled;
  const fate = fateAmongRules(update, index);
  if (fate === undefined) return ["may-deadlock", "rules-between-pods"];
  const [outcome, cause] = verdictOf(fate, places);
  if (strategy !== "Recreate" || outcome === "may-deadlock") return [outcome, cause, fate.peak];
  return outcome === "deadlocks" ? ["deadlocks", "does-not-fit", fate.peak] : ["recreate", "recreate", fate.peak];
}

/**
 * One anti-affinity rule, or host ports: a domain takes one pod, and which one a pod takes makes no difference to the
 * others. So with p new pods, d old ones gone and S places at the start there are S + d - p places, where each old one
 * leaves its own.
 */
function oneADomain(
  update: Update,
  index: NodeIndex,
  state: PeerState | undefined,
  places: number,
): Verdict | undefined {
  const { pod, replicas, strategy } = update;
  const { spread = [], affinity = [], antiAffinity = [] } = state ?? {};
  const rules = antiAffinity.length + (pod.hostPorts === undefined ? 0 : 1);
  if (spread.length + affinity.length > 0 || rules > 1) return undefined;
  const all = replicas + updates.waitingPods(update);
  const isRoomy = slotsIn(index, pod, all) >= all;
  if (!isRoomy && withoutOwn([update], index, () => slotsIn(index, pod, replicas)) < replicas) {
    return ["deadlocks", "does-not-fit"];
  }
  if (strategy === "Recreate") return ["recreate", "recreate"];
  if (isRoomy) return ["completes", "room"];
  if (!isInPlace(update, index) || !leaveTheirDomains(update, index, state)) return undefined;
  if (places >= Math.min(strategy.surge, replicas)) return ["completes", "room"];
  return places + Math.min(1, strategy.unavailable) >= 1 ? waiting(places) : undefined;
}

/** Whether each old pod that ends opens its domain: no other old one is there, and nothing else keeps a new one away. */
function leaveTheirDomains(update: Update, index: NodeIndex, state: PeerState | undefined): boolean {
  const { pod, running } = update;
  const old = updates.presentRevision(update);
  if (old === undefined) return false;
  const rows = running.map(({ node }) => rowOf(index, node) ?? -1);
  const isOpen = withoutOwn([update], index, () => {
    const left = stateOf(index, pod);
    return rows.every((row) => left === undefined || peerObstacle(left, nodeAt(index, row).labels) === undefined);
  });
  const [only] = state?.antiAffinity ?? [];
  if (!isOpen || (only === undefined && pod.hostPorts === undefined)) return isOpen;
  const domains = rows.map((row) =>
    only === undefined ? row : (nodeAt(index, row).labels[only.term.topologyKey] ?? row),
  );
  const isCounted =
    state !== undefined && only !== undefined
      ? aboutPod(state.rules, podRules(old), index.peers.namespaces).antiAffinity[0] === true
      : portsClash(old.hostPorts ?? [], pod.hostPorts ?? []);
  return isCounted && new Set(domains).size === rows.length;
}

function evenSpread(
  update: Update,
  index: NodeIndex,
  state: PeerState | undefined,
  places: number,
): Verdict | undefined {
  const held = isInPlace(update, index) ? evenDomains(update, index, state) : undefined;
  if (held === undefined) return undefined;
  const { replicas, strategy } = update;
  const { unavailable } = updates.boundsOf(update);
  const begin = roomADomain(mostBeside(update), held.size);
  const room = roomInDomains(update, index, held, begin);
  const has = (wanted: number) => [...room.values()].every((amount) => amount >= wanted);
  if (has(begin)) return strategy === "Recreate" ? ["recreate", "recreate"] : ["completes", "room"];
  // Nothing more ends at a standstill: all but those that may miss are there, and at least one waits.
  const standstill = roomADomain(replicas - Math.min(1, unavailable), held.size);
  return strategy !== "Recreate" && has(standstill) ? waiting(places) : undefined;
}

/** Pods of an update that are there at most when one more is to start. */
export function mostBeside(update: Update): number {
  return update.replicas + Math.min(updates.boundsOf(update).surge, update.replicas) - 1;
}

/**
 * Where a spread rule counts only the pods of an update: the domain with the fewest, which the rule always allows, has at
 * most T / D of T pods in D domains. So one more finds its place while each domain has places for that many and one more.
 */
export function roomADomain(pods: number, domains: number): number {
  return Math.floor(pods / domains) + 1;
}

/** The old pods by domain where the only rule is a spread that counts them and no others. */
export function evenDomains(
  update: Update,
  index: NodeIndex,
  state = stateOf(index, update.pod),
): Map<string, number> | undefined {
  if (state === undefined) return undefined;
  const [only, ...others] = state.spread;
  const further = others.length + state.affinity.length + state.antiAffinity.length + state.against.length;
  const old = updates.presentRevision(update);
  if (only === undefined || old === undefined || further > 0 || update.pod.hostPorts !== undefined) return undefined;
  const { rule, domains, counts } = only;
  const isCounted = aboutPod(state.rules, podRules(old), index.peers.namespaces).spread[0] === true;
  if (!isCounted || state.self.spread[0] !== true || domains.size < Math.max(1, rule.minDomains)) return undefined;
  const held = new Map([...domains].map((domain) => [domain, 0]));
  for (const { node } of update.running) {
    const domain = nodeAt(index, rowOf(index, node) ?? 0).labels[rule.topologyKey] ?? "";
    held.set(domain, (held.get(domain) ?? 0) + 1);
  }
  const isOwn = [...held].every(([domain, count]) => domains.has(domain) && (counts.get(domain) ?? 0) === count);
  return isOwn ? held : undefined;
}

/** Free places and those of the old pods, by domain, counted up to some number. */
function roomInDomains(
  { pod }: Update,
  index: NodeIndex,
  held: ReadonlyMap<string, number>,
  atMost: number,
): Map<string, number> {
  const room = new Map(held);
  const [rule] = podRules(pod).spread;
  let open = [...room.values()].filter((amount) => amount < atMost).length;
  visitRoom(index, pod, (row, fit) => {
    const domain = nodeAt(index, row).labels[rule?.topologyKey ?? ""] ?? "";
    const before = room.get(domain) ?? atMost;
    if (before < atMost) room.set(domain, before + fit);
    if (before < atMost && before + fit >= atMost) open--;
    return open === 0;
  });
  return room;
}

function waiting(places: number): Verdict {
  return ["slower", places === 0 ? "old-ends-first" : "fewer-at-once"];
}
