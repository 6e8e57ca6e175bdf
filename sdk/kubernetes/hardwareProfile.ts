/**
 * HardwareProfile of Open Data Hub / OpenShift AI (`infrastructure.opendatahub.io/v1`), as plain data.
 * Upstream: opendatahub-io/opendatahub-operator `api/infrastructure/v1/hardwareprofile_types.go`.
 */
import type { KubernetesObject, ObjectMeta, Toleration } from "./core";

export const INFRASTRUCTURE_V1 = "infrastructure.opendatahub.io/v1";

/** One resource a profile offers, with the range a user may choose from. */
export interface HardwareIdentifier {
  displayName: string;
  /** Resource name, such as `cpu`, `memory` or `nvidia.com/gpu`. */
  identifier: string;
  minCount: string | number;
  /** Becomes request and limit where a workload gives none. */
  defaultCount: string | number;
  maxCount?: string | number;
  resourceType?: "CPU" | "Memory" | "Accelerator";
}

/** Where workloads of the profile run: on selected nodes, or through a Kueue queue; never both. */
export interface HardwareScheduling {
  type: "Node" | "Queue";
  node?: { nodeSelector?: Record<string, string>; tolerations?: Toleration[] };
  kueue?: { localQueueName: string; priorityClass?: string };
}

export interface HardwareProfile extends KubernetesObject {
  apiVersion: typeof INFRASTRUCTURE_V1;
  kind: "HardwareProfile";
  metadata: ObjectMeta & { namespace: string };
  spec: { identifiers: HardwareIdentifier[]; scheduling?: HardwareScheduling };
}
