/** The public interface of the package. */
export { Accelerators } from "./components/accelerators/accelerators";
export { HuggingFaceServe } from "./components/digitalhub/huggingFaceServe";
export { KubeAiSpeech, KubeAiText } from "./components/digitalhub/kubeAi";
export { VllmServe } from "./components/digitalhub/vllmServe";
export { ApiKey } from "./components/exposure/apiKey";
export { HttpRoute } from "./components/exposure/httpRoute";
export { Ingress } from "./components/exposure/ingress";
export { NetworkPolicies } from "./components/exposure/networkPolicies";
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export { LlmInferenceService } from "./components/inference/llmInferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export type { ServedModel } from "./components/kubeai/kubeAiModel";
export { KubeAiModel } from "./components/kubeai/kubeAiModel";
export { MetricsViewers } from "./components/monitoring/metricsViewers";
export { ModelAlerts } from "./components/monitoring/modelAlerts";
export { ModelDashboards } from "./components/monitoring/modelDashboards";
export { RuntimeMonitor } from "./components/monitoring/runtimeMonitor";
export { UserWorkloadMonitoring } from "./components/monitoring/userWorkloadMonitoring";
export { WarmUp } from "./components/monitoring/warmUp";
export { KServe } from "./components/platform/kserve";
export { KubeAI } from "./components/platform/kubeAI";
export { NimPlatform } from "./components/platform/nimPlatform";
export { OpenShiftAI } from "./components/platform/openShiftAI";
export { Queues } from "./components/platform/queues";
export { HardwareProfile } from "./components/profiles/hardwareProfile";
export { ServingRuntime } from "./components/runtimes/servingRuntime";
export type { StackKubeAiModelOutputs, StackModelOutputs } from "./components/stack/servingStack";
export { ServingStack } from "./components/stack/servingStack";
export { BucketClaim } from "./components/storage/bucketClaim";
export { LocalModelCache } from "./components/storage/localModelCache";
export { ModelBucket } from "./components/storage/modelBucket";
export { ModelConnection } from "./components/storage/modelConnection";
export { ModelServiceAccount } from "./components/storage/modelServiceAccount";
export { ModelVolume } from "./components/storage/modelVolume";
export type { LlmCriteria, LlmRuntime } from "./sdk/advice/digitalhub";
export { LlmNeed, chooseLlmRuntime } from "./sdk/advice/digitalhub";
export type { PlatformAdvice, PlatformQuestion } from "./sdk/advice/platform";
export { PlatformChoice, adviseOnPlatform } from "./sdk/advice/platform";
export type { StorageAdvice, StorageNeeds } from "./sdk/advice/storage";
export { StorageMethod, adviseStorage } from "./sdk/advice/storage";
export type { RolloutRoom, RolloutSituation, StrategyAdvice } from "./sdk/advice/strategy";
export { adviseStrategy, rolloutRoom } from "./sdk/advice/strategy";
export type { AcceleratorTarget, SupportLevel } from "./sdk/catalog/acceleratorTargets";
export { findAcceleratorTarget, supportLevel } from "./sdk/catalog/acceleratorTargets";
export { AlertId, Engine } from "./sdk/monitoring/alerts";
export { RefreshInterval, TimeRange } from "./sdk/monitoring/grafana";
export { MetricSource, metricName } from "./sdk/monitoring/metrics";
export type { QuerySubject } from "./sdk/monitoring/queries";
export { promql } from "./sdk/monitoring/queries";
export type {
  AcceleratorCapacity,
  AcceleratorStatus,
  AcceleratorVerdict,
  OperatorStatus,
} from "./sdk/operations/acceleratorStatus";
export { acceleratorStatus } from "./sdk/operations/acceleratorStatus";
export { diagnose } from "./sdk/operations/diagnosis/diagnose";
export type { Diagnosis } from "./sdk/operations/diagnosis/finding";
export { emptyGraphs } from "./sdk/operations/diagnosis/metrics";
export { whyNoSuggestion } from "./sdk/operations/diagnosis/suggestion";
export type { Leftover } from "./sdk/operations/leftovers";
export { leftovers, runtimeUsers } from "./sdk/operations/leftovers";
export { listHardwareProfiles, listRuntimes, listServices } from "./sdk/operations/listing";
export { hardwareProfileOf } from "./sdk/operations/olderProfiles";
export type { MissingPrerequisite, PrerequisiteQuestion } from "./sdk/operations/prerequisites";
export { missingPrerequisites } from "./sdk/operations/prerequisites";
export type { InferenceQuestion, InferenceRequest, Tensor } from "./sdk/requests/v2";
export { TensorType, v2InferenceRequest, v2Outputs } from "./sdk/requests/v2";
export type { AcceleratorOperator, AcceleratorsArgs, SharedOperator } from "./sdk/spec/accelerators/accelerators";
export { AcceleratorVendor } from "./sdk/spec/accelerators/accelerators";
export type {
  AmdOperatorSettings,
  GaudiOperatorSettings,
  NeuronSettings,
  NvidiaOperatorSettings,
  NvidiaTimeSlicing,
  SpyreOperatorSettings,
} from "./sdk/spec/accelerators/vendors";
export { AmdResourceNaming, KernelModuleType, MigStrategy } from "./sdk/spec/accelerators/vendors";
export type { ServeExposure, ServeHttpRoute, ServeIngress, ServeRoute } from "./sdk/spec/digitalhub/exposure";
export { ServeAuth } from "./sdk/spec/digitalhub/exposure";
export type { HuggingFaceServeArgs } from "./sdk/spec/digitalhub/huggingFaceServe";
export { HuggingFaceBackend, HuggingFaceDtype } from "./sdk/spec/digitalhub/huggingFaceServe";
export type { KubeAiServeArgs, KubeAiSpeechArgs, KubeAiTextArgs, RunScaling } from "./sdk/spec/digitalhub/kubeAi";
export { TextEngine } from "./sdk/spec/digitalhub/kubeAi";
export type { ServeAdapter, ServeCache, ServeIdentity, ServeSettings } from "./sdk/spec/digitalhub/serving";
export { HuggingFaceTask, ServeProtocol, VllmTask } from "./sdk/spec/digitalhub/tasks";
export type { VllmServeArgs } from "./sdk/spec/digitalhub/vllmServe";
export type { ApiKeyArgs } from "./sdk/spec/exposure/apiKey";
export type { GatewayListener, HttpRouteArgs } from "./sdk/spec/exposure/httpRoute";
export type { CertificateIssuer, IngressArgs } from "./sdk/spec/exposure/ingress";
export { BackendProtocol, IssuerKind } from "./sdk/spec/exposure/ingress";
export type { Caller, Egress, NetworkPoliciesArgs, NetworkPoliciesSettings } from "./sdk/spec/exposure/networkPolicies";
export type { RouteArgs } from "./sdk/spec/exposure/route";
export { PlainHttp, TlsTermination } from "./sdk/spec/exposure/route";
export type {
  Autoscaling,
  MetricAuthentication,
  PodAutoscaling,
  PrometheusMetric,
} from "./sdk/spec/inference/autoscaling";
export { AutoscalerClass, ScaleMetric, VllmMetric } from "./sdk/spec/inference/autoscaling";
export type { DeploymentSettings, ModelServingDefaults } from "./sdk/spec/inference/deploymentSettings";
export { DeploymentEnvironment } from "./sdk/spec/inference/deploymentSettings";
export type { InferenceServiceArgs } from "./sdk/spec/inference/inferenceService";
export type {
  ConfigMapKey,
  LlmGateway,
  LlmInferenceServiceArgs,
  LlmRoute,
  LlmRouter,
  LlmScheduler,
  LoraAdapter,
  NamespacedReference,
} from "./sdk/spec/inference/llmInferenceService";
export { LlmTopology } from "./sdk/spec/inference/llmInferenceService";
export type {
  LlmKeda,
  LlmParallelism,
  LlmPodSettings,
  LlmRolloutStrategy,
  LlmScaling,
  LlmWorkloadSettings,
} from "./sdk/spec/inference/llmWorkload";
export type { ModelDeploymentSettings, ModelSettings } from "./sdk/spec/inference/modelDeployment";
export type { AiAsset, Exposure, RolloutStrategy, ServiceSettings } from "./sdk/spec/inference/serviceSettings";
export { AuthMode, AuthProxyType, ModelType, StrategyType } from "./sdk/spec/inference/serviceSettings";
export type { ChartSettings } from "./sdk/spec/installation/chart";
export { KubernetesDistribution } from "./sdk/spec/installation/distribution";
export type { OperatorSettings } from "./sdk/spec/installation/operator";
export { InstallPlanApproval } from "./sdk/spec/installation/operator";
export type { EnvironmentSource } from "./sdk/spec/kubeai/environment";
export { ModelEngine, ModelFeature } from "./sdk/spec/kubeai/features";
export type {
  KubeAiModelArgs,
  KubeAiModelOptions,
  KubeAiModelSettings,
  ModelAdapter,
  ModelFile,
} from "./sdk/spec/kubeai/kubeAiModel";
export type { LoadBalancing, ModelReplicas, PrefixHashing } from "./sdk/spec/kubeai/scaling";
export { LoadBalancingStrategy } from "./sdk/spec/kubeai/scaling";
export type { MetricsViewersArgs, MetricsViewersSettings } from "./sdk/spec/monitoring/metricsViewers";
export type { AlertThresholds, ModelAlertsArgs, ModelAlertsSettings } from "./sdk/spec/monitoring/modelAlerts";
export type { ModelDashboardsArgs } from "./sdk/spec/monitoring/modelDashboards";
export { DashboardKind } from "./sdk/spec/monitoring/modelDashboards";
export type { RuntimeMonitorArgs, RuntimeMonitorSettings } from "./sdk/spec/monitoring/runtimeMonitor";
export { MonitorKind } from "./sdk/spec/monitoring/runtimeMonitor";
export type { UserWorkloadMonitoringArgs } from "./sdk/spec/monitoring/userWorkloadMonitoring";
export type { WarmUpArgs } from "./sdk/spec/monitoring/warmUp";
export type {
  ConnectionChoice,
  ConnectionField,
  ConnectionType,
  DashboardSettings,
} from "./sdk/spec/platform/dashboard";
export { ConnectionFieldType, DashboardConfigOrigin, DashboardStrategy } from "./sdk/spec/platform/dashboard";
export type {
  ModelCacheSettings,
  NimIntegration,
  PlatformComponents,
  PlatformKServe,
  PlatformKueue,
} from "./sdk/spec/platform/dataScienceCluster";
export {
  DefaultDeploymentMode,
  ManagementState,
  PredictorServiceKind,
  QueueManagement,
} from "./sdk/spec/platform/dataScienceCluster";
export type { InferenceGateway } from "./sdk/spec/platform/inferenceGateway";
export { RouteNamespaces } from "./sdk/spec/platform/inferenceGateway";
export type {
  DefaultResources,
  KServeArgs,
  KServeGateway,
  KServeIngress,
  KServeParts,
  ModelcarSettings,
} from "./sdk/spec/platform/kserve";
export { KServeDeploymentMode, UrlScheme } from "./sdk/spec/platform/kserve";
export type { KubeAIArgs, KubeAICacheProfile, KubeAIResourceProfile, KubeAISecrets } from "./sdk/spec/platform/kubeAI";
export type { NimModelStorage, NimPlatformArgs, NimServiceSettings } from "./sdk/spec/platform/nim";
export { NimOperator, VolumeAccess } from "./sdk/spec/platform/nim";
export type {
  OpenShiftAIArgs,
  PlatformDependencies,
  PlatformFeatures,
  PlatformMonitoring,
} from "./sdk/spec/platform/openShiftAI";
export { Distribution } from "./sdk/spec/platform/openShiftAI";
export type { Platform } from "./sdk/spec/platform/platform";
export { IngressKind, InstallKind, PlatformKind } from "./sdk/spec/platform/platform";
export type {
  ClusterQueueSettings,
  LocalQueueSettings,
  QueueAmounts,
  QueueFlavor,
  QueueQuota,
  QueuesArgs,
} from "./sdk/spec/platform/queues";
export { PreemptionPolicy, QueueApi, QueueInstaller, QueueingStrategy } from "./sdk/spec/platform/queues";
export type { ProfileBounds } from "./sdk/spec/profiles/bounds";
export type { HardwareProfileArgs, HardwareProfileSettings } from "./sdk/spec/profiles/hardwareProfile";
export { ProfileVisibility } from "./sdk/spec/profiles/hardwareProfile";
export type { CustomRuntime, HealthPaths, MetricsEndpoint, RuntimePort } from "./sdk/spec/runtimes/customRuntime";
export { InferenceProtocol, ServedModelType } from "./sdk/spec/runtimes/customRuntime";
export type { RuntimeFormat } from "./sdk/spec/runtimes/runtimeFormats";
export { RuntimeEndpoint, RuntimeScope } from "./sdk/spec/runtimes/runtimeScope";
export type { ServingRuntimeArgs, ServingRuntimeSettings } from "./sdk/spec/runtimes/servingRuntime";
export type { VllmSettings } from "./sdk/spec/runtimes/vllm";
export { Dtype, ExecutorBackend, VllmPreset } from "./sdk/spec/runtimes/vllm";
export type {
  EnvironmentVariable,
  NodeAffinity,
  NodeToleration,
  ResourceAmounts,
  ResourceSettings,
} from "./sdk/spec/schema/pods";
export { TaintEffect, TolerationOperator } from "./sdk/spec/schema/pods";
export { Provision } from "./sdk/spec/schema/provision";
export type { ServingStackArgs, StackModel, StackNamespace } from "./sdk/spec/stack/servingStack";
export type { StackInstallation, StackKubeAiModel, StackMonitoring } from "./sdk/spec/stack/stackParts";
export type { BucketClaimArgs } from "./sdk/spec/storage/bucketClaim";
export type { LocalModelCacheArgs, NodeGroup } from "./sdk/spec/storage/localModelCache";
export type {
  AccessKeyAccess,
  BucketAccess,
  ModelBucketArgs,
  ModelBucketSettings,
  PodIdentityAccess,
  RoleAccess,
} from "./sdk/spec/storage/modelBucket";
export type {
  HuggingFaceConnection,
  ModelConnectionArgs,
  ModelConnectionSettings,
  OciConnection,
  S3Connection,
  UriConnection,
} from "./sdk/spec/storage/modelConnection";
export { RegistryAccess } from "./sdk/spec/storage/modelConnection";
export type {
  AwsIdentity,
  AzureIdentity,
  GoogleIdentity,
  ModelServiceAccountArgs,
} from "./sdk/spec/storage/modelServiceAccount";
export type { ModelSource } from "./sdk/spec/storage/modelSource";
export type { ModelVolumeArgs, ModelVolumeSettings, VolumeFill } from "./sdk/spec/storage/modelVolume";
export { AccessMode } from "./sdk/spec/storage/modelVolume";
export { modelcarUri } from "./sdk/spec/storage/modelcar";
