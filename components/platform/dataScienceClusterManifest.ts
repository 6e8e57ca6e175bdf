import { MANAGED } from "../../sdk/kubernetes/ownership";
import type {
  DataScienceCluster,
  DSCInitialization,
  KServeComponent,
  KueueComponent,
  OtherComponent,
  PlatformApi,
} from "../../sdk/kubernetes/openDataHub";
import { dataScienceClusterApi, initializationApi } from "../../sdk/kubernetes/openDataHub";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { OpenShiftAISpec } from "../../sdk/spec/platform/openShiftAI";
import { formatCores } from "../../sdk/spec/schema/fields";

/** The API of a release. */
export function platformApi({ version }: Pick<OpenShiftAISpec, "version">): PlatformApi {
  return version.startsWith("3") ? "v2" : "v1";
}

/** Where the platform's own parts run, and connection types and global profiles lie. */
export function applicationsNamespaceOf(platform: OpenShiftAISpec): string {
  const own = platform.distribution === "open-data-hub" ? "opendatahub" : "redhat-ods-applications";
  return platform.applicationsNamespace ?? own;
}

/**
 * The DSCInitialization: what all components share. A cluster has one.
 *
 * @requirement PL-7
 */
export function initializationManifest(platform: OpenShiftAISpec): DSCInitialization {
  const api = platformApi(platform);
  const { monitoring, customCaBundle } = platform;
  const own = platform.distribution === "open-data-hub" ? "opendatahub" : "redhat-ods-monitoring";
  const storage =
    monitoring.metricsStorage === undefined
      ? undefined
      : { size: monitoring.metricsStorage, retention: monitoring.metricsRetention };
  return {
    apiVersion: initializationApi(api),
    kind: "DSCInitialization",
    metadata: {
      name: "default-dsci",
      labels: { ...MANAGED },
      // The conditions differ between releases; the phase does not.
      annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" },
    },
    spec: present({
      applicationsNamespace: applicationsNamespaceOf(platform),
      monitoring: monitoring.enabled
        ? present({
            managementState: "Managed" as const,
            namespace: monitoring.namespace ?? own,
            metrics: storage === undefined ? undefined : { storage },
          })
        : { managementState: "Removed" as const },
      trustedCABundle:
        customCaBundle === undefined
          ? undefined
          : { managementState: "Managed" as const, customCABundle: customCaBundle },
      serviceMesh:
        api === "v1" ? ({ managementState: isServerless(platform) ? "Managed" : "Removed" } as const) : undefined,
    }),
  };
}

/**
 * The DataScienceCluster: which components run. A cluster has one. What nobody asked for is left to the platform.
 *
 * @requirement PL-1, PL-4, PL-7, PL-14
 */
export function dataScienceClusterManifest(platform: OpenShiftAISpec): DataScienceCluster {
  const api = platformApi(platform);
  const others: Record<string, OtherComponent> = {};
  for (const [name, state] of Object.entries({ dashboard: "Managed" as const, ...present(platform.components) })) {
    others[name] = { managementState: state };
  }
  const { modelRegistryNamespace: registriesNamespace, workbenchNamespace } = platform;
  if (others.modelregistry !== undefined) Object.assign(others.modelregistry, present({ registriesNamespace }));
  if (others.workbenches !== undefined) Object.assign(others.workbenches, present({ workbenchNamespace }));
  if (api === "v1") others.modelmeshserving = { managementState: platform.modelMesh ? "Managed" : "Removed" };
  return {
    apiVersion: dataScienceClusterApi(api),
    kind: "DataScienceCluster",
    metadata: {
      name: "default-dsc",
      labels: { ...MANAGED },
      annotations: { "pulumi.com/waitFor": "condition=Ready" },
    },
    spec: { components: { ...others, kserve: kserveComponent(platform), kueue: kueueComponent(platform) } },
  };
}

function isServerless({ kserve }: OpenShiftAISpec): boolean {
  return kserve.deploymentMode === "Serverless" && kserve.state === "Managed";
}

function kserveComponent(platform: OpenShiftAISpec): KServeComponent {
  const { kserve } = platform;
  const { state, nim, workloadVariantAutoscaler: wva, modelCache } = kserve;
  const legacy =
    platformApi(platform) === "v1"
      ? ({
          serving: { managementState: isServerless(platform) ? "Managed" : "Removed" },
          defaultDeploymentMode: kserve.deploymentMode ?? "RawDeployment",
        } as const)
      : {};
  return present({
    managementState: state,
    rawDeploymentServiceConfig: kserve.predictorService,
    nim: nim === undefined ? undefined : present({ managementState: nim.state ?? "Managed", airGapped: nim.airGapped }),
    wva: wva === undefined ? undefined : { managementState: wva },
    enableLLMInferenceServiceTLS: kserve.llmInferenceServiceTls,
    enableLLMInferenceServiceConsoleDashboards: kserve.llmInferenceServiceConsoleDashboards,
    modelCache:
      modelCache === undefined
        ? undefined
        : present({
            managementState: modelCache.state,
            cacheSize: modelCache.cacheSize,
            nodeNames: nonEmpty(modelCache.nodeNames),
            nodeSelector: modelCache.nodeSelector === undefined ? undefined : { matchLabels: modelCache.nodeSelector },
          }),
    oauthProxy: kserve.oauthProxy === undefined ? undefined : { resources: resourcesOf(kserve.oauthProxy) },
    ...legacy,
  });
}

function resourcesOf({ requests, limits }: NonNullable<OpenShiftAISpec["kserve"]["oauthProxy"]>) {
  const amounts = (amount: typeof requests) =>
    amount === undefined
      ? undefined
      : (present({
          cpu: amount.cpu === undefined ? undefined : formatCores(amount.cpu),
          memory: amount.memory,
        }) as Record<string, string>);
  return present({ requests: amounts(requests), limits: amounts(limits) });
}

function kueueComponent({ kueue, features }: OpenShiftAISpec): KueueComponent {
  return present({
    managementState: kueue.state ?? (features.queues ? ("Unmanaged" as const) : ("Removed" as const)),
    autoCreateQueues: kueue.autoCreateQueues,
    defaultLocalQueueName: kueue.defaultLocalQueueName,
    defaultClusterQueueName: kueue.defaultClusterQueueName,
  });
}
