/** Whether a cluster's accelerators are usable, read from what `kubectl get nodes,pods -A -o yaml` prints. */
import { acceleratorFamily } from "../catalog/acceleratorFamilies";
import operators from "../catalog/acceleratorVendors.json";
import { vendorOperator } from "../catalog/acceleratorVendors";
import { chartCoordinates } from "../catalog/charts";
import { operatorCoordinates } from "../catalog/operators";
import { parseQuantity, scaledValue } from "../pod/quantity";
import type { KubernetesObject } from "../kubernetes/core";

/** Makers whose operators are known. */
export type VendorName = keyof typeof operators;

/** A v1 Node, as far as it matters here. */
export interface StatusNode extends KubernetesObject {
  status?: { capacity?: Record<string, string>; allocatable?: Record<string, string> };
}

/** A v1 Pod, as far as it matters here. */
export interface StatusPod extends KubernetesObject {
  status?: {
    phase?: string;
    conditions?: { type: string; status: string }[];
    containerStatuses?: { state?: { waiting?: { reason?: string } } }[];
    initContainerStatuses?: { state?: { waiting?: { reason?: string } } }[];
  };
}

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
  nodes: readonly StatusNode[],
  pods: readonly StatusPod[],
  namespaces: Readonly<Partial<Record<VendorName, readonly string[]>>> = {},
): AcceleratorStatus {
  const accelerators = capacities(nodes);
  const found = VENDOR_NAMES.map((vendor) => operatorStatus(vendor, pods, namespaces[vendor] ?? []));
  const verdicts = found.map((operator) => [operator.vendor, verdict(operator, accelerators)] as const);
  return {
    accelerators,
    operators: found.filter(({ namespaces: places }) => places.length > 0),
    verdicts: Object.fromEntries(verdicts),
  };
}

function capacities(nodes: readonly StatusNode[]): AcceleratorCapacity[] {
  const found = new Map<string, AcceleratorCapacity>();
  for (const { metadata, status } of nodes) {
    const resources = new Set([...Object.keys(status?.capacity ?? {}), ...Object.keys(status?.allocatable ?? {})]);
    for (const resource of resources) {
      const family = acceleratorFamily(resource);
      if (family === undefined) continue;
      const [capacity, allocatable] = [count(status?.capacity?.[resource]), count(status?.allocatable?.[resource])];
      if (capacity === 0 && allocatable === 0) continue;
      const entry = found.get(resource) ?? { resource, maker: family.maker, capacity: 0, allocatable: 0, nodes: [] };
      entry.capacity += capacity;
      entry.allocatable += allocatable;
      entry.nodes.push({ name: metadata.name, capacity, allocatable });
      found.set(resource, entry);
    }
  }
  return [...found.values()].sort((one, other) => one.resource.localeCompare(other.resource));
}

function count(amount: string | undefined): number {
  return amount === undefined ? 0 : Number(scaledValue(parseQuantity(amount), 0));
}

function operatorStatus(vendor: VendorName, pods: readonly StatusPod[], more: readonly string[]): OperatorStatus {
  const places = new Set([...defaultNamespaces(vendor), ...more]);
  const own = pods.filter(({ metadata }) => places.has(metadata.namespace ?? "") && belongs(vendor, metadata.name));
  const notReady = own.flatMap((pod) => {
    const reason = whatIsWrong(pod);
    return reason === undefined ? [] : [{ namespace: pod.metadata.namespace ?? "", name: pod.metadata.name, reason }];
  });
  const namespaces = [...new Set(own.map(({ metadata }) => metadata.namespace ?? ""))].sort();
  return { vendor, namespaces, ready: own.length - notReady.length, notReady };
}

function defaultNamespaces(vendor: VendorName): string[] {
  const { package: olm, chart } = vendorOperator(vendor);
  return [
    ...(olm === undefined ? [] : [operatorCoordinates(olm).namespace]),
    ...(chart === undefined ? [] : [chartCoordinates(chart).namespace]),
  ];
}

/** A namespace of its own holds nothing else; in kube-system there is much besides. */
function belongs(vendor: VendorName, pod: string): boolean {
  return vendor !== "aws" || pod.includes("neuron");
}

function whatIsWrong({ status }: StatusPod): string | undefined {
  const phase = status?.phase ?? "Unknown";
  if (phase === "Succeeded") return undefined;
  const isReady = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True");
  if (phase === "Running" && isReady === true) return undefined;
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const waiting = containers.map(({ state }) => state?.waiting?.reason).find((reason) => reason !== undefined);
  return waiting ?? (phase === "Running" ? "not ready" : phase);
}

function verdict({ vendor, namespaces, notReady }: OperatorStatus, found: AcceleratorCapacity[]): AcceleratorVerdict {
  const own = acceleratorFamily(vendorOperator(vendor).resource)?.maker;
  const devices = found.some(({ maker, allocatable }) => allocatable > 0 && maker === own);
  if (!devices) return namespaces.length === 0 ? "absent" : "no-devices";
  return notReady.length > 0 ? "degraded" : "ready";
}
