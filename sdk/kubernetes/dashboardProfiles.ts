/**
 * The profiles of older dashboards (`dashboard.opendatahub.io`), as plain data. Admission refuses new ones today; they are
 * read to be converted.
 * Upstream: opendatahub-io/odh-dashboard `manifests/common/crd/{acceleratorprofiles,hardwareprofiles}.opendatahub.io.crd.yaml`.
 */
import type { KubernetesObject, Toleration } from "./core";
import type { HardwareIdentifier } from "./hardwareProfile";

export interface AcceleratorProfile extends KubernetesObject {
  kind: "AcceleratorProfile";
  spec: {
    displayName: string;
    enabled: boolean;
    /** Resource name, such as `nvidia.com/gpu`. */
    identifier: string;
    description?: string;
    tolerations?: Toleration[];
  };
}

export interface DashboardHardwareProfile extends KubernetesObject {
  kind: "HardwareProfile";
  spec: {
    displayName: string;
    enabled: boolean;
    description?: string;
    identifiers?: HardwareIdentifier[];
    tolerations?: Toleration[];
    /** Of v1alpha1. */
    nodeSelector?: Record<string, string>;
    /** Of v1. */
    nodeSelectors?: { key?: string; value?: string }[];
  };
}
