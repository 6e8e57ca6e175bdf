/** Why an update goes as it does, in a sentence or two. */
import type { ClusterNode } from "../inventory/inventory";
import { failedScheduling } from "../placement/placement";
import { isExtendedResource } from "../placement/requests";
import type { RolloutJudgement, Update } from "./update";

/** @param nodes those the update was judged on; the scheduler's words come from them */
export function rolloutReason(judgement: RolloutJudgement, nodes: readonly ClusterNode[]): string {
  const { update, cause, unavailable, places } = judgement;
  const each = askedBy(update);
  const wanted = Math.min(judgement.surge, update.replicas);
  switch (cause) {
    case "no-pods":
      return "0 replicas: there is no pod to replace.";
    case "room":
      return wanted === 0
        ? `${bounds(judgement)}: old pods end first, and the new ones take places that are free.`
        : `${bounds(judgement)}, and there is a place for ${count(wanted, "more pod")} of ${each}.`;
    case "fewer-at-once":
      return `${bounds(judgement)}. Of ${count(wanted, "more pod")} of ${each} not always all find a place at once (${places} now), so some wait for others to end.`;
    case "old-ends-first":
      return `${bounds(judgement)}. There is no place for a further pod of ${each}, so ${unavailable === 1 ? "an old pod ends" : `up to ${unavailable} old pods end`} first and fewer serve meanwhile.`;
    case "no-place":
      if (places > 0)
        return `${bounds(judgement)}. Of ${count(wanted, "new pod")} of ${each} that must be there first only ${places} ${places === 1 ? "finds" : "find"} a place.`;
      return `${bounds(judgement)}, so a new pod of ${each} must start beside the old ones, and no node has a place for it. ${words(update, nodes)}`;
    case "does-not-fit":
      return `${misfit(update)}.${places === 0 ? ` ${words(update, nodes)}` : ""}`;
    case "stuck-midway":
      return `${bounds(judgement)}. Some new pods of ${each} start, but the places that old ones leave are too small for the rest.`;
    case "order":
      return `${bounds(judgement)}. It depends on which nodes the scheduler picks and which pods end first whether every pod of ${each} finds a place.`;
    case "too-many-orders":
      return `${bounds(judgement)}. There are too many orders of events to tell whether every pod of ${each} finds a place in all of them.`;
    case "rules-between-pods":
      return `${bounds(judgement)}. Affinity, topology spread or host ports tie its pods to others, so that not every order is sure to end well.`;
    case "recreate":
      return `All old pods end before ${count(update.replicas, "new one")} of ${each} ${update.replicas === 1 ? "starts" : "start"}; none serves meanwhile.`;
  }
}

function misfit(update: Update): string {
  const { replicas, running } = update;
  const found = replicas === 1 ? "finds no place" : "do not all find a place";
  const ended = replicas === 1 ? "one is" : "ones are";
  const gone = running.length === 0 ? "" : `, not even once the old ${ended} gone`;
  return `${count(replicas, "pod")} of ${askedBy(update)} ${found}${gone}`;
}

/** `2 x nvidia.com/gpu`; cpu and memory where a pod asks for no device. */
export function askedBy({ pod }: Update): string {
  const asked = Object.entries(pod.requests).filter(([, amount]) => amount > 0);
  const devices = asked.filter(([name]) => isExtendedResource(name)).map(([name, amount]) => `${amount} x ${name}`);
  return devices.length > 0 ? devices.join(" and ") : "its cpu and memory";
}

function bounds({ update, surge, unavailable }: RolloutJudgement): string {
  return `At ${count(update.replicas, "replica")} an update may add ${surge} and miss ${unavailable}`;
}

function words({ pod }: Update, nodes: readonly ClusterNode[]): string {
  return `The scheduler will say: ${failedScheduling(pod, nodes)}`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}
