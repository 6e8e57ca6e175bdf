/** Whether a cluster's accelerators are usable, read from what `kubectl get nodes,pods -A -o yaml` prints. */
import { acceleratorFamily } from "../catalog/acceleratorFamilies";
import operators from "../catalog/acceleratorVendors.json";
import { vendorOperator } from "../catalog/acceleratorVendors";
import { chartCoordinates } from "../catalog/charts";
import { operatorCoordinates } from "../catalog/operators";
import { conditionOf, deviceCount, listAt, ofKind, resourcesOf, seen, textAt, type SeenObject } from "./seen";

/** Makers whose operators are known. */
export type VendorName = keyof typeof operators;

/** Devices of one resource name. */
export interface AcceleratorCapacity {
  resource: string;
  /** For people, such as `NVIDIA`. */
  maker: string;
  /** Devices that the nodes have, and those that pods can be given. They differ where devices are unhealthy. */
  capacity: number;
  allocatable: number;
  nodes: { name: string; capacity: number; allocatable: number }[];
}

/** The pods of one operator and its operand. */
export interface OperatorStatus {
  vendor: VendorName;
  /** Namespaces in which pods of it were found. */
  namespaces: string[];
  ready: number;
  /** What is wrong with each pod that is neither ready nor done, in words. */
  notReady: { namespace: string; name: string; reason: string }[];
}

/** What can be said of a maker's accelerators in one word. */
export type AcceleratorVerdict =
  /** Nodes offer devices. */
  | "ready"
  /** Nodes offer devices, but pods of the operator are not well. */
  | "degraded"
  /** The operator is there, and no node offers a device. */
  | "no-devices"
  /** Nothing of it is there. */
  | "absent";

/** GPU support of a cluster. */
export interface AcceleratorStatus {
  accelerators: AcceleratorCapacity[];
  operators: OperatorStatus[];
  verdicts: Record<string, AcceleratorVerdict>;
}

const VENDOR_NAMES = Object.keys(operators) as VendorName[];

/**
 * Reads GPU support off the nodes and pods of a cluster. Operators are looked for in every namespace they are installed
 * in by default: NVIDIA's in `nvidia-gpu-operator` (OLM) and `gpu-operator` (Helm).
 *
 * @param namespaces further namespaces of operators, by vendor
 * @requirement AC-17
 */
export function acceleratorStatus(
  values: readonly unknown[],
  namespaces: Readonly<Partial<Record<VendorName, readonly string[]>>> = {},
): AcceleratorStatus {
  const objects = seen(values);
  const accelerators = capacities(ofKind(objects, "Node", ""));
  const found = VENDOR_NAMES.map((vendor) => operatorStatus(vendor, operatorPods(vendor, objects, namespaces[vendor])));
  const verdicts = found.map((operator) => [operator.vendor, verdict(operator, accelerators)] as const);
  return {
    accelerators,
    operators: found.filter(({ namespaces: places }) => places.length > 0),
    verdicts: Object.fromEntries(verdicts),
  };
}

function capacities(nodes: readonly SeenObject[]): AcceleratorCapacity[] {
  const found = new Map<string, AcceleratorCapacity>();
  for (const node of nodes) {
    for (const resource of resourcesOf(node)) {
      const family = acceleratorFamily(resource);
      if (family === undefined) continue;
      const capacity = deviceCount(node, "capacity", resource);
      const allocatable = deviceCount(node, "allocatable", resource);
      if (capacity === 0 && allocatable === 0) continue;
      const entry = found.get(resource) ?? { resource, maker: family.maker, capacity: 0, allocatable: 0, nodes: [] };
      entry.capacity += capacity;
      entry.allocatable += allocatable;
      entry.nodes.push({ name: node.name, capacity, allocatable });
      found.set(resource, entry);
    }
  }
  return [...found.values()].sort((one, other) => one.resource.localeCompare(other.resource));
}

function operatorStatus(vendor: VendorName, own: readonly SeenObject[]): OperatorStatus {
  const notReady = own.flatMap((pod) => {
    const reason = whatIsWrong(pod);
    return reason === undefined ? [] : [{ namespace: pod.namespace, name: pod.name, reason }];
  });
  const namespaces = [...new Set(own.map(({ namespace }) => namespace))].sort();
  return { vendor, namespaces, ready: own.length - notReady.length, notReady };
}

/** Pods of a maker's operator and its operand. */
export function operatorPods(
  vendor: VendorName,
  objects: readonly SeenObject[],
  more: readonly string[] = [],
): SeenObject[] {
  const places = [...operatorNamespaces(vendor), ...more];
  return ofKind(objects, "Pod", "").filter(
    ({ namespace, name }) => places.includes(namespace) && belongs(vendor, name),
  );
}

/** Where a maker's operator is installed by default: OLM has its namespaces, the Helm charts theirs. */
export function operatorNamespaces(vendor: VendorName): string[] {
  const { package: olm, chart } = vendorOperator(vendor);
  const found = [
    ...(olm === undefined ? [] : [operatorCoordinates(olm).namespace]),
    ...(chart === undefined ? [] : [chartCoordinates(chart).namespace]),
  ];
  return [...new Set(found)];
}

/** A namespace of its own holds nothing else; in kube-system there is much besides. */
function belongs(vendor: VendorName, pod: string): boolean {
  return vendor !== "aws" || pod.includes("neuron");
}

/** Why a pod is neither ready nor done, in a word or two; undefined where it is. */
export function whatIsWrong(pod: SeenObject): string | undefined {
  const phase = textAt(pod.raw, "status", "phase") ?? "Unknown";
  if (phase === "Succeeded") return undefined;
  if (phase === "Running" && textAt(conditionOf(pod, "Ready"), "status") === "True") return undefined;
  const containers = ["initContainerStatuses", "containerStatuses"].flatMap((list) => listAt(pod.raw, "status", list));
  const waiting = containers.map((one) => textAt(one, "state", "waiting", "reason")).find((one) => one !== undefined);
  return waiting ?? (phase === "Running" ? "not ready" : phase);
}

function verdict({ vendor, namespaces, notReady }: OperatorStatus, found: AcceleratorCapacity[]): AcceleratorVerdict {
  const own = acceleratorFamily(vendorOperator(vendor).resource)?.maker;
  const devices = found.some(({ maker, allocatable }) => allocatable > 0 && maker === own);
  if (!devices) return namespaces.length === 0 ? "absent" : "no-devices";
  return notReady.length > 0 ? "degraded" : "ready";
}
