/** What an update of all services of a world means for its nodes: each alone, the order of waves, and every pool. */
import { surgePlaces } from "../../sdk/capacity/headroom";
import {
  nodeAt,
  nodeIndex,
  place,
  rowOf,
  take,
  takeBack,
  type NodeIndex,
} from "../../sdk/capacity/placement/nodeIndex";
import type { PodGroup } from "../../sdk/capacity/placement/podShape";
import { plus, quantityOf, type Amounts } from "../../sdk/capacity/amounts";
import { judgeRollout } from "../../sdk/capacity/rollout/rolloutJudgement";
import { askedBy } from "../../sdk/capacity/rollout/rolloutReason";
import { peakRequests, type Outcome, type RolloutJudgement, type Update } from "../../sdk/capacity/rollout/update";
import { crowding } from "./crowding";
import { growthFor } from "./growth";
import { poolsOf, type Pool } from "./pools";
import { quotaPeaks, type QuotaPeak } from "./quotaPeaks";
import { judgeService, partsReason, worst, type PartJudgement } from "./serviceRollout";
import type { World } from "./types";
import { quotaAnswers, steadyState, updateAt, type PartUpdate, type ServiceUpdate, type SteadyState } from "./updates";
import { serviceWaves, type ServiceWaves } from "./waveOrder";

export type { Pool } from "./pools";
export type { QuotaPeak } from "./quotaPeaks";

export interface RolloutPlan {
  services: PlannedService[];
  pools: Pool[];
  /** Services that update at once, as `namespace/name`. */
  waves: string[][];
  /** Absent where no ResourceQuota of their namespaces is known. */
  quotas?: QuotaPeak[];
}

export interface PlannedService {
  name: string;
  namespace: string;
  /** Pods of all its parts: those that have a place before the update, of those wanted where that is known. */
  steady: { placed: number; wanted?: number };
  /**
   * Surge and maxUnavailable are pods, all parts together; `peakRequests` what the pods of both revisions request at once
   * at most, as quantities, absent where the pods are not known.
   */
  rollout: {
    outcome: Outcome;
    reason: string;
    surge: number;
    maxUnavailable: number;
    peakRequests?: Record<string, string>;
  };
}

export function rolloutPlan(world: World): RolloutPlan {
  const state = steadyState(world);
  const refused = new Set(state.services.filter((service) => isRefused(service, state)));
  const waves = serviceWaves(
    state.services.filter((service) => !refused.has(service)),
    state.nodes,
  );
  const judge = judging(state, world, waves);
  const judged = state.services.map((service) => judge(service));
  const peaks = new Map(judged.flatMap(({ parts }) => parts.map(({ part, judgement }) => [part.update, judgement])));
  const quotas = quotaPeaks(state, waves.waves);
  return {
    services: judged.map(({ planned }) => planned),
    pools: poolsOf(state.nodes, waves.waves, peaks, world.pools),
    waves: waves.waves.map((wave) => [...new Set(wave.map(({ name }) => name))]),
    ...(quotas.length > 0 && { quotas }),
  };
}

const STUCK: ReadonlySet<Outcome> = new Set(["deadlocks", "may-deadlock"]);

/** Whether quotas may keep an update from ending, whatever the nodes have. */
function isRefused(service: ServiceUpdate, state: SteadyState): boolean {
  return quotaAnswers(service, state).some(({ outcome }) => STUCK.has(outcome));
}

interface Judged {
  planned: PlannedService;
  parts: PartJudgement[];
}

function judging(state: SteadyState, world: World, waves: ServiceWaves): (service: ServiceUpdate) => Judged {
  const { nodes } = state;
  const index = nodeIndex(nodes);
  const crowd = crowding(world, state);
  return (service) => {
    const { placed, parts, problem } = service;
    const { namespace = "default", name } = service.service.ref;
    const head = { name, namespace, steady: { placed } };
    if (parts.length === 0 || nodes.length === 0) {
      const reason = problem ?? "No nodes were given, so it is not known whether its pods find a place.";
      const outcome = service.service.refusal === undefined ? "unknown" : "deadlocks";
      return { parts: [], planned: { ...head, rollout: { outcome, reason, ...boundsOf([]) } } };
    }
    const judged = judgeService(parts, nodes, index);
    const onNodes = hopeful(service, judged, world, state);
    const refusals = quotaAnswers(service, state);
    const outcome = worst([onNodes.outcome, ...refusals.map((refusal) => refusal.outcome)]);
    const doubt = crowd(service, outcome);
    const notes = [
      ...refusals.map(({ reason }) => reason),
      refusals.length > 0 && onNodes.outcome === "completes" ? undefined : partsReason(judged, nodes),
      ...onNodes.hopes,
      doubt?.note,
      ...(state.services.every(hasPlaces) ? parts.map(({ update }) => missingNote(update, waves)) : []),
      ...judged.map((one) => atOtherSizes(one, judged.length > 1, index)),
      canaryNote(service),
    ];
    const reason = notes.filter((note) => note !== undefined && note !== "").join(" ");
    const rollout = { outcome: doubt?.outcome ?? outcome, reason, ...boundsOf(judged), peakRequests: peakOf(service) };
    return { parts: judged, planned: { ...head, steady: { placed, wanted: wantedBy(service) }, rollout } };
  };
}

function boundsOf(judged: readonly PartJudgement[]): Pick<PlannedService["rollout"], "surge" | "maxUnavailable"> {
  const sum = (of: "surge" | "unavailable") => judged.reduce((total, { judgement }) => total + judgement[of], 0);
  return { surge: sum("surge"), maxUnavailable: sum("unavailable") };
}

function peakOf({ parts }: ServiceUpdate): Record<string, string> {
  const peak = parts.reduce<Amounts>((sum, { update }) => plus(sum, peakRequests(update)), {});
  return Object.fromEntries(Object.entries(peak).map(([name, amount]) => [name, quantityOf(name, amount)]));
}

function wantedBy({ parts }: ServiceUpdate): number {
  return parts.reduce((total, { update }) => total + update.replicas, 0);
}

/** What is stuck on these nodes need not be on others that may come, or with other pods elsewhere. */
function hopeful(
  service: ServiceUpdate,
  judged: readonly PartJudgement[],
  world: World,
  { nodes }: SteadyState,
): { outcome: Outcome; hopes: string[] } {
  const outcome = worst(judged.map(({ judgement }) => judgement.outcome));
  if (outcome !== "deadlocks") return { outcome, hopes: [] };
  const stuck = judged.filter(({ judgement }) => judgement.outcome === "deadlocks");
  const groups = stuck.map(({ judgement }) => missingPods(judgement));
  const growth = growthFor(world, groups, nodes);
  const otherwise = fitsOtherwise(service, judged, world) ? [OTHERWISE] : [];
  const hopes = [...(growth === undefined ? [] : [growth.text]), ...otherwise];
  return { outcome: growth?.mayHelp === true || otherwise.length > 0 ? "may-deadlock" : outcome, hopes };
}

/** Pods without a place: the one that must start before an old one ends, or all that do not fit. */
function missingPods({ cause, update: { pod, replicas, running } }: RolloutJudgement): PodGroup {
  const waiting = replicas - running.length;
  if (cause === "no-place") return { pod, count: Math.max(1, waiting) };
  return { pod, count: waiting > 0 ? waiting : replicas };
}

const OTHERWISE = "With the pods that do not run yet on other nodes there would be a place.";

/** Pods that do not run yet were put somewhere here; the scheduler may put them elsewhere. */
function fitsOtherwise({ service }: ServiceUpdate, [only, ...others]: readonly PartJudgement[], world: World): boolean {
  const { workload } = service;
  if (workload === undefined || others.length > 0 || only?.judgement.cause !== "no-place") return false;
  const { account, demands } = world.headroom;
  const demand = demands.get(workload);
  return demand !== undefined && surgePlaces(account, demand, 1).count > 0;
}

/** A service whose pods have no place at all is in no wave, and would take further places. */
function hasPlaces({ placed, parts }: ServiceUpdate): boolean {
  return placed > 0 || parts.every(({ update }) => update.replicas === 0);
}

/** How many further places would do, once for the services that lack a wave. */
function missingNote(update: Update, { missing }: ServiceWaves): string | undefined {
  const own = missing?.find((entry) => entry.update === update);
  if (own === undefined) return undefined;
  const places = own.places === 1 ? "1 more place" : `${own.places} more places`;
  return `With ${places} for a pod of ${askedBy(update)}, every service would have its wave.`;
}

/** An autoscaler may keep another number of pods when the update comes. */
function atOtherSizes({ part, judgement }: PartJudgement, isOneOfMany: boolean, index: NodeIndex): string | undefined {
  const { update, outcome } = judgement;
  const { min, max } = part.part.pods;
  const others = [min, max].filter((replicas) => replicas !== update.replicas && replicas > 0);
  const told = others.flatMap((replicas) => {
    const there = scaledTo(part, replicas, index);
    return there === outcome ? [] : [`at ${replicas} ${WORDS[there]}`];
  });
  const whose = isOneOfMany ? `The autoscaler of its ${part.part.name}` : "Its autoscaler";
  return told.length === 0 ? undefined : `${whose} may choose another size: ${told.join(", ")}.`;
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
function scaledTo(part: PartUpdate, replicas: number, index: NodeIndex): Outcome {
  const update = updateAt(part, replicas);
  const kept = update.running.slice(0, replicas);
  const gone = [...update.running.slice(replicas), ...part.surplus];
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

function canaryNote({ service: { workload } }: ServiceUpdate): string | undefined {
  if (workload?.service.spec.predictor.canaryTrafficPercent === undefined) return undefined;
  return workload.mode === "Knative"
    ? "While the canary lasts, the pods of both revisions stay."
    : "canaryTrafficPercent has no effect in Standard mode: all pods are replaced.";
}
