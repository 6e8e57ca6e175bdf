/**
 * LLMInferenceService and LLMInferenceServiceConfig of KServe 0.17 (`serving.kserve.io/v1alpha2`), as plain data and as
 * far as pods follow from them. Upstream: kserve/kserve `pkg/apis/serving/v1alpha2/llm_inference_service_types.go`.
 */
import type { KubernetesObject, LocalObjectReference, ObjectMeta, PodSpec } from "./core";

export const SERVING_V1ALPHA2 = "serving.kserve.io/v1alpha2";

/** The container of an llm-d pod that serves the model, or schedules requests. */
export const LLM_MAIN_CONTAINER = "main";

export interface LLMModelSpec {
  /** `hf://`, `s3://`, `pvc://` or `oci://`; a Config may leave it out. */
  uri?: string;
  /** Name that clients ask for; default: `metadata.name`. */
  name?: string;
  lora?: { adapters: { uri: string; name: string }[] };
}

/** How one model is spread over processes and pods; every size is at least 1. */
export interface ParallelismSpec {
  tensor?: number;
  /** Pods of a group when there is no data parallelism. */
  pipeline?: number;
  /** Data parallel ranks of a group; given together with `dataLocal`. */
  data?: number;
  /** Data parallel ranks of one pod. */
  dataLocal?: number;
  dataRPCPort?: number;
  /** Spread the experts of a mixture-of-experts model over the ranks. */
  expert?: boolean;
}

/** A pod whose fields may all come from a preset. */
export type PartialPodSpec = Partial<PodSpec>;

/** One workload: a Deployment, or with `worker` a LeaderWorkerSet. */
export interface WorkloadSpec {
  replicas?: number;
  /** KServe 0.17.0 accepts it and makes nothing of it. Excludes `replicas`. */
  scaling?: { minReplicas?: number; maxReplicas?: number; wva?: Record<string, unknown> };
  parallelism?: ParallelismSpec;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  template?: PartialPodSpec;
  worker?: PartialPodSpec;
}

export interface SchedulerSpec {
  pool?: { spec?: Record<string, unknown>; ref?: LocalObjectReference };
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  template?: PartialPodSpec;
  /** The endpoint picker's configuration; exactly one of the two. */
  config?: { inline?: Record<string, unknown>; ref?: { name?: string; key?: string } };
  replicas?: number;
}

/** How requests reach the pods; an empty object asks KServe to manage the part. */
export interface RouterSpec {
  route?: { http?: { refs?: LocalObjectReference[]; spec?: Record<string, unknown> } };
  gateway?: { refs?: { name?: string; namespace?: string }[] };
  ingress?: { refs?: { name?: string; namespace?: string }[] };
  scheduler?: SchedulerSpec;
}

export interface LLMInferenceServiceSpec extends WorkloadSpec {
  model?: LLMModelSpec;
  /** `enabled: false`: nothing is added to the pods that would bring the model. */
  storageInitializer?: { enabled?: boolean };
  router?: RouterSpec;
  /** A second workload for the prefill phase; the first one then decodes. */
  prefill?: WorkloadSpec;
  /** Not in KServe 0.17.0. */
  rolloutStrategy?: { maxSurge?: string | number; maxUnavailable?: string | number };
  /** Configs laid under this spec, later ones over earlier ones. */
  baseRefs?: LocalObjectReference[];
}

export interface LLMInferenceService extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA2;
  kind: "LLMInferenceService";
  metadata: ObjectMeta & { namespace: string };
  spec: LLMInferenceServiceSpec;
}

/** A spec to be laid under services; its texts may hold Go template variables. */
export interface LLMInferenceServiceConfig extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA2;
  kind: "LLMInferenceServiceConfig";
  spec: LLMInferenceServiceSpec;
}
