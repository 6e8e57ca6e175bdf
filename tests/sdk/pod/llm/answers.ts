/** Our pods of an LLMInferenceService and the controller's objects in one shape. */
import type { ClusterObjects } from "../../../../sdk/pod/clusterObjects";
import { llmPods } from "../../../../sdk/pod/llm/llmPods";
import { isRecord } from "../comparison";
import type { LlmCase } from "./services";

/** A pod template with everything that the API server fills in. */
export interface PodAnswer {
  labels: unknown;
  annotations: unknown;
  spec: unknown;
}

/** What is compared of a Deployment or LeaderWorkerSet. */
export interface WorkloadAnswer {
  kind: string;
  replicas: number;
  strategy: unknown;
  size: number;
  /** By role: `pod`, or `leader` and `worker`. */
  pods: Record<string, PodAnswer>;
}

/** Workloads by name. */
export type Answer = Record<string, WorkloadAnswer>;

/** Fields in which the controller's objects differ from ours on purpose, with the reason; the oracle prints them. */
export const LLM_DIFFERENCES: readonly { path: string; reason: string }[] = [
  {
    path: 'annotations["certificates.kserve.io/cert-hash"] of the scheduler\'s pod',
    reason: "unknown to us: the hash of a certificate that the controller makes; only that there is one is compared",
  },
  {
    path: "spec.rolloutStrategy.rollingUpdateConfiguration of a LeaderWorkerSet",
    reason: "LeaderWorkerSet's own webhook fills it in, which does not run here; its type is compared",
  },
  {
    path: "worker template of a LeaderWorkerSet of size 1",
    reason: "no pod is made from it, so we have none",
  },
];

const CERTIFICATE = "certificates.kserve.io/cert-hash";

/** Our answer, before the API server's defaults, and what we say is wrong. */
export function ourAnswer(one: LlmCase, objects: ClusterObjects): { answer: Answer; problems: string[] } {
  const { workloads, problems } = llmPods({ ...one, objects });
  const entries = workloads.map(({ name, kind, replicas, strategy, size, members }): [string, WorkloadAnswer] => [
    name,
    {
      kind,
      replicas,
      strategy: kind === "Deployment" ? strategy : { type: strategy.type },
      size,
      pods: Object.fromEntries(
        members.map(({ role, pod }) => [
          role,
          { labels: pod.labels, annotations: withoutHash(pod.annotations), spec: pod.spec },
        ]),
      ),
    },
  ]);
  return { answer: Object.fromEntries(entries), problems: problems.map(({ message }) => message) };
}

/** Annotations in which a hash that nobody can foresee is only noted. */
export function withoutHash(annotations: unknown): unknown {
  if (!isRecord(annotations)) return {};
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.map(([key, value]) => [key, key === CERTIFICATE ? "some hash" : value]));
}
