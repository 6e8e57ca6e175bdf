/**
 * Whether a node suits a pod beside all others: topology spread, affinity and anti-affinity between pods, decided as
 * the scheduler decides them. Upstream: kubernetes 1.34 `pkg/scheduler/framework/plugins/{podtopologyspread,interpodaffinity}/filtering.go`.
 */
import type { ClusterNode } from "../inventory/inventory";
import { isEmptySelector, selectorMatches, type Labels } from "./labelSelector";
import { addCount, candidates, coveredNamespaces, heldAgainst, type HeldTerm, type Peers } from "./peers";
import { podRules, termMatches, type PodRules, type PodTerm, type SpreadRule } from "./podRules";
import type { PodShape } from "./podShape";
import { selectsNode, untolerated } from "./scheduling";

/** One pod's rules with what the pods on the nodes make of them; brought forward with every further copy. */
export interface PeerState {
  pod: PodShape;
  rules: PodRules;
  spread: readonly SpreadCount[];
  affinity: readonly HeldTerm[];
  antiAffinity: readonly HeldTerm[];
  /** Terms of others that keep this pod away. */
  against: readonly HeldTerm[];
  /** What they make of a copy of the pod. */
  self: About;
}

/** Which of a pod's rules another pod counts for. */
export interface About {
  spread: readonly boolean[];
  /** All of the affinity terms together. */
  affinity: boolean;
  antiAffinity: readonly boolean[];
}

interface SpreadCount {
  rule: SpreadRule;
  domains: ReadonlySet<string>;
  counts: Map<string, number>;
}

/** Values of a label among the nodes that take part in a rule. */
export type Domains = (rule: SpreadRule, pod: PodShape, keys: readonly string[]) => ReadonlySet<string>;

/** The rules of a pod against the present pods; `undefined` where no rule can matter. */
export function peerState(
  pod: PodShape,
  peers: Peers,
  nodes: readonly ClusterNode[],
  domains: Domains,
): PeerState | undefined {
  const rules = podRules(pod);
  const against = heldAgainst(peers, pod);
  const own = rules.spread.length + rules.affinity.length + rules.antiAffinity.length;
  if (own + against.length === 0) return undefined;
  return {
    pod,
    rules,
    spread: spreadCounts(pod, rules, peers, nodes, domains),
    affinity: affinityCounts(rules, peers, nodes),
    antiAffinity: rules.antiAffinity.map((term) => ({ term, counts: countsOf([term], term, peers, nodes) })),
    against,
    self: aboutPod(rules, rules, peers.namespaces),
  };
}

/** Which rules of one pod are about another. */
export function aboutPod(
  { namespace: own, affinity, antiAffinity, spread }: PodRules,
  { namespace, labels }: Pick<PodRules, "namespace" | "labels">,
  namespaces: Peers["namespaces"],
): About {
  const isAbout = (term: PodTerm) => termMatches(term, namespace, labels, namespaces);
  return {
    spread: spread.map((rule) => namespace === own && !countsNothing(rule) && selectorMatches(rule.selector, labels)),
    affinity: affinity.length > 0 && affinity.every(isAbout),
    antiAffinity: antiAffinity.map(isAbout),
  };
}

const AFFINITY = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules";
const AGAINST = "node(s) didn't satisfy existing pods anti-affinity rules";
const SPREAD = "node(s) didn't match pod topology spread constraints";

/**
 * Why the other pods make a node unfit, or `undefined`.
 *
 * @param decides which topology keys to look at; the others count as met
 */
export function peerObstacle(
  state: PeerState,
  labels: Labels,
  decides: (key: string) => boolean = () => true,
): string | undefined {
  return spreadObstacle(state, labels, decides) ?? affinityObstacle(state, labels, decides);
}

/** Whether pods that are there keep the pod away, which no further pod can change. */
export function isRepelled(state: PeerState, labels: Labels): boolean {
  return [...state.antiAffinity, ...state.against].some((held) => isIn(held, labels, () => true));
}

/** The same, to be brought forward apart from the first. */
export function copyOfState(state: PeerState): PeerState {
  const copy = <T extends { counts: Map<string, number> }>(held: T): T => ({ ...held, counts: new Map(held.counts) });
  const { spread, affinity, antiAffinity } = state;
  return { ...state, spread: spread.map(copy), affinity: affinity.map(copy), antiAffinity: antiAffinity.map(copy) };
}

/** Takes note of further pods on a node; of copies of the pod itself unless told what its rules make of them. */
export function morePods(state: PeerState, node: ClusterNode, count = 1, about: About = state.self): void {
  const keys = state.rules.spread.map(({ topologyKey }) => topologyKey);
  for (const [i, { rule, counts }] of state.spread.entries()) {
    if (about.spread[i] === true && takesPart(rule, state.pod, keys, node)) {
      addCount(counts, node.labels[rule.topologyKey] ?? "", count);
    }
  }
  const add = ({ term, counts }: HeldTerm) => {
    const domain = node.labels[term.topologyKey];
    if (domain !== undefined) addCount(counts, domain, count);
  };
  if (about.affinity) state.affinity.forEach(add);
  state.antiAffinity.forEach((held, i) => {
    if (about.antiAffinity[i] === true) add(held);
  });
}

/** Whether a node takes part in a spread rule. */
export function takesPart(rule: SpreadRule, pod: PodShape, keys: readonly string[], node: ClusterNode): boolean {
  if (!keys.every((key) => node.labels[key] !== undefined)) return false;
  if (rule.honorsAffinity && !selectsNode(pod, node)) return false;
  return !rule.honorsTaints || untolerated(node.taints, pod.tolerations ?? []).length === 0;
}

function spreadObstacle({ spread }: PeerState, labels: Labels, decides: (key: string) => boolean): string | undefined {
  for (const { rule, domains, counts } of spread) {
    if (!decides(rule.topologyKey)) continue;
    const domain = labels[rule.topologyKey];
    if (domain === undefined) return `${SPREAD} (missing required label)`;
    const fewest = domains.size < rule.minDomains ? 0 : fewestIn(domains, counts);
    if ((counts.get(domain) ?? 0) + (rule.selectsItself ? 1 : 0) - fewest > rule.maxSkew) return SPREAD;
  }
  return undefined;
}

/** Domains without a pod are not among the counts. */
function fewestIn(domains: ReadonlySet<string>, counts: ReadonlyMap<string, number>): number {
  return counts.size < domains.size ? 0 : Math.min(...counts.values());
}

function affinityObstacle(state: PeerState, labels: Labels, decides: (key: string) => boolean): string | undefined {
  const isFirst = state.self.affinity && state.affinity.every(({ counts }) => counts.size === 0);
  for (const { term, counts } of state.affinity) {
    if (!decides(term.topologyKey)) continue;
    const domain = labels[term.topologyKey];
    if (domain === undefined || (!isFirst && !counts.has(domain))) return AFFINITY;
  }
  if (state.antiAffinity.some((held) => isIn(held, labels, decides))) return ANTI_AFFINITY;
  return state.against.some((held) => isIn(held, labels, decides)) ? AGAINST : undefined;
}

function isIn({ term, counts }: HeldTerm, labels: Labels, decides: (key: string) => boolean): boolean {
  const domain = labels[term.topologyKey];
  return domain !== undefined && decides(term.topologyKey) && counts.has(domain);
}

function affinityCounts({ affinity }: PodRules, peers: Peers, nodes: readonly ClusterNode[]): HeldTerm[] {
  return affinity.map((term) => ({ term, counts: countsOf(affinity, term, peers, nodes) }));
}

/** Per domain of one term the pods that all of the terms are about. */
function countsOf(
  all: readonly PodTerm[],
  { topologyKey }: PodTerm,
  peers: Peers,
  nodes: readonly ClusterNode[],
): Map<string, number> {
  const counts = new Map<string, number>();
  const [first] = all;
  if (first === undefined) return counts;
  for (const { namespace, labels, row, count } of candidates(peers, first, coveredNamespaces(peers, first))) {
    const domain = nodes[row]?.labels[topologyKey];
    if (domain === undefined) continue;
    if (all.every((term) => termMatches(term, namespace, labels, peers.namespaces))) addCount(counts, domain, count);
  }
  return counts;
}

/** Upstream counts no pods for a selector that selects everything. */
function countsNothing({ selector }: SpreadRule): boolean {
  return selector !== undefined && isEmptySelector(selector);
}

function spreadCounts(
  pod: PodShape,
  { spread, namespace }: PodRules,
  peers: Peers,
  nodes: readonly ClusterNode[],
  domains: Domains,
): SpreadCount[] {
  const keys = spread.map(({ topologyKey }) => topologyKey);
  return spread.map((rule) => {
    const counts = new Map<string, number>();
    for (const { labels, row, count, terminating } of candidates(peers, rule, [namespace])) {
      const node = nodes[row];
      if (node === undefined || terminating || countsNothing(rule) || !selectorMatches(rule.selector, labels)) continue;
      if (takesPart(rule, pod, keys, node)) addCount(counts, node.labels[rule.topologyKey] ?? "", count);
    }
    return { rule, domains: domains(rule, pod, keys), counts };
  });
}
