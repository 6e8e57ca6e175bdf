/** What becomes of a service if the pods that do not run yet are spread over the nodes, as the scheduler does by default. */
import {
  devicesOn,
  feasibleRows,
  nodeAt,
  nodeIndex,
  nodesOf,
  take,
  type NodeIndex,
} from "../../sdk/capacity/placement/nodeIndex";
import { deviceCount } from "../../sdk/capacity/placement/requests";
import type { Outcome, RunningPod } from "../../sdk/capacity/rollout/update";
import { judgeService, worst } from "./serviceRollout";
import type { World } from "../world/types";
import { isBound, steadyState, type PartUpdate, type ServiceUpdate } from "./updates";

export interface Spread {
  /** Pods of the service that find no place. */
  missing: number;
  /** Of an update afterwards. */
  outcome: Outcome;
}

/** Pods to place times nodes to look at; more is not tried. */
const MOST = 20_000;

/** The pods of others first, in two orders, those of the service last; the worse of both. `undefined` where it is too much. */
export function whenSpread(service: ServiceUpdate, world: World): Spread | undefined {
  const { services } = steadyState(world);
  const others = services.filter((one) => one !== service).flatMap(({ parts }) => parts);
  const count = [...others, ...service.parts].reduce((sum, { planned }) => sum + planned, 0);
  if (count * world.nodes.length > MOST) return undefined;
  const bySize = [...others].sort((a, b) => deviceCount(a.update.pod.requests) - deviceCount(b.update.pod.requests));
  const [small, large] = [bySize, [...bySize].reverse()].map((order) => spread(order, service, world));
  if (small === undefined || large === undefined) return undefined;
  return { missing: Math.max(small.missing, large.missing), outcome: worst([small.outcome, large.outcome]) };
}

function spread(others: readonly PartUpdate[], service: ServiceUpdate, world: World): Spread {
  const index = nodeIndex(world.nodes);
  for (const part of others) placed(part, index);
  const parts = service.parts.map((part) => {
    const running = placed(part, index);
    return { ...part, update: { ...part.update, running } };
  });
  const wanted = service.parts.reduce((sum, { update }) => sum + update.running.length, 0);
  const found = parts.reduce((sum, { update }) => sum + update.running.length, 0);
  const judged = judgeService(parts, nodesOf(index), index);
  return { missing: wanted - found, outcome: worst(judged.map(({ judgement }) => judgement.outcome)) };
}

/** The running pods of a part, those that do not run yet each on the node with most free devices. */
function placed({ update: { running } }: PartUpdate, index: NodeIndex): RunningPod[] {
  return running.flatMap((pod) => {
    if (isBound(pod)) return [pod];
    const { shape = { requests: pod.requests } } = pod;
    const [row] = feasibleRows(index, shape).sort((a, b) => devicesOn(index, b) - devicesOn(index, a));
    if (row === undefined) return [];
    take(index, row, shape);
    return [{ ...pod, node: nodeAt(index, row).name }];
  });
}
