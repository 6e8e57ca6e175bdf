/**
 * The rules of a pod about other pods: required affinity and anti-affinity, and topology spread that must hold.
 * Upstream: kubernetes 1.34 `pkg/scheduler/framework/{types.go,plugins/interpodaffinity,plugins/podtopologyspread}`,
 * `pkg/registry/core/pod/strategy.go` for the label keys.
 */
import type { Affinity, PodSpec } from "../../kubernetes/core";
import { isEmptySelector, narrowed, selectorMatches, type Labels, type LabelSelector } from "./labelSelector";
import type { PodShape } from "./podShape";

type TermObject = NonNullable<
  NonNullable<Affinity["podAffinity"]>["requiredDuringSchedulingIgnoredDuringExecution"]
>[number];
type SpreadObject = NonNullable<PodSpec["topologySpreadConstraints"]>[number];

/** Which pods a rule is about, and over which domains. */
export interface PodTerm {
  /** The same for terms that say the same. */
  key: string;
  topologyKey: string;
  namespaces: ReadonlySet<string>;
  namespaceSelector: LabelSelector | undefined;
  selector: LabelSelector | undefined;
}

export interface SpreadRule {
  maxSkew: number;
  minDomains: number;
  topologyKey: string;
  selector: LabelSelector | undefined;
  /** Whether only nodes count that the pod's selector and affinity allow. */
  honorsAffinity: boolean;
  /** Whether only nodes count whose taints the pod tolerates. */
  honorsTaints: boolean;
  /** Whether the pod counts itself. */
  selectsItself: boolean;
}

export interface PodRules {
  namespace: string;
  labels: Labels;
  affinity: readonly PodTerm[];
  antiAffinity: readonly PodTerm[];
  spread: readonly SpreadRule[];
}

/** Labels of namespaces by name, from Namespace objects. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

const known = new WeakMap<PodShape, PodRules>();

/** The rules of a pod, read once per shape. */
export function podRules(pod: PodShape): PodRules {
  const rules = known.get(pod) ?? read(pod);
  known.set(pod, rules);
  return rules;
}

/** Whether a pod minds where others are. */
export function hasRules(pod: PodShape): boolean {
  const { spread, affinity, antiAffinity } = podRules(pod);
  return spread.length + affinity.length + antiAffinity.length > 0;
}

/**
 * Whether a term is about a pod. Without the Namespace object a namespace has no label but the one with its name.
 */
export function termMatches(term: PodTerm, namespace: string, labels: Labels, namespaces: NamespaceLabels): boolean {
  const inNamespace =
    term.namespaces.has(namespace) ||
    (term.namespaceSelector !== undefined &&
      selectorMatches(term.namespaceSelector, namespaceLabels(namespace, namespaces)));
  return inNamespace && selectorMatches(term.selector, labels);
}

/** Whether a term is about a pod of some shape. */
export function isAbout(term: PodTerm, pod: PodShape, namespaces: NamespaceLabels): boolean {
  const { namespace, labels } = podRules(pod);
  return termMatches(term, namespace, labels, namespaces);
}

/** Whether a pod has terms that only Namespace objects can decide. */
export function needsNamespaces({ affinity, antiAffinity }: PodRules): boolean {
  return [...affinity, ...antiAffinity].some(({ namespaceSelector }) => {
    if (namespaceSelector === undefined || isEmptySelector(namespaceSelector)) return false;
    const { matchLabels = {}, matchExpressions = [] } = namespaceSelector;
    return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)].some((key) => key !== NAME_LABEL);
  });
}

/** The API server puts this label on every namespace. */
const NAME_LABEL = "kubernetes.io/metadata.name";

function namespaceLabels(namespace: string, namespaces: NamespaceLabels): Labels {
  return namespaces.get(namespace) ?? { [NAME_LABEL]: namespace };
}

function read(pod: PodShape): PodRules {
  const { namespace = "default", labels = {}, affinity, topologySpreadConstraints = [] } = pod;
  const terms = (required: readonly TermObject[] = []) => required.map((term) => termOf(term, namespace, labels));
  return {
    namespace,
    labels,
    affinity: terms(affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: terms(affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    spread: topologySpreadConstraints
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule")
      .map((constraint) => spreadOf(constraint, labels)),
  };
}

function termOf(term: TermObject, own: string, labels: Labels): PodTerm {
  const { topologyKey, namespaces = [], namespaceSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const listed = namespaces.length === 0 && namespaceSelector === undefined ? [own] : namespaces;
  const selector = narrowed(term.labelSelector, labels, matchLabelKeys, mismatchLabelKeys);
  return {
    key: JSON.stringify([topologyKey, [...listed].sort(), namespaceSelector ?? null, selector ?? null]),
    topologyKey,
    namespaces: new Set(listed),
    namespaceSelector,
    selector,
  };
}

function spreadOf(constraint: SpreadObject, labels: Labels): SpreadRule {
  const { maxSkew, minDomains, topologyKey, matchLabelKeys = [] } = constraint;
  const selector = narrowed(constraint.labelSelector, labels, matchLabelKeys);
  return {
    maxSkew,
    minDomains: minDomains ?? 1,
    topologyKey,
    selector,
    honorsAffinity: constraint.nodeAffinityPolicy !== "Ignore",
    honorsTaints: constraint.nodeTaintsPolicy === "Honor",
    selectsItself: selectorMatches(selector, labels),
  };
}
