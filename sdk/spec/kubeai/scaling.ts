/** How many pods of a model there are, and which of them gets a request. */
import { choice, flag, object, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";

/** Number of pods. KubeAI scales by requests in flight, down to none where `minReplicas` is 0. */
export interface ModelReplicas {
  /** Pods at the start; the autoscaler goes on from there. Without autoscaling: the number of pods. */
  replicas?: number;
  /** Default: 0; the first request then waits until a pod has loaded the model. */
  minReplicas?: number;
  /** Default: no limit. */
  maxReplicas?: number;
  /** Leaves the number of pods at `replicas`, and collects no metrics. Default: false. */
  autoscalingDisabled?: boolean;
  /** Requests in flight that one pod should have. Default: 100. */
  targetRequests?: number;
  /** Seconds for which fewer pods must be enough before some are ended. Default: 30. */
  scaleDownDelaySeconds?: number;
}

/** Which pod gets a request. */
export const LoadBalancingStrategy = {
  /** The one with the fewest requests in flight. */
  LeastLoad: "LeastLoad",
  /** The one that had prompts with the same beginning, whose work vLLM's prefix cache then saves. */
  PrefixHash: "PrefixHash",
} as const;
export type LoadBalancingStrategy = (typeof LoadBalancingStrategy)[keyof typeof LoadBalancingStrategy];

/** Consistent hashing with bounded loads. */
export interface PrefixHashing {
  /** Percent of the mean load that a pod may have, at least 100. Default: 125. */
  meanLoadFactor?: number;
  /** Places of each pod on the ring. Default: 256. A change replaces the Model: the resource refuses it. */
  replication?: number;
  /** Characters of the prompt that are hashed. Default: 100. */
  prefixCharLength?: number;
}

/** Distribution of requests over the pods of a model. */
export interface LoadBalancing {
  /** Default: `LeastLoad`. */
  strategy?: LoadBalancingStrategy;
  /** Only with strategy `PrefixHash`. */
  prefixHash?: PrefixHashing;
}

const LARGEST = 2_147_483_647;

export const replicaShape = {
  replicas: whole(0, LARGEST).optional(),
  minReplicas: whole(0, LARGEST).default(0),
  maxReplicas: whole(1, LARGEST).optional(),
  autoscalingDisabled: flag.default(false),
  targetRequests: whole(1, LARGEST).default(100),
  scaleDownDelaySeconds: whole(0).default(30),
};

const prefixHashSchema = object({
  meanLoadFactor: whole(100).default(125),
  replication: whole(1).default(256),
  prefixCharLength: whole(1).default(100),
}) satisfies SchemaOf<PrefixHashing>;

export const loadBalancingSchema = object({
  strategy: choice(Object.values(LoadBalancingStrategy)).default("LeastLoad"),
  prefixHash: prefixHashSchema.prefault({}),
}) satisfies SchemaOf<LoadBalancing>;

/**
 * Bounds are in order, and without an autoscaler somebody says how many pods there are.
 *
 * @requirement DH-10, DH-11
 */
export function boundsHoldReplicas(model: Loose<ModelReplicas & { loadBalancing?: LoadBalancing }>): Problem[] {
  const { replicas, minReplicas = 0, maxReplicas, autoscalingDisabled = false, loadBalancing } = model;
  const problems: Problem[] = [];
  if (maxReplicas !== undefined && minReplicas > maxReplicas) {
    problems.push({ path: ["maxReplicas"], message: `${maxReplicas} is less than minReplicas, ${minReplicas}` });
  }
  if (autoscalingDisabled) {
    const message = "is missing; without autoscaling nobody else says how many pods there are, and there would be none";
    problems.push(...at(["replicas"], replicas === undefined ? message : undefined));
  } else if (replicas !== undefined && replicas < minReplicas) {
    problems.push({ path: ["replicas"], message: `${replicas} is less than minReplicas, ${minReplicas}` });
  } else if (replicas !== undefined && maxReplicas !== undefined && replicas > maxReplicas) {
    problems.push({ path: ["replicas"], message: `${replicas} is more than maxReplicas, ${maxReplicas}` });
  }
  const { strategy = "LeastLoad", prefixHash } = loadBalancing ?? {};
  const message = 'counts only with strategy "PrefixHash"';
  const isIdle = strategy !== "PrefixHash" && prefixHash !== undefined && Object.keys(prefixHash).length > 0;
  return [...problems, ...at(["loadBalancing", "prefixHash"], isIdle ? message : undefined)];
}
