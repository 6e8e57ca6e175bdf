import type { Toleration } from "../../sdk/kubernetes/core";
import { annotations } from "../../sdk/kubernetes/kserve";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { HardwareIdentifier, HardwareProfile, HardwareScheduling } from "../../sdk/kubernetes/hardwareProfile";
import { INFRASTRUCTURE_V1 } from "../../sdk/kubernetes/hardwareProfile";
import { present } from "../../sdk/kubernetes/present";
import { formatCores } from "../../sdk/spec/schema/fields";
import type { HardwareProfileSpec } from "../../sdk/spec/profiles/hardwareProfile";

/**
 * The HardwareProfile object of OpenShift AI and Open Data Hub.
 * @requirement HW-1
 */
export function hardwareProfileManifest(profile: HardwareProfileSpec): HardwareProfile {
  const scheduling = schedulingOf(profile);
  return {
    apiVersion: INFRASTRUCTURE_V1,
    kind: "HardwareProfile",
    metadata: {
      name: profile.name,
      namespace: profile.namespace,
      labels: { ...MANAGED },
      annotations: present({
        [annotations.profileDisplayName]: profile.displayName,
        [annotations.profileDescription]: profile.description,
        [annotations.profileDisabled]: String(!profile.enabled),
        [annotations.profileVisibility]:
          profile.visibleIn === undefined ? undefined : JSON.stringify(profile.visibleIn),
      }),
    },
    spec: { identifiers: identifiersOf(profile), ...(scheduling === undefined ? {} : { scheduling }) },
  };
}

function identifiersOf({
  accelerator,
  count,
  cpu,
  memory,
  minimum,
  maximum,
}: HardwareProfileSpec): HardwareIdentifier[] {
  const identifiers: HardwareIdentifier[] = [
    present({
      displayName: "CPU",
      identifier: "cpu",
      minCount: asCount(formatCores(minimum.cpu)),
      defaultCount: asCount(formatCores(cpu)),
      maxCount: maximum.cpu === undefined ? undefined : asCount(formatCores(maximum.cpu)),
      resourceType: "CPU" as const,
    }),
    present({
      displayName: "Memory",
      identifier: "memory",
      minCount: minimum.memory,
      defaultCount: memory,
      maxCount: maximum.memory,
      resourceType: "Memory" as const,
    }),
  ];
  if (accelerator === undefined) return identifiers;
  const devices = present({
    displayName: accelerator.displayName,
    identifier: accelerator.resource,
    minCount: minimum.count,
    defaultCount: count,
    maxCount: maximum.count,
    resourceType: "Accelerator" as const,
  });
  return [...identifiers, devices];
}

/** The dashboard calculates with numbers where the amount is whole. */
function asCount(quantity: string): string | number {
  return /^\d+$/.test(quantity) ? Number(quantity) : quantity;
}

/** The resource takes either a queue or nodes, and nodes only when there is something to say of them. */
function schedulingOf(profile: HardwareProfileSpec): HardwareScheduling | undefined {
  const { localQueue, priorityClass, nodeSelector, tolerations } = profile;
  if (localQueue !== undefined) {
    return { type: "Queue", kueue: present({ localQueueName: localQueue, priorityClass }) };
  }
  const selects = Object.keys(nodeSelector).length > 0;
  if (!selects && tolerations.length === 0) return undefined;
  return {
    type: "Node",
    node: present({
      nodeSelector: selects ? nodeSelector : undefined,
      tolerations: tolerations.length > 0 ? (tolerations as Toleration[]) : undefined,
    }),
  };
}
