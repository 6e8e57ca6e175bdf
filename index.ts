/** The public interface of the package. */
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export { HardwareProfile } from "./components/profiles/hardwareProfile";
export { ServingRuntime } from "./components/runtimes/servingRuntime";
export { BucketClaim } from "./components/storage/bucketClaim";
export { LocalModelCache } from "./components/storage/localModelCache";
export { ModelBucket } from "./components/storage/modelBucket";
export { ModelConnection } from "./components/storage/modelConnection";
export { ModelServiceAccount } from "./components/storage/modelServiceAccount";
export { ModelVolume } from "./components/storage/modelVolume";
export type { StackModelOutputs } from "./components/stack/servingStack";
export { ServingStack } from "./components/stack/servingStack";
export type { HardwareProfileArgs, HardwareProfileSettings, ProfileBounds } from "./sdk/spec/profiles/hardwareProfile";
export type { InferenceServiceArgs } from "./sdk/spec/inference/inferenceService";
export type { ModelDeploymentSettings, ModelSettings } from "./sdk/spec/inference/modelDeployment";
export type { StorageNeeds, StorageAdvice } from "./sdk/advice/storage";
export { adviseStorage, StorageMethod } from "./sdk/advice/storage";
export type { BucketClaimArgs } from "./sdk/spec/storage/bucketClaim";
export type { LocalModelCacheArgs, NodeGroup } from "./sdk/spec/storage/localModelCache";
export type {
  AccessKeyAccess,
  BucketAccess,
  ModelBucketArgs,
  PodIdentityAccess,
  RoleAccess,
} from "./sdk/spec/storage/modelBucket";
export { modelcarUri } from "./sdk/spec/storage/modelcar";
export type {
  HuggingFaceConnection,
  ModelConnectionArgs,
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
export type { ModelVolumeArgs, VolumeFill } from "./sdk/spec/storage/modelVolume";
export { AccessMode } from "./sdk/spec/storage/modelVolume";
export type { Platform } from "./sdk/spec/platform/platform";
export { IngressKind, InstallKind, PlatformKind } from "./sdk/spec/platform/platform";
export { Provision } from "./sdk/spec/schema/provision";
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
