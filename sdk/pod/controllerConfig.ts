/**
 * What an administrator sets in KServe's ConfigMap `inferenceservice-config` and the pod depends on.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/configmap.go`, `pkg/types/types.go`.
 */
import {
  type AgentConfig,
  type CredentialsConfig,
  DEFAULT_INJECTION_CONFIG,
  type LoggerConfig,
  type MetricsAggregatorConfig,
  readInjectionConfig,
  type StorageInitializerConfig,
} from "./injectionConfig";
import { isStrings, recordOf, stringOr, stringsOf } from "./jsonFields";

export type {
  AgentConfig,
  ContainerConfig,
  CredentialsConfig,
  LoggerConfig,
  S3Config,
  StorageInitializerConfig,
} from "./injectionConfig";

/** The name of the ConfigMap, in the namespace of the KServe controller. */
export const CONTROLLER_CONFIG_MAP = "inferenceservice-config";

export interface ControllerConfig {
  /** Written to services without a deployment mode when it is `Standard`; old spellings are already replaced. */
  defaultDeploymentMode: string;
  /** Rolling update for services that give no strategy; only read when the default mode is `Standard`. */
  defaultRollout: { maxSurge?: string; maxUnavailable?: string };
  /** Annotations of runtime, service and predictor that do not reach the pods. */
  annotationDisallowedList: readonly string[];
  /** Requests and limits of custom predictors (no `model`) that give none. */
  resource: { cpuRequest?: string; cpuLimit?: string; memoryRequest?: string; memoryLimit?: string };
  /** False: pods get no service account token unless the service asks for it. */
  autoMountServiceAccountToken: boolean;
  /** The image of `explainer.art`, without and with its default tag. */
  artExplainer: { image: string; defaultImageVersion: string };
  /** Accelerators that a multi-node service may ask for beside those that KServe knows. */
  customGpuResourceTypes: readonly string[];
  storageInitializer: StorageInitializerConfig;
  agent: AgentConfig;
  logger: LoggerConfig;
  metricsAggregator: MetricsAggregatorConfig;
  credentials: CredentialsConfig;
}

/** Never copied to pods, whatever the ConfigMap says; upstream `constants.ServiceAnnotationDisallowedList`. */
const ALWAYS_DISALLOWED = [
  "autoscaling.knative.dev/min-scale",
  "autoscaling.knative.dev/max-scale",
  "internal.serving.kserve.io/storage-initializer-sourceuri",
  "kubectl.kubernetes.io/last-applied-configuration",
  "modelFormat",
];

/** KServe 0.17.0 as shipped, but with `Standard` as its default mode, the only mode this project emits. */
export const DEFAULT_CONTROLLER_CONFIG: ControllerConfig = {
  defaultDeploymentMode: "Standard",
  defaultRollout: {},
  annotationDisallowedList: ALWAYS_DISALLOWED,
  resource: { cpuRequest: "1", cpuLimit: "1", memoryRequest: "2Gi", memoryLimit: "2Gi" },
  autoMountServiceAccountToken: true,
  artExplainer: { image: "kserve/art-explainer", defaultImageVersion: "latest" },
  customGpuResourceTypes: [],
  ...DEFAULT_INJECTION_CONFIG,
};

const MODE_SPELLINGS: Readonly<Record<string, string>> = { RawDeployment: "Standard", Serverless: "Knative" };

/**
 * Reads the `data` of a cluster's `inferenceservice-config`.
 * @throws Error naming the key whose JSON cannot be read
 */
export function readControllerConfig(data: Readonly<Record<string, string>>): ControllerConfig {
  const section = (key: string): Record<string, unknown> => readSection(data, key);
  const deploy = section("deploy");
  const service = section("inferenceService");
  const mode = stringOr(deploy.defaultDeploymentMode, "");
  const rollout = recordOf(recordOf(deploy.deploymentRolloutStrategy).defaultRollout);
  const disallowed = service.serviceAnnotationDisallowedList;
  const gpuTypes = section("multiNode").customGPUResourceTypeList;
  return {
    defaultDeploymentMode: MODE_SPELLINGS[mode] ?? mode,
    defaultRollout: stringsOf(rollout, ["maxSurge", "maxUnavailable"]),
    // Without the section upstream forgets its own list as well.
    annotationDisallowedList:
      data.inferenceService === undefined ? [] : [...ALWAYS_DISALLOWED, ...(isStrings(disallowed) ? disallowed : [])],
    resource: stringsOf(recordOf(service.resource), ["cpuRequest", "cpuLimit", "memoryRequest", "memoryLimit"]),
    autoMountServiceAccountToken: section("security").autoMountServiceAccountToken === true,
    artExplainer: {
      ...DEFAULT_CONTROLLER_CONFIG.artExplainer,
      ...stringsOf(recordOf(section("explainers").art), ["image", "defaultImageVersion"]),
    },
    customGpuResourceTypes: isStrings(gpuTypes) ? gpuTypes : [],
    ...readInjectionConfig((key) => (data[key] === undefined ? undefined : section(key))),
  };
}

function readSection(data: Readonly<Record<string, string>>, key: string): Record<string, unknown> {
  try {
    return recordOf(JSON.parse(data[key] ?? "{}"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`ConfigMap ${CONTROLLER_CONFIG_MAP}: data["${key}"] must be a JSON object: ${reason}`, {
      cause: error,
    });
  }
}
