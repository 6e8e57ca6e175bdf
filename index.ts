/** The public interface of the package. */
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export { HardwareProfile } from "./components/profiles/hardwareProfile";
export { ServingRuntime } from "./components/runtimes/servingRuntime";
export type { StackModelOutputs } from "./components/stack/servingStack";
export { ServingStack } from "./components/stack/servingStack";
export type { HardwareProfileArgs, HardwareProfileSettings, ProfileBounds } from "./sdk/spec/hardwareProfile";
export type { InferenceServiceArgs } from "./sdk/spec/inferenceService";
export type { ModelDeploymentSettings, ModelSettings } from "./sdk/spec/modelDeployment";
export type { ModelSource } from "./sdk/spec/modelSource";
export type { Platform } from "./sdk/spec/platform";
export { IngressKind, PlatformKind } from "./sdk/spec/platform";
export { TaintEffect, TolerationOperator } from "./sdk/spec/pods";
export type {
  EnvironmentVariable,
  NodeAffinity,
  NodeToleration,
  ResourceAmounts,
  ResourceSettings,
} from "./sdk/spec/pods";
export type { RouteArgs } from "./sdk/spec/route";
export { TlsTermination } from "./sdk/spec/route";
export type { Autoscaling, Exposure, RolloutStrategy, ServiceSettings } from "./sdk/spec/serviceSettings";
export { AuthMode, ScaleMetric, StrategyType } from "./sdk/spec/serviceSettings";
export type { ServingRuntimeArgs } from "./sdk/spec/servingRuntime";
export type { ServingStackArgs, StackModel, StackNamespace } from "./sdk/spec/servingStack";
export type { VllmSettings } from "./sdk/spec/vllm";
export { Dtype } from "./sdk/spec/vllm";
