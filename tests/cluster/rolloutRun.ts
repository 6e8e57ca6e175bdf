/** Runs a scenario on the embedded cluster: real scheduler, real controllers, simulated nodes. */
import { randomBytes } from "node:crypto";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { feasibleAt, nodeIndex, rowOf } from "../../sdk/capacity/placement/nodeIndex";
import type { PodShape } from "../../sdk/capacity/placement/podShape";
import { scaledDown, scaledUp } from "../../sdk/capacity/rollout/deploymentController";
import { rolloutOf } from "../../sdk/capacity/rollout/rollout";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { HOST, RULES, ZONE } from "../sdk/capacity/rollout/tiedCases";
import { exists, until } from "./harness";
import type { DeploymentSeen, PodSeen, Recorder, SetSeen, Story } from "./rolloutRecorder";
import type { DeploymentCase, Scenario } from "./rolloutScenario";

/** Pods that hold a place when the update begins: node number by Deployment, one entry a pod. */
export type Start = Record<string, number[]>;

export interface Observed {
  completed: boolean;
  /**
   * Most accelerators that its pods held at once: bound, not being deleted, and of each ReplicaSet no more than it wants,
   * since between a decision to end a pod and the deletion of that pod a new one may already be bound.
   */
  peak: number;
}

export interface Run {
  start: Start;
  /** By Deployment that was updated. */
  observed: Record<string, Observed>;
}

const GPU = "nvidia.com/gpu";
const LABEL = "oracle.test/scenario";
/** Nothing may have moved for so long once the state says that nothing can. */
const QUIET_MS = 400;
const TIMEOUT_MS = 120_000;

export async function runScenario(api: KubernetesObjectApi, recorder: Recorder, scenario: Scenario): Promise<Run> {
  const id = `rollout-${randomBytes(4).toString("hex")}`;
  const story = recorder.story(id);
  const namespace: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: id } };
  const nodes = scenario.nodes.map(({ gpus }, i) => nodeObject(id, i, gpus));
  const settled = (where: string, stored: readonly KubernetesObject[]) =>
    until(
      () => hasSeen(story, stored) && isSettled(story, id, scenario) && Date.now() - story.touched > QUIET_MS,
      () => `${where} of ${id} did not settle: ${JSON.stringify([...story.now.values()])}`,
      TIMEOUT_MS,
    );
  try {
    await api.create(namespace);
    await Promise.all(nodes.map((node) => api.create(node)));
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: id } };
    await until(() => exists(api, account), `no service account in namespace ${id}`, TIMEOUT_MS);
    // A pod that is bound before kwok has taken the node over may never be made ready.
    const taken = async () => (await Promise.all(nodes.map((node) => api.read<NodeSeen>(node)))).every(isReadyNode);
    await until(taken, `the nodes of ${id} are not ready`, TIMEOUT_MS);
    const others = await Promise.all(fillers(id, scenario).map((pod) => api.create(pod)));
    await settled("the other pods", others);
    const created = scenario.deployments.map((one) => api.create(deploymentObject(id, one, "old")));
    await settled("the start", await Promise.all(created));
    const start = startOf(story, scenario);
    const updated = scenario.deployments.filter((one) => one.updated);
    const from = story.changes.length;
    const patched = updated.map((one) => api.patch(deploymentObject(id, one, "fresh"), ...MERGE));
    await settled("the update", await Promise.all(patched));
    const observed = updated.map((one) => [
      one.name,
      { completed: isComplete(story, one), peak: peakOf(story, one.name, from) },
    ]);
    return { start, observed: Object.fromEntries(observed) as Run["observed"] };
  } finally {
    await api.delete(namespace);
    await Promise.all(
      scenario.deployments.map((one) => api.delete(deploymentObject(id, one, "old")).catch(() => null)),
    );
    await Promise.all(nodes.map((node) => api.delete(node).catch(() => null)));
  }
}

/** Arguments of `patch` behind the object: a merge patch. */
const MERGE = [undefined, undefined, undefined, undefined, "application/merge-patch+json"] as const;

function nodeObject(id: string, i: number, gpus: number): KubernetesObject {
  const amounts = { cpu: "64", memory: "512Gi", pods: "110", "ephemeral-storage": "1Ti", [GPU]: String(gpus) };
  const name = nodeName(id, i);
  const labels = { [LABEL]: id, [HOST]: name, [ZONE]: `zone-${i % 2}` };
  const status = { capacity: amounts, allocatable: amounts };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, status } as KubernetesObject;
}

interface NodeSeen extends KubernetesObject {
  status?: { conditions?: { type: string; status: string }[] };
}

function isReadyNode({ status }: NodeSeen): boolean {
  return status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

function nodeName(id: string, i: number): string {
  return `${id}-n${i}`;
}

function podSpec(id: string, gpus: number, { name: app, rules }: Partial<DeploymentCase> = {}) {
  const { hostPorts = [], ...between } = rules === undefined ? {} : RULES[rules](app ?? "");
  const ports = hostPorts.map(({ port }) => ({ containerPort: port, hostPort: port }));
  return {
    nodeSelector: { [LABEL]: id },
    automountServiceAccountToken: false,
    containers: [{ name: "main", image: "registry.test/none", ports, resources: { limits: { [GPU]: String(gpus) } } }],
    ...between,
  };
}

/** Pods of others, put on their nodes past the scheduler. */
function fillers(id: string, { nodes }: Scenario): KubernetesObject[] {
  return nodes.flatMap(({ used }, i) => {
    if (used === 0) return [];
    const spec = { ...podSpec(id, used), nodeName: nodeName(id, i) };
    return [
      { apiVersion: "v1", kind: "Pod", metadata: { name: `filler-${i}`, namespace: id }, spec } as KubernetesObject,
    ];
  });
}

function deploymentObject(id: string, one: DeploymentCase, revision: "old" | "fresh"): KubernetesObject {
  const labels = { app: one.name };
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: one.name, namespace: id },
    spec: {
      replicas: one.replicas,
      strategy: one.strategy,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: { revision } }, spec: podSpec(id, one.gpus[revision], one) },
    },
  };
  return object;
}

function kindsOf(story: Story) {
  const all = [...story.now.values()];
  return {
    pods: all.filter((one): one is PodSeen => one.kind === "Pod"),
    sets: all.filter((one): one is SetSeen => one.kind === "ReplicaSet"),
    deployments: all.filter((one): one is DeploymentSeen => one.kind === "Deployment"),
  };
}

/** Whether the recorder knows these objects in the state the API server stored them in, or a later one. */
function hasSeen(story: Story, stored: readonly KubernetesObject[]): boolean {
  return stored.every(({ kind, metadata }) => {
    const seen = story.now.get(`${kind}/${metadata.name}`);
    const { generation = 0 } = metadata as { generation?: number };
    return seen !== undefined && (seen.kind !== "Deployment" || seen.generation >= generation);
  });
}

/**
 * Whether nothing can move any more: every controller has seen the present state of what it watches, every pod is ready
 * or found to fit nowhere, and by plain counting none of those fits a node now (the scheduler looks again only after a
 * pause that grows up to ten seconds).
 */
function isSettled(story: Story, id: string, scenario: Scenario): boolean {
  const { pods, sets, deployments } = kindsOf(story);
  if (pods.some(({ deleting }) => deleting)) return false;
  const setsAgree = sets.every(({ name, replicas, observed, status }) => {
    const own = pods.filter(({ replicaSet }) => replicaSet === name);
    const ready = own.filter((pod) => pod.ready).length;
    return observed && replicas === own.length && status.replicas === own.length && status.available === ready;
  });
  const deploymentsAgree = deployments.every(({ name, generation, observed, status }) => {
    const own = sets.filter(({ deployment }) => deployment === name);
    const sum = (of: "replicas" | "available") => own.reduce((total, set) => total + set.status[of], 0);
    const agrees = status.replicas === sum("replicas") && status.available === sum("available");
    return observed && own.length > 0 && agrees && isAtRest(scenario, name, generation > 1, own);
  });
  const free = scenario.nodes.map(({ gpus }, i) => {
    return gpus - pods.filter(({ node }) => node === nodeName(id, i)).reduce((sum, pod) => sum + pod.gpus, 0);
  });
  const isBarred = barring(scenario, id, pods, sets);
  const podsAgree = pods.every((pod) =>
    pod.node === undefined
      ? pod.unschedulable && free.every((amount, i) => amount < pod.gpus || isBarred(pod, i))
      : pod.ready,
  );
  return setsAgree && deploymentsAgree && podsAgree;
}

/**
 * Whether rules between pods keep a pod from a node with room. As the scheduler looks again only after a pause, this is
 * asked of our own reading of the rules, which the placement oracle holds against the scheduler.
 */
function barring({ nodes, deployments }: Scenario, id: string, pods: readonly PodSeen[], sets: readonly SetSeen[]) {
  const shapeOf = (pod: PodSeen): PodShape | undefined => {
    const set = sets.find(({ name }) => name === pod.replicaSet);
    const one = deployments.find(({ name }) => name === set?.deployment);
    if (set === undefined || one?.rules === undefined) return undefined;
    const labels = { app: one.name, "pod-template-hash": set.name };
    return { requests: { [GPU]: pod.gpus }, namespace: "models", labels, ...RULES[one.rules](one.name) };
  };
  const cluster = nodes.map((_, i): ClusterNode => {
    const name = nodeName(id, i);
    const planned = pods.filter(({ node }) => node === name).flatMap((pod) => shapeOf(pod) ?? []);
    const free = { [GPU]: MANY, pods: MANY };
    const labels = { [HOST]: name, [ZONE]: `zone-${i % 2}` };
    return { name, labels, taints: [], unschedulable: false, allocatable: free, free, bound: [], planned };
  });
  const index = nodeIndex(cluster);
  return (pod: PodSeen, i: number) => {
    const shape = shapeOf(pod);
    return shape !== undefined && !feasibleAt(index, rowOf(index, nodeName(id, i)) ?? -1, shape);
  };
}

/** More than a scenario asks for. */
const MANY = 1_000;

/**
 * Whether the controller has nothing to do by its published arithmetic: on a busy machine it may still have a conflict to
 * get over. Were our arithmetic wrong here, the run would time out.
 */
function isAtRest({ deployments }: Scenario, name: string, updated: boolean, sets: readonly SetSeen[]): boolean {
  const one = deployments.find((deployment) => deployment.name === name);
  const fresh = sets.find(({ revision }) => revision === "fresh");
  const old = sets.find(({ revision }) => revision === "old");
  // With Recreate the new set is only made once the old pods are gone.
  if (one === undefined || fresh === undefined || old === undefined) return !updated;
  if (one.strategy.type === "Recreate") return old.replicas === 0 && fresh.replicas === one.replicas;
  const bounds = rolloutOf(one.strategy, one.replicas);
  const counts = {
    old: old.replicas,
    oldAvailable: old.status.available,
    fresh: fresh.replicas,
    freshAvailable: fresh.status.available,
  };
  const size = scaledDown(counts, one.replicas, bounds);
  return scaledUp(counts, one.replicas, bounds) === fresh.replicas && size === old.replicas;
}

function startOf(story: Story, { deployments }: Scenario): Start {
  const { pods, sets } = kindsOf(story);
  const numberOf = (node: string) => Number(/-n(\d+)$/.exec(node)?.[1]);
  const entries = deployments.map(({ name }) => {
    const own = new Set(sets.filter(({ deployment }) => deployment === name).map((set) => set.name));
    const bound = pods.filter(({ replicaSet }) => replicaSet !== undefined && own.has(replicaSet));
    return [name, bound.flatMap(({ node }) => (node === undefined ? [] : [numberOf(node)])).sort((a, b) => a - b)];
  });
  return Object.fromEntries(entries) as Start;
}

function isComplete(story: Story, { name, replicas }: DeploymentCase): boolean {
  const status = kindsOf(story).deployments.find((one) => one.name === name)?.status;
  return status?.updated === replicas && status.available === replicas && status.replicas === replicas;
}

function peakOf(story: Story, deployment: string, from: number): number {
  const ordered = [
    ...story.changes.slice(0, from).sort((a, b) => a.version - b.version),
    ...story.changes.slice(from).sort((a, b) => a.version - b.version),
  ];
  const state: Story = { now: new Map(), changes: [], touched: 0 };
  let peak = 0;
  ordered.forEach(({ key, object }, i) => {
    if (object === undefined) state.now.delete(key);
    else state.now.set(key, object);
    if (i >= from - 1) peak = Math.max(peak, heldBy(state, deployment));
  });
  return peak;
}

function heldBy(story: Story, deployment: string): number {
  const { pods, sets } = kindsOf(story);
  const own = sets.filter((set) => set.deployment === deployment);
  return own.reduce((sum, { name, replicas, gpus }) => {
    const bound = pods.filter((pod) => pod.replicaSet === name && pod.node !== undefined && !pod.deleting).length;
    return sum + Math.min(bound, replicas) * gpus;
  }, 0);
}
