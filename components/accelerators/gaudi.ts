import { gaudiImages } from "../../sdk/catalog/operandImages";
import type { GaudiClusterPolicy, GaudiImage } from "../../sdk/kubernetes/gaudi";
import { GAUDI_V1 } from "../../sdk/kubernetes/gaudi";
import { present } from "../../sdk/kubernetes/present";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { GaudiSpec } from "../../sdk/spec/accelerators/vendors";
import type { Operand, Surroundings } from "./plan";

/** Port of the metrics exporter, and seconds between two readings. Upstream: the operator's sample. */
const METRICS = { port: 41611, interval: 20 };

/**
 * What the Gaudi operator puts on nodes. Its status is not waited for: which conditions it reports is published nowhere.
 *
 * @requirement AC-5
 */
export function gaudiOperands({ imageTag, ...settings }: GaudiSpec, around: Surroundings): Operand[] {
  const image = (name: keyof typeof gaudiImages.images): GaudiImage => ({
    repository: gaudiImages.images[name],
    tag: imageTag ?? gaudiImages.version,
  });
  const policy: GaudiClusterPolicy = {
    apiVersion: GAUDI_V1,
    kind: "ClusterPolicy",
    metadata: { name: "habana-ai", labels: { ...MANAGED } },
    spec: present({
      accelerator_allocation_mode: "device-plugin" as const,
      image_registry: gaudiImages.registry,
      node_selector: settings.nodeSelector,
      driver: {
        enabled: settings.driver,
        driver_loader: gaudiImages.driverLoader,
        driver_runner: { image: image("driverRunner") },
      },
      device_plugin: { image: image("devicePlugin") },
      runtime: {
        configuration: { container_engine: engineOf(around) },
        runner: { image: image("runtime") },
      },
      feature_discovery: { nfd_plugin: false, runner: { image: image("featureDiscovery") } },
      metric_exporter: { ...METRICS, runner: { image: image("metricExporter") } },
      bmc_monitoring: { image: image("bmcMonitoring") },
    }),
  };
  return [{ suffix: "cluster-policy", manifest: policy }];
}

function engineOf({ distribution }: Surroundings): "crio" | "containerd" {
  return distribution === "openshift" ? "crio" : "containerd";
}
