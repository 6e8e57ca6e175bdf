import { spyreImages } from "../../sdk/catalog/operandImages";
import type { SpyreClusterPolicy, SpyreImage } from "../../sdk/kubernetes/spyre";
import { SPYRE_V1ALPHA1 } from "../../sdk/kubernetes/spyre";
import { present } from "../../sdk/kubernetes/present";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { SpyreSpec } from "../../sdk/spec/accelerators/vendors";
import type { Operand, Surroundings } from "./plan";
import { awaiting } from "./plan";

/**
 * What the Spyre operator puts on nodes, among it the scheduler that runtimes for Spyre name.
 *
 * @requirement AC-11
 */
export function spyreOperands(settings: SpyreSpec, around: Surroundings): Operand[] {
  const image = (name: keyof typeof spyreImages.images): SpyreImage => ({
    repository: settings.imageRepository ?? spyreImages.registry,
    image: spyreImages.images[name],
    version: settings.imageTag ?? spyreImages.version,
  });
  const policy: SpyreClusterPolicy = {
    apiVersion: SPYRE_V1ALPHA1,
    kind: "SpyreClusterPolicy",
    metadata: {
      name: "spyreclusterpolicy",
      labels: { ...MANAGED },
      ...awaiting("jsonpath={.status.state}=ready", around),
    },
    spec: present({
      devicePlugin: { ...image("devicePlugin"), configPath: "/etc/aiu", configName: "senlib_config.json" },
      scheduler: image("scheduler"),
      podValidator: { enabled: settings.podValidator, ...image("podValidator") },
      metricsExporter: settings.metricsExporter ? { enabled: true, ...image("metricsExporter") } : undefined,
    }),
  };
  return [{ suffix: "cluster-policy", manifest: policy }];
}
