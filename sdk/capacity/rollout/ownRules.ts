/**
 * What the rules of an update's pods (affinity, anti-affinity, topology spread, host ports) make of its own pods as these
 * come and go, while the pods of all others stay where they are.
 */
import type { ClusterNode } from "../inventory/inventory";
import { portsClash, type HostPort } from "../placement/hostPorts";
import { rowsByLabel } from "../placement/nodeClasses";
import { isUndecided, nodeAt, rowOf, take, type NodeIndex } from "../placement/nodeIndex";
import { addCount, type HeldTerm } from "../placement/peers";
import {
  aboutPod,
  copyOfState,
  morePods,
  peerObstacle,
  peerState,
  takesPart,
  type PeerState,
} from "../placement/peerRules";
import { isAbout, podRules, type PodTerm } from "../placement/podRules";
import type { PodShape } from "../placement/podShape";
import { presentRevision, runningPods, type Update } from "./update";

export interface OwnRules {
  /**
   * Whether one more old or new pod may run on a node, by the numbers of old and new ones on each; room aside.
   */
  beside: Record<Revision, (old: readonly number[], fresh: readonly number[]) => (node: number) => boolean>;
  /** Nodes of the same kind are alike to the rules. */
  kinds: readonly string[];
}

export type Revision = "old" | "fresh";

/**
 * @param rows the nodes in question
 * @param index without the old pods of the updates in question, see {@link withoutOwn}
 * @returns `undefined` where the old pods differ, or only Namespace objects could tell
 */
export function ownRules(update: Update, rows: readonly number[], index: NodeIndex): OwnRules | undefined {
  const { pod } = update;
  const old = presentRevision(update);
  if (old === undefined || isUndecided(index, pod) || isUndecided(index, old)) return undefined;
  const nodes = rows.map((row) => ({ node: nodeAt(index, row), ports: index.ports.get(row) ?? [] }));
  const fresh = besideOwn(pod, old, nodes, index);
  const present = besideOwn(old, pod, nodes, index);
  return {
    beside: {
      old: (oldOn, freshOn) => present.suits(oldOn, freshOn),
      fresh: (oldOn, freshOn) => fresh.suits(freshOn, oldOn),
    },
    kinds: nodes.map((_, i) => `${present.kinds[i] ?? ""} ${fresh.kinds[i] ?? ""}`),
  };
}

/** One more pod of one revision beside those of the same and those of the other. */
function besideOwn(
  pod: PodShape,
  other: PodShape,
  nodes: readonly { node: ClusterNode; ports: readonly HostPort[] }[],
  index: NodeIndex,
) {
  const { hostPorts = [] } = pod;
  const { namespaces } = index.peers;
  const base = stateOf(pod, index);
  const about = aboutPod(base.rules, podRules(other), namespaces);
  const terms = podRules(other).antiAffinity.filter((term) => isAbout(term, pod, namespaces));
  const isPortFree = nodes.map(({ ports }) => !portsClash(hostPorts, ports));
  const clashesWith = [pod, other].map((one) => portsClash(hostPorts, one.hostPorts ?? []));
  const kindOf = kindsOf(base, terms, index);
  const suits = (...counts: [sameOn: readonly number[], othersOn: readonly number[]]) => {
    const state = copyOfState(base);
    const held = terms.map((term) => ({ term, counts: new Map<string, number>() }));
    for (const [i, { node }] of nodes.entries()) {
      const [same = 0, others = 0] = counts.map((of) => of[i]);
      if (same > 0) morePods(state, node, same);
      if (others > 0) morePods(state, node, others, about);
      if (others > 0) for (const one of held) hold(one, node, others);
    }
    const now = { ...state, against: [...state.against, ...held.filter((one) => one.counts.size > 0)] };
    return (i: number) =>
      isPortFree[i] === true &&
      counts.every((of, which) => clashesWith[which] === false || (of[i] ?? 0) === 0) &&
      peerObstacle(now, nodes[i]?.node.labels ?? {}) === undefined;
  };
  return { suits, kinds: nodes.map(({ node }, i) => `${kindOf(node)} ${isPortFree[i] === true}`) };
}

/** Asks an index without the old pods of some updates, and leaves it as it was. */
export function withoutOwn<T>(all: readonly Update[], index: NodeIndex, ask: () => T): T {
  const own = all.flatMap(runningPods).flatMap(({ node, requests, shape = { requests }, count }) => {
    const row = rowOf(index, node);
    return row === undefined ? [] : [{ row, shape, count }];
  });
  for (const { row, shape, count } of own) take(index, row, shape, -count);
  try {
    return ask();
  } finally {
    for (const { row, shape, count } of own) take(index, row, shape, count);
  }
}

/** Also where no rule matters yet: own pods may make it matter. */
function stateOf(pod: PodShape, { peers, classes, domains }: NodeIndex): PeerState {
  const self = { spread: [], affinity: false, antiAffinity: [] };
  const none = { spread: [], affinity: [], antiAffinity: [], against: [] };
  return peerState(pod, peers, classes.nodes, domains) ?? { pod, rules: podRules(pod), ...none, self };
}

function hold({ term, counts }: HeldTerm, node: ClusterNode, count: number): void {
  const domain = node.labels[term.topologyKey];
  if (domain !== undefined) addCount(counts, domain, count);
}

/** Domains of one node are told apart only by the pods of others in them; larger ones by their names. */
function kindsOf(base: PeerState, terms: readonly PodTerm[], index: NodeIndex): (node: ClusterNode) => string {
  const spread = base.spread.map(({ rule, counts }) => ({ topologyKey: rule.topologyKey, counts }));
  const held = [...base.affinity, ...base.antiAffinity, ...base.against].map(({ term, counts }) => {
    return { topologyKey: term.topologyKey, counts };
  });
  const own = terms.map(({ topologyKey }) => ({ topologyKey, counts: new Map<string, number>() }));
  const keys = base.rules.spread.map(({ topologyKey }) => topologyKey);
  return (node) => {
    const domains = [...spread, ...held, ...own].map(({ topologyKey, counts }) => {
      const domain = node.labels[topologyKey];
      if (domain === undefined) return "-";
      const size = rowsByLabel(index.classes, topologyKey).get(domain)?.length;
      return size === 1 ? `alone ${counts.get(domain) ?? 0}` : domain;
    });
    return JSON.stringify([domains, base.spread.map(({ rule }) => takesPart(rule, base.pod, keys, node))]);
  };
}
