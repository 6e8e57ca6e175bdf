/** The public interface of the package. */
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export { LlmInferenceService } from "./components/inference/llmInferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export { HardwareProfile } from "./components/profiles/hardwareProfile";
export { ServingRuntime } from "./components/runtimes/servingRuntime";
export type { StackModelOutputs } from "./components/stack/servingStack";
export { ServingStack } from "./components/stack/servingStack";
export type { HardwareProfileArgs, HardwareProfileSettings, ProfileBounds } from "./sdk/spec/profiles/hardwareProfile";
export type { InferenceServiceArgs } from "./sdk/spec/inference/inferenceService";
export type { DeploymentSettings, ModelServingDefaults } from "./sdk/spec/inference/deploymentSettings";
export { DashboardStrategy, DeploymentEnvironment } from "./sdk/spec/inference/deploymentSettings";
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
export type { ModelSource } from "./sdk/spec/storage/modelSource";
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
export type { Autoscaling, MetricAuthentication, PrometheusMetric } from "./sdk/spec/inference/autoscaling";
export { AutoscalerClass, ScaleMetric, VllmMetric } from "./sdk/spec/inference/autoscaling";
export type { Leftover } from "./sdk/advice/leftovers";
export { leftoversOf } from "./sdk/advice/leftovers";
export type { RolloutRoom, RolloutSituation, StrategyAdvice } from "./sdk/advice/strategy";
export { adviseStrategy, rolloutRoom } from "./sdk/advice/strategy";
export type { AiAsset, Exposure, RolloutStrategy, ServiceSettings } from "./sdk/spec/inference/serviceSettings";
export { AuthMode, AuthProxyType, ModelType, StrategyType } from "./sdk/spec/inference/serviceSettings";
export type { ServingRuntimeArgs } from "./sdk/spec/runtimes/servingRuntime";
export type { ServingStackArgs, StackModel, StackNamespace } from "./sdk/spec/stack/servingStack";
export type { VllmSettings } from "./sdk/spec/runtimes/vllm";
export { Dtype } from "./sdk/spec/runtimes/vllm";
