/** What a user may say of an LLMInferenceService: distributed inference with llm-d. */
import type { Input } from "@pulumi/pulumi";
import { z } from "zod";
import { catalogField, type WithCatalog } from "../catalog/field";
import type { Platform } from "../platform/platform";
import { platformField } from "../platform/platform";
import { bytes, choice, dnsLabel, flag, list, object, record, text, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { coreObject } from "../schema/pods";
import type { ModelSource } from "../storage/modelSource";
import { modelSourceSchema } from "../storage/modelSource";
import type { LlmRolloutStrategy, LlmWorkloadSettings } from "./llmWorkload";
import { llmRolloutSchema, llmWorkloadSchema, llmWorkloadShape } from "./llmWorkload";
import type { AiAsset } from "./serviceSettings";
import { aiAssetSchema, AuthMode } from "./serviceSettings";

/** An object by name and namespace. */
export interface NamespacedReference {
  name: string;
  /** Default: the service's. */
  namespace?: Input<string>;
}

/** Which Gateways publish the model; none named: the one of KServe's configuration. */
export interface LlmGateway {
  refs?: NamespacedReference[];
}

/** The HTTPRoutes to the model: names of routes that exist, or the spec of one; neither: one of KServe's making. */
export interface LlmRoute {
  refs?: string[];
  /** Upstream: Gateway API HTTPRouteSpec; the API server judges it. */
  spec?: object;
}

/** A key of a ConfigMap. */
export interface ConfigMapKey {
  name: string;
  key: string;
}

/** The endpoint picker, which chooses a replica for each request. */
export interface LlmScheduler {
  /** Default: 1. */
  replicas?: number;
  /** An InferencePool that exists already. Default: one of KServe's making. */
  poolName?: string;
  /** The picker's configuration in a ConfigMap. Excludes `config`. */
  configRef?: ConfigMapKey;
  /** The picker's configuration. Excludes `configRef`. Upstream: llm-d EndpointPickerConfig. */
  config?: object;
}

/** How requests reach the pods; a part that is left out is not made. An empty part is one that KServe manages. */
export interface LlmRouter {
  gateway?: LlmGateway;
  route?: LlmRoute;
  /** Ingresses that exist, instead of Gateways. */
  ingress?: LlmGateway;
  /** Left out: requests go to any replica, through a plain Service. */
  scheduler?: LlmScheduler;
}

/** A LoRA adapter served beside its base model. */
export interface LoraAdapter {
  /** What callers write as `model`; other than the base model's. */
  name: string;
  /** Where it is loaded from. */
  source: ModelSource;
}

/** What the dashboard calls the arrangement of a service. */
export const LlmTopology = {
  SingleNode: "workload-single-node",
  SingleNodePrefillDecode: "workload-single-node-pd",
  MultiNodeDataParallel: "workload-multi-node-data-parallel",
  MultiNodeDataParallelPrefillDecode: "workload-multi-node-data-parallel-pd",
} as const;
export type LlmTopology = (typeof LlmTopology)[keyof typeof LlmTopology];

/**
 * Arguments of the LlmInferenceService component.
 *
 * @requirement IS-34, PL-11
 */
export interface LlmInferenceServiceArgs extends LlmWorkloadSettings, WithCatalog {
  /** Name of the object. Default: the component's name. */
  name?: string;
  namespace: Input<string>;
  /** Default: OpenShift AI. */
  platform?: Platform;
  /** Where the model is loaded from: OCI image, S3, claim or Hugging Face. */
  source: ModelSource;
  /** What callers write as `model`. Default: the name of the object. */
  modelName?: Input<string>;
  /** LoRA adapters of the model. */
  lora?: LoraAdapter[];
  displayName?: Input<string>;
  description?: Input<string>;
  /** Further labels of the object. */
  labels?: Record<string, Input<string>>;
  /** Product or resource name of the accelerator in every pod. Default: none said; the preset decides. */
  accelerator?: string;
  /** A second workload for the prefill phase; the first one then decodes. */
  prefill?: LlmWorkloadSettings;
  /** Default: gateway, route and scheduler, all managed by KServe, as the dashboard writes it. */
  router?: LlmRouter;
  /** LLMInferenceServiceConfigs laid under this service, later ones over earlier ones. */
  baseRefs?: string[];
  /** How a change rolls out. KServe 0.17.0 does not know the field yet and refuses it; releases after it do. */
  rolloutStrategy?: LlmRolloutStrategy;
  /** False: nothing is added to the pods that would bring the model. Default: true. */
  storageInitializer?: boolean;
  /** Connection Secret of OpenShift AI that holds the credentials of the source. */
  connectionName?: Input<string>;
  /** Hardware profile to note on the service. OpenShift AI only. */
  hardwareProfileName?: Input<string>;
  /** Namespace of that profile. Default: the platform's applications namespace. */
  hardwareProfileNamespace?: Input<string>;
  /** Kueue LocalQueue that admits the pods. */
  localQueue?: string;
  /** Whether callers must show a token. OpenShift AI only, which asks for one unless told otherwise. */
  auth?: AuthMode;
  /** Names of the tokens to issue; each becomes a Secret. Only with auth `token`. Default: none. */
  tokens?: string[];
  /** Offers the model in the playground. OpenShift AI only. */
  aiAsset?: AiAsset;
  /** Offers the model as a service (MaaS). OpenShift AI only. */
  modelAsAService?: boolean;
  /** Noted for the dashboard. OpenShift AI only. Default: what follows from `worker` and `prefill`. */
  topology?: LlmTopology;
  /** Config that the topology comes from, for the dashboard. */
  topologyConfigRef?: string;
  /** Config that the routing comes from, for the dashboard. */
  routingConfigRef?: string;
  /** Size of the model's files, such as `16Gi`, where the catalogue does not know it; sets the time limit. */
  modelSize?: string;
  /** Seconds Pulumi waits for the service to become Ready. Default: by the model's size; an hour when unknown. */
  readyTimeoutSeconds?: number;
  /** Whether Pulumi waits at all. Default: true. */
  awaitReady?: boolean;
}

const referenceSchema = object({
  name: dnsLabel("a name"),
  namespace: dnsLabel("a namespace").optional(),
}) satisfies SchemaOf<NamespacedReference>;
const refs = object({ refs: list(referenceSchema, "references").optional() }) satisfies SchemaOf<LlmGateway>;
const routeSchema = object({
  refs: list(dnsLabel("the name of an HTTPRoute"), "names of HTTPRoutes").optional(),
  spec: coreObject<object>("the spec of an HTTPRoute").optional(),
}) satisfies SchemaOf<LlmRoute>;
const schedulerSchema = object({
  replicas: whole(1).optional(),
  poolName: dnsLabel("the name of an InferencePool").optional(),
  configRef: object({ name: dnsLabel("the name of a ConfigMap"), key: text("a key") }).optional(),
  config: coreObject<object>("a configuration of the endpoint picker").optional(),
}) satisfies SchemaOf<LlmScheduler>;

export const llmRouterSchema = object({
  gateway: refs.optional(),
  route: routeSchema.optional(),
  ingress: refs.optional(),
  scheduler: schedulerSchema.optional(),
}) satisfies SchemaOf<LlmRouter>;

const loraSchema = object({ name: text("a name"), source: modelSourceSchema }) satisfies SchemaOf<LoraAdapter>;

/** The field of an InferenceService that people look for; it is answered with the right one. */
const noStrategy = z
  .never({
    error:
      "belongs to InferenceServices; an LLMInferenceService rolls by rolloutStrategy: { maxSurge, maxUnavailable }, and has no Recreate",
  })
  .optional();

export const llmInferenceServiceSchema = object({
  ...llmWorkloadShape,
  name: text("a service name").optional(),
  namespace: dnsLabel("a namespace"),
  platform: platformField,
  source: modelSourceSchema,
  modelName: text("a name").optional(),
  lora: list(loraSchema, "LoRA adapters").optional(),
  displayName: text("a name").optional(),
  description: text("a description").optional(),
  labels: record(text("a label value"), "label values").optional(),
  accelerator: text("an accelerator").optional(),
  prefill: llmWorkloadSchema.optional(),
  router: llmRouterSchema.prefault({ gateway: {}, route: {}, scheduler: {} }),
  baseRefs: list(dnsLabel("the name of an LLMInferenceServiceConfig"), "names of configurations").optional(),
  rolloutStrategy: llmRolloutSchema.optional(),
  storageInitializer: flag.optional(),
  connectionName: dnsLabel("the name of a connection").optional(),
  hardwareProfileName: dnsLabel("the name of a hardware profile").optional(),
  hardwareProfileNamespace: dnsLabel("a namespace").optional(),
  localQueue: dnsLabel("the name of a LocalQueue").optional(),
  auth: choice(Object.values(AuthMode)).optional(),
  tokens: list(dnsLabel("the name of a token"), "token names").optional(),
  aiAsset: aiAssetSchema.optional(),
  modelAsAService: flag.optional(),
  topology: choice(Object.values(LlmTopology)).optional(),
  topologyConfigRef: dnsLabel("the name of a configuration").optional(),
  routingConfigRef: dnsLabel("the name of a configuration").optional(),
  modelSize: bytes.optional(),
  readyTimeoutSeconds: whole(1).optional(),
  awaitReady: flag.default(true),
  catalog: catalogField,
}) satisfies SchemaOf<LlmInferenceServiceArgs>;

/** {@link llmInferenceServiceSchema} for what people write, the fields of other kinds among it. */
export const writtenLlmSchema = llmInferenceServiceSchema.extend({ deploymentStrategy: noStrategy });

/** An LLMInferenceService with its defaults. */
export type LlmInferenceServiceSpec = z.output<typeof writtenLlmSchema> & { name: string };
