/** What an update of all services of a world means for its nodes: each alone, the order of waves, and every pool. */
import { acceleratorsIn } from "../../sdk/catalog/acceleratorFamilies";
import { surgePlaces } from "../../sdk/capacity/headroom";
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import {
  nodeAt,
  nodeIndex,
  place,
  rowOf,
  take,
  takeBack,
  type NodeIndex,
} from "../../sdk/capacity/placement/nodeIndex";
import { admits, judgeRollout } from "../../sdk/capacity/rollout/rolloutJudgement";
import { askedBy, rolloutReason } from "../../sdk/capacity/rollout/rolloutReason";
import type { Outcome, RolloutJudgement, Update } from "../../sdk/capacity/rollout/update";
import { devicesOf } from "../../sdk/capacity/rollout/update";
import { planWaves, type Waves } from "../../sdk/capacity/rollout/waves";
import { steadyState, updateAt, type ServiceUpdate, type SteadyState } from "./updates";
import { nodeAutoscaler } from "./platform";
import { nameOf } from "./reference";
import type { World } from "./types";

export interface RolloutPlan {
  services: PlannedService[];
  pools: Pool[];
  /** Services that update at once, as `namespace/name`. */
  waves: string[][];
}

export interface PlannedService {
  name: string;
  namespace: string;
  /** Pods that have a place before the update. */
  steady: { placed: number };
  rollout: { outcome: Outcome; reason: string; surge: number; maxUnavailable: number };
}

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

export function rolloutPlan(world: World): RolloutPlan {
  const state = steadyState(world);
  const known = state.services.flatMap(({ update, placed }) => (update !== undefined && placed > 0 ? [update] : []));
  const waves = state.nodes.length === 0 ? { waves: [], blocked: [], missing: [] } : planWaves(known, state.nodes);
  const judge = judging(state, world, waves);
  const judged = state.services.map((service) => judge(service));
  const peaks = new Map(
    judged.flatMap(({ judgement }) => (judgement === undefined ? [] : [[judgement.update, judgement]])),
  );
  return {
    services: judged.map(({ planned }) => planned),
    pools: poolsOf(state.nodes, waves.waves, peaks),
    waves: waves.waves.map((wave) => wave.map(({ name }) => name)),
  };
}

interface Judged {
  planned: PlannedService;
  judgement?: RolloutJudgement;
}

function judging({ nodes }: SteadyState, world: World, waves: Waves): (service: ServiceUpdate) => Judged {
  const index = nodeIndex(nodes);
  const autoscaler = nodeAutoscaler(world);
  const hope = autoscaler && `${nameOf(autoscaler.ref)} may add a node, which takes minutes.`;
  return (service) => {
    const { workload, placed, update, problem } = service;
    const { namespace = "default", name } = workload.ref;
    const head = { name, namespace, steady: { placed } };
    if (update === undefined || nodes.length === 0) {
      const reason = problem ?? "No nodes were given, so it is not known whether its pods find a place.";
      return { planned: { ...head, rollout: { outcome: "unknown", reason, surge: 0, maxUnavailable: 0 } } };
    }
    const judgement = judgeRollout(update, index);
    const { surge, unavailable: maxUnavailable } = judgement;
    const stuck = judgement.outcome === "deadlocks";
    const otherwise = stuck && fitsOtherwise(service, judgement, world) ? OTHERWISE : undefined;
    const outcome = stuck && (hope ?? otherwise) !== undefined ? "may-deadlock" : judgement.outcome;
    const notes = [
      rolloutReason(judgement, nodes),
      stuck ? hope : undefined,
      otherwise,
      missingNote(update, waves),
      atOtherSizes(service, judgement, index),
      canaryNote(service),
    ];
    const reason = notes.filter((note) => note !== undefined).join(" ");
    return { judgement, planned: { ...head, rollout: { outcome, reason, surge, maxUnavailable } } };
  };
}

const OTHERWISE = "With the pods that do not run yet on other nodes there would be a place.";

/** Pods that do not run yet were put somewhere here; the scheduler may put them elsewhere. */
function fitsOtherwise({ workload }: ServiceUpdate, { cause }: RolloutJudgement, world: World): boolean {
  const { account, demands } = world.headroom;
  const demand = demands.get(workload);
  return cause === "no-place" && demand !== undefined && surgePlaces(account, demand, 1).count > 0;
}

/** How many further places would do, once for the services that lack a wave. */
function missingNote(update: Update, { missing }: Waves): string | undefined {
  const own = missing?.find((entry) => entry.update === update);
  if (own === undefined) return undefined;
  const places = own.places === 1 ? "1 more place" : `${own.places} more places`;
  return `With ${places} for a pod of ${askedBy(update)}, every service would have its wave.`;
}

/** An autoscaler may keep another number of pods when the update comes. */
function atOtherSizes(
  service: ServiceUpdate,
  { update, outcome }: RolloutJudgement,
  index: NodeIndex,
): string | undefined {
  const { min, max } = service.workload.pod?.replicas ?? { min: update.replicas, max: update.replicas };
  const others = [min, max].filter((replicas) => replicas !== update.replicas && replicas > 0);
  const told = others.flatMap((replicas) => {
    const there = scaledTo(service, replicas, index);
    return there === undefined || there === outcome ? [] : [`at ${replicas} ${WORDS[there]}`];
  });
  return told.length === 0 ? undefined : `Its autoscaler may choose another size: ${told.join(", ")}.`;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  completes: "it completes",
  slower: "it completes with fewer pods at once",
  deadlocks: "it never finishes",
  "may-deadlock": "it may never finish",
  recreate: "all old pods end first",
  unknown: "nothing is known",
};

/** Scaled in, the last pods of the list go; scaled out, further ones take places. The index is as before afterwards. */
function scaledTo(service: ServiceUpdate, replicas: number, index: NodeIndex): Outcome | undefined {
  const update = updateAt(service, replicas);
  if (update === undefined) return undefined;
  const kept = update.running.slice(0, replicas);
  const gone = update.running.slice(replicas);
  const move = (copies: number) => {
    for (const { node, requests } of gone) take(index, rowOf(index, node) ?? 0, { requests }, copies);
  };
  move(-1);
  const rows = place(index, update.pod, replicas - kept.length);
  const added = rows.map((row) => ({ node: nodeAt(index, row).name, requests: update.pod.requests }));
  const { outcome } = judgeRollout({ ...update, running: [...kept, ...added] }, index);
  takeBack(index, update.pod, rows);
  move(1);
  return outcome;
}

function canaryNote({ workload }: ServiceUpdate): string | undefined {
  const { canaryTrafficPercent } = workload.service.spec.predictor;
  if (canaryTrafficPercent === undefined) return undefined;
  return workload.mode === "Knative"
    ? "While the canary lasts, the pods of both revisions stay."
    : "canaryTrafficPercent has no effect in Standard mode: all pods are replaced.";
}

/** The waves go on one after another, so a pool's peak is that of its most crowded wave. */
function poolsOf(
  nodes: readonly ClusterNode[],
  waves: readonly Update[][],
  peaks: ReadonlyMap<Update, RolloutJudgement>,
): Pool[] {
  const pools = new Map<string, { pool: Pool; nodes: ClusterNode[] }>();
  for (const node of nodes) {
    for (const { resource } of acceleratorsIn(node.allocatable)) {
      const named = { name: poolName(node, resource), accelerator: productOf(node, resource) };
      const key = JSON.stringify([named, resource]);
      const entry = pools.get(key) ?? { pool: { ...named, allocatable: 0, steady: 0, peak: 0, free: 0 }, nodes: [] };
      pools.set(key, entry);
      const [all, free] = [node.allocatable[resource] ?? 0, Math.max(0, node.free[resource] ?? 0)];
      entry.pool.allocatable += all;
      entry.pool.free += free;
      entry.pool.steady += all - free;
      entry.nodes.push(node);
    }
  }
  for (const { pool, nodes: own } of pools.values()) {
    const beside = waves.map((wave) => wave.reduce((sum, update) => sum + extraIn(own, peaks.get(update)), 0));
    pool.peak = Math.min(pool.allocatable, pool.steady + Math.max(0, ...beside));
  }
  return [...pools.values()].map(({ pool }) => pool).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Accelerators that an update may hold on some nodes beyond those it holds now. */
function extraIn(nodes: readonly ClusterNode[], judgement: RolloutJudgement | undefined): number {
  if (judgement === undefined || !nodes.some((node) => admits(judgement.update.pod, node))) return 0;
  const held = judgement.update.running.reduce((sum, { requests }) => sum + devicesOf(requests), 0);
  return Math.max(0, judgement.peak.most - held);
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

function productOf({ labels }: ClusterNode, resource: string): string {
  const [, label = ""] = Object.entries(PRODUCT_LABELS).find(([start]) => resource.startsWith(start)) ?? [];
  return labels[label] ?? resource;
}
