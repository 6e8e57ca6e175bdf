import type { ChartValues } from "../../sdk/spec/installation/chart";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { KServeSpec } from "../../sdk/spec/platform/kserve";
import { formatCores } from "../../sdk/spec/schema/fields";

/** The annotation by which a service names the Secret of its storage, as the chart installs it. */
export const STORAGE_SECRET_ANNOTATION = "serving.kserve.io/secretName";

/**
 * Annotations by which Pulumi's Kubernetes provider is told how to treat an object. KServe copies what it does not know
 * into the pods, so that a longer wait would replace them.
 */
const PULUMI_ANNOTATIONS = [
  "pulumi.com/autonamed",
  "pulumi.com/deletionPropagationPolicy",
  "pulumi.com/patchForce",
  "pulumi.com/replaceUnready",
  "pulumi.com/skipAwait",
  "pulumi.com/timeoutSeconds",
  "pulumi.com/waitFor",
];

/** Values of the charts `kserve-resources` and `kserve-llmisvc-resources` that both read. */
export function controllerValues(spec: KServeSpec): ChartValues {
  const { deploymentMode, modelcar } = spec;
  return {
    kserve: present({
      controller: {
        deploymentMode,
        gateway: gatewayValues(spec),
      },
      storage: present({
        enableModelcar: modelcar.enabled,
        uidModelcar: modelcar.uid,
        cpuModelcar: modelcar.cpu === undefined ? undefined : formatCores(modelcar.cpu),
        memoryModelcar: modelcar.memory,
        storageSecretNameAnnotation: STORAGE_SECRET_ANNOTATION,
      }),
      inferenceservice: { resources: defaultResources(spec) },
      localmodel: spec.parts.localModelCache === "create" ? { enabled: true } : undefined,
    }),
  };
}

function gatewayValues({ ingress, namespace, deploymentMode }: KServeSpec): ChartValues {
  const { gateway, className, domain, additionalDomains } = ingress;
  // Knative routes by itself; in Standard mode nobody is exposed who did not say how.
  const disabled = deploymentMode === "Standard" && gateway === undefined && className === undefined;
  return present({
    domain,
    additionalIngressDomains: nonEmpty(additionalDomains),
    urlScheme: ingress.urlScheme ?? (gateway?.certificateSecret === undefined ? "http" : "https"),
    disableIstioVirtualHost: deploymentMode === "Standard",
    disableIngressCreation: ingress.disabled ?? disabled,
    ingressGateway: present({
      enableGatewayApi: gateway !== undefined,
      kserveGateway: gateway === undefined ? undefined : `${gateway.namespace ?? namespace}/${gateway.name}`,
      createGateway: false,
      className,
    }),
  });
}

interface Amounts {
  cpu: string;
  memory: string;
}

/** The chart's amounts, with what the user changes. */
function defaultResources({
  defaultResources: { requests, limits },
}: KServeSpec): Record<"requests" | "limits", Amounts> {
  const amounts = ({ cpu, memory }: typeof requests): Amounts => ({
    cpu: cpu === undefined ? "1" : formatCores(cpu),
    memory: memory ?? "2Gi",
  });
  return { requests: amounts(requests), limits: amounts(limits) };
}

/**
 * The section of `inferenceservice-config` that keeps annotations from the pods. The charts have no value for it, so it
 * is laid over the ConfigMap that they make.
 */
export function inferenceServiceSection(spec: KServeSpec): string {
  const { requests, limits } = defaultResources(spec);
  const resource = {
    cpuLimit: limits.cpu,
    memoryLimit: limits.memory,
    cpuRequest: requests.cpu,
    memoryRequest: requests.memory,
  };
  const kept = [...new Set([...PULUMI_ANNOTATIONS, ...spec.annotationsKeptFromPods])].sort();
  return JSON.stringify({ resource, serviceAnnotationDisallowedList: kept }, undefined, 2);
}
