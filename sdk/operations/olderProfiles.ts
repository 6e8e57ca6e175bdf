/** Profiles of older dashboards as the hardware profiles of today. */
import { acceleratorFamily } from "../catalog/acceleratorFamilies";
import type { Toleration } from "../kubernetes/core";
import type { AcceleratorProfile, DashboardHardwareProfile } from "../kubernetes/dashboardProfiles";
import {
  INFRASTRUCTURE_V1,
  type HardwareIdentifier,
  type HardwareProfile,
  type HardwareScheduling,
} from "../kubernetes/hardwareProfile";
import { annotations, labels } from "../kubernetes/kserve";
import { nonEmpty, present } from "../kubernetes/present";

/**
 * The hardware profile that does what an older profile did. Name, namespace and tolerations stay; what was disabled stays
 * disabled. An AcceleratorProfile knew nothing of CPU and memory, so neither does what is made of it: workloads keep
 * stating them.
 *
 * @throws Error when the older profile has no namespace: the new one must lie in one
 * @requirement HW-6
 */
export function hardwareProfileOf(old: AcceleratorProfile | DashboardHardwareProfile): HardwareProfile {
  const { name, namespace } = old.metadata;
  if (namespace === undefined) throw new Error(`${old.kind} ${JSON.stringify(name)}: metadata.namespace is missing`);
  const scheduling = schedulingOf(old.spec.tolerations ?? [], selectorOf(old));
  return {
    apiVersion: INFRASTRUCTURE_V1,
    kind: "HardwareProfile",
    metadata: {
      name,
      namespace,
      labels: { ...old.metadata.labels, [labels.managedBy]: "pulumi" },
      annotations: present({
        [annotations.profileDisplayName]: old.spec.displayName,
        [annotations.profileDescription]: old.spec.description,
        [annotations.profileDisabled]: String(!old.spec.enabled),
      }),
    },
    spec: { identifiers: identifiersOf(old), ...(scheduling === undefined ? {} : { scheduling }) },
  };
}

function identifiersOf(old: AcceleratorProfile | DashboardHardwareProfile): HardwareIdentifier[] {
  if (old.kind === "HardwareProfile") {
    return (old.spec.identifiers ?? []).map((one) =>
      present({ ...one, resourceType: one.resourceType ?? typeOf(one.identifier) }),
    );
  }
  const { displayName, identifier } = old.spec;
  return [present({ displayName, identifier, minCount: 1, defaultCount: 1, resourceType: typeOf(identifier) })];
}

/** The resource takes no other types, and none for what is neither of them. */
function typeOf(identifier: string): HardwareIdentifier["resourceType"] {
  if (identifier === "cpu") return "CPU";
  if (identifier === "memory") return "Memory";
  return acceleratorFamily(identifier) === undefined ? undefined : "Accelerator";
}

function selectorOf(old: AcceleratorProfile | DashboardHardwareProfile): Record<string, string> {
  if (old.kind === "AcceleratorProfile") return {};
  const listed = (old.spec.nodeSelectors ?? []).flatMap(({ key, value = "" }) =>
    key === undefined ? [] : [[key, value]],
  );
  return { ...(Object.fromEntries(listed) as Record<string, string>), ...old.spec.nodeSelector };
}

function schedulingOf(tolerations: Toleration[], nodeSelector: Record<string, string>): HardwareScheduling | undefined {
  const node = nonEmpty(present({ nodeSelector: nonEmpty(nodeSelector), tolerations: nonEmpty(tolerations) }));
  return node === undefined ? undefined : { type: "Node", node };
}
