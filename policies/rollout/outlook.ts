/** How the update of a service goes on its nodes and under its quotas, and how sure that is. `plan` and the rules both say this. */
import type { PodGroup } from "../../sdk/capacity/packing/packing";
import { nodeIndex, type NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import type { QuotaJudgement } from "../../sdk/capacity/quota/quotaRollout";
import type { Outcome } from "../../sdk/capacity/rollout/update";
import { crowding, type Doubt } from "./crowding";
import { growthFor } from "./growth";
import { listed } from "../world/reference";
import { relief } from "./relief";
import { rivalsOf } from "./rivals";
import { scattering } from "./scattering";
import { judgeService, worst, type PartJudgement } from "./serviceRollout";
import type { World } from "../world/types";
import { quotaAnswers, steadyState, type ServiceUpdate } from "./updates";

export interface Outlook {
  /** The worse of nodes and quotas. */
  outcome: Outcome;
  /** On the nodes: `may-deadlock` where what is stuck now may still pass. */
  onNodes: Outcome;
  /** On the nodes as they are. */
  parts: PartJudgement[];
  /** Of the quotas that do not let it go as it is to. */
  refusals: QuotaJudgement[];
  /** In another order of placement, where the services ask for more than there is; `outcome` counts it. */
  doubt: Doubt | undefined;
  /** A sentence: which pods of others wait as well and may take what it needs; `onNodes` counts it. */
  threat: string | undefined;
  /** Sentences: what may still free a place for what is stuck, or why no pool can grow for it. */
  hopes: string[];
}

interface Shared {
  index: NodeIndex;
  crowd: ReturnType<typeof crowding>;
  scatter: ReturnType<typeof scattering>;
  outlooks: Map<ServiceUpdate, Outlook>;
}

const known = new WeakMap<World, Shared>();

function sharedOf(world: World): Shared {
  const shared = known.get(world) ?? share(world);
  known.set(world, shared);
  return shared;
}

function share(world: World): Shared {
  const state = steadyState(world);
  const index = nodeIndex(state.nodes);
  return { index, crowd: crowding(world, state), scatter: scattering(world, index), outlooks: new Map() };
}

/** The nodes of the steady state, prepared once; who takes places gives them back. */
export function steadyIndex(world: World): NodeIndex {
  return sharedOf(world).index;
}

/** Worked out once for each service of a world. Of a service without parts, and without nodes, nothing is known. */
export function outlookOf(service: ServiceUpdate, world: World): Outlook {
  const { outlooks } = sharedOf(world);
  const found = outlooks.get(service) ?? judged(service, world);
  outlooks.set(service, found);
  return found;
}

const NOTHING: Outlook = {
  outcome: "unknown",
  onNodes: "unknown",
  parts: [],
  refusals: [],
  doubt: undefined,
  threat: undefined,
  hopes: [],
};

function judged(service: ServiceUpdate, world: World): Outlook {
  const { index, crowd, scatter } = sharedOf(world);
  const state = steadyState(world);
  if (service.parts.length === 0 || state.nodes.length === 0) return NOTHING;
  const parts = judgeService(service.parts, state.nodes, index);
  const refusals = quotaAnswers(service, state);
  const { outcome: hoped, hopes } = hopeful(service, parts, world);
  const threat = STUCK.has(hoped) ? undefined : threatTo(service, world);
  const onNodes = threat === undefined ? hoped : "may-deadlock";
  const outcome = worst([onNodes, ...refusals.map((refusal) => refusal.outcome)]);
  const doubt = crowd(service, outcome) ?? scatter(service, outcome);
  return { outcome: doubt?.outcome ?? outcome, onNodes, parts, refusals, doubt, threat, hopes };
}

/** What is stuck on these nodes need not be on others that may come, or with other pods elsewhere. */
function hopeful(
  service: ServiceUpdate,
  parts: readonly PartJudgement[],
  world: World,
): Pick<Outlook, "hopes"> & { outcome: Outcome } {
  const outcome = worst(parts.map(({ judgement }) => judgement.outcome));
  if (outcome !== "deadlocks") return { outcome, hopes: [] };
  const stuck = parts.filter(({ judgement }) => judgement.outcome === "deadlocks");
  const growth = growthFor(world, stuck.map(missingPods), steadyState(world).nodes);
  const relieved = relief(service, parts, world);
  const hopes = [growth?.text, relieved].filter((text) => text !== undefined);
  return { outcome: growth?.mayHelp === true || relieved !== undefined ? "may-deadlock" : outcome, hopes };
}

const STUCK: ReadonlySet<Outcome> = new Set(["deadlocks", "may-deadlock"]);

/** Pods of others that wait are no part of the plan, but could stop an update that goes well without them. */
function threatTo(service: ServiceUpdate, world: World): string | undefined {
  const rivals = rivalsOf(service, world, steadyIndex(world));
  if (rivals.length === 0) return undefined;
  const updates = rivals.map(({ update }) => update);
  const judgements = judgeService(service.parts, steadyState(world).nodes, steadyIndex(world), updates);
  if (!judgements.some(({ judgement }) => STUCK.has(judgement.outcome))) return undefined;
  const names = rivals.flatMap((one) => one.names);
  const who = names.length === 1 ? `Pod ${listed(names)} waits` : `Pods ${listed(names)} wait`;
  return `${who} for a node too and may take the place that this update needs.`;
}

/** Pods without a place: the one that must start before an old one ends, or all that do not fit. */
function missingPods({ part: { part }, judgement }: PartJudgement): PodGroup {
  const { pod, replicas, running } = judgement.update;
  const waiting = replicas - running.length;
  if (judgement.cause === "no-place") return { pod, count: Math.max(part.wholeFirst ?? 1, waiting) };
  return { pod, count: waiting > 0 ? waiting : replicas };
}
