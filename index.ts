/** The public interface of the package. */
export { Accelerators } from "./components/accelerators/accelerators";
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export { HardwareProfile } from "./components/profiles/hardwareProfile";
export { ServingRuntime } from "./components/runtimes/servingRuntime";
export type { StackModelOutputs } from "./components/stack/servingStack";
export { ServingStack } from "./components/stack/servingStack";
export type { HardwareProfileArgs, HardwareProfileSettings, ProfileBounds } from "./sdk/spec/profiles/hardwareProfile";
export type { InferenceServiceArgs } from "./sdk/spec/inference/inferenceService";
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
export type { Autoscaling, Exposure, RolloutStrategy, ServiceSettings } from "./sdk/spec/inference/serviceSettings";
export { AuthMode, ScaleMetric, StrategyType } from "./sdk/spec/inference/serviceSettings";
export type { ServingRuntimeArgs } from "./sdk/spec/runtimes/servingRuntime";
export type { ServingStackArgs, StackModel, StackNamespace } from "./sdk/spec/stack/servingStack";
export type { VllmSettings } from "./sdk/spec/runtimes/vllm";
export { Dtype } from "./sdk/spec/runtimes/vllm";
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
export type { ChartSettings } from "./sdk/spec/installation/chart";
export { KubernetesDistribution } from "./sdk/spec/installation/distribution";
export type { OperatorSettings } from "./sdk/spec/installation/operator";
export { InstallPlanApproval } from "./sdk/spec/installation/operator";
export { Provision } from "./sdk/spec/schema/provision";
export type {
  AcceleratorCapacity,
  AcceleratorStatus,
  AcceleratorVerdict,
  OperatorStatus,
} from "./sdk/operations/acceleratorStatus";
export { acceleratorStatus } from "./sdk/operations/acceleratorStatus";
export type { AcceleratorTarget, SupportLevel } from "./sdk/catalog/acceleratorTargets";
export { findAcceleratorTarget, supportLevel } from "./sdk/catalog/acceleratorTargets";
