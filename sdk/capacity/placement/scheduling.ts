/**
 * Whether a node admits a pod, resources aside: taints, node selector and required node affinity, exactly as the
 * scheduler decides. Upstream: kubernetes/api `core/v1/toleration.go`, kubernetes/component-helpers
 * `scheduling/corev1/nodeaffinity/nodeaffinity.go`, kubernetes/apimachinery `pkg/labels/selector.go` (1.34).
 */
import type { Affinity, PodSpec, Taint, Toleration } from "../../kubernetes/core";

type NodeAffinity = NonNullable<Affinity["nodeAffinity"]>;
type NodeSelectorTerm = NonNullable<
  NodeAffinity["requiredDuringSchedulingIgnoredDuringExecution"]
>["nodeSelectorTerms"][number];
type NodeSelectorRequirement = NonNullable<NodeSelectorTerm["matchExpressions"]>[number];

/** Whether one toleration covers a taint: an empty effect covers all effects, an empty key with `Exists` all keys. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (isSet(toleration.effect) && toleration.effect !== taint.effect) return false;
  if (isSet(toleration.key) && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? "") {
    case "":
    case "Equal":
      return (toleration.value ?? "") === (taint.value ?? "");
    case "Exists":
      return true;
    default:
      return false;
  }
}

/** Taints that keep a pod away (`NoSchedule`, `NoExecute`) and that none of its tolerations covers. */
export function untolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): Taint[] {
  return taints.filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** `{nvidia.com/gpu: present}`, as events write a taint. */
export function formatTaint({ key, value }: Taint): string {
  return `{${key}: ${value ?? ""}}`;
}

/** Whether node selector and required node affinity of a pod allow a node. */
export function selectsNode(
  { nodeSelector, affinity }: Pick<PodSpec, "nodeSelector" | "affinity">,
  node: { name: string; labels: Readonly<Record<string, string>> },
): boolean {
  const labelsMatch = Object.entries(nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value);
  if (!labelsMatch) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** All requirements of a term must hold; a term without any matches no node. */
function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  node: { name: string; labels: Readonly<Record<string, string>> },
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => matchesLabel(requirement, node.labels)) &&
    matchFields.every((requirement) => matchesName(requirement, node.name))
  );
}

function matchesLabel(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return values.length > 0 && (value === undefined || !values.includes(value));
    case "Exists":
      return value !== undefined && values.length === 0;
    case "DoesNotExist":
      return value === undefined && values.length === 0;
    case "Gt":
    case "Lt":
      return compares(operator, value, values);
    default:
      return false;
  }
}

function compares(operator: "Gt" | "Lt", value: string | undefined, values: readonly string[]): boolean {
  const [bound] = values;
  if (values.length !== 1 || value === undefined || !isInteger(value) || !isInteger(bound)) return false;
  return operator === "Gt" ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

/** The only field of a node that can be selected is `metadata.name`, with exactly one value. */
function matchesName({ key, operator, values = [] }: NodeSelectorRequirement, name: string): boolean {
  if (values.length !== 1) return false;
  const same = key === "metadata.name" ? values[0] === name : values[0] === "";
  return operator === "In" ? same : operator === "NotIn" && !same;
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^[+-]?\d+$/.test(text);
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}
