/** On which products the pods of a service may run. */
import type { Accelerator } from "../../sdk/catalog/accelerators";
import { nearestAccelerator } from "../../sdk/catalog/accelerators";
import { selectsNode } from "../../sdk/capacity/placement/scheduling";
import type { PodSpec } from "../../sdk/kubernetes/core";
import type { Workload, World } from "../world/types";

/** A product, or a slice of one. */
export interface Device {
  accelerator: Accelerator;
  /** Multi-Instance GPU slice, such as `3g.40gb`. */
  migProfile?: string;
}

/** A device as a node label names it. */
interface Labelled extends Device {
  /** Several pods share each device at the same time. */
  isShared: boolean;
}

/** By node selector or required affinity, else by the nodes of the inventory that the pod may run on; or why nobody knows. */
export function devicesOf({ pod, accelerators: asked }: Workload, world: World): Device[] | string {
  const [first, ...others] = asked;
  if (first === undefined) return "the pod asks for no accelerator; vLLM on CPUs is not modelled";
  if (others.length > 0) return `the pod asks for ${asked.map(({ resource }) => resource).join(" and ")}`;
  const { resource } = first;
  const spec = pod?.spec ?? { containers: [] };
  const stranger = unknownProduct(spec, world);
  if (stranger !== undefined) return stranger;
  const found = [...selected(spec, world), ...offered(resource, spec, world)];
  if (found.length === 0) return `which product ${resource} is cannot be told; name it with --accelerator`;
  const shared = found.find(({ isShared }) => isShared);
  if (shared !== undefined || resource.endsWith(".shared")) {
    return `pods share ${shared?.accelerator.name ?? resource}: what the others leave of its memory is not known`;
  }
  const slice = migProfileOf(resource);
  const devices = found.map(({ accelerator, migProfile = slice }) => ({
    accelerator,
    ...(migProfile !== undefined && { migProfile }),
  }));
  return devices.filter((one, index) => devices.findIndex((other) => isSame(one, other)) === index);
}

/** Slice in the name of a resource, such as `nvidia.com/mig-3g.40gb`. */
export function migProfileOf(resource: string | undefined): string | undefined {
  return /\/mig-(.+)$/.exec(resource ?? "")?.[1];
}

function isSame(one: Device, other: Device): boolean {
  return one.accelerator.name === other.accelerator.name && one.migProfile === other.migProfile;
}

/** What the pod itself asks of its node: by label, or by every alternative of its affinity. */
function selected(spec: PodSpec, world: World): Labelled[] {
  const byLabel = labelled(spec.nodeSelector ?? {}, world);
  if (byLabel.length > 0) return byLabel;
  const each = wantedValues(spec).map((labels) => labels.flatMap((label) => labelled(label, world)));
  return each.every((devices) => devices.length > 0) ? each.flat() : [];
}

/** Labels that each alternative of the required affinity lists. */
function wantedValues({ affinity }: PodSpec): Record<string, string>[][] {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (required?.nodeSelectorTerms ?? []).map(({ matchExpressions = [] }) =>
    matchExpressions
      .filter(({ operator }) => operator === "In")
      .flatMap(({ key, values = [] }) => values.map((value) => ({ [key]: value }))),
  );
}

/** What the nodes have; only asked where the pod leaves it open. */
function offered(resource: string, spec: PodSpec, world: World): Labelled[] {
  if (selected(spec, world).length > 0) return [];
  const nodes = world.nodes.filter((node) => (node.allocatable[resource] ?? 0) > 0 && selectsNode(spec, node));
  return nodes.flatMap(({ labels }) => labelled(labels, world));
}

/** Products whose label is among some labels; time-slicing and MIG add a suffix to the value. */
function labelled(labels: Readonly<Record<string, string>>, { catalog }: World): Labelled[] {
  return catalog.accelerators.flatMap((accelerator) => {
    const { key = "", value } = accelerator.productLabel ?? {};
    const [, product, suffix = ""] = /^(.+?)(-SHARED|-MIG-.+)?$/.exec(labels[key] ?? "") ?? [];
    if (value === undefined || product !== value) return [];
    const migProfile = /^-MIG-(.+?)(?:-SHARED)?$/.exec(suffix)?.[1];
    const isShared = suffix.endsWith("-SHARED");
    return [{ accelerator, isShared, ...(migProfile !== undefined && { migProfile }) }];
  });
}

/** A product label with a value that is none in the catalogue. */
function unknownProduct({ nodeSelector = {} }: PodSpec, world: World): string | undefined {
  const { accelerators } = world.catalog;
  const keys = new Set(accelerators.flatMap(({ productLabel }) => productLabel?.key ?? []));
  const stranger = Object.entries(nodeSelector).find(
    ([key, value]) => keys.has(key) && labelled({ [key]: value }, world).length === 0,
  );
  if (stranger === undefined) return undefined;
  const [key, value] = stranger;
  const close = nearestAccelerator(value, accelerators);
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  return `the pod selects ${key} ${value}, which the catalogue does not know${hint}`;
}
