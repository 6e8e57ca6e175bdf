/** What workloads need of the nodes, and what the nodes have left for them. */
import { isDeepStrictEqual } from "node:util";
import { acceleratorsIn, type Accelerators } from "../../sdk/catalog/acceleratorFamilies";
import { crowdedOut, ledger, type Demand, type Ledger } from "../../sdk/capacity/headroom";
import { recovered, withoutPods, type BoundPod, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { PodShape } from "../../sdk/capacity/placement/placement";
import { rolloutOf, type Rollout } from "../../sdk/capacity/rollout/rollout";
import type { Update } from "../../sdk/capacity/rollout/update";
import type { DeploymentStrategy } from "../../sdk/kubernetes/core";
import type { EffectivePod } from "../../sdk/pod/effectivePod";
import * as kinds from "./kinds";
import { lazy } from "./lazy";
import { isMultiNode } from "./parallelism";
import { refusedStrategy } from "./refusedStrategy";
import { readable, snapshot } from "./snapshot";
import type { Headroom, Workload, World } from "./types";

/** The accelerators of a whole pod. */
export function acceleratorsOf({ requests }: PodShape): Accelerators[] {
  return acceleratorsIn(requests);
}

/** Nodes that have every accelerator a pod asks for, used or not. */
export function nodesWith(shape: PodShape, nodes: readonly ClusterNode[]): ClusterNode[] {
  const wanted = acceleratorsOf(shape);
  return nodes.filter(({ allocatable }) => wanted.every(({ resource }) => (allocatable[resource] ?? 0) > 0));
}

/** Whether a pod of the cluster belongs to the predictor of a service. */
function isPodOf({ ref }: Pick<Workload, "ref">, { namespace, labels }: BoundPod): boolean {
  return (
    namespace === ref.namespace &&
    labels["serving.kserve.io/inferenceservice"] === ref.name &&
    (labels.component ?? "predictor") === "predictor"
  );
}

/** The pods of a workload at some number of replicas. */
function demandOf(workload: Workload, pod: PodShape, replicas: number): Demand {
  const keepsSurplus = workload.mode === "Knative";
  return { pod, replicas, isOwn: (bound) => isPodOf(workload, bound), keepsSurplus };
}

/** How an update of a workload proceeds at some number of replicas. */
export function rolloutAt(workload: Workload, replicas: number): Rollout {
  const strategy = strategyAt(workload, replicas);
  return strategy === "Recreate" ? rolloutOf({ type: "Recreate" }, replicas) : strategy;
}

/** The same for a judgement, where Recreate is a way of its own. */
export function strategyAt(workload: Workload, replicas: number): Update["strategy"] {
  return strategyIn(workload.mode, workload.pod?.strategy, replicas);
}

/** The same for any Deployment in some deployment mode. */
export function strategyIn(
  mode: string,
  strategy: DeploymentStrategy | undefined,
  replicas: number,
): Update["strategy"] {
  // A Knative revision reaches its size before the old one goes.
  if (mode === "Knative") return { surge: Math.max(1, replicas), unavailable: 0 };
  return strategy?.type === "Recreate" ? "Recreate" : rolloutOf(strategy, replicas);
}

/** Opens the account of a world. */
export function headroomOf(world: World): Headroom {
  const demands = new Map(world.workloads.flatMap((workload) => readable(() => entryOf(workload, world))));
  const account = ledger(world.nodes, [...demands.values()]);
  const generous = new Map<number, Ledger>();
  const crowded = lazy(() => crowdedOut(account, surgesOfUpdate(account, demands)));
  return {
    account,
    demands,
    generous: (priority) => {
      const nodes = () => recovered(withoutPods(world.nodes, (pod) => pod.priority < priority));
      const known = generous.get(priority) ?? ledger(nodes(), account.demands);
      generous.set(priority, known);
      return known;
    },
    get crowdedOut() {
      return crowded();
    },
  };
}

/**
 * The same account on nodes that are as free as they may become without anybody's help: healthy, and without the pods
 * that the scheduler may displace. What does not fit here will not fit later.
 */
export function generousAccount(workload: Workload, world: World): Ledger {
  return world.headroom.generous(priorityOf(workload, world));
}

/** Whether this deployment replaces the pods of a workload, as far as the inventory shows; new pods count. */
export function replacesPods({ pod, earlierPod }: Workload): boolean {
  if (pod === undefined || earlierPod === undefined) return true;
  const template = ({ labels, annotations, spec }: EffectivePod) => snapshot({ labels, annotations, spec });
  const [isSame] = readable(() => [isDeepStrictEqual(template(pod), template(earlierPod))]);
  return isSame !== true;
}

function entryOf(workload: Workload, world: World): [Workload, Demand][] {
  const { shape } = workload;
  if (shape === undefined || isMultiNode(workload) || workload.profile.state === "missing") return [];
  const { min, max } = workload.pod?.replicas ?? { min: 0, max: 0 };
  if (acceleratorsOf(shape).length === 0 || max === 0) return [];
  // Its new pods never come; those that run stay, as pods of others do.
  if (refusedStrategy(workload, world) !== undefined) return [];
  const running = world.nodes.flatMap(({ bound }) => bound).filter((pod) => isPodOf(workload, pod)).length;
  const replicas = Math.max(min, Math.min(max, running));
  return [[workload, demandOf(workload, shape, replicas)]];
}

function surgesOfUpdate(account: Ledger, demands: ReadonlyMap<Workload, Demand>): Map<Demand, number> {
  const updated = [...demands].filter(
    ([workload, demand]) => (account.running.get(demand) ?? 0) > 0 && replacesPods(workload),
  );
  return new Map(
    updated.flatMap(([workload, demand]) => readable(() => [[demand, rolloutAt(workload, demand.replicas).surge]])),
  );
}

const systemPriorities: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

/** The priority of a workload's pods; infinite where its class is not in the world, negative infinite where it displaces none. */
function priorityOf(workload: Workload, world: World): number {
  const name = workload.pod?.spec.priorityClassName;
  const classes = world.list(kinds.priorityClass).map(({ object }) => object);
  const own = classes.find((one) =>
    name === undefined || name === "" ? one.globalDefault === true : one.metadata.name === name,
  );
  if (own !== undefined) return own.preemptionPolicy === "Never" ? Number.NEGATIVE_INFINITY : (own.value ?? 0);
  if (name === undefined || name === "") return 0;
  return systemPriorities[name] ?? Number.POSITIVE_INFINITY;
}
