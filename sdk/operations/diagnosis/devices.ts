/** Accelerators that nodes have and do not offer, and the operators that should see to it. */
import { acceleratorFamily } from "../../catalog/acceleratorFamilies";
import { vendorOperator } from "../../catalog/acceleratorVendors";
import { operatorNamespaces, operatorPods, type VendorName, whatIsWrong } from "../acceleratorStatus";
import { deviceCount, nameOf, ofKind, resourcesOf, textsAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";

/** Labels that feature discovery puts on nodes with devices of a maker, by PCI vendor. */
const VENDOR_LABELS: readonly (readonly [vendor: VendorName, labels: readonly string[]])[] = [
  ["nvidia", ["nvidia.com/gpu.present", "feature.node.kubernetes.io/pci-10de.present"]],
  ["amd", ["feature.node.kubernetes.io/amd-gpu", "feature.node.kubernetes.io/pci-1002.present"]],
  ["intel", ["feature.node.kubernetes.io/pci-1da3.present"]],
];

/**
 * Why nodes do not offer the accelerators that they have.
 * @requirement TR-5
 */
export function diagnoseDevices(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "Node", "").flatMap((node) => [
    ...unhealthy(node),
    ...VENDOR_LABELS.flatMap(([vendor, labels]) => unseen(node, vendor, labels, objects)),
  ]);
}

/** The device plugin counts devices that it has given up on, and does not offer them. */
function unhealthy(node: SeenObject): Diagnosis[] {
  return resourcesOf(node).flatMap((resource) => {
    const capacity = deviceCount(node, "capacity", resource);
    const allocatable = deviceCount(node, "allocatable", resource);
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
  vendor: VendorName,
  labels: readonly string[],
  objects: readonly SeenObject[],
): Diagnosis[] {
  const { resource } = vendorOperator(vendor);
  const label = labels.find((one) => node.labels[one] === "true");
  const offers = Object.entries(textsAt(node.raw, "status", "capacity")).some(
    ([name, count]) => acceleratorFamily(name) === acceleratorFamily(resource) && count !== "0",
  );
  if (label === undefined || offers) return [];
  const pods = operatorPods(vendor, objects);
  const bad = pods.filter((pod) => whatIsWrong(pod) !== undefined).map(nameOf);
  const namespaces = operatorNamespaces(vendor).join(" or ");
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
