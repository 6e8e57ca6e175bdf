/** How places and bounds of an update are told to people, and where in the objects they can be changed. */
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { PodShape } from "../../sdk/capacity/placement/placement";
import { isExtendedResource } from "../../sdk/capacity/placement/requests";
import { nearest } from "../../sdk/catalog/nearest";
import { boundsOf } from "../../sdk/capacity/rollout/update";
import { absentDevice, devicesOf } from "./headroom";
import { refOf } from "../world/reference";
import type { Place } from "../world/types";
import { updateAt, type PartUpdate, type ServiceUpdate } from "./updates";

/** `2 x nvidia.com/gpu`; of a pod without devices its cpu and memory. */
export function asked(shape: PodShape): string {
  const devices = devicesOf(shape).map(({ resource, count }) => `${count} x ${resource}`);
  if (devices.length > 0) return devices.join(" and ");
  const { cpu = 0, memory = 0 } = shape.requests;
  return `cpu ${cpu / 1000} and memory ${Math.ceil(memory / 2 ** 20)}Mi`;
}

/** `a100-1 has 0 of 8 nvidia.com/gpu free, a100-2 has 4 of 8`. */
export function freeOn(nodes: readonly ClusterNode[], shape: PodShape): string {
  const absent = absentDevice(shape, nodes);
  if (absent !== undefined) return `no node has ${absent}`;
  const devices = devicesOf(shape).map(({ resource }) => resource);
  const [resource = "cpu"] = devices;
  const having = nodes.filter(({ allocatable }) => devices.every((name) => (allocatable[name] ?? 0) > 0));
  if (having.length === 0) return `no node has ${devices.join(" and ")}`;
  const amount = (value = 0) => (resource === "cpu" ? value / 1000 : value);
  const shown = having.slice(0, 4).map(({ name, free, allocatable }, i) => {
    const held = `${name} has ${amount(free[resource])} of ${amount(allocatable[resource])}`;
    return i === 0 ? `${held} ${resource} free` : held;
  });
  const more = having.length > shown.length ? [`and ${having.length - shown.length} more nodes`] : [];
  return [...shown, ...more].join(", ");
}

/** `At 1 replica a rolling update may add 1 (maxSurge: ceil(25% x 1)) and miss 0 (maxUnavailable: floor(25% x 1))`. */
export function arithmetic({ service }: ServiceUpdate, one: PartUpdate, count = one.update.replicas): string {
  const { groupSize, written } = one.part;
  const { surge, unavailable } = boundsOf(updateAt(one, count));
  const replicas = count / groupSize;
  const unit = groupSize === 1 ? "replica" : `group of ${groupSize} pods`;
  const units = groupSize === 1 ? "replicas" : `groups of ${groupSize} pods`;
  const size = `At ${replicas} ${replicas === 1 ? unit : units}`;
  if (service.workload?.mode === "Knative")
    return `${size} a new Knative revision needs ${pods(surge)} before the old one goes`;
  const { maxSurge = "25%", maxUnavailable = "25%" } = written.rollingUpdate ?? {};
  const bound = (value: string | number, round: string) =>
    typeof value === "number" ? String(value) : `${round}(${value} x ${replicas})`;
  return (
    `${size} a rolling update may add ${surge} (maxSurge: ${bound(maxSurge, "ceil")}) ` +
    `and miss ${unavailable} (maxUnavailable: ${bound(maxUnavailable, "floor")})`
  );
}

export function pods(count: number): string {
  return count === 1 ? "1 pod" : `${count} pods`;
}

/** Where a person writes how a part is replaced; of what has no such field, how many there are. */
export function strategyPath({ service: { workload } }: ServiceUpdate, { part: { name } }: PartUpdate): string {
  if (workload === undefined) return name.endsWith("prefill") ? "spec.prefill.replicas" : "spec.replicas";
  if (workload.mode === "Knative") return "spec.predictor.minReplicas";
  const component = name === "transformer" || name === "explainer" ? name : "predictor";
  return `spec.${component}.deploymentStrategy`;
}

export function strategyFix(service: ServiceUpdate, part: PartUpdate): string {
  const { workload } = service.service;
  const rest = "ask for fewer accelerators, or make room for one more pod.";
  if (workload === undefined)
    return `An LLMInferenceService has no field for its strategy. Stop it before the update (annotation serving.kserve.io/stop), ${rest}`;
  if (workload.mode === "Knative") return `Use the deployment mode Standard, whose strategy can be Recreate, ${rest}`;
  const path = strategyPath(service, part);
  // The workers of a multi-node service always add 100 %.
  const inTurn = service.parts.some((one) => one.part.name === "workers")
    ? ""
    : ", or rollingUpdate to maxSurge 0 and maxUnavailable 1 (either way the old pod ends first)";
  return `Set ${path}.type to Recreate${inTurn}, ${rest}`;
}

/** Where a person wrote what a pod of a part asks for, of devices one that no node has: in the service before other objects. */
export function resourcesPlace(
  { service: { ref } }: ServiceUpdate,
  { part }: PartUpdate,
  nodes: readonly ClusterNode[],
): Place {
  const device = absentDevice(part.shape, nodes) ?? devicesOf(part.shape)[0]?.resource;
  const key = JSON.stringify(device ?? "cpu");
  const places = [`main.resources.limits[${key}]`, `main.resources.requests[${key}]`].flatMap((path): Place[] => {
    const origin = part.pod.origin(path);
    return origin === undefined ? [] : [{ resource: refOf(origin.object), path: origin.path }];
  });
  const own = places.find(({ resource }) => resource.kind === ref.kind && resource.name === ref.name);
  return (
    own ?? places[0] ?? { resource: ref, path: ref.kind === "LLMInferenceService" ? "spec.template" : "spec.predictor" }
  );
}

/** What helps a pod that has no place; a device that no node has may be a misspelt one. */
export function misfitFix({ part: { shape } }: PartUpdate, nodes: readonly ClusterNode[]): string {
  const absent = absentDevice(shape, nodes);
  const present = nodes.flatMap(({ allocatable }) => Object.keys(allocatable)).filter(isExtendedResource);
  const meant = absent === undefined ? undefined : nearest(absent, present);
  const hint = meant === undefined ? "" : `Did you mean ${meant}? Otherwise ask`;
  return `${hint || "Ask"} for less per pod, correct its node selector, lower the number of replicas, make room on a node or add one.`;
}
