/** The services of a world as updates: what they hold, what they will ask for, how they replace it. */
import { oneMorePod, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { nodeAt, nodeIndex, nodesOf, place } from "../../sdk/capacity/placement/nodeIndex";
import type { PodShape } from "../../sdk/capacity/placement/placement";
import { devicesOf, type RunningPod, type Update } from "../../sdk/capacity/rollout/update";
import { strategyAt } from "./headroom";
import { isMultiNode } from "./parallelism";
import type { Workload, World } from "./types";

export interface ServiceUpdate {
  workload: Workload;
  /** Pods that have a place, once those that wait for one have been placed as far as they fit. */
  placed: number;
  /** At the number of replicas it has now; `undefined` when it cannot be told. */
  update: Update | undefined;
  /** Why not. */
  problem: string | undefined;
}

export interface SteadyState {
  services: ServiceUpdate[];
  /** The nodes with all pods that have a place. */
  nodes: ClusterNode[];
}

/** Places the pods that do not run yet, largest first, and leaves running ones where they are. */
export function steadyState(world: World): SteadyState {
  const running = runningPods(world.nodes);
  const read = world.workloads.map((workload) => readService(workload, running.get(keyOf(workload)) ?? []));
  const index = nodeIndex(world.nodes);
  const bySize = [...read].sort((a, b) => sizeOf(b.update) - sizeOf(a.update));
  const services = new Map(bySize.map((service) => [service.workload, placeRest(service)]));

  function placeRest(service: ServiceUpdate): ServiceUpdate {
    const { update } = service;
    if (update === undefined) return service;
    const rows = place(index, update.pod, update.replicas - update.running.length);
    const added = rows.map((row): RunningPod => ({ node: nodeAt(index, row).name, requests: update.pod.requests }));
    const held = [...update.running, ...added];
    return { ...service, placed: held.length, update: { ...update, running: held } };
  }

  return { services: world.workloads.flatMap((workload) => services.get(workload) ?? []), nodes: nodesOf(index) };
}

/** The same update at another number of replicas, on nodes where its pods beyond the present ones take places. */
export function updateAt({ workload, update }: ServiceUpdate, replicas: number): Update | undefined {
  return update && { ...update, replicas, strategy: strategyAt(workload, replicas) };
}

function readService(workload: Workload, running: RunningPod[]): ServiceUpdate {
  const none = { workload, placed: running.length, update: undefined };
  try {
    if (isMultiNode(workload)) return { ...none, problem: MULTI_NODE };
    const { shape, pod } = workload;
    if (workload.profile.state === "missing") return { ...none, problem: missingProfile(workload.profile.name) };
    if (shape === undefined || pod === undefined) return { ...none, problem: NO_RUNTIME };
    const { min, max } = pod.replicas;
    const replicas = Math.max(min, Math.min(max, running.length));
    return { ...none, update: updateOf(workload, shape, replicas, running), problem: undefined };
  } catch (error) {
    return { ...none, problem: error instanceof Error ? `${error.message}.` : String(error) };
  }
}

const MULTI_NODE =
  "Several pods form one server, and those of its workers are not worked out yet. Its workers surge by 100 %, so it needs twice the accelerators of the workers.";
const NO_RUNTIME = "No serving runtime is found for it, so its pod is not known.";

function missingProfile(name: string): string {
  return `Hardware profile ${name} is not among the objects, so what its pods ask for is not known.`;
}

function updateOf(workload: Workload, pod: PodShape, replicas: number, running: RunningPod[]): Update {
  const { namespace = "default", name } = workload.ref;
  const strategy = strategyAt(workload, replicas);
  return { name: `${namespace}/${name}`, replicas, strategy, pod, running: running.slice(0, replicas) };
}

function sizeOf(update: Update | undefined): number {
  return update === undefined ? 0 : devicesOf(oneMorePod(update.pod.requests));
}

function keyOf({ ref }: Workload): string {
  return `${ref.namespace ?? "default"}/${ref.name}`;
}

/** Pods of predictors by service, in one pass; see `isPodOf`. */
function runningPods(nodes: readonly ClusterNode[]): Map<string, RunningPod[]> {
  const byService = new Map<string, RunningPod[]>();
  for (const { name: node, bound } of nodes) {
    for (const { namespace, labels, requests, terminating } of bound) {
      const service = labels["serving.kserve.io/inferenceservice"];
      if (service === undefined || (labels.component ?? "predictor") !== "predictor" || terminating === true) continue;
      const key = `${namespace}/${service}`;
      const known = byService.get(key);
      if (known === undefined) byService.set(key, [{ node, requests }]);
      else known.push({ node, requests });
    }
  }
  return byService;
}
