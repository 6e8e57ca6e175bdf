/** IBM's Spyre operator as plain data. Upstream: ibm-aiu/spyre-operator `api/v1alpha1/SpyreClusterPolicy_types.go`. */
import type { KubernetesObject } from "./core";

export const SPYRE_V1ALPHA1 = "spyre.ibm.com/v1alpha1";

export interface SpyreImage {
  repository: string;
  image: string;
  version: string;
}

/** What the Spyre operator puts on nodes. */
export interface SpyreClusterPolicy extends KubernetesObject {
  apiVersion: typeof SPYRE_V1ALPHA1;
  kind: "SpyreClusterPolicy";
  spec: {
    devicePlugin: SpyreImage & {
      configPath: string;
      configName: string;
      initContainer?: SpyreImage & { executePolicy: "Always" | "IfNotPresent" };
    };
    scheduler?: SpyreImage;
    podValidator?: SpyreImage & { enabled: boolean };
    metricsExporter?: SpyreImage & { enabled: boolean };
    experimentalMode?: string[];
  };
}
