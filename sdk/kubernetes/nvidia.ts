/** NVIDIA's GPU operator as plain data. Upstream: NVIDIA/gpu-operator `api/nvidia/v1/clusterpolicy_types.go`. */
import type { EnvVar, KubernetesObject, Toleration } from "./core";

export const NVIDIA_V1 = "nvidia.com/v1";

/** A part of the GPU operator that can be left out. */
export interface NvidiaComponent {
  enabled: boolean;
}

/** What the GPU operator puts on nodes. The cluster has one; the operator ignores any other. */
export interface NvidiaClusterPolicy extends KubernetesObject {
  apiVersion: typeof NVIDIA_V1;
  kind: "ClusterPolicy";
  spec: {
    operator: { defaultRuntime: "crio" | "containerd"; use_ocp_driver_toolkit?: boolean; runtimeClass?: string };
    daemonsets: { tolerations: Toleration[] };
    driver: NvidiaComponent & { kernelModuleType?: string; version?: string };
    toolkit: NvidiaComponent & { installDir?: string; env?: EnvVar[] };
    devicePlugin: NvidiaComponent & { config?: { name: string; default: string } };
    dcgm: NvidiaComponent;
    dcgmExporter: NvidiaComponent & { serviceMonitor: NvidiaComponent };
    nodeStatusExporter: NvidiaComponent;
    gfd: NvidiaComponent;
    mig: { strategy: "none" | "single" | "mixed" };
    migManager: NvidiaComponent;
    hostPaths?: { driverInstallDir: string };
    cdi?: NvidiaComponent;
  };
}

/** Configuration of the device plugin. Upstream: NVIDIA/k8s-device-plugin `api/config/v1`. */
export interface DevicePluginConfiguration {
  version: "v1";
  sharing: {
    timeSlicing: {
      renameByDefault: boolean;
      failRequestsGreaterThanOne: boolean;
      resources: { name: string; replicas: number }[];
    };
  };
}
