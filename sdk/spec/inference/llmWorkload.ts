/** One workload of an LLMInferenceService: its pods, how many there are, and how a model is spread over them. */
import type { Input } from "@pulumi/pulumi";
import { dnsLabel, fraction, list, object, text, textLike, whole, flag } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { EnvironmentVariable, NodeAffinity, NodeToleration, ResourceSettings } from "../schema/pods";
import { affinity, environment, nodeSelector, resourcesSchema, tolerations } from "../schema/pods";

/** Pods of one kind; their serving container is called `main`. */
export interface LlmPodSettings {
  /** Serving image. Default: that of the platform's preset. */
  image?: Input<string>;
  /** Further vLLM flags, one token each: `--flag=value`. */
  args?: Input<string>[];
  /** Further environment variables. */
  env?: EnvironmentVariable[];
  /** Accelerators of each pod. Default: 1 where an accelerator is named. */
  acceleratorCount?: number;
  /** CPU and memory of each pod. */
  resources?: ResourceSettings;
  /** Tolerations. Default: those of the accelerator. */
  tolerations?: NodeToleration[];
  /** Node labels. Default: those of the accelerator's product. */
  nodeSelector?: Record<string, string>;
  affinity?: NodeAffinity;
  /** Secrets for private registries. */
  imagePullSecrets?: Input<string>[];
  serviceAccountName?: Input<string>;
}

/** How one model is spread over processes and pods. The product of the sizes can never be changed. */
export interface LlmParallelism {
  /** Accelerators that share each layer. */
  tensor?: number;
  /** Pods of a group that follow one another. Excludes `data`. */
  pipeline?: number;
  /** Data parallel ranks of a group; only together with `dataLocal`. */
  data?: number;
  /** Data parallel ranks of one pod; only together with `data`. */
  dataLocal?: number;
  /** Port of the ranks. Default: 5555. */
  dataRPCPort?: number;
  /** Spreads the experts of a mixture of experts over the ranks. */
  expert?: boolean;
}

/** What KEDA is told besides the bounds. */
export interface LlmKeda {
  pollingIntervalSeconds?: number;
  cooldownPeriodSeconds?: number;
}

/**
 * Replicas that follow the load, by the workload variant autoscaler of llm-d.
 * KServe 0.17.0 accepts it and makes no autoscaler yet.
 */
export interface LlmScaling {
  /** Default: 1. */
  minReplicas?: number;
  maxReplicas: number;
  /** Cost of one replica, as a decimal number; the autoscaler prefers cheap variants. Default: the autoscaler's. */
  variantCost?: number;
  /** KEDA acts on it. Default: the horizontal pod autoscaler. */
  keda?: LlmKeda;
}

/** Pods that serve: a Deployment, or with `worker` groups of several pods (LeaderWorkerSet must be installed). */
export interface LlmWorkloadSettings extends LlmPodSettings {
  /** Fixed number of replicas, 0 to 99. Default: 1. Excludes `scaling`. */
  replicas?: number;
  /** Excludes `replicas`. */
  scaling?: LlmScaling;
  parallelism?: LlmParallelism;
  /** The further pods of a group; takes `parallelism.data` or `parallelism.pipeline`. */
  worker?: LlmPodSettings;
}

const podShape = {
  image: text("an image reference").optional(),
  args: list(text("one argument"), "arguments").optional(),
  env: environment.optional(),
  acceleratorCount: whole(1, 64).optional(),
  resources: resourcesSchema.optional(),
  tolerations: tolerations.optional(),
  nodeSelector: nodeSelector.optional(),
  affinity: affinity.optional(),
  imagePullSecrets: list(dnsLabel("the name of a Secret"), "Secret names").optional(),
  serviceAccountName: dnsLabel("the name of a service account").optional(),
};

export const llmPodSchema = object(podShape) satisfies SchemaOf<LlmPodSettings>;

export const parallelismSchema = object({
  tensor: whole(1).optional(),
  pipeline: whole(1).optional(),
  data: whole(1).optional(),
  dataLocal: whole(1).optional(),
  dataRPCPort: whole(1, 65535).optional(),
  expert: flag.optional(),
}) satisfies SchemaOf<LlmParallelism>;

const kedaSchema = object({
  pollingIntervalSeconds: whole(1).optional(),
  cooldownPeriodSeconds: whole(0).optional(),
}) satisfies SchemaOf<LlmKeda>;

export const llmScalingSchema = object({
  minReplicas: whole(0).optional(),
  maxReplicas: whole(1),
  variantCost: fraction(0, 1e9).optional(),
  keda: kedaSchema.optional(),
}) satisfies SchemaOf<LlmScaling>;

/** The shape shared by the workload that serves and the one that prefills. */
export const llmWorkloadShape = {
  ...podShape,
  replicas: whole(0, 99).optional(),
  scaling: llmScalingSchema.optional(),
  parallelism: parallelismSchema.optional(),
  worker: llmPodSchema.optional(),
};

export const llmWorkloadSchema = object(llmWorkloadShape) satisfies SchemaOf<LlmWorkloadSettings>;

/** Pods above or below the wanted number during an update, as whole numbers or percentages. */
export interface LlmRolloutStrategy {
  /** As `1` or `25%`. */
  maxSurge?: string;
  /** As `1` or `25%`. */
  maxUnavailable?: string;
}

const share = textLike(/^\d+%?$/, 'a number of pods or a percentage such as "1" or "25%"');

export const llmRolloutSchema = object({
  maxSurge: share.optional(),
  maxUnavailable: share.optional(),
}) satisfies SchemaOf<LlmRolloutStrategy>;
