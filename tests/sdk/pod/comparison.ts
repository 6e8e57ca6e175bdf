/** Our pods in the shape of the objects that KServe makes, and the differences between the two. */
import { admittedPods } from "../../../sdk/pod/admittedPod";
import type { ControllerConfig } from "../../../sdk/pod/controllerConfig";
import { type ClusterObjects, effectivePods } from "../../../sdk/pod/effectivePod";
import { SHIPPED_STORAGE_CONTAINER } from "../../../sdk/pod/storage/storageContainer";
import type { Pair } from "./arbitraries/pairs";
import { knownObjects } from "./surroundings";

/** What is compared of a Deployment, of its autoscaler and of one of its pods. */
export interface Workload {
  /** The autoscaler's range, or twice the Deployment's own number; absent where an external autoscaler decides. */
  replicas?: { min: number; max: number };
  strategy: unknown;
  template: { metadata: { labels?: unknown; annotations?: unknown }; spec: unknown };
  /** A pod after the webhook, or why the webhook refuses it. */
  pod: { annotations: unknown; spec: unknown } | { refused: string };
}

/** The Deployments by name; with `refused`, the controller gives up after these. */
export interface Answer {
  deployments: Record<string, Workload>;
  refused?: string;
}

/** Fields in which the objects differ from ours on purpose, with the reason. Everything else must be equal. */
export const DOCUMENTED_DIFFERENCES: readonly { path: string; reason: string }[] = [
  {
    path: "spec.template.metadata.{name,namespace}",
    reason:
      "the controller reuses the Deployment's metadata; the ReplicaSet controller ignores both, so no pod has them",
  },
  {
    path: "spec.replicas",
    reason: "an autoscaler owns it unless the class is none; the HPA's range is compared instead, nothing for external",
  },
];

/** Our answer to a pair among the objects of {@link knownObjects}. */
export function answerTo(pair: Pair, config?: ControllerConfig): Answer {
  const { namespace } = pair.service.metadata;
  const objects: ClusterObjects = knownObjects(namespace, [SHIPPED_STORAGE_CONTAINER]);
  const input = { ...pair, config, objects, generation: 1 };
  const admitted = admittedPods(input);
  const answer: Answer = { deployments: {} };
  for (const [index, { deployment, pod }] of effectivePods(input).entries()) {
    const [problem] = pod.problems;
    if (problem !== undefined) return { ...answer, refused: problem.message };
    const { replicas, strategy, labels, annotations, spec } = pod;
    const one = admitted[index]?.pod;
    const refused = one?.problems[0]?.message;
    answer.deployments[deployment] = {
      replicas,
      strategy,
      template: { metadata: { labels, annotations }, spec },
      pod: refused === undefined ? { annotations: one?.annotations, spec: one?.spec } : { refused },
    };
  }
  return answer;
}

/** Every path at which the two differ, with both values. */
export function differences(ours: unknown, theirs: unknown, path = ""): string[] {
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    return [...keys].flatMap((key) => differences(ours[key], theirs[key], path === "" ? key : `${path}.${key}`));
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((item: unknown, index) => differences(item, theirs[index], `${path}[${index}]`));
  }
  const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
  return left === right ? [] : [`${path}: ours ${left}, KServe's ${right}`];
}

/** Differences between two refusals: their message must contain ours. */
export function refusalDifferences(ours: string | undefined, theirs: string | undefined, path: string): string[] {
  if (ours === undefined && theirs === undefined) return [];
  if (ours !== undefined && theirs?.includes(ours) === true) return [];
  return [`${path}: ours ${ours ?? "is no refusal"}, KServe's ${theirs ?? "is no refusal"}`];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
