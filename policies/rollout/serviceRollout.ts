/** How the update of one service goes: all its parts are replaced at the same time. */
import { withoutPods, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { nodeIndex, type NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { judgeGroups, judgeHeadAndWorkers } from "../../sdk/capacity/rollout/rolloutGroups";
import { judgeRollout } from "../../sdk/capacity/rollout/rolloutJudgement";
import { rolloutReason } from "../../sdk/capacity/rollout/rolloutReason";
import { judgeTogether } from "../../sdk/capacity/rollout/rolloutTogether";
import type { Outcome, RolloutJudgement, Update } from "../../sdk/capacity/rollout/update";
import { capitalized } from "../world/reference";
import { isBound, type PartUpdate } from "./updates";

export interface PartJudgement {
  part: PartUpdate;
  judgement: RolloutJudgement;
}

/** From the best to the worst. */
const ORDER: readonly Outcome[] = ["completes", "slower", "recreate", "unknown", "may-deadlock", "deadlocks"];

export function worst(outcomes: readonly Outcome[]): Outcome {
  return ORDER[Math.max(0, ...outcomes.map((outcome) => ORDER.indexOf(outcome)))] ?? "unknown";
}

/**
 * A Deployment that gets fewer replicas ends its surplus pods before it updates the rest. Which ones go is not certain:
 * a judgement stands only where each choice gives it.
 * Upstream: kubernetes `pkg/controller/deployment/deployment_controller.go` (isScalingEvent).
 * @param index of the same nodes
 * @param rivals not updated, but with pods that wait and may take a place at any moment
 */
export function judgeService(
  parts: readonly PartUpdate[],
  nodes: readonly ClusterNode[],
  index: NodeIndex,
  rivals: readonly Update[] = [],
): PartJudgement[] {
  const turns = Math.max(
    ...parts.map(({ surplus, update }) => surplus.length && surplus.length + update.running.length),
  );
  if (turns <= 0) return judgeScaled(parts, nodes, index, rivals);
  const [first = [], ...others] = Array.from({ length: turns }, (_, turn) => {
    const { kept, left } = scaledIn(parts, nodes, turn);
    return judgeScaled(kept, left, nodeIndex(left), rivals);
  });
  return first.map(({ part, judgement }, i) => ({
    part: parts[i] ?? part,
    judgement: {
      ...others.flatMap((other) => other[i]?.judgement ?? []).reduce(eitherWay, judgement),
      update: (parts[i] ?? part).update,
    },
  }));
}

/** The nodes without the surplus pods, taken round the list from some pod on. */
function scaledIn(parts: readonly PartUpdate[], nodes: readonly ClusterNode[], turn: number) {
  const gone = new Set<unknown>();
  const kept = parts.map((part): PartUpdate => {
    const { update, surplus } = part;
    if (surplus.length === 0) return part;
    const own = [...update.running, ...surplus];
    const at = turn % own.length;
    const order = [...own.slice(at), ...own.slice(0, at)];
    for (const pod of order.slice(update.replicas)) if (isBound(pod)) gone.add(pod.bound);
    return { ...part, update: { ...update, running: order.slice(0, update.replicas) } };
  });
  return { kept, left: withoutPods(nodes, (pod) => gone.has(pod)) };
}

function eitherWay(a: RolloutJudgement, b: RolloutJudgement): RolloutJudgement {
  if (a.outcome === b.outcome) return a;
  const isWorse = worst([a.outcome, b.outcome]) === b.outcome;
  const { outcome, cause } = isWorse ? b : a;
  return outcome === "deadlocks" ? { ...a, outcome: "may-deadlock", cause: "order" } : { ...a, outcome, cause };
}

function judgeScaled(
  parts: readonly PartUpdate[],
  nodes: readonly ClusterNode[],
  index: NodeIndex,
  rivals: readonly Update[],
): PartJudgement[] {
  const judgements = judgeParts(parts, nodes, index, rivals);
  return parts.flatMap((part, i) => {
    const judgement = judgements[i];
    return judgement === undefined ? [] : [{ part, judgement: asRevision(part, asGroups(part, judgement, nodes)) }];
  });
}

function judgeParts(
  parts: readonly PartUpdate[],
  nodes: readonly ClusterNode[],
  index: NodeIndex,
  rivals: readonly Update[],
): readonly RolloutJudgement[] {
  const [first, second, ...others] = parts;
  if (first === undefined) return [];
  if (second === undefined && rivals.length === 0) return [judgeRollout(first.update, index)];
  if (second?.part.name === "workers" && others.length === 0) {
    return judgeHeadAndWorkers(first.update, second.update, nodes, rivals).map(asOneServer);
  }
  return judgeTogether(
    parts.map(({ update }) => update),
    nodes,
    rivals,
  ).each;
}

/** A new head is ready only with all its workers, so what waits for a place may hold up what the old ones would leave. */
function asOneServer(judgement: RolloutJudgement): RolloutJudgement {
  return judgement.outcome === "slower" ? { ...judgement, outcome: "may-deadlock", cause: "order" } : judgement;
}

/** Pods that find places one by one may still not make a group. */
function asGroups(
  { part: { groupSize, written }, update }: PartUpdate,
  judgement: RolloutJudgement,
  nodes: readonly ClusterNode[],
): RolloutJudgement {
  if (groupSize === 1 || update.strategy === "Recreate") return judgement;
  const { maxSurge = 0, maxUnavailable = 1 } = written.rollingUpdate ?? {};
  const { name, replicas, pod, running } = update;
  const groups = replicas / groupSize;
  const asGroup = judgeGroups({ name, groups, size: groupSize, pod, running, maxSurge, maxUnavailable }, nodes);
  const isWorse = worst([judgement.outcome, asGroup.outcome]) !== judgement.outcome;
  return isWorse ? { ...judgement, outcome: asGroup.outcome, cause: asGroup.cause } : judgement;
}

/** Traffic goes to a Knative revision, and the old one goes, only once so many of its pods are ready. */
function asRevision({ part: { wholeFirst = 0 } }: PartUpdate, judgement: RolloutJudgement): RolloutJudgement {
  if (judgement.outcome !== "slower" || judgement.places >= wholeFirst) return judgement;
  return { ...judgement, outcome: "deadlocks", cause: "no-place" };
}

/** Why: of several parts, of those that decide and those that do not simply complete. */
export function partsReason(judged: readonly PartJudgement[], nodes: readonly ClusterNode[]): string {
  const outcome = worst(judged.map(({ judgement }) => judgement.outcome));
  return judged
    .filter(({ judgement }) => judgement.outcome === outcome || judgement.outcome !== "completes")
    .map(({ part: { part }, judgement }) => {
      const reason = rolloutReason(judgement, nodes);
      const group = part.groupSize > 1 ? ` (groups of ${part.groupSize} pods)` : "";
      return judged.length > 1 || group !== "" ? `${capitalized(part.name)}${group}: ${reason}` : reason;
    })
    .join(" ");
}
