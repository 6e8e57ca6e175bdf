/** What the pods of services need of the nodes, and whether a deployment replaces them. */
import { isDeepStrictEqual } from "node:util";
import { acceleratorsIn, type Accelerators } from "../../sdk/catalog/acceleratorFamilies";
import { withoutPods, type ClusterNode } from "../../sdk/capacity/inventory/inventory";
import { pack, type PodGroup } from "../../sdk/capacity/packing/packing";
import type { PodShape } from "../../sdk/capacity/placement/placement";
import { isExtendedResource } from "../../sdk/capacity/placement/requests";
import { emptied } from "../../sdk/capacity/rollout/oldPlaces";
import { boundsOf } from "../../sdk/capacity/rollout/update";
import type { EffectivePod } from "../../sdk/pod/effectivePod";
import type { Service } from "./serviceParts";
import { readable, snapshot } from "../world/snapshot";
import type { World } from "../world/types";
import { steadyState, type PartUpdate, type ServiceUpdate } from "./updates";

/** The accelerators of a whole pod. */
export function acceleratorsOf({ requests }: PodShape): Accelerators[] {
  return acceleratorsIn(requests);
}

/** Devices of a whole pod: accelerators of known families first, then every other extended resource. */
export function devicesOf(shape: PodShape): { resource: string; count: number }[] {
  const known = acceleratorsOf(shape).map(({ resource, count }) => ({ resource, count }));
  const others = Object.entries(shape.requests)
    .filter(([resource, count]) => count > 0 && isExtendedResource(resource))
    .map(([resource, count]) => ({ resource, count }))
    .filter(({ resource }) => known.every((one) => one.resource !== resource));
  return [...known, ...others];
}

/** The first device that no node has, used or not. */
export function absentDevice(shape: PodShape, nodes: readonly ClusterNode[]): string | undefined {
  const isAbsent = (resource: string) => nodes.every(({ allocatable }) => (allocatable[resource] ?? 0) === 0);
  return devicesOf(shape).find(({ resource }) => isAbsent(resource))?.resource;
}

/** Nodes that have every accelerator a pod asks for, used or not. */
export function nodesWith(shape: PodShape, nodes: readonly ClusterNode[]): ClusterNode[] {
  const wanted = acceleratorsOf(shape);
  return nodes.filter(({ allocatable }) => wanted.every(({ resource }) => (allocatable[resource] ?? 0) > 0));
}

/** The nodes with what they have free once the pods of a part are gone. */
export function nodesWithout({ update, surplus }: PartUpdate, nodes: readonly ClusterNode[]): ClusterNode[] {
  const whole = { ...update, running: [...update.running, ...surplus] };
  return nodes.map((node) => emptied(node, [whole]));
}

/** Whether this deployment replaces pods of a service, as far as the inventory shows; new pods count. */
export function replacesPods({ pods, earlierPods }: Service): boolean {
  const [isSame] = readable(() => {
    const earlier = earlierPods();
    return earlier === undefined ? [] : [isDeepStrictEqual(templatesOf(pods()), templatesOf(earlier))];
  });
  return isSame !== true;
}

function templatesOf(pods: readonly EffectivePod[]): unknown[] {
  return pods.map(({ labels, annotations, spec }) => snapshot({ labels, annotations, spec }));
}

const crowds = new WeakMap<World, ReadonlySet<ServiceUpdate>>();

/** Running services that this deployment updates at once with others, and whose further pods do not all fit beside theirs. */
export function crowdedOut(world: World): ReadonlySet<ServiceUpdate> {
  const known = crowds.get(world) ?? crowdedIn(world);
  crowds.set(world, known);
  return known;
}

function crowdedIn(world: World): ReadonlySet<ServiceUpdate> {
  const { services, nodes } = steadyState(world);
  const updated = services.filter(
    ({ service, parts }) =>
      parts.some(({ update, planned }) => update.running.length > planned) && replacesPods(service),
  );
  const parts = updated.flatMap((service) => service.parts.map((part) => ({ service, part })));
  const groups = new Map(
    parts.map(({ service, part }): [PodGroup, ServiceUpdate] => {
      const { replicas, pod } = part.update;
      return [{ pod, count: Math.min(replicas, boundsOf(part.update).surge) }, service];
    }),
  );
  const surplus = new Set(parts.flatMap(({ part }) => part.surplus.map(({ bound }) => bound)));
  const left = pack(
    [...groups.keys()],
    withoutPods(nodes, (pod) => surplus.has(pod)),
  ).unplaced;
  return new Set(left.flatMap(({ of }) => groups.get(of) ?? []));
}
