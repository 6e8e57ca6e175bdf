/** OpenShift MachineConfig as plain data. Upstream: openshift/api `machineconfiguration/v1/types.go`, Ignition 3.2. */
import type { KubernetesObject } from "./core";

export const MACHINE_CONFIG_V1 = "machineconfiguration.openshift.io/v1";

/** Files on the nodes of a pool; a change restarts them one after the other. */
export interface MachineConfig extends KubernetesObject {
  apiVersion: typeof MACHINE_CONFIG_V1;
  kind: "MachineConfig";
  spec: {
    config: {
      ignition: { version: string };
      storage: { files: { path: string; mode: number; overwrite: boolean; contents: { source: string } }[] };
    };
  };
}
