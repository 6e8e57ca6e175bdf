/** What every served model has, whichever component makes it: source, hardware, replicas, rollout, exposure. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { bytes, choice, dnsLabel, flag, list, object, record, text, textLike, whole } from "../schema/fields";
import type { Autoscaling } from "./autoscaling";
import { autoscalingSchema } from "./autoscaling";
import type { ModelSource } from "../storage/modelSource";
import { modelSourceSchema } from "../storage/modelSource";
import type { Loose, SchemaOf } from "../schema/plain";
import type { EnvironmentVariable, NodeAffinity, NodeToleration, ResourceSettings } from "../schema/pods";
import { affinity, environment, nodeSelector, resourcesSchema, tolerations } from "../schema/pods";

/** How new pods replace old ones. */
export const StrategyType = {
  /** New pods start before old ones end: no interruption, but room for one more replica is needed. */
  RollingUpdate: "RollingUpdate",
  /** Old pods end first: no extra room, but nothing answers until the new ones have loaded the model. */
  Recreate: "Recreate",
} as const;
export type StrategyType = (typeof StrategyType)[keyof typeof StrategyType];

/**
 * Rollout of a change. Upstream: apps/v1 DeploymentStrategy.
 *
 * @requirement DS-1, DS-4, DS-8
 */
export interface RolloutStrategy {
  /** Default: `RollingUpdate`. */
  type?: StrategyType;
  /** Pods above the wanted number during a rolling update, as `1` or `25%` (rounded up). Default: `25%`. */
  maxSurge?: string;
  /** Pods that may be missing during a rolling update, as `1` or `25%` (rounded down). Default: `25%`. */
  maxUnavailable?: string;
}

/** Whether callers must show who they are. */
export const AuthMode = {
  /** A bearer token of a service account that may read the InferenceService. OpenShift AI only. */
  Token: "token",
  /** A key that vLLM itself asks for. Plain KServe only, which has no other way. */
  ApiKey: "apiKey",
  /** Anyone who reaches the address is served. */
  None: "none",
} as const;
export type AuthMode = (typeof AuthMode)[keyof typeof AuthMode];

/** What answers a caller without a valid token. */
export const AuthProxyType = {
  /** The sidecar itself, with 401; the wizard's "return 401" option. */
  KubeRbacProxy: "kube-rbac-proxy",
} as const;
export type AuthProxyType = (typeof AuthProxyType)[keyof typeof AuthProxyType];

/**
 * Access from outside the cluster.
 *
 * @requirement IS-14, IS-15
 */
export interface Exposure {
  /** Must be said: publishing a model without authentication is never a default. */
  auth: AuthMode;
  /** Names of the tokens to issue; each becomes a Secret. Default: one, called `default`. Only with auth `token`. */
  tokens?: string[];
  /** Seconds after which the route gives up on an answer. Default: 300; routers' own 30 is short for long answers. */
  timeoutSeconds?: number;
  /** Service accounts of the namespace that may call as well, with tokens of their own. Only with auth `token`. */
  accounts?: string[];
  /**
   * Secret of the namespace whose key `VLLM_API_KEY` callers must show. Only with auth `apiKey`. Default: one is made,
   * with a random key.
   */
  apiKeySecretName?: string;
  /**
   * Says which proxy checks the tokens. Only with auth `token`. Default: not said, the platform's own; it only matters for
   * a model that still runs an older proxy.
   */
  authProxyType?: AuthProxyType;
}

/** Offers a model in the playground of the Gen AI studio. */
export interface AiAsset {
  /** Free text, such as `chat`, `multimodal`, `natural language processing`. */
  useCase?: Input<string>;
}

/** Whether a model writes text or computes a prediction; decides runtime, format and what may be said of it. */
export const ModelType = {
  /** A language model; its format is always vLLM. */
  Generative: "generative",
  /** Any other model, in the format that `modelFormat` names. */
  Predictive: "predictive",
} as const;
export type ModelType = (typeof ModelType)[keyof typeof ModelType];

/**
 * What every served model has. Text that flows through may be an Output; what the preview computes with is plain.
 *
 * @requirement IS-4, IS-5, IS-6, IS-12, IS-13, IS-16, IS-17, IS-23, IS-24, IS-25, IS-30, HW-9
 */
export interface ServiceSettings {
  /** Default: `generative`, unless `modelFormat` names another format than vLLM. */
  modelType?: ModelType;
  /** Format of the model, spelt as the runtime lists it: predictive models only, which must say it. Default: `vLLM`. */
  modelFormat?: string;
  /** Version of the format, such as `1`. Predictive models only. Default: any. */
  modelFormatVersion?: string;
  /** Offers the model as an AI asset endpoint. Generative models on OpenShift AI only. Default: not offered. */
  aiAsset?: AiAsset;
  /** Where the model is loaded from. */
  source: ModelSource;
  /** Name for people, such as `Granite 3.1 8B Instruct`. */
  displayName?: Input<string>;
  /** Description for people. */
  description?: Input<string>;
  /** Further labels of the InferenceService; KServe copies them to the pods. */
  labels?: Record<string, Input<string>>;
  /** Accelerator when there is no hardware profile: a product or a resource name. Default: none, CPU only. */
  accelerator?: string;
  /** Accelerators of each replica. Default: the profile's count; 1 with `accelerator`. */
  acceleratorCount?: number;
  /** CPU and memory of each replica. Default: those of the hardware profile. */
  resources?: ResourceSettings;
  /** Tolerations. Default: those of the hardware profile or accelerator. */
  tolerations?: NodeToleration[];
  /** Node labels. Default: those of the hardware profile or accelerator. */
  nodeSelector?: Record<string, string>;
  /** Affinity of the pods. */
  affinity?: NodeAffinity;
  /** Fixed number of replicas, 1 to 99. Default: 1. Excludes `autoscaling`. */
  replicas?: number;
  /** Lets the number of replicas follow the load. Excludes `replicas`. */
  autoscaling?: Autoscaling;
  /** How a change rolls out. Default: a rolling update, always written out. */
  deploymentStrategy?: RolloutStrategy;
  /** Further arguments of the server, appended to the runtime's, one token each: `--flag=value`. */
  args?: Input<string>[];
  /** Further environment variables of the server. */
  env?: EnvironmentVariable[];
  /** Secrets for private registries. */
  imagePullSecrets?: Input<string>[];
  /** Service account of the pods. */
  serviceAccountName?: Input<string>;
  /** Access from outside. Default: none, the model answers inside the cluster only. */
  exposure?: Exposure;
  /**
   * Whether an annotation tells Prometheus of the pods, for set-ups that scrape by annotation. Default: false, since
   * monitors find the pods by themselves. Changing it restarts the pods.
   */
  monitored?: boolean;
  /** Size of the model's files, such as `16Gi`, where the catalogue does not know it; sets the time limits. */
  modelSize?: string;
  /** Seconds Pulumi waits for the service to become Ready. Default: by the model's size; an hour when unknown. */
  readyTimeoutSeconds?: number;
  /** Whether Pulumi waits at all. Default: true. Changing it restarts the pods: it is an annotation. */
  awaitReady?: boolean;
}

const share = textLike(/^\d+%?$/, 'a number of pods or a percentage such as "1" or "25%"');

export const strategySchema = object({
  type: choice(Object.values(StrategyType)).default("RollingUpdate"),
  maxSurge: share.optional(),
  maxUnavailable: share.optional(),
}) satisfies SchemaOf<RolloutStrategy>;

export const exposureSchema = object({
  auth: choice(Object.values(AuthMode)),
  tokens: list(dnsLabel("the name of a token"), "token names").optional(),
  timeoutSeconds: whole(1).default(300),
  accounts: list(dnsLabel("the name of a service account"), "service accounts").optional(),
  apiKeySecretName: dnsLabel("the name of a Secret").optional(),
  authProxyType: choice(Object.values(AuthProxyType), {
    "oauth-proxy": "it is the older one; new models always get kube-rbac-proxy",
  }).optional(),
}) satisfies SchemaOf<Exposure>;

export const aiAssetSchema = object(
  { useCase: text("a use case").optional() },
  "an AI asset",
) satisfies SchemaOf<AiAsset>;

/** The shape shared by InferenceService, ModelDeployment and the models of a stack. */
export const serviceShape = {
  modelType: choice(Object.values(ModelType)).optional(),
  modelFormat: text("a model format").optional(),
  modelFormatVersion: text("a version of the format").optional(),
  aiAsset: aiAssetSchema.optional(),
  source: modelSourceSchema,
  displayName: text("a name").optional(),
  description: text("a description").optional(),
  labels: record(text("a label value"), "label values").optional(),
  accelerator: text("an accelerator").optional(),
  acceleratorCount: whole(1, 64).optional(),
  resources: resourcesSchema.optional(),
  tolerations: tolerations.optional(),
  nodeSelector: nodeSelector.optional(),
  affinity: affinity.optional(),
  replicas: whole(1, 99).optional(),
  autoscaling: autoscalingSchema.optional(),
  deploymentStrategy: strategySchema.optional(),
  args: list(text("one argument"), "arguments").optional(),
  env: environment.optional(),
  imagePullSecrets: list(dnsLabel("the name of a Secret"), "Secret names").optional(),
  serviceAccountName: dnsLabel("the name of a service account").optional(),
  exposure: exposureSchema.optional(),
  monitored: flag.default(false),
  modelSize: bytes.optional(),
  readyTimeoutSeconds: whole(1).optional(),
  awaitReady: flag.default(true),
};

export const serviceSettingsSchema = object(serviceShape) satisfies SchemaOf<ServiceSettings>;

/** Names of the tokens to issue for a service; none where callers need none. */
export function tokensOf(exposure: z.output<typeof exposureSchema> | undefined): string[] {
  return exposure?.auth === "token" ? (exposure.tokens ?? ["default"]) : [];
}

/** The type of a model where it is not said: formats other than vLLM's are those of predictive models. */
export function modelTypeOf({ modelType, modelFormat }: Loose<ServiceSettings>): ModelType {
  return modelType ?? (modelFormat === undefined || modelFormat === VLLM_FORMAT ? "generative" : "predictive");
}

/** The format of every generative model. */
export const VLLM_FORMAT = "vLLM";

/** Settings of a served model with their defaults. */
export type ServiceSpec = z.output<typeof serviceSettingsSchema>;
