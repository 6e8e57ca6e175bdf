/** What a user may say of the components of a DataScienceCluster. */
import type { z } from "zod";
import type { PlatformComponent } from "../../catalog/platformFields";
import { platformComponents } from "../../catalog/platformFields";
import { bytes, choice, dnsLabel, flag, list, object, record, text } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { ResourceSettings } from "../schema/pods";
import { resourcesSchema } from "../schema/pods";

/** Whether the platform's operator runs a component. Upstream: openshift/api ManagementState. */
export const ManagementState = {
  /** The operator installs it and keeps it up to date. */
  Managed: "Managed",
  /** The operator does not install it, and removes it where it did. */
  Removed: "Removed",
} as const;
export type ManagementState = (typeof ManagementState)[keyof typeof ManagementState];

/** Who looks after the queues of Kueue. */
export const QueueManagement = {
  /** Kueue's own operator runs it; the platform uses it. */
  Unmanaged: "Unmanaged",
  /** The platform does without queues. */
  Removed: "Removed",
} as const;
export type QueueManagement = (typeof QueueManagement)[keyof typeof QueueManagement];

/** The Service of an InferenceService. Upstream: `rawDeploymentServiceConfig`. */
export const PredictorServiceKind = {
  /** No address of its own; clients reach the pods' ports directly. */
  Headless: "Headless",
  /** A cluster address with port 80. */
  Headed: "Headed",
} as const;
export type PredictorServiceKind = (typeof PredictorServiceKind)[keyof typeof PredictorServiceKind];

/** How services are deployed unless they say otherwise. Version 2 only: version 3 knows raw deployments alone. */
export const DefaultDeploymentMode = {
  RawDeployment: "RawDeployment",
  /** Knative and Service Mesh, whose operators must be there. */
  Serverless: "Serverless",
} as const;
export type DefaultDeploymentMode = (typeof DefaultDeploymentMode)[keyof typeof DefaultDeploymentMode];

/** NVIDIA NIM on the platform. */
export interface NimIntegration {
  /** Default: `Managed`. */
  state?: ManagementState;
  /** Whether the cluster has no way to NVIDIA's services: no key is checked there. Default: false. Since 3.4. */
  airGapped?: boolean;
}

/** Models kept on the disks of nodes. Since 3.5. */
export interface ModelCacheSettings {
  /** Default: `Managed`. */
  state?: ManagementState;
  /** Size of the volume on each node, such as `500Gi`. */
  cacheSize?: string;
  /** Nodes that keep models. Excludes `nodeSelector`. */
  nodeNames?: string[];
  /** Labels of the nodes that keep models. Excludes `nodeNames`. */
  nodeSelector?: Record<string, string>;
}

/** KServe as the platform runs it. Upstream: opendatahub-operator `api/components/v1alpha1/kserve_types.go`. */
export interface PlatformKServe {
  /** Default: `Managed`, the single-model platform. */
  state?: ManagementState;
  /** Default: the platform's, `Headless`. */
  predictorService?: PredictorServiceKind;
  /** Version 2 only; refused on 3. Default there: `RawDeployment`. */
  deploymentMode?: DefaultDeploymentMode;
  nim?: NimIntegration;
  /** llm-d's workload variant autoscaler. Default: the platform's, `Removed`. Since 3.4. */
  workloadVariantAutoscaler?: ManagementState;
  /** TLS between the gateway and the pods of LLMInferenceServices. Default: the platform's, on. Since 3.5. */
  llmInferenceServiceTls?: boolean;
  /** Dashboards of LLMInferenceServices in the OpenShift console. Default: the platform's, on. Since 3.5. */
  llmInferenceServiceConsoleDashboards?: boolean;
  modelCache?: ModelCacheSettings;
  /** CPU and memory of the sidecar that checks tokens. Since 3.5. */
  oauthProxy?: ResourceSettings;
}

/** Kueue as the platform uses it. */
export interface PlatformKueue {
  /** Default: `Unmanaged` where the feature `queues` is on, else `Removed`. */
  state?: QueueManagement;
  /** Whether the platform makes a queue for each project. Default: the platform's, off. Version 3 only. */
  autoCreateQueues?: boolean;
  /** Default: the platform's, `default`. */
  defaultLocalQueueName?: string;
  /** Default: the platform's, `default`. */
  defaultClusterQueueName?: string;
}

const state = choice(Object.values(ManagementState), {
  Unmanaged: "only Kueue can be Unmanaged",
});

export const modelCacheSchema = object({
  state: state.default("Managed"),
  cacheSize: bytes.optional(),
  nodeNames: list(text("the name of a node"), "names of nodes").min(1).optional(),
  nodeSelector: record(text("a label value"), "label values").optional(),
}) satisfies SchemaOf<ModelCacheSettings>;

const nimSchema = object({ state: state.optional(), airGapped: flag.optional() }) satisfies SchemaOf<NimIntegration>;

export const platformKServeSchema = object({
  state: state.default("Managed"),
  predictorService: choice(Object.values(PredictorServiceKind)).optional(),
  deploymentMode: choice(Object.values(DefaultDeploymentMode), {
    Knative: "this platform calls it Serverless",
    Standard: "this platform calls it RawDeployment",
  }).optional(),
  nim: nimSchema.optional(),
  workloadVariantAutoscaler: state.optional(),
  llmInferenceServiceTls: flag.optional(),
  llmInferenceServiceConsoleDashboards: flag.optional(),
  modelCache: modelCacheSchema.optional(),
  oauthProxy: resourcesSchema.optional(),
}) satisfies SchemaOf<PlatformKServe>;

/** What the webhook answers to a Kueue that the platform should run itself. */
const KUEUE_MANAGED =
  'the platform\'s webhook denies it ("Managed is no longer supported as a managementState"): install Kueue with its own operator and write "Unmanaged"';

export const platformKueueSchema = object({
  state: choice(Object.values(QueueManagement), { Managed: KUEUE_MANAGED }).optional(),
  autoCreateQueues: flag.optional(),
  defaultLocalQueueName: dnsLabel("the name of a queue").optional(),
  defaultClusterQueueName: dnsLabel("the name of a queue").optional(),
}) satisfies SchemaOf<PlatformKueue>;

/** States of the other components, by their names in the DataScienceCluster; those of the release only. */
export interface PlatformComponents {
  /** Default: `Managed`. */
  dashboard?: ManagementState;
  workbenches?: ManagementState;
  /** Version 2. */
  datasciencepipelines?: ManagementState;
  /** Version 3. */
  aipipelines?: ManagementState;
  ray?: ManagementState;
  trustyai?: ManagementState;
  modelregistry?: ManagementState;
  trainingoperator?: ManagementState;
  feastoperator?: ManagementState;
  llamastackoperator?: ManagementState;
  /** Version 2. */
  codeflare?: ManagementState;
  /** Since 3.2. */
  mlflowoperator?: ManagementState;
  /** Since 3.2. */
  trainer?: ManagementState;
  /** Since 3.4. */
  sparkoperator?: ManagementState;
  /** Since 3.5. */
  ogx?: ManagementState;
  /** Since 3.5. */
  aigateway?: ManagementState;
  /** Since 3.5. */
  mcplifecycleoperator?: ManagementState;
}

const componentStates = Object.fromEntries(platformComponents.map((name) => [name, state.optional()]));

export const platformComponentsSchema = object(
  componentStates as Record<PlatformComponent, z.ZodOptional<typeof state>>,
) satisfies SchemaOf<PlatformComponents>;
