/** Plays updates through, pod by pod, with every choice left to chance: a second opinion on what orders there are. */
import { plus, minus } from "../../../../sdk/capacity/amounts";
import { scaledDown, scaledUp } from "../../../../sdk/capacity/rollout/deploymentController";
import { oneMorePod, type ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { feasibleAt, nodeIndex, rowOf } from "../../../../sdk/capacity/placement/nodeIndex";
import { slotsOn, type PodShape } from "../../../../sdk/capacity/placement/placement";
import type { RunningPod, Update } from "../../../../sdk/capacity/rollout/update";

/** Picks one of so many. */
export type Chance = (choices: number) => number;

/** A small generator, so that a failing run can be repeated. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return (choices) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * choices);
  };
}

interface Pod {
  update: Update;
  isNew: boolean;
  node: number | undefined;
  available: boolean;
}

export interface Played {
  completed: boolean[];
  nodes: ClusterNode[];
  /** The pods of every update as they are at the end, for what comes after. */
  running: RunningPod[][];
  /** Some new pod found no place at once. */
  waited: boolean;
}

export function play(all: readonly Update[], start: readonly ClusterNode[], pick: Chance): Played {
  const nodes = [...start];
  const row = new Map(nodes.map(({ name }, i) => [name, i]));
  let waited = false;
  let pods = all.flatMap((update): Pod[] => [
    ...update.running.map(({ node }) => ({ update, isNew: false, node: row.get(node), available: true })),
    ...Array.from({ length: Math.max(0, update.replicas - update.running.length) }, () => {
      return { update, isNew: false, node: undefined, available: false };
    }),
  ]);
  const requestsOf = ({ update, isNew }: Pod) =>
    isNew ? update.pod.requests : (update.running[0]?.requests ?? update.pod.requests);
  const shapeOf = (pod: Pod): PodShape => ({ ...pod.update.pod, requests: requestsOf(pod) });
  const put = (at: number, pod: Pod, sign: 1 | -1) => {
    const node = nodes[at];
    if (node === undefined) return;
    const change = sign === 1 ? minus : plus;
    const shape = pod.isNew ? pod.update.pod : pod.update.running[0]?.shape;
    nodes[at] = {
      ...node,
      free: change(node.free, oneMorePod(requestsOf(pod))),
      ...(shape !== undefined && { planned: listed(node.planned ?? [], shape, sign) }),
    };
  };
  const isTied = all.some(({ running }) => running.some(({ shape }) => shape !== undefined));
  /** Rules between pods are asked of nodes as they are, prepared anew each time. */
  const fittingFor = (pod: Pod) => {
    const index = isTied ? nodeIndex(nodes) : undefined;
    return [...nodes.keys()].filter((i) => {
      const node = nodes[i];
      if (node === undefined) return false;
      if (index === undefined) return slotsOn(shapeOf(pod), node) > 0;
      const shape = (pod.isNew ? undefined : pod.update.running[0]?.shape) ?? pod.update.pod;
      return slotsOn(shapeOf(pod), node) > 0 && feasibleAt(index, rowOf(index, node.name) ?? -1, shape);
    });
  };

  function moves(): (() => void)[] {
    const places = pods
      .filter(({ node }) => node === undefined)
      .flatMap((pod) => {
        const fitting = fittingFor(pod);
        if (fitting.length === 0 && pod.isNew) waited = true;
        return fitting.length === 0
          ? []
          : [
              () => {
                bind(pod, fitting[pick(fitting.length)] ?? 0);
              },
            ];
      });
    const readiness = pods
      .filter(({ node, available }) => node !== undefined && !available)
      .map((pod) => () => void (pod.available = true));
    return [...places, ...readiness, ...all.flatMap((update) => controllerMoves(update))];
  }

  function bind(pod: Pod, at: number): void {
    pod.node = at;
    pod.available = !pod.isNew;
    put(at, pod, 1);
  }

  function controllerMoves(update: Update): (() => void)[] {
    const own = pods.filter((pod) => pod.update === update);
    const [old, fresh] = [own.filter(({ isNew }) => !isNew), own.filter(({ isNew }) => isNew)];
    const { strategy, replicas } = update;
    if (strategy === "Recreate") {
      if (old.length > 0)
        return [
          () => {
            end(old, old.length);
          },
        ];
      return fresh.length < replicas
        ? [
            () => {
              add(update, replicas - fresh.length);
            },
          ]
        : [];
    }
    const sets = {
      old: old.length,
      oldAvailable: old.filter(({ available }) => available).length,
      fresh: fresh.length,
      freshAvailable: fresh.filter(({ available }) => available).length,
    };
    const more = scaledUp(sets, replicas, strategy) - fresh.length;
    if (more > 0)
      return [
        () => {
          add(update, more);
        },
      ];
    const fewer = old.length - scaledDown(sets, replicas, strategy);
    return fewer > 0
      ? [
          () => {
            end(old, fewer);
          },
        ]
      : [];
  }

  function add(update: Update, count: number): void {
    pods.push(...Array.from({ length: count }, () => ({ update, isNew: true, node: undefined, available: false })));
  }

  function end(old: Pod[], count: number): void {
    const beside = (pod: Pod) => pods.filter((other) => other.update === pod.update && other.node === pod.node).length;
    const ranked = old
      .map((pod) => ({ pod, rank: pod.node === undefined ? Infinity : beside(pod), luck: pick(1000) }))
      .sort((a, b) => (a.rank === b.rank ? a.luck - b.luck : b.rank - a.rank))
      .slice(0, count)
      .map(({ pod }) => pod);
    for (const pod of ranked) if (pod.node !== undefined) put(pod.node, pod, -1);
    pods = pods.filter((pod) => !ranked.includes(pod));
  }

  for (let possible = moves(); possible.length > 0; possible = moves()) possible[pick(possible.length)]?.();
  const own = all.map((update) => pods.filter((pod) => pod.update === update));
  return {
    completed: own.map(
      (list, i) => list.length === all[i]?.replicas && list.every(({ isNew, node }) => isNew && node !== undefined),
    ),
    nodes,
    running: own.map((list) =>
      list.flatMap((pod): RunningPod[] => {
        if (pod.node === undefined) return [];
        const shape = pod.isNew ? pod.update.pod : pod.update.running[0]?.shape;
        const there = { node: nodes[pod.node]?.name ?? "", requests: requestsOf(pod) };
        return [isTied && shape !== undefined ? { ...there, shape } : there];
      }),
    ),
    waited,
  };
}

/** One more pod of a shape, or one fewer. */
function listed(pods: readonly PodShape[], shape: PodShape, sign: 1 | -1): PodShape[] {
  if (sign === 1) return [...pods, shape];
  const at = pods.indexOf(shape);
  return pods.filter((_, i) => i !== at);
}
