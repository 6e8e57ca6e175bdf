/** The public interface of the package. */
export type { ApiKeyArgs } from "./components/exposure/apiKey";
export { ApiKey } from "./components/exposure/apiKey";
export { HttpRoute } from "./components/exposure/httpRoute";
export { Ingress } from "./components/exposure/ingress";
export { NetworkPolicies } from "./components/exposure/networkPolicies";
export { Route } from "./components/exposure/route";
export { InferenceService } from "./components/inference/inferenceService";
export type { ModelDeploymentArgs } from "./components/inference/modelDeployment";
export { ModelDeployment } from "./components/inference/modelDeployment";
export { MetricsViewers } from "./components/monitoring/metricsViewers";
export { ModelAlerts } from "./components/monitoring/modelAlerts";
export { ModelDashboards } from "./components/monitoring/modelDashboards";
export { RuntimeMonitor } from "./components/monitoring/runtimeMonitor";
export { UserWorkloadMonitoring } from "./components/monitoring/userWorkloadMonitoring";
export { WarmUp } from "./components/monitoring/warmUp";
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
export { AlertId, Engine } from "./sdk/monitoring/alerts";
export { RefreshInterval, TimeRange } from "./sdk/monitoring/grafana";
export { metricName, MetricSource } from "./sdk/monitoring/metrics";
export type { QuerySubject } from "./sdk/monitoring/queries";
export { promql } from "./sdk/monitoring/queries";
export type { InferenceQuestion, InferenceRequest, Tensor } from "./sdk/requests/v2";
export { TensorType, v2InferenceRequest, v2Outputs } from "./sdk/requests/v2";
export type { ApiKeySettings } from "./sdk/spec/exposure/apiKey";
export type { GatewayListener, HttpRouteArgs } from "./sdk/spec/exposure/httpRoute";
export type { CertificateIssuer, IngressArgs } from "./sdk/spec/exposure/ingress";
export { BackendProtocol, IssuerKind } from "./sdk/spec/exposure/ingress";
export type { Caller, Egress, NetworkPoliciesArgs } from "./sdk/spec/exposure/networkPolicies";
export type { RouteArgs } from "./sdk/spec/exposure/route";
export { PlainHttp, TlsTermination } from "./sdk/spec/exposure/route";
export type { MetricsViewersArgs } from "./sdk/spec/monitoring/metricsViewers";
export type { AlertThresholds, ModelAlertsArgs } from "./sdk/spec/monitoring/modelAlerts";
export type { ModelDashboardsArgs } from "./sdk/spec/monitoring/modelDashboards";
export { DashboardKind } from "./sdk/spec/monitoring/modelDashboards";
export type { RuntimeMonitorArgs } from "./sdk/spec/monitoring/runtimeMonitor";
export { MonitorKind } from "./sdk/spec/monitoring/runtimeMonitor";
export type { UserWorkloadMonitoringArgs } from "./sdk/spec/monitoring/userWorkloadMonitoring";
export type { WarmUpArgs } from "./sdk/spec/monitoring/warmUp";
export { Provision } from "./sdk/spec/schema/provision";
export type { Autoscaling, Exposure, RolloutStrategy, ServiceSettings } from "./sdk/spec/inference/serviceSettings";
export { AuthMode, ScaleMetric, StrategyType } from "./sdk/spec/inference/serviceSettings";
export type { ServingRuntimeArgs } from "./sdk/spec/runtimes/servingRuntime";
export type { ServingStackArgs, StackModel, StackNamespace } from "./sdk/spec/stack/servingStack";
export type { VllmSettings } from "./sdk/spec/runtimes/vllm";
export { Dtype } from "./sdk/spec/runtimes/vllm";
