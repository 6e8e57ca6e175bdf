/**
 * What an update needs whose pods have rules about each other, in numbers of places that others may take or give back:
 * with so many left it goes at once, wherever they are.
 */
import { portsClash } from "../placement/hostPorts";
import { stateOf, type NodeIndex } from "../placement/nodeIndex";
import { isAbout, podRules } from "../placement/podRules";
import { isInPlace } from "./oldPlaces";
import { withoutOwn } from "./ownRules";
import { evenDomains, mostBeside, roomADomain } from "./tiedRollout";
import { tiedToOthers } from "./tiedUpdates";
import { presentRevision, type Update } from "./update";

/** No two pods in one domain. */
export interface Apart {
  kind: "apart";
  /** The label whose value tells the domains apart; by default each node is one. */
  topologyKey?: string;
}

/** As many pods in each domain, give or take. */
export interface Even {
  kind: "even";
  topologyKey: string;
  /** Old pods by domain. */
  held: ReadonlyMap<string, number>;
  /** Places that a domain must have, those of its old pods included. */
  room: number;
  /** Pods that a domain may come to hold. */
  most: number;
}

/** The needs of those of many updates that rules between pods bind; the second are too entangled to be told. */
export function tiedNeeds(all: readonly Update[], index: NodeIndex): [Map<Update, Apart | Even>, Set<Update>] {
  const toOthers = tiedToOthers(all, index.peers.namespaces);
  const known = new Map<Update, Apart | Even>();
  const entangled = new Set<Update>();
  for (const update of all) {
    if (!hasRulesBetweenPods(update, index)) continue;
    const needs = toOthers.has(update) ? undefined : domainNeeds(update, index);
    if (needs === undefined) entangled.add(update);
    else known.set(update, needs);
  }
  return [known, entangled];
}

/** Whether rules of a pod, or of others about it, decide where it may run. */
export function hasRulesBetweenPods({ pod }: Update, index: NodeIndex): boolean {
  return pod.hostPorts !== undefined || stateOf(index, pod) !== undefined;
}

/** `undefined` where the rules are not one of these, see pods of others, or keep new pods from the places of old ones. */
function domainNeeds(update: Update, index: NodeIndex): Apart | Even | undefined {
  return isInPlace(update, index) ? (evenNeeds(update, index) ?? apartNeeds(update, index)) : undefined;
}

function evenNeeds(update: Update, index: NodeIndex): Even | undefined {
  const held = evenDomains(update, index);
  const [rule] = podRules(update.pod).spread;
  if (held === undefined || rule === undefined) return undefined;
  const beside = mostBeside(update);
  const most = Math.floor((beside + 1 + (held.size - 1) * rule.maxSkew) / held.size);
  return { kind: "even", topologyKey: rule.topologyKey, held, room: roomADomain(beside, held.size), most };
}

function apartNeeds(update: Update, index: NodeIndex): Apart | undefined {
  const { pod } = update;
  const old = presentRevision(update);
  const { antiAffinity } = podRules(pod);
  if (old === undefined || antiAffinity.length + (pod.hostPorts === undefined ? 0 : 1) !== 1) return undefined;
  const isFreeOfOthers = withoutOwn([update], index, () => {
    const left = stateOf(index, pod);
    const ports = [...index.ports.values()].flat();
    const others = left === undefined ? 0 : left.spread.length + left.affinity.length + left.against.length;
    const isSeen = left?.antiAffinity.some(({ counts }) => counts.size > 0) ?? false;
    return others === 0 && !isSeen && !portsClash(pod.hostPorts ?? [], ports);
  });
  const keys = [...antiAffinity, ...podRules(old).antiAffinity]
    .filter((term) => isAbout(term, pod, index.peers.namespaces))
    .map(({ topologyKey }) => topologyKey);
  const [topologyKey, ...others] = new Set(keys);
  if (!isFreeOfOthers || others.length > 0 || (pod.hostPorts !== undefined && topologyKey !== undefined))
    return undefined;
  return topologyKey === undefined ? { kind: "apart" } : { kind: "apart", topologyKey };
}
