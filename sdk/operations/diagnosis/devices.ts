/** Accelerators that nodes have and do not offer, and the operators that should see to it. */
import { acceleratorFamily, type AcceleratorFamily } from "../../catalog/acceleratorFamilies";
import { conditionOf, listAt, nameOf, ofKind, seen, textAt, textsAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";
import { amount } from "./pods";

/** What a cluster offers of one accelerator. */
export interface DeviceSupport {
  resource: string;
  maker: string;
  /** Devices of each node that has any: what it has, and what it offers to pods. */
  nodes: { node: string; capacity: number; allocatable: number }[];
  /** Pods of the operator, as `namespace/name`, and whether each is ready or done. */
  operatorPods: { pod: string; ready: boolean }[];
}

/** Where operators of accelerators live: OLM has its namespaces, the Helm charts theirs. */
const OPERATOR_NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  "nvidia.com/gpu": ["nvidia-gpu-operator", "gpu-operator"],
  "amd.com/gpu": ["openshift-amd-gpu", "kube-amd-gpu"],
  "habana.ai/gaudi": ["habana-ai-operator", "habana-system"],
};

/** Labels that feature discovery puts on nodes with devices of a maker, by PCI vendor. */
const VENDOR_LABELS: Readonly<Record<string, readonly string[]>> = {
  "nvidia.com/gpu": ["nvidia.com/gpu.present", "feature.node.kubernetes.io/pci-10de.present"],
  "amd.com/gpu": ["feature.node.kubernetes.io/amd-gpu", "feature.node.kubernetes.io/pci-1002.present"],
  "habana.ai/gaudi": ["feature.node.kubernetes.io/pci-1da3.present"],
};

/**
 * What nodes and operators say of accelerators.
 * @requirement TR-5
 */
export function deviceSupport(values: readonly unknown[]): DeviceSupport[] {
  const objects = seen(values);
  const nodes = ofKind(objects, "Node", "");
  const resources = new Map<string, AcceleratorFamily>();
  for (const { raw } of nodes) {
    for (const resource of Object.keys({
      ...textsAt(raw, "status", "capacity"),
      ...textsAt(raw, "status", "allocatable"),
    })) {
      const family = acceleratorFamily(resource);
      if (family !== undefined) resources.set(resource, family);
    }
  }
  return [...resources].map(([resource, family]) => ({
    resource,
    maker: family.maker,
    nodes: nodes
      .map(({ raw, name }) => ({
        node: name,
        capacity: amount(raw, "capacity", resource),
        allocatable: amount(raw, "allocatable", resource),
      }))
      .filter(({ capacity, allocatable }) => capacity + allocatable > 0),
    operatorPods: operatorPods(family.resource ?? resource, objects).map((pod) => ({
      pod: `${pod.namespace}/${pod.name}`,
      ready: isReady(pod),
    })),
  }));
}

/**
 * Why nodes do not offer the accelerators that they have.
 * @requirement TR-5
 */
export function diagnoseDevices(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "Node", "").flatMap((node) => [
    ...unhealthy(node),
    ...Object.entries(VENDOR_LABELS).flatMap(([resource, labels]) => unseen(node, resource, labels, objects)),
  ]);
}

/** The device plugin counts devices that it has given up on, and does not offer them. */
function unhealthy(node: SeenObject): Diagnosis[] {
  return Object.keys(textsAt(node.raw, "status", "capacity")).flatMap((resource) => {
    const [capacity, allocatable] = [amount(node.raw, "capacity", resource), amount(node.raw, "allocatable", resource)];
    if (acceleratorFamily(resource) === undefined || allocatable >= capacity) return [];
    return [
      {
        id: "TR-5",
        subject: nameOf(node),
        evidence: `${resource}: capacity ${capacity}, allocatable ${allocatable}`,
        cause: "the device plugin holds some devices for unhealthy, or has stopped",
        rules: [],
        wayOut:
          "read the log of the device plugin on this node; after an XID error the node must be drained and restarted",
      },
    ];
  });
}

function unseen(
  node: SeenObject,
  resource: string,
  labels: readonly string[],
  objects: readonly SeenObject[],
): Diagnosis[] {
  const label = labels.find((one) => node.labels[one] === "true");
  const offers = Object.entries(textsAt(node.raw, "status", "capacity")).some(
    ([name, count]) => acceleratorFamily(name) === acceleratorFamily(resource) && count !== "0",
  );
  if (label === undefined || offers) return [];
  const pods = operatorPods(resource, objects);
  const bad = pods.filter((pod) => !isReady(pod)).map(nameOf);
  const namespaces = (OPERATOR_NAMESPACES[resource] ?? []).join(" or ");
  const found = { id: "TR-5", subject: nameOf(node), evidence: `label ${label}, and no ${resource}` };
  if (bad.length > 0) {
    const wayOut = "read their logs; the driver must be there before the device plugin is";
    return [{ ...found, cause: `the operator has pods that do not run: ${bad.join(", ")}`, rules: [], wayOut }];
  }
  const none = pods.length === 0;
  return [
    {
      ...found,
      cause: none
        ? `no pod of an operator for ${resource} was seen in ${namespaces}`
        : "the operator runs, and its device plugin offers nothing on this node",
      rules: none ? [] : ["sched/side-pods-tolerate"],
      wayOut: none
        ? "install the operator; if it is there, add its pods to what doctor reads"
        : "the operator's daemon sets must tolerate the taints of the node",
    },
  ];
}

function operatorPods(resource: string, objects: readonly SeenObject[]): SeenObject[] {
  const namespaces = OPERATOR_NAMESPACES[resource] ?? [];
  return ofKind(objects, "Pod", "").filter(({ namespace }) => namespaces.includes(namespace));
}

function isReady(pod: SeenObject): boolean {
  if (textAt(pod.raw, "status", "phase") === "Succeeded") return true;
  return (
    textAt(conditionOf(pod, "Ready"), "status") === "True" && listAt(pod.raw, "status", "containerStatuses").length > 0
  );
}
