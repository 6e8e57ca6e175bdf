/** The pools of a world that an autoscaler may make larger. */
import { eksPool, readNodegroup } from "../../sdk/capacity/inventory/pools/eksNodegroups";
import { karpenterPool, type KarpenterNodePool } from "../../sdk/capacity/inventory/pools/karpenter";
import { machineSetPools } from "../../sdk/capacity/inventory/pools/machineSets";
import type { NodePool } from "../../sdk/capacity/inventory/pools/nodePool";
import { machineShapeOfInstanceType, type MachineShape } from "../../sdk/catalog/machineShapes";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import * as kinds from "./kinds";
import type { Kind } from "./kinds";
import { readable, snapshot } from "./snapshot";
import type { World } from "./types";

/** Pools of Karpenter, of MachineSets with an autoscaler, of EKS managed node groups. */
export function growingPools(world: World): NodePool[] {
  const read = <T extends KubernetesObject>(kind: Kind<T>) =>
    world.list(kind).flatMap(({ object }) => readable(() => [snapshot(object)]));
  const { machineShapes, accelerators } = world.catalog;
  const findMachine = (name: string) => machineShapeOfInstanceType(name, machineShapes);
  const groups = read(kinds.eksNodegroup).flatMap((object) => readNodegroup(object) ?? []);
  return [
    ...read(kinds.karpenterNodePool).map((pool) =>
      karpenterPool(pool, shapesFor(pool, machineShapes), world.nodes, accelerators),
    ),
    ...machineSetPools(read(kinds.machineSet), read(kinds.machineAutoscaler), findMachine, accelerators),
    ...groups.map((group) => eksPool(group, findMachine, world.nodes, accelerators)),
  ];
}

/** Karpenter's provider is in the group of the node class; without one, any cloud's machines are possible. */
function shapesFor({ spec }: KarpenterNodePool, shapes: readonly MachineShape[]): readonly MachineShape[] {
  const group = spec?.template?.spec?.nodeClassRef?.group ?? "";
  const cloud = Object.entries(CLOUDS).find(([name]) => group.endsWith(name))?.[1];
  return cloud === undefined ? shapes : shapes.filter((shape) => shape.cloud === cloud);
}

const CLOUDS: Readonly<Record<string, string>> = {
  "karpenter.k8s.aws": "aws",
  "karpenter.azure.com": "azure",
  "karpenter.k8s.gcp": "gcp",
};
