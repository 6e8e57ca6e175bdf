/** What autoscalers may still add to the nodes of a world: which pools would have to grow for pods without a place. */
import { roomFor, type NodePool } from "../../sdk/capacity/inventory/pools/nodePool";
import { scaleUp, type ScaleUp } from "../../sdk/capacity/scaleUp";
import { most } from "../../sdk/capacity/amounts";
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { PodGroup } from "../../sdk/capacity/placement/podShape";
import * as kinds from "../world/kinds";
import { nodeAutoscaler } from "../world/platform";
import { nameOf } from "../world/reference";
import { readable, snapshot } from "../world/snapshot";
import type { World } from "../world/types";

/** What growing pools may do for pods that have no place. */
export interface Growth {
  /** Whether a place may come; if not, the pools are known not to help. */
  mayHelp: boolean;
  /** One or two sentences: which pool, by how many nodes, what is not known. */
  text: string;
}

/**
 * @param groups pods that have no place on the nodes
 * @returns `undefined` where nothing shows that nodes are ever added
 */
export function growthFor(
  world: World,
  groups: readonly PodGroup[],
  nodes: readonly ClusterNode[],
): Growth | undefined {
  const { pools } = world;
  const autoscaler = nodeAutoscaler(world);
  const open = autoscaler && { mayHelp: true, text: `${nameOf(autoscaler.ref)} may add a node, which takes minutes.` };
  if (pools.length === 0) return open;
  const daemonSets = world.list(kinds.daemonSet).flatMap(({ object }) => readable(() => [snapshot(object)]));
  const { added, packing } = scaleUp(groups, nodes, pools, { daemonSets });
  if (packing.unplaced.length === 0 && added.length > 0) return { mayHelp: true, text: whatGrows(added) };
  if (packing.unplaced.length === 0) return open;
  const unsure = unknownOf(pools);
  if (unsure !== "") return { mayHelp: true, text: `It is not known whether a pool can grow for it.${unsure}` };
  const large = scaleUp(groups, nodes, pools.map(withWholeMachines), { daemonSets });
  if (large.packing.unplaced.length === 0) return { mayHelp: true, text: mayBeLargeEnough(large.added) };
  const text = `No pool can grow for it: ${pools.map(roomText).join(", ")}.`;
  return hasOtherGroups(world) ? open : { mayHelp: false, text };
}

/** The cluster autoscaler keeps its groups at the cloud; those of an OpenShift cluster are MachineSets. */
function hasOtherGroups(world: World): boolean {
  const listed = [kinds.machineSet, kinds.eksNodegroup].some((kind) => world.list(kind).length > 0);
  const named = [...world.list(kinds.deployment), ...world.list(kinds.configMap)];
  return !listed && named.some(({ ref }) => ref.name.startsWith("cluster-autoscaler"));
}

function whatGrows(added: ScaleUp["added"]): string {
  const each = added.map(({ pool, template, count }) => {
    const type = template.instanceType === undefined ? "" : ` of ${template.instanceType}`;
    return `${pool.name} by ${count} ${count === 1 ? "node" : "nodes"}${type}`;
  });
  const what = `${each.length === 1 ? "A pool" : "Pools"} would have to grow first: ${each.join(", ")}`;
  return `${what}, which takes minutes.${unknownOf(added.map(({ pool }) => pool))}`;
}

/** The most that its nodes could leave for pods: what a machine leaves is an estimate on the careful side. */
function withWholeMachines(pool: NodePool): NodePool {
  const templates = pool.templates.map((template) => ({
    ...template,
    allocatable: most(template.allocatable, template.capacity),
  }));
  return { ...pool, templates };
}

function mayBeLargeEnough(added: ScaleUp["added"]): string {
  const machines = added.map(({ pool, template: { instanceType = "a machine" } }) => `${instanceType} of ${pool.name}`);
  return `It is not known whether a pool can grow for it: ${machines.join(" and ")} would have to leave more for pods than estimated.`;
}

function unknownOf(pools: readonly NodePool[]): string {
  const told = [...new Set(pools)].filter(({ unknown }) => unknown.length > 0);
  if (told.length === 0) return "";
  return ` Not known: ${told.map(({ name, unknown }) => `of ${name} ${unknown.join(" and ")}`).join("; ")}.`;
}

function roomText(pool: NodePool): string {
  const { name, templates } = pool;
  const isFull = pool.room === 0 || (templates.length > 0 && templates.every((one) => roomFor(pool, one) === 0));
  if (isFull) return `${name} is at its maximum`;
  return templates.length === 0 ? `no machine of ${name} is known` : `no machine of ${name} takes such a pod`;
}
