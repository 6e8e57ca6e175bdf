/**
 * Intel's Gaudi base operator as plain data. Upstream: the CRD in redhat-openshift-ecosystem/certified-operators
 * `operators/habana-ai-operator`; no tolerations occur in it.
 */
import type { KubernetesObject } from "./core";

export const GAUDI_V1 = "habanalabs.habana.ai/v1";

export interface GaudiImage {
  repository: string;
  tag: string;
}

/** What the Gaudi operator puts on nodes. */
export interface GaudiClusterPolicy extends KubernetesObject {
  apiVersion: typeof GAUDI_V1;
  kind: "ClusterPolicy";
  spec: {
    accelerator_allocation_mode: "device-plugin" | "dra";
    image_registry: string;
    node_selector?: Record<string, string>;
    driver: {
      enabled: boolean;
      driver_loader: {
        images: Record<string, GaudiImage>;
        repo_server: string;
        repo_path: string;
        mlnx_ofed_repo_path: string;
        mlnx_ofed_version: string;
      };
      driver_runner: { image: GaudiImage };
    };
    device_plugin: { image: GaudiImage };
    runtime: { configuration: { container_engine: "crio" | "containerd" | "docker" }; runner: { image: GaudiImage } };
    feature_discovery: { nfd_plugin: boolean; runner: { image: GaudiImage } };
    metric_exporter: { port: number; interval: number; runner: { image: GaudiImage } };
    bmc_monitoring: { image: GaudiImage };
  };
}
