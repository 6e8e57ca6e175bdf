/** Our effective pod in the shape of the objects the controller makes, and the differences between the two. */
import type { ControllerConfig } from "../../../sdk/pod/controllerConfig";
import { effectivePod } from "../../../sdk/pod/effectivePod";
import type { Pair } from "./pairs";

/** What is compared of a Deployment and of its autoscaler. */
export interface Workload {
  /** The autoscaler's range, or twice the Deployment's own number; absent where an external autoscaler decides. */
  replicas?: { min: number; max: number };
  strategy: unknown;
  template: { metadata: { labels?: unknown; annotations?: unknown }; spec: unknown };
}

/**
 * Fields in which the controller's Deployment differs from ours on purpose, with the reason. Everything else must be
 * equal; the cluster test prints this table.
 */
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
  {
    path: "spec.template.spec.initContainers",
    reason: "unknown to us when storageUris download something: it depends on Secrets and ClusterStorageContainers",
  },
];

/** Our answer to a pair. */
export function workloadOf(pair: Pair, config?: ControllerConfig): Workload {
  const { replicas, strategy, labels, annotations, spec } = effectivePod({ ...pair, config });
  return { replicas, strategy, template: { metadata: { labels, annotations }, spec } };
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
  return left === right ? [] : [`${path}: ours ${left}, the controller's ${right}`];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
