/** What an update of all services of a world means for its nodes: each alone, the order of waves, and every pool. */
import { plus, quantityOf, type Amounts } from "../../sdk/capacity/amounts";
import type { NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { askedBy } from "../../sdk/capacity/rollout/rolloutReason";
import { GOES } from "../../sdk/capacity/rollout/rolloutPeak";
import { peakRequests, type Outcome, type Update } from "../../sdk/capacity/rollout/update";
import { atOtherSizes } from "./otherSizes";
import { outlookOf, steadyIndex } from "./outlook";
import { poolsOf, type Pool } from "./pools";
import { quotaPeaks, type QuotaPeak } from "./quotaPeaks";
import { partsReason, type PartJudgement } from "./serviceRollout";
import type { World } from "../world/types";
import { steadyState, type ServiceUpdate, type SteadyState } from "./updates";
import { serviceWaves, type ServiceWaves } from "./waveOrder";
import { withinQuotas } from "./waveQuotas";

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
  const going = state.services.filter((service) => mayHaveWave(service, world));
  const onNodes = serviceWaves(going, state.nodes);
  const waves = { ...onNodes, waves: withinQuotas(onNodes.waves, state) };
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

/**
 * What is stuck alone may go after a wave that makes room. But what is in doubt for other reasons than the nodes' room, or
 * has parts that may hold each other up, is certain in no wave; nor is what quotas may keep from ending.
 */
function mayHaveWave(service: ServiceUpdate, world: World): boolean {
  const { outcome, doubt, threat, refusals } = outlookOf(service, world);
  if (!refusals.every((refusal) => GOES.has(refusal.outcome))) return false;
  return GOES.has(outcome) || (doubt === undefined && threat === undefined && service.parts.length === 1);
}

interface Judged {
  planned: PlannedService;
  parts: PartJudgement[];
}

function judging(state: SteadyState, world: World, waves: ServiceWaves): (service: ServiceUpdate) => Judged {
  const { nodes } = state;
  const index = steadyIndex(world);
  return (service) => {
    const { placed, parts, problem } = service;
    const { namespace = "default", name } = service.service.ref;
    const head = { name, namespace, steady: { placed } };
    if (parts.length === 0 || nodes.length === 0) {
      const reason = problem ?? "No nodes were given, so it is not known whether its pods find a place.";
      const outcome = service.service.refusal === undefined ? "unknown" : "deadlocks";
      return { parts: [], planned: { ...head, rollout: { outcome, reason, ...boundsOf([]) } } };
    }
    const { outcome, onNodes, parts: judged, refusals, hopes, doubt, threat } = outlookOf(service, world);
    const notes = [
      ...refusals.map(({ reason }) => reason),
      refusals.length > 0 && onNodes === "completes" ? undefined : partsReason(judged, nodes),
      ...hopes,
      threat,
      doubt?.note,
      ...(state.services.every(hasPlaces) ? parts.map(({ update }) => missingNote(update, waves)) : []),
      ...judged.map((one) => otherSizesNote(one, judged.length > 1, index)),
      canaryNote(service),
    ];
    const reason = notes.filter((note) => note !== undefined && note !== "").join(" ");
    const rollout = { outcome, reason, ...boundsOf(judged), peakRequests: peakOf(service) };
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
function otherSizesNote(one: PartJudgement, isOneOfMany: boolean, index: NodeIndex): string | undefined {
  const { part, judgement } = one;
  const told = atOtherSizes(one, index)
    .filter((there) => there.judgement.outcome !== judgement.outcome)
    .map(({ replicas, judgement: there }) => `at ${replicas} ${WORDS[there.outcome]}`);
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

function canaryNote({ service: { workload } }: ServiceUpdate): string | undefined {
  if (workload?.service.spec.predictor.canaryTrafficPercent === undefined) return undefined;
  return workload.mode === "Knative"
    ? "While the canary lasts, the pods of both revisions stay."
    : "canaryTrafficPercent has no effect in Standard mode: all pods are replaced.";
}
