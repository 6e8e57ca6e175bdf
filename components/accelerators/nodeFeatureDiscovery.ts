import { dump } from "js-yaml";
import type { Toleration } from "../../sdk/kubernetes/core";
import type { NodeFeatureDiscovery } from "../../sdk/kubernetes/nodeFeatureDiscovery";
import { NFD_V1 } from "../../sdk/kubernetes/nodeFeatureDiscovery";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { ChartValues } from "../../sdk/spec/installation/chart";

/** Classes of PCI devices that become labels: networks, displays, accelerators. Upstream: the operator's sample. */
const PCI = { deviceClassWhitelist: ["0200", "03", "12"], deviceLabelFields: ["vendor"] };

/**
 * What OpenShift's operator of Node Feature Discovery deploys. Its workers run on tainted accelerator nodes too, or these
 * would never get the labels by which GPU operators find them.
 *
 * @requirement AC-2
 */
export function nodeFeatureDiscoveryManifest(namespace: string, tolerations: Toleration[]): NodeFeatureDiscovery {
  return {
    apiVersion: NFD_V1,
    kind: "NodeFeatureDiscovery",
    metadata: {
      name: "nfd-instance",
      namespace,
      labels: { ...MANAGED },
      annotations: { "pulumi.com/waitFor": "condition=Available" },
    },
    spec: {
      operand: present({
        imagePullPolicy: "IfNotPresent",
        servicePort: 12000,
        workerTolerations: nonEmpty(tolerations),
      }),
      workerConfig: { configData: dump({ core: { sleepInterval: "60s" }, sources: { pci: PCI } }) },
    },
  };
}

/** The same for the Helm chart. */
export function nodeFeatureDiscoveryValues(tolerations: Toleration[]): ChartValues {
  return { worker: present({ config: { sources: { pci: PCI } }, tolerations: nonEmpty(tolerations) }) };
}
