import {
  misfits,
  rolloutOn,
  scaledOut,
  surgePlaces,
  type Demand,
  type Ledger,
  type Places,
} from "../../../sdk/capacity/headroom";
import { isPassing, withoutPods, type ClusterNode } from "../../../sdk/capacity/inventory/inventory";
import { failedScheduling, slots, type PodShape } from "../../../sdk/capacity/placement/placement";
import type { Rollout } from "../../../sdk/capacity/rollout/rollout";
import type { PodGroup } from "../../../sdk/capacity/placement/podShape";
import { selectsNode, untolerated } from "../../../sdk/capacity/placement/scheduling";
import type { QuotaJudgement } from "../../../sdk/capacity/quota/quotaRollout";
import type { Level, Rule, Verdict } from "../../rule";
import { acceleratorsOf, generousAccount, nodesWith, replacesPods, rolloutAt, strategyAt } from "../../world/headroom";
import { isMultiNode } from "../../world/parallelism";
import { growthFor } from "../../world/growth";
import * as kinds from "../../world/kinds";
import { refusedStrategy } from "../../world/refusedStrategy";
import { quotaAnswers, steadyState } from "../../world/updates";
import type { Place, Workload, World } from "../../world/types";

const STRATEGY = "spec.predictor.deploymentStrategy";
const KNATIVE = "Knative";

export const gpuHeadroom: Rule<Workload> = {
  id: "rollout/gpu-headroom",
  level: "mandatory",
  title: "The nodes must have a place for every pod, and for those an update starts beside the old ones",
  why:
    "A rolling update of 1, 2 or 3 replicas starts a new pod before it ends an old one (25 % unavailable is rounded down " +
    'to 0). If no node has the accelerators free, the new pod stays Pending with "Insufficient nvidia.com/gpu", the old ' +
    "one serves on, and the update never finishes. Places are counted per node: four nodes with two free accelerators " +
    "each have none for a pod of four.",
  source: "defilantech/LLMKube#192; kserve/kserve#4618; run-ai/docs#1322",
  profile: "standard",
  subjects: (world) => world.workloads,
  check: (workload, world) => {
    const refusal = refusedStrategy(workload, world);
    if (refusal !== undefined)
      return [{ outcome: "fail", path: refusal.path, message: refusal.text, fix: refusal.fix }];
    if (workload.pod !== undefined && isMultiNode(workload)) return [multiNode()];
    const { shape } = workload;
    if (shape === undefined || workload.profile.state === "missing" || acceleratorsOf(shape).length === 0)
      return undefined;
    if (workload.pod?.replicas.max === 0) return undefined;
    if (world.nodes.length === 0) return withoutNodes(workload, world);
    const demand = world.headroom.demands.get(workload);
    if (demand === undefined || isOfTwoVendors(shape, world) || isKeptOutByTaints(shape, world)) return undefined;
    const verdict =
      misfit(workload, demand, world) ??
      blocked(workload, demand, world) ??
      midway(workload, demand, world) ??
      refused(workload, world) ??
      slowed(workload, demand, world) ??
      blockedAtPeak(workload, demand, world);
    return verdict === undefined ? [] : [verdict];
  },
};

/** Then `gpu/one-accelerator-vendor` says what is wrong: no number of free accelerators would help. */
function isOfTwoVendors(shape: PodShape, world: World): boolean {
  const vendors = new Set(acceleratorsOf(shape).map(({ family }) => family.maker));
  return vendors.size > 1 && nodesWith(shape, world.nodes).length === 0;
}

/** Then `sched/tolerates-pool` says what is wrong. */
function isKeptOutByTaints(shape: PodShape, world: World): boolean {
  const pools = nodesWith(shape, world.nodes).filter((node) => selectsNode(shape, node));
  const refuses = ({ taints }: ClusterNode) =>
    untolerated(taints, shape.tolerations ?? []).some((taint) => !isPassing(taint));
  return pools.length > 0 && pools.every(refuses);
}

/** Pods for which there is no place even when the old ones are gone. */
function misfit(workload: Workload, demand: Demand, world: World): Verdict | undefined {
  const { account } = world.headroom;
  const places = misfits(account, demand);
  if (places.count === 0) return undefined;
  const nodes = withoutPods(account.filled, (pod) => demand.isOwn(pod));
  const isMissing = ({ count, proven }: Places) => count > 0 && proven;
  const { level, doubt } = certainty((generous) => isMissing(misfits(generous, demand)), workload, world, {
    pod: demand.pod,
    count: places.count,
  });
  return {
    outcome: "fail",
    level,
    ...resourcesPlace(workload, demand.pod),
    message:
      `${places.count} of ${pods(demand.replicas)} of this service will find no place. Each asks for ${asked(demand.pod)}; ` +
      `with everything else in its place, ${freeOn(nodes, demand.pod)}. ` +
      `The scheduler will say: ${failedScheduling(demand.pod, nodes)}${doubt}`,
    fix: "Ask for less per pod, correct its node selector, lower the number of replicas, make room on a node or add one.",
  };
}

/** An update that can neither start a new pod nor end an old one. */
function blocked(workload: Workload, demand: Demand, world: World): Verdict | undefined {
  const rollout = rolloutAt(workload, demand.replicas);
  const { account } = world.headroom;
  if (rollout.surge === 0 || rollout.unavailable > 0) return undefined;
  if (surgePlaces(account, demand, 1).count > 0) return undefined;
  const changes = replacesPods(workload);
  const isStuck = ({ count, proven }: Places) => count === 0 && proven;
  const { level, doubt } = certainty((generous) => isStuck(surgePlaces(generous, demand, 1)), workload, world, {
    pod: demand.pod,
    count: 1,
  });
  return {
    outcome: "fail",
    level: changes ? level : "advisory",
    path: strategyPath(workload),
    message:
      `${whichUpdate(changes, account.running.get(demand) ?? 0)}. ${arithmetic(workload, demand.replicas, rollout)}, so a new pod ` +
      `must start beside the old ones. It asks for ${asked(demand.pod)} on one node, and there is no place for one more: ` +
      `${freeOn(account.filled, demand.pod)}. The scheduler will say: ${failedScheduling(demand.pod, account.filled)}${doubt}`,
    fix: strategyFix(workload),
  };
}

/** An update of pods that grow or move: it starts, and then finds too few places. */
function midway(workload: Workload, demand: Demand, world: World): Verdict | undefined {
  const strategy = strategyAt(workload, demand.replicas);
  const { account } = world.headroom;
  const { outcome, cause } = rolloutOn(account, demand, strategy);
  if (cause !== "stuck-midway" && cause !== "order") return undefined;
  const changes = replacesPods(workload);
  const isStuck = (generous: Ledger) => rolloutOn(generous, demand, strategy).outcome === "deadlocks";
  const { level, doubt } = certainty(isStuck, workload, world, { pod: demand.pod, count: demand.replicas });
  const which = whichUpdate(changes, account.running.get(demand) ?? 0);
  const when =
    outcome === "deadlocks"
      ? "the places that old pods leave are too small for the rest"
      : "whether the rest find places depends on which nodes the scheduler picks and which pods end first";
  return {
    outcome: "fail",
    level: changes && outcome === "deadlocks" ? level : "advisory",
    path: strategyPath(workload),
    message:
      `${outcome === "deadlocks" ? which : which.replace("never finishes", "may never finish")}. ` +
      `${arithmetic(workload, demand.replicas, rolloutAt(workload, demand.replicas))}. A new pod asks for ` +
      `${asked(demand.pod)}; some start, and ${when}: ${freeOn(account.filled, demand.pod)}.${doubt}`,
    fix: strategyFix(workload),
  };
}

/** Pods that the API server keeps out, whatever the nodes have. */
function refused(workload: Workload, world: World): Verdict | undefined {
  if (world.list(kinds.resourceQuota).length + world.list(kinds.limitRange).length === 0) return undefined;
  const state = steadyState(world);
  const service = state.services.find((one) => one.service.workload === workload);
  const answers = service === undefined ? [] : quotaAnswers(service, state);
  const stuck = answers.find(({ outcome }) => outcome === "deadlocks") ?? answers.find(isDoubtful);
  if (stuck === undefined) return undefined;
  const isCertain = stuck.outcome === "deadlocks" && replacesPods(workload);
  return {
    outcome: "fail",
    level: isCertain ? "mandatory" : "advisory",
    path: strategyPath(workload),
    message: `An update of this service ${isCertain ? "never finishes" : "may never finish"}. ${stuck.reason}`,
    fix: `${strategyFix(workload)} Or raise the quota.`,
  };
}

function isDoubtful({ outcome }: QuotaJudgement): boolean {
  return outcome === "may-deadlock";
}

function whichUpdate(changes: boolean, running: number): string {
  if (running === 0) return "Once this service runs, an update of it never finishes";
  return changes
    ? "This update never finishes"
    : "This deployment does not touch the pods, but an update of them never finishes";
}

/** An update that proceeds, with less capacity than the strategy promises or after other services. */
function slowed(workload: Workload, demand: Demand, world: World): Verdict | undefined {
  const rollout = rolloutAt(workload, demand.replicas);
  const { account, crowdedOut } = world.headroom;
  const { count } = surgePlaces(account, demand, rollout.surge);
  const waits = crowdedOut.has(demand);
  if (count >= rollout.surge && !waits) return undefined;
  return {
    outcome: "fail",
    level: "advisory",
    path: strategyPath(workload),
    message:
      `${arithmetic(workload, demand.replicas, rollout)}. A pod asks for ${asked(demand.pod)}, and of ${pods(rollout.surge)} ` +
      `more ${count} would find a place: ${freeOn(account.filled, demand.pod)}. ${consequence(waits, rollout)}`,
    fix: `Make room for ${pods(rollout.surge)} more, lower maxSurge, or update services one by one.`,
  };
}

function consequence(waits: boolean, { unavailable }: Rollout): string {
  if (waits)
    return "Other services change in this deployment too and not all fit at once, so they will finish one after another.";
  return unavailable === 0
    ? "The update will finish, but replace fewer pods at a time."
    : `The update will finish, but end up to ${pods(unavailable)} first, so that fewer serve meanwhile.`;
}

/** The same deadlock, but only while the autoscaler keeps more replicas than now. */
function blockedAtPeak(workload: Workload, demand: Demand, world: World): Verdict | undefined {
  const max = workload.pod?.replicas.max ?? demand.replicas;
  const rollout = rolloutAt(workload, max);
  if (max <= demand.replicas || rollout.surge === 0 || rollout.unavailable > 0) return undefined;
  const nodes = scaledOut(world.headroom.account, demand, max);
  if (slots(demand.pod, nodes) > 0) return undefined;
  return {
    outcome: "fail",
    level: "advisory",
    path: strategyPath(workload),
    message:
      `While the service is scaled out to ${pods(max)}, an update of it never finishes. ` +
      `${arithmetic(workload, max, rollout)}, and then there is no place for one more pod of ${asked(demand.pod)}: ` +
      `${freeOn(nodes, demand.pod)}. The scheduler will say: ${failedScheduling(demand.pod, nodes)}`,
    fix: `Lower maxReplicas to ${max - 1}. ${strategyFix(workload)}`,
  };
}

/**
 * Mandatory only if the pods fit nowhere in any arrangement, on healthy nodes, displacing whom they may, without new
 * nodes; otherwise the reason for doubt.
 */
function certainty(
  isCertain: (generous: Ledger) => boolean,
  workload: Workload,
  world: World,
  withoutPlace: PodGroup,
): { level: Level; doubt: string } {
  const growth = growthFor(world, [withoutPlace], world.headroom.account.filled);
  const said = growth === undefined ? "" : ` ${growth.text}`;
  if (growth?.mayHelp === true) return { level: "advisory", doubt: said };
  if (isCertain(generousAccount(workload, world))) return { level: "mandatory", doubt: said };
  const doubt =
    " This may pass: once all nodes are ready, by displacing pods of lower priority, or in another arrangement of the pods.";
  return { level: "advisory", doubt };
}

function strategyPath({ mode }: Workload): string {
  return mode === KNATIVE ? "spec.predictor.minReplicas" : STRATEGY;
}

function strategyFix({ mode }: Workload): string {
  const first =
    mode === KNATIVE
      ? "Use the deployment mode Standard, whose strategy can be Recreate"
      : `Set ${STRATEGY}.type to Recreate, or rollingUpdate to maxSurge 0 and maxUnavailable 1 (either way the old pod ends first)`;
  return `${first}, ask for fewer accelerators, or make room for one more pod.`;
}

function asked(shape: PodShape): string {
  return acceleratorsOf(shape)
    .map(({ resource, count }) => `${count} x ${resource}`)
    .join(" and ");
}

/** `a100-1 has 0 of 8 nvidia.com/gpu free, a100-2 has 4 of 8`. */
function freeOn(nodes: readonly ClusterNode[], shape: PodShape): string {
  const resource = acceleratorsOf(shape)[0]?.resource ?? "";
  const having = nodesWith(shape, nodes);
  if (having.length === 0) return `no node has ${resource}`;
  const shown = having.slice(0, 4).map(({ name, free, allocatable }, i) => {
    const amount = `${name} has ${free[resource] ?? 0} of ${allocatable[resource] ?? 0}`;
    return i === 0 ? `${amount} ${resource} free` : amount;
  });
  const more = having.length > shown.length ? [`and ${having.length - shown.length} more nodes`] : [];
  return [...shown, ...more].join(", ");
}

/** `At 1 replica a rolling update may add 1 (maxSurge: ceil(25% x 1)) and miss 0 (maxUnavailable: floor(25% x 1))`. */
function arithmetic({ pod, mode }: Workload, replicas: number, { surge, unavailable }: Rollout): string {
  const size = `At ${replicas} ${replicas === 1 ? "replica" : "replicas"}`;
  if (mode === KNATIVE) return `${size} a new Knative revision needs ${pods(surge)} before the old one goes`;
  const { maxSurge = "25%", maxUnavailable = "25%" } = pod?.strategy.rollingUpdate ?? {};
  const bound = (value: string | number, round: string) =>
    typeof value === "number" ? String(value) : `${round}(${value} x ${replicas})`;
  return (
    `${size} a rolling update may add ${surge} (maxSurge: ${bound(maxSurge, "ceil")}) ` +
    `and miss ${unavailable} (maxUnavailable: ${bound(maxUnavailable, "floor")})`
  );
}

function pods(count: number): string {
  return count === 1 ? "1 pod" : `${count} pods`;
}

function resourcesPlace(workload: Workload, shape: PodShape): Place {
  const key = JSON.stringify(acceleratorsOf(shape)[0]?.resource ?? "");
  return workload.editable([
    workload.placeOf(`main.resources.limits[${key}]`),
    workload.placeOf(`main.resources.requests[${key}]`),
  ]);
}

function multiNode(): Verdict {
  return {
    outcome: "unknown",
    path: "spec.predictor.workerSpec",
    message: "Places for the several pods of a multi-node service are not counted yet.",
    fix: "Make sure that the nodes have twice the accelerators: its workers always surge by 100 %.",
  };
}

/** Said once for all services, because it is one thing that is missing. */
function withoutNodes(workload: Workload, world: World): Verdict[] | undefined {
  const judged = [...world.headroom.demands.keys()];
  if (judged[0] !== workload) return undefined;
  return [
    {
      outcome: "unknown",
      path: STRATEGY,
      message:
        `No nodes were given, so it is not known whether the pods of ${judged.length === 1 ? "this service" : `${judged.length} services (this is the first)`} ` +
        "find a place, and one more during an update.",
      fix: "Give the cluster's nodes and pods (kubectl get nodes,pods -A -o yaml) as inventory.",
    },
  ];
}
