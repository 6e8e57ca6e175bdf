import { isPassing, type ClusterNode } from "../../../sdk/capacity/inventory/inventory";
import { failedScheduling, slots, type PodShape } from "../../../sdk/capacity/placement/placement";
import { selectsNode, untolerated } from "../../../sdk/capacity/placement/scheduling";
import { rolloutReason } from "../../../sdk/capacity/rollout/rolloutReason";
import { waitingPods, type Cause } from "../../../sdk/capacity/rollout/update";
import type { Rule, RuleSubject, Verdict } from "../../rule";
import { acceleratorsOf, crowdedOut, devicesOf, nodesWith, nodesWithout, replacesPods } from "../../rollout/headroom";
import {
  arithmetic,
  asked,
  freeOn,
  misfitFix,
  pods,
  resourcesPlace,
  strategyFix,
  strategyPath,
} from "../../rollout/headroomWords";
import { llmInferenceService } from "../../world/kinds";
import { atOtherSizes, atSize, type SizeJudgement } from "../../rollout/otherSizes";
import { outlookOf, steadyIndex, type Outlook } from "../../rollout/outlook";
import type { Refusal } from "../../rollout/refusedDeployment";
import { refusedService } from "../../rollout/refusedService";
import type { PartJudgement } from "../../rollout/serviceRollout";
import { capitalized } from "../../world/reference";
import type { World } from "../../world/types";
import { steadyState, type ServiceUpdate } from "../../rollout/updates";

export const gpuHeadroom: Rule = {
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
  subjects: (world) => [...world.workloads, ...world.subjects(llmInferenceService)],
  check: (subject, world) => {
    const service = steadyState(world).bySubject.get(subject);
    const refusal = service?.service.workload && refusedService(service.service.workload, world);
    if (refusal !== undefined) return refusal.toldBy === undefined ? [refusedVerdict(refusal)] : [];
    if (service?.error !== undefined) throw service.error;
    if (service === undefined || !hasDevices(service)) return undefined;
    if (world.nodes.length === 0) return withoutNodes(subject, world);
    if (isForOthersToSay(service, world)) return undefined;
    const outlook = outlookOf(service, world);
    const verdict =
      outlook.onNodes === "deadlocks"
        ? stuck(service, outlook, world)
        : (refused(service, outlook, "deadlocks") ??
          stuck(service, outlook, world) ??
          doubtful(service, outlook, world) ??
          threatened(service, outlook, world) ??
          scattered(service, outlook) ??
          refused(service, outlook, "may-deadlock") ??
          slowed(service, outlook, world) ??
          refused(service, outlook, "slower") ??
          atPeak(service, outlook, world));
    return verdict === undefined ? [] : [verdict];
  },
};

function refusedVerdict({ path, text, fix }: Refusal): Verdict {
  return { outcome: "fail", path, message: text, fix };
}

function hasDevices({ parts }: ServiceUpdate): boolean {
  return parts.some(({ part }) => part.pods.max > 0 && devicesOf(part.shape).length > 0);
}

/** `gpu/one-accelerator-vendor` or `sched/tolerates-pool` says what is wrong with a predictor; free accelerators would not help. */
function isForOthersToSay({ service: { workload } }: ServiceUpdate, world: World): boolean {
  const shape = workload?.shape;
  return shape !== undefined && (isOfTwoVendors(shape, world) || isKeptOutByTaints(shape, world));
}

function isOfTwoVendors(shape: PodShape, world: World): boolean {
  const vendors = new Set(acceleratorsOf(shape).map(({ family }) => family.maker));
  return vendors.size > 1 && nodesWith(shape, world.nodes).length === 0;
}

function isKeptOutByTaints(shape: PodShape, world: World): boolean {
  if (acceleratorsOf(shape).length === 0) return false;
  const pools = nodesWith(shape, world.nodes).filter((node) => selectsNode(shape, node));
  const refuses = ({ taints }: ClusterNode) =>
    untolerated(taints, shape.tolerations ?? []).some((taint) => !isPassing(taint));
  return pools.length > 0 && pools.every(refuses);
}

/** On the nodes as they are: pods without a place, or an update that can neither start a new pod nor end an old one. */
function stuck(service: ServiceUpdate, outlook: Outlook, world: World): Verdict | undefined {
  const parts = outlook.parts.filter(({ judgement }) => judgement.outcome === "deadlocks");
  const [first] = parts;
  if (first === undefined) return undefined;
  const { nodes } = steadyState(world);
  const isMisfit = first.judgement.cause === "does-not-fit";
  // That not all services fit is certain also where it is not which of them waits; one that waits here is named.
  const waits = isMisfit && waitingPods(first.part.update) > 0;
  const isSure = outlook.onNodes === "deadlocks" && (waits || outlook.doubt?.outcome !== "may-deadlock");
  const sentences = parts.map((one) => ofPart(service, one, stuckText(service, one, world)));
  const doubts = outlook.doubt === undefined ? [] : [outlook.doubt.note];
  return {
    outcome: "fail",
    level: isSure && (isMisfit || replacesPods(service.service)) ? "mandatory" : "advisory",
    ...(isMisfit ? resourcesPlace(service, first.part, nodes) : { path: strategyPath(service, first.part) }),
    message: [...(isMisfit ? [] : [whichUpdate(service, isSure)]), ...sentences, ...outlook.hopes, ...doubts].join(" "),
    fix: isMisfit ? misfitFix(first.part, nodes) : strategyFix(service, first.part),
  };
}

function stuckText(service: ServiceUpdate, { part, judgement }: PartJudgement, world: World): string {
  const { nodes } = steadyState(world);
  const { pod, replicas } = part.update;
  const says = (there: readonly ClusterNode[]) =>
    `${freeOn(there, pod)}. The scheduler will say: ${failedScheduling(pod, there)}`;
  const bounds = arithmetic(service, part);
  if (judgement.cause === "no-place" && judgement.places > 0)
    return `${bounds}. Each asks for ${asked(pod)}, and of ${pods(judgement.surge)} only ${judgement.places} would find a place: ${freeOn(nodes, pod)}.`;
  if (judgement.cause === "no-place")
    return (
      `${bounds}, so a new pod must start beside the old ones. It asks for ${asked(pod)} on one node, ` +
      `and there is no place for one more: ${says(nodes)}`
    );
  if (judgement.cause !== "does-not-fit")
    return (
      `${bounds}. A new pod asks for ${asked(pod)}; some start, and the places that old pods leave are too small for the rest: ` +
      `${freeOn(nodes, pod)}.`
    );
  const left = nodesWithout(part, nodes);
  const places = slots(pod, left);
  const missing = Math.max(1, waitingPods(part.update), replicas - places);
  const lacking = `${missing} of ${pods(replicas)} of this service will find no place. Each asks for ${asked(pod)}; `;
  if (places === 0) return `${lacking}with everything else in its place, ${says(left)}`;
  // The scheduler says nothing of what still finds a place.
  const told = slots(pod, nodes) === 0 ? says(nodes) : `${freeOn(nodes, pod)}.`;
  return `${lacking}with all others in theirs, ${told}`;
}

function ofPart({ parts }: ServiceUpdate, { part }: PartJudgement, text: string): string {
  return parts.length === 1 ? text : `${capitalized(part.part.name)}: ${text}`;
}

function whichUpdate({ service, parts }: ServiceUpdate, isSure: boolean): string {
  const never = isSure ? "never finishes" : "may never finish";
  const isRunning = parts.some(({ update, planned }) => update.running.length > planned);
  if (!isRunning) return `Once this service runs, an update of it ${never}.`;
  return replacesPods(service)
    ? `This update ${never}.`
    : `This deployment does not touch the pods, but an update of them ${never}.`;
}

/** What the search could not tell. */
const UNTOLD: ReadonlySet<Cause> = new Set(["too-many-orders", "rules-between-pods"]);

/** Some orders of events end well and others do not, or nobody can tell. */
function doubtful(service: ServiceUpdate, outlook: Outlook, world: World): Verdict | undefined {
  const parts = outlook.parts.filter(({ judgement }) => judgement.outcome === "may-deadlock");
  const [first] = parts;
  if (first === undefined) return undefined;
  const { nodes } = steadyState(world);
  const place = { path: strategyPath(service, first.part), fix: strategyFix(service, first.part) };
  if (parts.every(({ judgement }) => UNTOLD.has(judgement.cause))) {
    const reasons = parts.map((one) => ofPart(service, one, rolloutReason(one.judgement, nodes)));
    return { outcome: "unknown", ...place, message: `Whether an update finishes is not known. ${reasons.join(" ")}` };
  }
  const sentences = parts.map((one) => {
    const { pod } = one.part.update;
    const text =
      `${arithmetic(service, one.part)}. A new pod asks for ${asked(pod)}, and whether all find places depends on which ` +
      `nodes the scheduler picks and which pods end first: ${freeOn(nodes, pod)}.`;
    return ofPart(service, one, text);
  });
  const message = [whichUpdate(service, false), ...sentences].join(" ");
  return { outcome: "fail", level: "advisory", ...place, message };
}

/** It goes well, unless pods of others that wait come first. */
function threatened(service: ServiceUpdate, { threat }: Outlook, world: World): Verdict | undefined {
  const [part] = service.parts;
  if (threat === undefined || part === undefined) return undefined;
  const { pod } = part.update;
  const free = freeOn(steadyState(world).nodes, pod);
  return {
    outcome: "fail",
    level: "advisory",
    path: strategyPath(service, part),
    message: `${whichUpdate(service, false)} ${arithmetic(service, part)}. A new pod asks for ${asked(pod)}: ${free}. ${threat}`,
    fix: "Wait until those pods have a node, delete those that nobody needs, or make room for all of them.",
  };
}

/** It goes well only as the plan puts the pods that do not run yet; told where spreading them would stop it. */
function scattered(service: ServiceUpdate, { doubt }: Outlook): Verdict | undefined {
  const [part] = service.parts;
  if (part === undefined || doubt?.why !== "spread" || someWait(service)) return undefined;
  return {
    outcome: "fail",
    level: "advisory",
    path: strategyPath(service, part),
    message: `All pods of this service find a place. ${doubt.note}`,
    fix: "Start the services with the largest pods first, or make room for one more pod of this size.",
  };
}

function someWait({ parts }: ServiceUpdate): boolean {
  return parts.some(({ update }) => waitingPods(update) > 0);
}

/** Pods that the API server keeps out, whatever the nodes have. */
function refused(service: ServiceUpdate, { refusals }: Outlook, outcome: Outlook["outcome"]): Verdict | undefined {
  const told = refusals.find((one) => one.outcome === outcome);
  const [part] = service.parts;
  if (told === undefined || part === undefined) return undefined;
  const isSure = outcome === "deadlocks";
  const goesOn = "An update of this service will finish, but replace fewer pods at a time.";
  return {
    outcome: "fail",
    level: isSure && replacesPods(service.service) ? "mandatory" : "advisory",
    path: strategyPath(service, part),
    message: `${outcome === "slower" ? goesOn : whichUpdate(service, isSure)} ${told.reason}`,
    fix: `${strategyFix(service, part)} Or raise the quota.`,
  };
}

/** An update that proceeds, with less capacity than the strategy promises or after other services. */
function slowed(service: ServiceUpdate, { parts }: Outlook, world: World): Verdict | undefined {
  const waits = crowdedOut(world).has(service);
  const slow = parts.find(({ judgement }) => judgement.outcome === "slower") ?? (waits ? parts[0] : undefined);
  if (slow === undefined) return undefined;
  const { part, judgement } = slow;
  const { pod, replicas } = part.update;
  const wanted = Math.min(judgement.surge, replicas);
  const text =
    `${arithmetic(service, part)}. A pod asks for ${asked(pod)}, and of ${pods(wanted)} more ` +
    `${judgement.places} would find a place: ${freeOn(steadyState(world).nodes, pod)}. ${consequence(slow)}`;
  return {
    outcome: "fail",
    level: "advisory",
    path: strategyPath(service, part),
    message: ofPart(service, slow, text),
    fix: `Make room for ${pods(wanted)} more, lower maxSurge, or update services one by one.`,
  };
}

/** What is slower by itself is not so because of others. */
function consequence({ judgement: { outcome, unavailable } }: PartJudgement): string {
  if (outcome !== "slower")
    return "Other services change in this deployment too and not all fit at once, so they will finish one after another.";
  return unavailable === 0
    ? "The update will finish, but replace fewer pods at a time."
    : `The update will finish, but end up to ${pods(unavailable)} first, so that fewer serve meanwhile.`;
}

/** A deadlock, but only at another number of pods that the autoscaler may choose. */
function atPeak(service: ServiceUpdate, { parts }: Outlook, world: World): Verdict | undefined {
  const index = steadyIndex(world);
  for (const one of parts) {
    const bad = atOtherSizes(one, index).find(({ judgement }) => judgement.outcome === "deadlocks");
    if (bad !== undefined) return peakVerdict(service, one, bad, (replicas) => atSize(one.part, replicas, index));
  }
  return undefined;
}

function peakVerdict(
  service: ServiceUpdate,
  one: PartJudgement,
  { replicas, judgement, nodes }: SizeJudgement,
  at: (replicas: number) => SizeJudgement,
): Verdict {
  const { part } = one;
  const there = nodes();
  const { pod } = part.update;
  const scaled = replicas > part.update.replicas ? "out" : "in";
  const none =
    judgement.cause === "no-place" ? "and then there is no place for one more pod" : "and not all have a place";
  const lower = scaled === "out" ? largestThatGoes(part.update.replicas, replicas, at) : undefined;
  return {
    outcome: "fail",
    level: "advisory",
    path: strategyPath(service, part),
    message: ofPart(
      service,
      one,
      `While the service is scaled ${scaled} to ${pods(replicas)}, an update of it never finishes. ` +
        `${arithmetic(service, part, replicas)}, ${none} of ${asked(pod)}: ` +
        `${freeOn(there, pod)}. The scheduler will say: ${failedScheduling(pod, there)}`,
    ),
    fix: `${lower === undefined ? "" : `Lower maxReplicas to ${lower}. `}${strategyFix(service, part)}`,
  };
}

/** Sizes to try below one that is too large. */
const MOST_TRIED = 32;

function largestThatGoes(from: number, tooMany: number, at: (replicas: number) => SizeJudgement): number | undefined {
  const least = Math.max(from, tooMany - MOST_TRIED);
  const sizes = Array.from({ length: tooMany - least }, (_, i) => tooMany - 1 - i);
  return sizes.find((replicas) => at(replicas).judgement.outcome !== "deadlocks");
}

/** Said once for all services, because it is one thing that is missing. */
function withoutNodes(subject: RuleSubject, world: World): Verdict[] | undefined {
  const judged = steadyState(world).services.filter(hasDevices);
  const [first] = judged;
  if (first?.service.subject !== subject) return undefined;
  const what = judged.length === 1 ? "this service" : `${judged.length} services (this is the first)`;
  return [
    {
      outcome: "unknown",
      path: first.parts[0] === undefined ? "spec" : strategyPath(first, first.parts[0]),
      message: `No nodes were given, so it is not known whether the pods of ${what} find a place, and one more during an update.`,
      fix: "Give the cluster's nodes and pods (kubectl get nodes,pods -A -o yaml) as inventory.",
    },
  ];
}
