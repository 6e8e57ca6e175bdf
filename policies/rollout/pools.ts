/** Accelerators by pool of nodes: how many there are, and how many the services hold before and during the waves. */
import { acceleratorsIn } from "../../sdk/catalog/acceleratorFamilies";
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { NodePool } from "../../sdk/capacity/inventory/pools/nodePool";
import { admits } from "../../sdk/capacity/rollout/oldPlaces";
import { deviceCount } from "../../sdk/capacity/placement/requests";
import { heldBy, runningPods, type RolloutJudgement, type Update } from "../../sdk/capacity/rollout/update";

/** Nodes with the same accelerator in the same node pool. */
export interface Pool {
  name: string;
  /** Product label of the accelerator, or its resource name where the nodes carry no label. */
  accelerator: string;
  /** Accelerators of all nodes. */
  allocatable: number;
  /** Held before the update. */
  steady: number;
  /** Held at most while the waves go on one after another; pods that are being deleted are not counted. */
  peak: number;
  /** Not held before the update. */
  free: number;
}

type Peaks = ReadonlyMap<Update, RolloutJudgement>;

/**
 * The waves go on one after another, so a pool's peak is that of its most crowded wave, or of the end.
 *
 * @param growing pools of an autoscaler; one without nodes is listed with none
 */
export function poolsOf(
  nodes: readonly ClusterNode[],
  waves: readonly Update[][],
  peaks: Peaks,
  growing: readonly NodePool[] = [],
): Pool[] {
  const present = presentPools(nodes);
  const nodeOf = new Map(nodes.map((node) => [node.name, node]));
  for (const { pool, nodes: own } of present) {
    const inside = new Set(own.map(({ name }) => name));
    let [held, most] = [pool.steady, pool.steady];
    for (const wave of waves) {
      const uses = wave.flatMap((update) => useOf(own, inside, peaks.get(update), nodeOf) ?? []);
      most = Math.max(most, held + uses.reduce((sum, { during }) => sum + during, 0));
      held += uses.reduce((sum, { after }) => sum + after, 0);
    }
    pool.peak = Math.min(pool.allocatable, Math.max(most, held));
  }
  const absent = growing.filter((pool) => !isPresent(pool, nodes)).flatMap(emptyPools);
  return [...present.map(({ pool }) => pool), ...absent].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function presentPools(nodes: readonly ClusterNode[]): { pool: Pool; nodes: ClusterNode[] }[] {
  const pools = new Map<string, { pool: Pool; nodes: ClusterNode[] }>();
  for (const node of nodes) {
    for (const { resource } of acceleratorsIn(node.allocatable)) {
      const named = { name: poolName(node, resource), accelerator: productOf(node, resource) };
      const key = JSON.stringify([named, resource]);
      const entry = pools.get(key) ?? { pool: { ...named, ...NOTHING }, nodes: [] };
      pools.set(key, entry);
      const [all, free] = [node.allocatable[resource] ?? 0, Math.max(0, node.free[resource] ?? 0)];
      entry.pool.allocatable += all;
      entry.pool.free += free;
      entry.pool.steady += all - free;
      entry.nodes.push(node);
    }
  }
  return [...pools.values()];
}

const NOTHING = { allocatable: 0, steady: 0, peak: 0, free: 0 };

/** Whether some node looks as the pool would make it, so that the pool is in the list already. */
function isPresent({ templates }: NodePool, nodes: readonly ClusterNode[]): boolean {
  return templates.some((template) => {
    const own = POOL_LABELS.slice(0, -1).filter((key) => key in template.labels);
    const keys = own.length > 0 ? own : Object.keys(template.labels);
    return nodes.some(({ labels }) => keys.every((key) => labels[key] === template.labels[key]));
  });
}

/** One for each product that it may bring; a pool of which no machine is known has one of an unknown product. */
function emptyPools({ name, templates, unknown }: NodePool): Pool[] {
  const products = templates.flatMap((template) =>
    acceleratorsIn(template.allocatable).map(({ resource }) => productOf(template, resource)),
  );
  if (templates.length === 0 && unknown.length > 0) products.push("unknown");
  return [...new Set(products)].map((accelerator) => ({ name: plainName(name), accelerator, ...NOTHING }));
}

/** As its nodes would name it. */
function plainName(name: string): string {
  return name.replace(/^(?:NodePool|node group|MachineSet) /, "");
}

/**
 * Accelerators that an update may hold on the nodes of a pool beyond those it holds now. Old pods where new ones may run too
 * count as replaced there; the others move to where those may.
 */
function useOf(
  nodes: readonly ClusterNode[],
  inside: ReadonlySet<string>,
  judgement: RolloutJudgement | undefined,
  nodeOf: ReadonlyMap<string, ClusterNode>,
): { during: number; after: number } | undefined {
  if (judgement === undefined) return undefined;
  const { update, peak } = judgement;
  const fresh = deviceCount(update.pod.requests);
  const old = runningPods(update);
  const stays = ({ node }: { node: string }) => {
    const there = nodeOf.get(node);
    return there !== undefined && admits(update.pod, there);
  };
  const here = old.filter(({ node }) => inside.has(node));
  const countOf = (pods: typeof old) => pods.reduce((sum, { count }) => sum + count, 0);
  const after = countOf(here.filter(stays)) * fresh - deviceCount(heldBy(here));
  if (!nodes.some((node) => admits(update.pod, node))) return { during: 0, after };
  const moving = countOf(old.filter((pods) => !stays(pods))) * fresh;
  const surge = Math.max(0, peak.most - deviceCount(heldBy(old)));
  return { during: Math.max(surge, Math.min(surge + moving, update.replicas * fresh)), after: after + moving };
}

const POOL_LABELS = [
  "cloud.google.com/gke-nodepool",
  "eks.amazonaws.com/nodegroup",
  "karpenter.sh/nodepool",
  "kubernetes.azure.com/agentpool",
  "hypershift.openshift.io/nodePool",
  "node.kubernetes.io/instance-type",
];

const PRODUCT_LABELS: Readonly<Record<string, string>> = {
  "nvidia.com/": "nvidia.com/gpu.product",
  "amd.com/": "amd.com/gpu.product-name",
};

function poolName(node: ClusterNode, resource: string): string {
  const label = POOL_LABELS.find((key) => node.labels[key] !== undefined);
  return (label && node.labels[label]) ?? productOf(node, resource);
}

function productOf({ labels }: Pick<ClusterNode, "labels">, resource: string): string {
  const [, label = ""] = Object.entries(PRODUCT_LABELS).find(([start]) => resource.startsWith(start)) ?? [];
  return labels[label] ?? resource;
}
