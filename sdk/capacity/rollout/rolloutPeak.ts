/**
 * How many accelerators an update holds at once, by counting. At any moment q old pods and p new ones are bound, p is no
 * more than the replicas and q + p no more than replicas + surge; the most is at one end of that.
 */
import { hasRules } from "../placement/podRules";
import { oneMorePod } from "../inventory/inventory";
import { deviceCount } from "../placement/requests";
import * as updates from "./update";
import type { Outcome, RolloutJudgement, Update } from "./update";

type Peak = RolloutJudgement["peak"];

/** Outcomes in which all new pods start. */
export const GOES: ReadonlySet<string> = new Set<Outcome>(["completes", "slower", "recreate"]);

/**
 * While everything else stays. Old pods that wait for a place never get one: the controller ends them before any that runs.
 *
 * @param places for new pods at the start, counted up to the surge and the old pods that wait
 */
export function peakAlone(update: Update, outcome: Outcome, places: number): Peak {
  const { replicas, running, pod } = update;
  const { surge, unavailable } = updates.boundsOf(update);
  const further = Math.min(surge, replicas) + updates.waitingPods(update);
  const old = updates.oldRequests(update);
  // A pod of the same size opens one place as it ends, no more.
  const isSame = old !== undefined && updates.isSame(old, oneMorePod(pod.requests)) && !hasRules(pod);
  const startsFirst = unavailable === 0 && surge > 0 && places > 0;
  return {
    most: mostOf(update, running.length, isSame ? Math.min(places, further) : further),
    least: leastOf(update, outcome, startsFirst),
  };
}

/** While others make room or take it: old pods that wait may find a place, and new ones more than there are now. */
export function peakAmongOthers(update: Update, outcome: Outcome): Peak {
  const { surge, unavailable } = updates.boundsOf(update);
  const held = Math.max(update.running.length, update.replicas);
  const startsFirst = unavailable === 0 && surge > 0 && GOES.has(outcome);
  return {
    most: Math.max(
      mostOf(update, held, Math.min(surge, update.replicas)),
      mostOf(update, update.running.length, surge + updates.waitingPods(update)),
    ),
    least: leastOf(update, outcome, startsFirst),
  };
}

/** @param further pods beyond the `held` old ones that may be bound at once */
function mostOf(update: Update, held: number, further: number): number {
  const { replicas, strategy } = update;
  const { old, fresh } = weights(update);
  if (strategy === "Recreate") return Math.max(held * old, replicas * fresh);
  const all = Math.min(replicas, held + further);
  const beside = Math.min(replicas, further);
  return Math.max(held * old + beside * fresh, all * fresh + Math.min(held, held + further - all) * old);
}

function leastOf(update: Update, outcome: Outcome, startsFirst: boolean): number {
  const { replicas } = update;
  const { fresh } = weights(update);
  const held = deviceCount(updates.heldBy(updates.runningPods(update)));
  const before = startsFirst && replicas > 0 ? held + fresh : held;
  return GOES.has(outcome) ? Math.max(replicas * fresh, before) : before;
}

/** Accelerators of a new pod and of the largest old one. */
function weights(update: Update): { old: number; fresh: number } {
  const { running, pod, old } = update;
  const shown = updates.runningPods(update).map(({ requests }) => deviceCount(requests));
  const told = running.length > 0 ? 0 : deviceCount(old ?? pod.requests);
  return { old: Math.max(told, ...shown), fresh: deviceCount(pod.requests) };
}
