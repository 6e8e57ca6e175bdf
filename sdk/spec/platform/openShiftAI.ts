/** What a user may say of OpenShift AI or Open Data Hub as a whole. */
import type { z } from "zod";
import { NEWEST_PLATFORM } from "../../catalog/platformFields";
import type { OperatorSettings } from "../installation/operator";
import { operatorSettingsSchema } from "../installation/operator";
import { bytes, choice, dnsLabel, flag, object, record, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";
import type { ConnectionType, DashboardSettings } from "./dashboard";
import { connectionTypeSchema, dashboardSchema } from "./dashboard";
import type { PlatformComponents, PlatformKServe, PlatformKueue } from "./dataScienceCluster";
import { platformComponentsSchema, platformKServeSchema, platformKueueSchema } from "./dataScienceCluster";
import type { InferenceGateway } from "./inferenceGateway";
import { inferenceGatewaySchema } from "./inferenceGateway";

/** Whose build of the platform. */
export const Distribution = {
  /** Red Hat's product. */
  OpenShiftAI: "openshift-ai",
  /** The community's build. */
  OpenDataHub: "open-data-hub",
} as const;
export type Distribution = (typeof Distribution)[keyof typeof Distribution];

/** Abilities that need further operators of OpenShift. Plain InferenceServices need none. */
export interface PlatformFeatures {
  /** LLMInferenceServices (llm-d): cert-manager, Connectivity Link, and a gateway. Version 3 only. Default: false. */
  distributedInference?: boolean;
  /** Models over several nodes: LeaderWorkerSet. Default: false. */
  multiNodeInference?: boolean;
  /** Autoscaling by the metrics of models: the custom metrics autoscaler (KEDA). Default: false. */
  metricsAutoscaling?: boolean;
  /** Quotas and queues: Kueue. Default: false. */
  queues?: boolean;
}

/** Who installs the operators that features need. Default of each: `create` where a feature needs it, else `skip`. */
export interface PlatformDependencies {
  certManager?: Provision;
  connectivityLink?: Provision;
  leaderWorkerSet?: Provision;
  customMetricsAutoscaler?: Provision;
  kueue?: Provision;
}

/** The platform's own monitoring. */
export interface PlatformMonitoring {
  /** Default: true. */
  enabled?: boolean;
  /** Cannot change later. Default: the distribution's. */
  namespace?: string;
  /** Size of the volume for metrics, such as `5Gi`; absent: none are kept. Version 3 only. */
  metricsStorage?: string;
  /** How long metrics are kept, such as `90d`. Default: `90d`. */
  metricsRetention?: string;
}

/** Arguments of the OpenShiftAI component. */
export interface OpenShiftAIArgs {
  /** Default: `openshift-ai`. */
  distribution?: Distribution;
  /** Version of the platform, such as `2.25` or `3.4`; selects the API and what is accepted. Default: the newest known. */
  version?: string;
  /** The platform's operator. Default: `create`. */
  operator?: Provision;
  /** How its subscription differs from the catalogue's. */
  operatorSettings?: OperatorSettings;
  /** The DSCInitialization, one a cluster. Default: `create`, or `existing` with an operator that exists. */
  initialization?: Provision;
  /** The DataScienceCluster, one a cluster. Default: `create`. */
  dataScienceCluster?: Provision;
  /** Where the platform's own parts run; no model may. Cannot change later. Default: the distribution's. */
  applicationsNamespace?: string;
  monitoring?: PlatformMonitoring;
  /** Certificates (PEM) that all components trust beside the cluster's own. */
  customCaBundle?: string;
  features?: PlatformFeatures;
  dependencies?: PlatformDependencies;
  kserve?: PlatformKServe;
  kueue?: PlatformKueue;
  components?: PlatformComponents;
  /** The multi-model platform: many small models in one server. Version 2 only; refused on 3. Default: false. */
  modelMesh?: boolean;
  /** Where model registries run. Default: the platform's. */
  modelRegistryNamespace?: string;
  /** Where workbenches run. Default: the platform's. */
  workbenchNamespace?: string;
  dashboard?: DashboardSettings;
  /** Kinds of connection for all projects, by name of the ConfigMap. */
  connectionTypes?: Record<string, ConnectionType>;
  /** The gateway in front of LLMInferenceServices. */
  gateway?: InferenceGateway;
  /** Seconds until a platform that is not ready fails the update. Default: 1800. */
  readyTimeoutSeconds?: number;
}

const featuresSchema = object({
  distributedInference: flag.default(false),
  multiNodeInference: flag.default(false),
  metricsAutoscaling: flag.default(false),
  queues: flag.default(false),
}) satisfies SchemaOf<PlatformFeatures>;

const dependenciesSchema = object({
  certManager: provision.optional(),
  connectivityLink: provision.optional(),
  leaderWorkerSet: provision.optional(),
  customMetricsAutoscaler: provision.optional(),
  kueue: provision.optional(),
}) satisfies SchemaOf<PlatformDependencies>;

const monitoringSchema = object({
  enabled: flag.default(true),
  namespace: dnsLabel("a namespace").optional(),
  metricsStorage: bytes.optional(),
  metricsRetention: textLike(/^\d+[smhdwy]$/, 'a time such as "90d"').default("90d"),
}) satisfies SchemaOf<PlatformMonitoring>;

export const openShiftAISchema = object({
  distribution: choice(Object.values(Distribution)).default("openshift-ai"),
  version: textLike(/^[23]\.\d+$/, 'a version such as "2.25" or "3.4"', toVersion).default(NEWEST_PLATFORM),
  operator: provision.default("create"),
  operatorSettings: operatorSettingsSchema.optional(),
  initialization: provision.optional(),
  dataScienceCluster: provision.default("create"),
  applicationsNamespace: dnsLabel("a namespace").optional(),
  monitoring: monitoringSchema.prefault({}),
  customCaBundle: text("certificates in PEM form").optional(),
  features: featuresSchema.prefault({}),
  dependencies: dependenciesSchema.prefault({}),
  kserve: platformKServeSchema.prefault({}),
  kueue: platformKueueSchema.prefault({}),
  components: platformComponentsSchema.prefault({}),
  modelMesh: flag.default(false),
  modelRegistryNamespace: dnsLabel("a namespace").optional(),
  workbenchNamespace: dnsLabel("a namespace").optional(),
  dashboard: dashboardSchema.prefault({}),
  connectionTypes: record(connectionTypeSchema, "connection types").default({}),
  gateway: inferenceGatewaySchema.prefault({}),
  readyTimeoutSeconds: whole(1).default(1800),
}) satisfies SchemaOf<OpenShiftAIArgs>;

/** `v3.4.2` is version 3.4. */
function toVersion(value: string): string | undefined {
  return /^v?(\d+\.\d+)(\.\d+)?$/.exec(value)?.[1];
}

/** A platform with the defaults of its schema. */
export type OpenShiftAISpec = z.output<typeof openShiftAISchema>;
