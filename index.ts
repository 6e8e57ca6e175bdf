/** The public interface of the package. */
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export { KServe } from "./components/platform/kserve";
export { KubeAI } from "./components/platform/kubeAI";
export { NimPlatform } from "./components/platform/nimPlatform";
export { OpenShiftAI } from "./components/platform/openShiftAI";
export { Queues } from "./components/platform/queues";
export { HardwareProfile } from "./components/profiles/hardwareProfile";
export { ServingRuntime } from "./components/runtimes/servingRuntime";
export type { StackModelOutputs } from "./components/stack/servingStack";
export { ServingStack } from "./components/stack/servingStack";
export type { HardwareProfileArgs, HardwareProfileSettings, ProfileBounds } from "./sdk/spec/profiles/hardwareProfile";
export type { InferenceServiceArgs } from "./sdk/spec/inference/inferenceService";
export type { ModelDeploymentSettings, ModelSettings } from "./sdk/spec/inference/modelDeployment";
export type { ModelSource } from "./sdk/spec/storage/modelSource";
export type { PlatformAdvice, PlatformQuestion } from "./sdk/advice/platform";
export { adviseOnPlatform, PlatformChoice } from "./sdk/advice/platform";
export type { MissingPrerequisite, PrerequisiteQuestion } from "./sdk/operations/prerequisites";
export { missingPrerequisites } from "./sdk/operations/prerequisites";
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
export type {
  ClusterQueueSettings,
  LocalQueueSettings,
  QueueAmounts,
  QueueFlavor,
  QueueQuota,
  QueuesArgs,
} from "./sdk/spec/platform/queues";
export { PreemptionPolicy, QueueApi, QueueingStrategy, QueueInstaller } from "./sdk/spec/platform/queues";
export type { Platform } from "./sdk/spec/platform/platform";
export { IngressKind, PlatformKind } from "./sdk/spec/platform/platform";
export { TaintEffect, TolerationOperator } from "./sdk/spec/schema/pods";
export type {
  EnvironmentVariable,
  NodeAffinity,
  NodeToleration,
  ResourceAmounts,
  ResourceSettings,
} from "./sdk/spec/schema/pods";
export type { RouteArgs } from "./sdk/spec/exposure/route";
export { TlsTermination } from "./sdk/spec/exposure/route";
export type { Autoscaling, Exposure, RolloutStrategy, ServiceSettings } from "./sdk/spec/inference/serviceSettings";
export { AuthMode, ScaleMetric, StrategyType } from "./sdk/spec/inference/serviceSettings";
export type { ServingRuntimeArgs } from "./sdk/spec/runtimes/servingRuntime";
export type { ServingStackArgs, StackModel, StackNamespace } from "./sdk/spec/stack/servingStack";
export type { VllmSettings } from "./sdk/spec/runtimes/vllm";
export { Dtype } from "./sdk/spec/runtimes/vllm";
