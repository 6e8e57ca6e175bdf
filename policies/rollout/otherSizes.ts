/** How an update goes at the other sizes that an autoscaler may have chosen when it comes. */
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { nodeAt, nodesOf, place, rowOf, take, takeBack, type NodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { judgeRollout } from "../../sdk/capacity/rollout/rolloutJudgement";
import type { PodShape } from "../../sdk/capacity/placement/podShape";
import { runningRevision, type RolloutJudgement } from "../../sdk/capacity/rollout/update";
import type { PartJudgement } from "./serviceRollout";
import { updateAt, type PartUpdate } from "./updates";

/** An update at one number of pods. */
export interface SizeJudgement {
  replicas: number;
  judgement: RolloutJudgement;
  /** The nodes at that size. */
  nodes: () => ClusterNode[];
}

/** At the least and the most pods that a part may have, where it has another number now. */
export function atOtherSizes({ part }: PartJudgement, index: NodeIndex): SizeJudgement[] {
  const { min, max } = part.part.pods;
  const others = [...new Set([min, max])].filter((replicas) => replicas !== part.update.replicas && replicas > 0);
  return others.map((replicas) => atSize(part, replicas, index));
}

/** Scaled in, the last pods of the list go; scaled out, further ones take places. The index is as before afterwards. */
export function atSize(part: PartUpdate, replicas: number, index: NodeIndex): SizeJudgement {
  const on = <T>(answer: (rows: readonly number[]) => T) => scaled(part, replicas, index, answer);
  const update = updateAt(part, replicas);
  const kept = update.running.slice(0, replicas);
  const judgement = on((rows) => {
    const shape = present(part);
    const added = rows.map((row) => ({ node: nodeAt(index, row).name, requests: shape.requests, shape }));
    return judgeRollout({ ...update, running: [...kept, ...added] }, index);
  });
  return { replicas, judgement, nodes: () => on(() => nodesOf(index)) };
}

function scaled<T>(part: PartUpdate, replicas: number, index: NodeIndex, answer: (rows: readonly number[]) => T): T {
  const { running } = part.update;
  const pod = present(part);
  const gone = [...running.slice(replicas), ...part.surplus];
  const move = (copies: number) => {
    for (const { node, requests, shape = { requests } } of gone) take(index, rowOf(index, node) ?? 0, shape, copies);
  };
  move(-1);
  const rows = place(index, pod, replicas - Math.min(replicas, running.length));
  const result = answer(rows);
  takeBack(index, pod, rows);
  move(1);
  return result;
}

const shapes = new WeakMap<PartUpdate, PodShape>();

/** A further pod of the present revision, the same each time. */
function present(part: PartUpdate): PodShape {
  const shape = shapes.get(part) ?? runningRevision(part.part.shape, part.update.running);
  shapes.set(part, shape);
  return shape;
}
