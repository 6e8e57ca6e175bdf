/** ResourceQuotas and LimitRanges of the namespaces of a world, and what they let in. */
import { plus, type Amounts } from "../../sdk/capacity/amounts";
import { limitRangeViolations, withLimitRangeDefaults, type LimitRange } from "../../sdk/capacity/quota/limitRange";
import {
  judgeOnQuota,
  usageOfPods,
  withUsed,
  type QuotaJudgement,
  type QuotaUpdate,
} from "../../sdk/capacity/quota/quotaRollout";
import { quotaRoom, type ResourceQuota } from "../../sdk/capacity/quota/resourceQuota";
import type { Container, PodSpec } from "../../sdk/kubernetes/core";
import * as kinds from "./kinds";
import { readable, snapshot } from "./snapshot";
import type { World } from "./types";

/** What the quotas of all namespaces still let in while pods are placed one service after another. */
export interface QuotaBook {
  /** No quota of any namespace is known. */
  isEmpty: boolean;
  /** The quotas of a namespace, with what is booked of them. */
  of(namespace: string): { quota: ResourceQuota; booked: Amounts }[];
  /** How many of some further pods are let in; they are booked. */
  admit(namespace: string, counted: () => PodSpec, wanted: number): number;
  /** How the update of a service goes under the quotas and LimitRanges of its namespace; empty where none has a say. */
  judge(namespace: string, updates: () => readonly QuotaUpdate[]): QuotaJudgement[];
}

const known = new WeakMap<World, Map<string, ResourceQuota[]>>();

/** A new book: nothing is booked yet. */
export function quotaBook(world: World): QuotaBook {
  const quotas = known.get(world) ?? quotasByNamespace(world);
  known.set(world, quotas);
  const booked = new Map<ResourceQuota, Amounts>();
  const extra = (quota: ResourceQuota) => booked.get(quota) ?? {};
  return {
    isEmpty: quotas.size === 0,
    of: (namespace) => (quotas.get(namespace) ?? []).map((quota) => ({ quota, booked: extra(quota) })),
    admit: (namespace, counted, wanted) => {
      const own = quotas.get(namespace) ?? [];
      if (wanted <= 0) return 0;
      if (own.length === 0 && limitRangesOf(world, namespace).length === 0) return wanted;
      const spec = counted();
      if (limitRangeViolations(spec, limitRangesOf(world, namespace)).length > 0) return 0;
      const count = Math.min(wanted, ...own.map((quota) => quotaRoom(quota, spec, extra(quota)).pods));
      for (const quota of own) booked.set(quota, plus(extra(quota), usageOfPods(quota, spec, count)));
      return count;
    },
    judge: (namespace, updates) => {
      const own = quotas.get(namespace) ?? [];
      const ranges = limitRangesOf(world, namespace);
      if (own.length === 0 && ranges.length === 0) return [];
      const all = updates().filter(({ update }) => update.replicas > 0);
      return [
        ...all.flatMap(({ counted }) => refusedByRanges(counted, ranges)),
        ...own.flatMap((quota) => judgeOnQuota(quota, all, extra(quota))).filter((one) => one !== undefined),
      ].filter(({ reason }) => reason !== "");
    },
  };
}

function refusedByRanges(counted: PodSpec, ranges: readonly LimitRange[]): QuotaJudgement[] {
  const violations = limitRangeViolations(counted, ranges);
  if (violations.length === 0) return [];
  const said = violations.join(", ");
  return [{ outcome: "deadlocks", reason: `A LimitRange lets no pod in. The API server will say: ${said}` }];
}

/** What is used of a quota is in its status; where there is none, the pods of the world tell. */
function quotasByNamespace(world: World): Map<string, ResourceQuota[]> {
  const quotas = new Map<string, ResourceQuota[]>();
  for (const { object } of world.list(kinds.resourceQuota)) {
    for (const quota of readable(() => [snapshot(object)])) {
      const { namespace = "default" } = quota.metadata;
      const counted = withUsed(quota, () => podsIn(world, namespace));
      quotas.set(namespace, [...(quotas.get(namespace) ?? []), counted]);
    }
  }
  return quotas;
}

function podsIn(world: World, namespace: string): PodSpec[] {
  return world.list(kinds.pod).flatMap(({ ref, object }) => {
    if ((ref.namespace ?? "default") !== namespace) return [];
    if (object.status?.phase === "Succeeded" || object.status?.phase === "Failed") return [];
    return readable(() => [reduced(object.spec ?? { containers: [] })]);
  });
}

/** Pods of the world that exist but have no node yet; quotas count them already. */
export function pendingPods(world: World): { namespace: string; labels: Readonly<Record<string, string>> }[] {
  return world.list(kinds.pod).flatMap(({ ref, object }) => {
    if (object.spec?.nodeName !== undefined || (object.status?.phase ?? "Pending") !== "Pending") return [];
    return readable(() => [{ namespace: ref.namespace ?? "default", labels: snapshot(object.metadata.labels ?? {}) }]);
  });
}

export function limitRangesOf(world: World, namespace = "default"): LimitRange[] {
  return world
    .list(kinds.limitRange)
    .filter(({ ref }) => (ref.namespace ?? "default") === namespace)
    .flatMap(({ object }) => readable(() => [snapshot(object)]));
}

/**
 * What quotas and LimitRanges count of a pod, defaults of the LimitRanges filled in.
 * @throws UnknownValueError
 */
export function countedSpec(spec: PodSpec, namespace: string | undefined, world: World): PodSpec {
  return withLimitRangeDefaults(reduced(spec), limitRangesOf(world, namespace));
}

/** Without what may be unknown and is not counted. */
function reduced(spec: PodSpec): PodSpec {
  const { containers, initContainers, resources, overhead, priorityClassName, activeDeadlineSeconds, affinity } = spec;
  return snapshot({
    containers: containers.map(reducedContainer),
    ...(initContainers !== undefined && { initContainers: initContainers.map(reducedContainer) }),
    ...(resources !== undefined && { resources }),
    ...(overhead !== undefined && { overhead }),
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
    ...(affinity !== undefined && { affinity }),
  });
}

function reducedContainer({ name, resources, restartPolicy }: Container): Container {
  return {
    name,
    ...(resources !== undefined && { resources }),
    ...(restartPolicy !== undefined && { restartPolicy }),
  };
}
