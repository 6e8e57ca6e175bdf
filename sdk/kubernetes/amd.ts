/** AMD's GPU operator as plain data. Upstream: ROCm/gpu-operator `api/v1alpha1/deviceconfig_types.go`. */
import type { KubernetesObject, ObjectMeta, Toleration } from "./core";

export const AMD_V1ALPHA1 = "amd.com/v1alpha1";

/** How the GPUs of the selected nodes are set up. */
export interface DeviceConfig extends KubernetesObject {
  apiVersion: typeof AMD_V1ALPHA1;
  kind: "DeviceConfig";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    driver: {
      enable: boolean;
      driverType?: "container";
      version?: string;
      image?: string;
      useSourceImage?: boolean;
      blacklist?: boolean;
      tolerations?: Toleration[];
    };
    devicePlugin: {
      enableDevicePlugin: boolean;
      enableNodeLabeller: boolean;
      devicePluginTolerations: Toleration[];
      nodeLabellerTolerations: Toleration[];
      devicePluginArguments?: Record<string, string>;
    };
    metricsExporter: {
      enable: boolean;
      serviceType?: "ClusterIP" | "NodePort";
      port?: number;
      tolerations?: Toleration[];
      prometheus?: { serviceMonitor: { enable: boolean } };
    };
    selector: Record<string, string>;
  };
}
