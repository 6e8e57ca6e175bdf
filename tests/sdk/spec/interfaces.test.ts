import assert from "node:assert/strict";
import type { z } from "zod";
import type { HardwareProfileArgs, HardwareProfileSettings } from "../../../sdk/spec/profiles/hardwareProfile";
import type { hardwareProfileSchema, hardwareProfileSettingsSchema } from "../../../sdk/spec/profiles/hardwareProfile";
import type { InferenceServiceArgs, inferenceServiceSchema } from "../../../sdk/spec/inference/inferenceService";
import type { ModelDeploymentSettings, modelDeploymentSchema } from "../../../sdk/spec/inference/modelDeployment";
import type { ModelSource, modelSourceSchema } from "../../../sdk/spec/storage/modelSource";
import type { BucketClaimArgs, bucketClaimSchema } from "../../../sdk/spec/storage/bucketClaim";
import type { LocalModelCacheArgs, localModelCacheSchema } from "../../../sdk/spec/storage/localModelCache";
import type { ModelBucketArgs, modelBucketSchema } from "../../../sdk/spec/storage/modelBucket";
import type { ModelConnectionArgs, modelConnectionSchema } from "../../../sdk/spec/storage/modelConnection";
import type { ModelServiceAccountArgs, modelServiceAccountSchema } from "../../../sdk/spec/storage/modelServiceAccount";
import type { ModelVolumeArgs, modelVolumeSchema } from "../../../sdk/spec/storage/modelVolume";
import type { Plain } from "../../../sdk/spec/schema/plain";
import type { Platform, platformSchema } from "../../../sdk/spec/platform/platform";
import type {
  EnvironmentVariable,
  NodeToleration,
  ResourceAmounts,
  ResourceSettings,
} from "../../../sdk/spec/schema/pods";
import type {
  amountsSchema,
  environmentSchema,
  resourcesSchema,
  tolerationSchema,
} from "../../../sdk/spec/schema/pods";
import type { RouteArgs, routeSchema } from "../../../sdk/spec/exposure/route";
import type {
  Autoscaling,
  autoscalingSchema,
  PrometheusMetric,
  prometheusMetricSchema,
} from "../../../sdk/spec/inference/autoscaling";
import type { Exposure, RolloutStrategy, ServiceSettings } from "../../../sdk/spec/inference/serviceSettings";
import type { exposureSchema, serviceSettingsSchema } from "../../../sdk/spec/inference/serviceSettings";
import type { strategySchema } from "../../../sdk/spec/inference/serviceSettings";
import type { CustomRuntime, customRuntimeSchema } from "../../../sdk/spec/runtimes/customRuntime";
import type { RuntimeFormat, formatSchema } from "../../../sdk/spec/runtimes/runtimeFormats";
import type { ApiKeyArgs, apiKeySchema } from "../../../sdk/spec/exposure/apiKey";
import type { GatewayListener, HttpRouteArgs } from "../../../sdk/spec/exposure/httpRoute";
import type { gatewayListenerSchema, httpRouteSchema } from "../../../sdk/spec/exposure/httpRoute";
import type { IngressArgs, ingressSchema } from "../../../sdk/spec/exposure/ingress";
import type { Caller, Egress, NetworkPoliciesArgs } from "../../../sdk/spec/exposure/networkPolicies";
import type { callerSchema, egressSchema, networkPoliciesSchema } from "../../../sdk/spec/exposure/networkPolicies";
import type { MetricsViewersArgs, metricsViewersSchema } from "../../../sdk/spec/monitoring/metricsViewers";
import type { AlertThresholds, ModelAlertsArgs } from "../../../sdk/spec/monitoring/modelAlerts";
import type { modelAlertsSchema, thresholdsSchema } from "../../../sdk/spec/monitoring/modelAlerts";
import type { ModelDashboardsArgs, modelDashboardsSchema } from "../../../sdk/spec/monitoring/modelDashboards";
import type { RuntimeMonitorArgs, runtimeMonitorSchema } from "../../../sdk/spec/monitoring/runtimeMonitor";
import type {
  UserWorkloadMonitoringArgs,
  userWorkloadMonitoringSchema,
} from "../../../sdk/spec/monitoring/userWorkloadMonitoring";
import type { WarmUpArgs, warmUpSchema } from "../../../sdk/spec/monitoring/warmUp";
import type { ServingRuntimeArgs, servingRuntimeSchema } from "../../../sdk/spec/runtimes/servingRuntime";
import type {
  ServingStackArgs,
  servingStackSchema,
  StackModel,
  stackModelSchema,
} from "../../../sdk/spec/stack/servingStack";
import type {
  LlmInferenceServiceArgs,
  llmInferenceServiceSchema,
  LlmRouter,
  llmRouterSchema,
} from "../../../sdk/spec/inference/llmInferenceService";
import type {
  LlmParallelism,
  llmPodSchema,
  LlmPodSettings,
  LlmScaling,
  llmScalingSchema,
  llmWorkloadSchema,
  LlmWorkloadSettings,
  parallelismSchema,
} from "../../../sdk/spec/inference/llmWorkload";
import type { ModelServingDefaults, modelServingSchema } from "../../../sdk/spec/inference/deploymentSettings";
import type { VllmSettings, vllmSchema } from "../../../sdk/spec/runtimes/vllm";
import type { ServeExposure, serveExposureSchema } from "../../../sdk/spec/digitalhub/exposure";
import type { HuggingFaceServeArgs, huggingFaceServeSchema } from "../../../sdk/spec/digitalhub/huggingFaceServe";
import type {
  KubeAiSpeechArgs,
  kubeAiSpeechSchema,
  KubeAiTextArgs,
  kubeAiTextSchema,
} from "../../../sdk/spec/digitalhub/kubeAi";
import type { VllmServeArgs, vllmServeSchema } from "../../../sdk/spec/digitalhub/vllmServe";
import type { KubeAiModelArgs, kubeAiModelSchema } from "../../../sdk/spec/kubeai/kubeAiModel";
import type { LoadBalancing, loadBalancingSchema } from "../../../sdk/spec/kubeai/scaling";

/** Whether a schema accepts what the interface allows, nothing more and nothing less, key by key. */
type Agree<Schema extends z.ZodType, Interface> = [z.input<Schema>, keyof z.input<Schema>] extends [
  Plain<Interface>,
  keyof Interface,
]
  ? [Plain<Interface>, keyof Interface] extends [z.input<Schema>, keyof z.input<Schema>]
    ? true
    : false
  : false;

/** Does not compile when one of the pairs disagrees. */
const agreements = {
  alerts: true satisfies Agree<typeof modelAlertsSchema, ModelAlertsArgs>,
  alertThresholds: true satisfies Agree<typeof thresholdsSchema, AlertThresholds>,
  apiKey: true satisfies Agree<typeof apiKeySchema, ApiKeyArgs>,
  caller: true satisfies Agree<typeof callerSchema, Caller>,
  dashboards: true satisfies Agree<typeof modelDashboardsSchema, ModelDashboardsArgs>,
  egress: true satisfies Agree<typeof egressSchema, Egress>,
  gatewayListener: true satisfies Agree<typeof gatewayListenerSchema, GatewayListener>,
  httpRoute: true satisfies Agree<typeof httpRouteSchema, HttpRouteArgs>,
  ingress: true satisfies Agree<typeof ingressSchema, IngressArgs>,
  metricsViewers: true satisfies Agree<typeof metricsViewersSchema, MetricsViewersArgs>,
  monitor: true satisfies Agree<typeof runtimeMonitorSchema, RuntimeMonitorArgs>,
  networkPolicies: true satisfies Agree<typeof networkPoliciesSchema, NetworkPoliciesArgs>,
  userWorkloads: true satisfies Agree<typeof userWorkloadMonitoringSchema, UserWorkloadMonitoringArgs>,
  warmUp: true satisfies Agree<typeof warmUpSchema, WarmUpArgs>,
  bucketClaim: true satisfies Agree<typeof bucketClaimSchema, BucketClaimArgs>,
  localModelCache: true satisfies Agree<typeof localModelCacheSchema, LocalModelCacheArgs>,
  modelBucket: true satisfies Agree<typeof modelBucketSchema, ModelBucketArgs>,
  modelConnection: true satisfies Agree<typeof modelConnectionSchema, ModelConnectionArgs>,
  modelServiceAccount: true satisfies Agree<typeof modelServiceAccountSchema, ModelServiceAccountArgs>,
  modelVolume: true satisfies Agree<typeof modelVolumeSchema, ModelVolumeArgs>,
  autoscaling: true satisfies Agree<typeof autoscalingSchema, Autoscaling>,
  environment: true satisfies Agree<typeof environmentSchema, EnvironmentVariable>,
  exposure: true satisfies Agree<typeof exposureSchema, Exposure>,
  customRuntime: true satisfies Agree<typeof customRuntimeSchema, CustomRuntime>,
  hardwareProfile: true satisfies Agree<typeof hardwareProfileSchema, HardwareProfileArgs>,
  huggingFaceServe: true satisfies Agree<typeof huggingFaceServeSchema, HuggingFaceServeArgs>,
  kubeAiModel: true satisfies Agree<typeof kubeAiModelSchema, KubeAiModelArgs>,
  kubeAiSpeech: true satisfies Agree<typeof kubeAiSpeechSchema, KubeAiSpeechArgs>,
  kubeAiText: true satisfies Agree<typeof kubeAiTextSchema, KubeAiTextArgs>,
  loadBalancing: true satisfies Agree<typeof loadBalancingSchema, LoadBalancing>,
  serveExposure: true satisfies Agree<typeof serveExposureSchema, ServeExposure>,
  vllmServe: true satisfies Agree<typeof vllmServeSchema, VllmServeArgs>,
  hardwareProfileSettings: true satisfies Agree<typeof hardwareProfileSettingsSchema, HardwareProfileSettings>,
  inferenceService: true satisfies Agree<typeof inferenceServiceSchema, InferenceServiceArgs>,
  llmInferenceService: true satisfies Agree<typeof llmInferenceServiceSchema, LlmInferenceServiceArgs>,
  llmParallelism: true satisfies Agree<typeof parallelismSchema, LlmParallelism>,
  llmPod: true satisfies Agree<typeof llmPodSchema, LlmPodSettings>,
  llmRouter: true satisfies Agree<typeof llmRouterSchema, LlmRouter>,
  llmScaling: true satisfies Agree<typeof llmScalingSchema, LlmScaling>,
  llmWorkload: true satisfies Agree<typeof llmWorkloadSchema, LlmWorkloadSettings>,
  modelServing: true satisfies Agree<typeof modelServingSchema, ModelServingDefaults>,
  modelDeployment: true satisfies Agree<typeof modelDeploymentSchema, ModelDeploymentSettings>,
  modelSource: true satisfies Agree<typeof modelSourceSchema, ModelSource>,
  platform: true satisfies Agree<typeof platformSchema, Platform>,
  prometheusMetric: true satisfies Agree<typeof prometheusMetricSchema, PrometheusMetric>,
  resourceAmounts: true satisfies Agree<typeof amountsSchema, ResourceAmounts>,
  resources: true satisfies Agree<typeof resourcesSchema, ResourceSettings>,
  route: true satisfies Agree<typeof routeSchema, RouteArgs>,
  runtimeFormat: true satisfies Agree<typeof formatSchema, RuntimeFormat>,
  service: true satisfies Agree<typeof serviceSettingsSchema, ServiceSettings>,
  servingRuntime: true satisfies Agree<typeof servingRuntimeSchema, ServingRuntimeArgs>,
  servingStack: true satisfies Agree<typeof servingStackSchema, ServingStackArgs>,
  stackModel: true satisfies Agree<typeof stackModelSchema, StackModel>,
  strategy: true satisfies Agree<typeof strategySchema, RolloutStrategy>,
  toleration: true satisfies Agree<typeof tolerationSchema, NodeToleration>,
  vllm: true satisfies Agree<typeof vllmSchema, VllmSettings>,
};

/** The check itself tells a missing key, a key too many and a wrong type apart from agreement. */
const disagreements = {
  keyMissing: false satisfies Agree<typeof amountsSchema, ResourceAmounts & { pods?: number }>,
  keyTooMany: false satisfies Agree<typeof amountsSchema, Pick<ResourceAmounts, "cpu">>,
  otherType: false satisfies Agree<typeof amountsSchema, { cpu?: string; memory?: string }>,
  required: false satisfies Agree<typeof amountsSchema, Required<ResourceAmounts>>,
};

describe("hand-written interfaces", () => {
  it("agree with the schemas that read them", () => {
    assert.deepEqual([...new Set(Object.values(agreements))], [true]);
    assert.deepEqual([...new Set(Object.values(disagreements))], [false]);
  });
});
