/** What a stack says of its parts: the arguments of their components, without what the stack fills in itself. */
import type { Input } from "@pulumi/pulumi";
import type { NetworkPoliciesSettings } from "../exposure/networkPolicies";
import { networkPoliciesSchema } from "../exposure/networkPolicies";
import type { KubeAiModelOptions } from "../kubeai/kubeAiModel";
import { kubeAiModelSchema } from "../kubeai/kubeAiModel";
import type { MetricsViewersSettings } from "../monitoring/metricsViewers";
import { metricsViewersSchema } from "../monitoring/metricsViewers";
import type { ModelAlertsSettings } from "../monitoring/modelAlerts";
import { modelAlertsSchema } from "../monitoring/modelAlerts";
import type { ModelDashboardsArgs } from "../monitoring/modelDashboards";
import { modelDashboardsSchema } from "../monitoring/modelDashboards";
import type { RuntimeMonitorSettings } from "../monitoring/runtimeMonitor";
import { runtimeMonitorSchema } from "../monitoring/runtimeMonitor";
import type { UserWorkloadMonitoringArgs } from "../monitoring/userWorkloadMonitoring";
import { userWorkloadMonitoringSchema } from "../monitoring/userWorkloadMonitoring";
import type { KServeArgs } from "../platform/kserve";
import { kserveSchema } from "../platform/kserve";
import type { KubeAIArgs } from "../platform/kubeAI";
import { kubeAISchema } from "../platform/kubeAI";
import type { OpenShiftAIArgs } from "../platform/openShiftAI";
import { openShiftAISchema } from "../platform/openShiftAI";
import type { ServingRuntimeSettings } from "../runtimes/servingRuntime";
import { servingRuntimeSchema } from "../runtimes/servingRuntime";
import { dnsLabel, object } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { ModelBucketSettings } from "../storage/modelBucket";
import { modelBucketSchema } from "../storage/modelBucket";
import type { ModelConnectionSettings } from "../storage/modelConnection";
import { modelConnectionSchema } from "../storage/modelConnection";
import type { ModelVolumeSettings } from "../storage/modelVolume";
import { modelVolumeSchema } from "../storage/modelVolume";
import { asWritten, partOf } from "./written";

/** Platforms that the stack brings onto the cluster itself. Default of each: it is there already, or not wanted. */
export interface StackInstallation {
  /** With platform kind `openshift-ai`. */
  openShiftAI?: OpenShiftAIArgs;
  /** With platform kind `kserve`. */
  kserve?: KServeArgs;
  /** Beside either; for `kubeAiModels`. */
  kubeAI?: KubeAIArgs;
}

/** A model of a stack that KubeAI serves. */
export interface StackKubeAiModel extends KubeAiModelOptions {
  /** Namespace of KubeAI. Default: that of the stack's own, else of its chart. */
  namespace?: Input<string>;
}

/** How a stack is watched; each part by itself. */
export interface StackMonitoring {
  /** OpenShift's monitoring of user workloads. */
  userWorkloads?: UserWorkloadMonitoringArgs;
  /** Alerts on each model whose server is known to report what they need; `{}` is all of them with the usual bounds. */
  alerts?: ModelAlertsSettings;
  /** Dashboards of Grafana. */
  dashboards?: ModelDashboardsArgs;
  /** A monitor of Prometheus operator for each model of KServe; not on OpenShift AI, whose controller makes them. */
  runtimeMonitors?: RuntimeMonitorSettings;
  /** People and programs who read the metrics of the stack's namespace. */
  viewers?: MetricsViewersSettings;
}

const FROM_STACK = ["name", "namespace", "platform"] as const;

export const installationSchema = object({
  openShiftAI: asWritten(openShiftAISchema).optional(),
  kserve: asWritten(kserveSchema).optional(),
  kubeAI: asWritten(kubeAISchema).optional(),
}) satisfies SchemaOf<StackInstallation>;

export const stackConnectionSchema = partOf(
  modelConnectionSchema,
  FROM_STACK,
  "a connection",
) satisfies SchemaOf<ModelConnectionSettings>;

export const stackVolumeSchema = partOf(
  modelVolumeSchema,
  FROM_STACK,
  "a volume",
) satisfies SchemaOf<ModelVolumeSettings>;

export const stackBucketSchema = partOf(
  modelBucketSchema,
  ["platform"],
  "a bucket",
) satisfies SchemaOf<ModelBucketSettings>;

export const stackRuntimeSchema = partOf(
  servingRuntimeSchema,
  [...FROM_STACK, "catalog"],
  "a runtime",
) satisfies SchemaOf<ServingRuntimeSettings>;

const kubeAiShape = partOf(kubeAiModelSchema, ["name", "namespace"], "a model").shape;

export const stackKubeAiModelSchema = object(
  { ...kubeAiShape, namespace: dnsLabel("a namespace").optional() },
  "a model",
) satisfies SchemaOf<StackKubeAiModel>;

export const stackNetworkPoliciesSchema = partOf(
  networkPoliciesSchema,
  [...FROM_STACK, "inferenceServiceName", "podLabels"],
  "an object",
) satisfies SchemaOf<NetworkPoliciesSettings>;

export const stackMonitoringSchema = object({
  userWorkloads: asWritten(userWorkloadMonitoringSchema).optional(),
  alerts: asWritten(
    partOf(
      modelAlertsSchema,
      ["name", "namespace", "inferenceServiceName", "engine", "engineVersion", "modelName"],
      "an object",
    ),
  ).optional(),
  dashboards: asWritten(modelDashboardsSchema).optional(),
  runtimeMonitors: asWritten(
    partOf(runtimeMonitorSchema, [...FROM_STACK, "inferenceServiceName", "matchLabels"], "an object"),
  ).optional(),
  viewers: asWritten(partOf(metricsViewersSchema, ["name", "namespace"], "an object")).optional(),
}) satisfies SchemaOf<StackMonitoring>;
