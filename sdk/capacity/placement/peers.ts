/**
 * The pods on the nodes as rules about other pods see them: found by namespace and label, with the anti-affinity terms
 * that keep further pods away.
 */
import { neededLabel, type Labels } from "./labelSelector";
import { podRules, termMatches, type NamespaceLabels, type PodTerm } from "./podRules";
import type { PodShape } from "./podShape";

/** Copies of one pod on one node. */
export interface Peer {
  namespace: string;
  labels: Labels;
  row: number;
  count: number;
  terminating: boolean;
}

/** A required anti-affinity term of pods on the nodes, with how many hold it in each domain. */
export interface HeldTerm {
  term: PodTerm;
  counts: Map<string, number>;
}

export interface Peers {
  namespaces: NamespaceLabels;
  byNamespace: Map<string, Peer[]>;
  byLabel: Map<string, Peer[]>;
  held: Map<string, HeldTerm>;
  heldByLabel: Map<string, HeldTerm[]>;
  /** Terms that need no certain label. */
  heldByAny: HeldTerm[];
  own: Map<PodShape, Map<number, Peer>>;
}

export function noPeers(namespaces: NamespaceLabels): Peers {
  return {
    namespaces,
    byNamespace: new Map(),
    byLabel: new Map(),
    held: new Map(),
    heldByLabel: new Map(),
    heldByAny: [],
    own: new Map(),
  };
}

/** Adds copies of a pod to a node, or takes them away. */
export function addPeer(
  peers: Peers,
  pod: PodShape,
  row: number,
  nodeLabels: Labels,
  count: number,
  terminating = false,
): void {
  const ofPod = getOrAdd(peers.own, pod, () => new Map<number, Peer>());
  const peer = ofPod.get(row);
  if (peer === undefined) ofPod.set(row, register(peers, pod, row, count, terminating));
  else peer.count += count;
  for (const term of podRules(pod).antiAffinity) {
    const domain = nodeLabels[term.topologyKey];
    const held = getOrAdd(peers.held, term.key, () => hold(peers, term));
    if (domain !== undefined) addCount(held.counts, domain, count);
  }
}

/** The pods that may match a term or spread rule: all that do, and perhaps others. */
export function* candidates(
  peers: Peers,
  { selector }: Pick<PodTerm, "selector">,
  namespaces: Iterable<string>,
): Generator<Peer> {
  if (selector === undefined) return;
  const needed = neededLabel(selector);
  for (const namespace of namespaces) {
    const listed =
      needed === undefined
        ? peers.byNamespace.get(namespace)
        : peers.byLabel.get(labelKey(namespace, needed[0], needed[1]));
    for (const peer of listed ?? []) if (peer.count > 0) yield peer;
  }
}

/** The namespaces with pods that a term covers. */
export function coveredNamespaces(peers: Peers, term: PodTerm): Iterable<string> {
  return term.namespaceSelector === undefined ? term.namespaces : peers.byNamespace.keys();
}

/** Terms of pods on the nodes that keep this pod away from their domains. */
export function heldAgainst(peers: Peers, pod: PodShape): HeldTerm[] {
  if (peers.held.size === 0) return [];
  const { namespace, labels } = podRules(pod);
  const named = Object.entries(labels).flatMap(([key, value]) => peers.heldByLabel.get(labelKey("", key, value)) ?? []);
  return [...named, ...peers.heldByAny].filter(
    ({ term, counts }) => counts.size > 0 && termMatches(term, namespace, labels, peers.namespaces),
  );
}

export function addCount(counts: Map<string, number>, domain: string, count: number): void {
  const sum = (counts.get(domain) ?? 0) + count;
  if (sum === 0) counts.delete(domain);
  else counts.set(domain, sum);
}

function register(peers: Peers, pod: PodShape, row: number, count: number, terminating: boolean): Peer {
  const { namespace, labels } = podRules(pod);
  const peer = { namespace, labels, row, count, terminating };
  getOrAdd(peers.byNamespace, namespace, () => []).push(peer);
  for (const [key, value] of Object.entries(labels)) {
    getOrAdd(peers.byLabel, labelKey(namespace, key, value), () => []).push(peer);
  }
  return peer;
}

function hold(peers: Peers, term: PodTerm): HeldTerm {
  const held = { term, counts: new Map<string, number>() };
  const needed = term.selector === undefined ? undefined : neededLabel(term.selector);
  if (needed === undefined) peers.heldByAny.push(held);
  else getOrAdd(peers.heldByLabel, labelKey("", needed[0], needed[1]), () => []).push(held);
  return held;
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}\n${key}\n${value}`;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
