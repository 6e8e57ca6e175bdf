/**
 * Karpenter's NodePool as a pool. Upstream: kubernetes-sigs/karpenter `pkg/apis/v1/{nodepool,labels}.go`,
 * `pkg/scheduling/requirement.go`, `pkg/controllers/provisioning/scheduling/scheduler.go` for limits.
 */
import type { Accelerator } from "../../../catalog/accelerators";
import type { KubernetesObject, Taint } from "../../../kubernetes/core";
import { amountsOf, plus, type Amounts } from "../../amounts";
import type { ClusterNode } from "../inventory";
import { selectsNode } from "../../placement/scheduling";
import { templateOf, type MachineShape } from "./machine";
import { machineLabels } from "./machineLabels";
import { ZONE, type NodePool, type NodeTemplate } from "./nodePool";

export interface KarpenterNodePool extends KubernetesObject {
  spec?: {
    template?: {
      metadata?: { labels?: Record<string, string> };
      spec?: {
        requirements?: Requirement[];
        taints?: Taint[];
        startupTaints?: Taint[];
        nodeClassRef?: { group?: string; kind?: string; name?: string };
      };
    };
    limits?: Record<string, string | number>;
    /** Static pools have a fixed number of nodes. */
    replicas?: number;
  };
  status?: { resources?: Record<string, string | number> };
}

interface Requirement {
  key: string;
  /** Those of node affinity, and `Gte` and `Lte`. */
  operator: string;
  values?: string[];
  minValues?: number;
}

const POOL = "karpenter.sh/nodepool";
const NODES = "nodes";

/**
 * The nodes Karpenter could add: every machine type of the catalogue that its requirements allow, in every zone they
 * list. Startup taints do not count, since they go before pods come; weights only say which pool comes first.
 *
 * @param shapes machine types of the cloud
 * @param nodes the cluster's, of which the pool's own already count against its limits
 */
export function karpenterPool(
  object: KarpenterNodePool,
  shapes: readonly MachineShape[],
  nodes: readonly ClusterNode[] = [],
  accelerators?: readonly Accelerator[],
): NodePool {
  const { template, limits, replicas } = object.spec ?? {};
  const requirements = (template?.spec?.requirements ?? []).map(inPresentWords);
  const labels = { ...template?.metadata?.labels, [POOL]: object.metadata.name };
  const candidates = shapes.map((shape) => ({ shape, known: { ...labels, ...machineLabels(shape, accelerators) } }));
  const fixed = requirements.filter(({ key }) => key in labels || !isChosen(key));
  const undecided = fixed.filter(({ key }) => !candidates.some(({ known }) => key in known) && !(key in labels));
  const decided = fixed.filter((one) => !undecided.includes(one));
  const allowed = candidates.filter(({ known }) => meets(decided, known));
  const chosen = requirements.filter((one) => !fixed.includes(one));
  const made = allowed.flatMap(({ shape, known }) =>
    choices(chosen).map((choice) =>
      templateOf(shape, { ...known, ...choice }, template?.spec?.taints ?? [], { accelerators }),
    ),
  );
  const own = nodes.filter((node) => node.labels[POOL] === object.metadata.name);
  const left = limits === undefined ? undefined : leftOf(amountsOf(limits), usedBy(object, own));
  const isKnown = undecided.length === 0;
  const templates = isKnown ? made.filter((one) => typeof one !== "string") : [];
  const open = openLabels(chosen);
  return {
    name: `NodePool ${object.metadata.name}`,
    templates: templates.map((one) => ({ ...one, capacity: { ...one.capacity, [NODES]: 1 }, open })),
    room: replicas === undefined ? undefined : Math.max(0, replicas - own.length),
    ...(left !== undefined && { limits: left }),
    unknown: [
      ...undecided.map(({ key }) => `which machine types meet the requirement on ${key}`),
      ...notInCatalogue(requirements, shapes),
      ...new Set(made.filter((one) => typeof one === "string")),
    ],
  };
}

/** Older names of labels stand for the present ones, and bounds that include their value for those that do not. */
function inPresentWords(requirement: Requirement): Requirement {
  const { key, operator, values = [] } = requirement;
  const bound = Number(values[0]);
  const present = { ...requirement, key: PRESENT[key] ?? key };
  if (operator === "Gte") return { ...present, operator: "Gt", values: [String(bound - 1)] };
  if (operator === "Lte") return { ...present, operator: "Lt", values: [String(bound + 1)] };
  return present;
}

const TYPE = "node.kubernetes.io/instance-type";
const REGION = "topology.kubernetes.io/region";

const PRESENT: Readonly<Record<string, string>> = {
  "failure-domain.beta.kubernetes.io/zone": ZONE,
  "failure-domain.beta.kubernetes.io/region": REGION,
  "beta.kubernetes.io/arch": "kubernetes.io/arch",
  "beta.kubernetes.io/os": "kubernetes.io/os",
  "beta.kubernetes.io/instance-type": TYPE,
};

/** Labels that any machine can have. */
const OFFERED = [ZONE, REGION, "karpenter.sh/capacity-type"];

/** Domains whose labels say what a machine is; with any other label Karpenter marks its nodes as it is told. */
const DESCRIBING = /(^|\.)(kubernetes\.io|k8s\.(io|aws|gcp)|karpenter\.(sh|azure\.com)|google\.com|amazonaws\.com)\//;

/** Whether Karpenter gives its nodes whatever value a requirement allows. */
function isChosen(key: string): boolean {
  return OFFERED.includes(key) || !DESCRIBING.test(key);
}

function meets(requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean {
  const matchExpressions = requirements.map(({ key, operator, values = [] }) => ({ key, operator, values }));
  if (matchExpressions.length === 0) return true;
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
  };
  return selectsNode({ affinity: { nodeAffinity } }, { name: "", labels });
}

/** Every combination of the values that are listed; spot where it is allowed is one of them. */
function choices(chosen: readonly Requirement[]): Record<string, string>[] {
  const listed = new Set(chosen.filter(({ operator }) => operator === "In").map(({ key }) => key));
  return [...listed].reduce<Record<string, string>[]>(
    (combined, key) => combined.flatMap((one) => listedFor(key, chosen).map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}

/** What all lists for a label have in common, less what others take away. */
function listedFor(key: string, chosen: readonly Requirement[]): string[] {
  const own = chosen.filter((one) => one.key === key);
  const lists = own.filter(({ operator }) => operator === "In").map(({ values = [] }) => values);
  const never = excludedFor(key, chosen);
  return (lists[0] ?? []).filter((value) => lists.every((list) => list.includes(value)) && !never.includes(value));
}

function excludedFor(key: string, chosen: readonly Requirement[]): string[] {
  return chosen.filter((one) => one.key === key && one.operator === "NotIn").flatMap(({ values = [] }) => values);
}

/** Labels whose values no requirement lists. */
function openLabels(chosen: readonly Requirement[]): NonNullable<NodeTemplate["open"]> {
  const isListed = (key: string) => chosen.some((one) => one.key === key && one.operator === "In");
  const keys = new Set([...OFFERED, ...chosen.map(({ key }) => key)]);
  return Object.fromEntries([...keys].filter((key) => !isListed(key)).map((key) => [key, excludedFor(key, chosen)]));
}

function notInCatalogue(requirements: readonly Requirement[], shapes: readonly MachineShape[]): string[] {
  const types = requirements.filter(({ key, operator }) => key === TYPE && operator === "In");
  const names = new Set(shapes.map(({ name }) => name));
  const missing = types.flatMap(({ values = [] }) => values).filter((name) => !names.has(name));
  if (missing.length > 0) return missing.map((name) => `the machine type ${name}`);
  return types.length === 0 ? ["machine types without accelerators"] : [];
}

function leftOf(limits: Amounts, used: Amounts): Amounts {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, limit - (used[name] ?? 0)]));
}

function usedBy({ status }: KarpenterNodePool, own: readonly ClusterNode[]): Amounts {
  if (status?.resources !== undefined) return { [NODES]: own.length, ...amountsOf(status.resources) };
  // Allocatable is a little less than the capacity that Karpenter counts; of accelerators both are the same.
  return own.map(({ allocatable }) => allocatable).reduce(plus, { [NODES]: own.length });
}
