/** Karpenter's NodePool as a pool. Upstream: kubernetes-sigs/karpenter `pkg/apis/v1/nodepool.go`. */
import type { Accelerator } from "../../../catalog/accelerators";
import type { KubernetesObject, Taint } from "../../../kubernetes/core";
import { amountsOf, type Amounts } from "../../amounts";
import type { ClusterNode } from "../inventory";
import { selectsNode } from "../../placement/scheduling";
import { templateOf, type MachineShape } from "./machine";
import { machineLabels } from "./machineLabels";
import type { NodePool, NodeTemplate } from "./nodePool";

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
  operator: string;
  values?: string[];
  minValues?: number;
}

const POOL = "karpenter.sh/nodepool";
const ZONE = "topology.kubernetes.io/zone";
const CAPACITY_TYPE = "karpenter.sh/capacity-type";

/**
 * The nodes Karpenter could add: every machine type of the catalogue that its requirements allow, in every zone they
 * list. Startup taints do not count, since they go before pods come.
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
  const requirements = template?.spec?.requirements ?? [];
  const labels = { ...template?.metadata?.labels, [POOL]: object.metadata.name };
  const candidates = shapes.map((shape) => ({ shape, known: { ...labels, ...machineLabels(shape, accelerators) } }));
  const undecided = requirements.filter(
    ({ key }) => !isDecided(key, [labels, ...candidates.map(({ known }) => known)]),
  );
  const allowed = candidates.filter(({ known }) =>
    meets(
      requirements.filter((one) => !undecided.includes(one)),
      known,
    ),
  );
  const made = allowed.flatMap(({ shape, known }) =>
    choices(requirements).map((choice) =>
      templateOf(shape, { ...known, ...choice }, template?.spec?.taints ?? [], { accelerators }),
    ),
  );
  const own = nodes.filter((node) => node.labels[POOL] === object.metadata.name);
  const left = limits === undefined ? undefined : leftOf(amountsOf(limits), usedBy(object, own));
  const isKnown = undecided.length === 0;
  return {
    name: `NodePool ${object.metadata.name}`,
    templates: isKnown ? made.filter((one): one is NodeTemplate => typeof one !== "string") : [],
    room: replicas === undefined ? undefined : Math.max(0, replicas - own.length),
    ...(left !== undefined && { limits: left }),
    unknown: [
      ...undecided.map(({ key }) => `which machine types meet the requirement on ${key}`),
      ...notInCatalogue(requirements, shapes),
      ...new Set(made.filter((one) => typeof one === "string")),
    ],
  };
}

/** Requirements that any machine can meet, because Karpenter chooses there. */
const CHOSEN = [ZONE, CAPACITY_TYPE];
/** All machines with accelerators in the catalogue are of this architecture; others are no choice. */
const ARCHITECTURE = "kubernetes.io/arch";

/** @param known labels of every machine; one that some machines carry, the others do not have */
function isDecided(key: string, known: readonly Readonly<Record<string, string>>[]): boolean {
  return known.some((labels) => key in labels) || CHOSEN.includes(key) || key === ARCHITECTURE;
}

function meets(requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean {
  const matchExpressions = requirements
    .filter(({ key }) => !CHOSEN.includes(key))
    .map(({ key, operator, values = [] }) => ({ key, operator, values }));
  if (matchExpressions.length === 0) return true;
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
  };
  return selectsNode({ affinity: { nodeAffinity } }, { name: "", labels: { ...labels, [ARCHITECTURE]: "amd64" } });
}

/** Every combination of the zones and capacity types that are listed; spot where it is allowed is one of them. */
function choices(requirements: readonly Requirement[]): Record<string, string>[] {
  return CHOSEN.reduce<Record<string, string>[]>(
    (combined, key) => {
      const listed = requirements.find((one) => one.key === key && one.operator === "In")?.values ?? [];
      return listed.length === 0
        ? combined
        : combined.flatMap((one) => listed.map((value) => ({ ...one, [key]: value })));
    },
    [{}],
  );
}

function notInCatalogue(requirements: readonly Requirement[], shapes: readonly MachineShape[]): string[] {
  const types = requirements.filter(
    ({ key, operator }) => key === "node.kubernetes.io/instance-type" && operator === "In",
  );
  const names = new Set(shapes.map(({ name }) => name));
  const missing = types.flatMap(({ values = [] }) => values).filter((name) => !names.has(name));
  if (missing.length > 0) return missing.map((name) => `the machine type ${name}`);
  return types.length === 0 ? ["machine types without accelerators"] : [];
}

function leftOf(limits: Amounts, used: Amounts): Amounts {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, limit - (used[name] ?? 0)]));
}

function usedBy({ status }: KarpenterNodePool, own: readonly ClusterNode[]): Amounts {
  if (status?.resources !== undefined) return amountsOf(status.resources);
  // Allocatable is a little less than the capacity that Karpenter counts; of accelerators both are the same.
  return own.reduce<Record<string, number>>((sum, { allocatable }) => {
    for (const [name, amount] of Object.entries(allocatable)) sum[name] = (sum[name] ?? 0) + amount;
    return sum;
  }, {});
}
