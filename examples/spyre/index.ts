import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { ModelDeployment, ServingRuntime } from "pulumi-model-serving";

const config = new Config();
const project = new k8s.core.v1.Namespace("spyre", { metadata: { name: "spyre-models" } });
const namespace = project.metadata.name;
const accelerator = "ibm.com/spyre_pf";

// Both runtimes are for the same resource; only the label of the machine tells the nodes apart.
const machines = { x86: "amd64", ppc64le: "ppc64le" };

/** @requirement EX-28 */
const models = Object.entries(machines).map(([machine, arch]) => {
  const runtime = new ServingRuntime(`spyre-${machine}`, {
    namespace,
    runtime: `vllm-spyre-${machine}-runtime`,
    image: config.require(`${machine}Image`),
  });
  return new ModelDeployment(`granite-${machine}`, {
    namespace,
    source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
    runtime,
    accelerator,
    nodeSelector: { "kubernetes.io/arch": arch },
    resources: { requests: { cpu: 4, memory: "64Gi" } },
  });
});

export const urls = models.map(({ internalUrl }) => internalUrl);
