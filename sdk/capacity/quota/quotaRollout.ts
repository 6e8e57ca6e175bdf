/**
 * How an update goes under a ResourceQuota. A quota is judged as one node: what it leaves is free there, and a pod asks
 * for what the quota counts of it; so the arithmetic of updates is the same.
 */
import type { PodSpec } from "../../kubernetes/core";
import { minus, plus, quantityOf, type Amounts } from "../amounts";
import type { ClusterNode } from "../inventory/inventory";
import { nodeIndex } from "../placement/nodeIndex";
import { podLimits } from "../placement/requests";
import { judgeRollout } from "../rollout/rolloutJudgement";
import { judgeTogether } from "../rollout/rolloutTogether";
import {
  boundsOf,
  heldBy,
  peakRequests,
  runningPods,
  waitingPods,
  type Outcome,
  type RolloutJudgement,
  type Update,
} from "../rollout/update";
import { quotaAccount, quotaRoom, usageOf, type QuotaAccount, type ResourceQuota } from "./resourceQuota";

/** One set of pods under a quota. */
export interface QuotaUpdate {
  update: Update;
  /** The new pod as quotas count it, defaults of LimitRanges filled in. */
  counted: PodSpec;
}

export interface QuotaJudgement {
  outcome: Outcome;
  /** With the API server's words where it refuses pods; empty where every pod is let in at once. */
  reason: string;
}

/**
 * @param updates all at the same time
 * @param extra what further pods that do not exist yet use of it, by the quota's names
 * @returns one answer an update; `undefined` where the quota does not count its pods
 * @throws QuantityError
 */
export function judgeOnQuota(
  quota: ResourceQuota,
  updates: readonly QuotaUpdate[],
  extra: Amounts = {},
): (QuotaJudgement | undefined)[] {
  const accounts = updates.map(({ counted }) => quotaAccount(quota, counted, extra));
  const [account] = accounts.filter((one) => one !== undefined);
  if (account === undefined) return updates.map(() => undefined);
  const node = quotaNode(quota, account);
  const counted = updates.map((one, i) => onQuota(one, accounts[i], node));
  const judged = judgeAll(
    counted.filter((update) => update !== undefined),
    node,
  );
  const answers = new Map(judged.map((judgement) => [judgement.update, judgement]));
  return counted.map((update, i) => {
    const [judgement, one] = [update && answers.get(update), updates[i]];
    return judgement === undefined || one === undefined ? undefined : answer(judgement, one, quota, extra);
  });
}

function judgeAll(all: readonly Update[], node: ClusterNode): RolloutJudgement[] {
  const [first, ...others] = all;
  if (first === undefined) return [];
  return others.length === 0 ? [judgeRollout(first, nodeIndex([node]))] : judgeTogether(all, [node]).each;
}

/** More pods than any quota that does not count them leaves. */
const UNCOUNTED = 1_000_000;

function quotaNode({ metadata }: ResourceQuota, { limits, used }: QuotaAccount): ClusterNode {
  const free = { pods: UNCOUNTED, ...minus(limits, used) };
  return { name: metadata.name, labels: {}, taints: [], unschedulable: false, allocatable: limits, free, bound: [] };
}

function onQuota(
  { update, counted }: QuotaUpdate,
  account: QuotaAccount | undefined,
  { name: node, allocatable }: ClusterNode,
): Update | undefined {
  if (account === undefined) return undefined;
  const limits = podLimits(counted);
  // Every node counts pods by itself.
  const names = Object.keys(allocatable).filter((name) => name !== "pods");
  const only = (usage: Amounts) => Object.fromEntries(names.map((name) => [name, usage[name] ?? 0]));
  const known = new Map<Amounts, Amounts>();
  const asUsed = (requests: Amounts) => {
    const usage = known.get(requests) ?? only(usageOf(requests, limits));
    known.set(requests, usage);
    return usage;
  };
  return {
    ...update,
    pod: { requests: only(account.usage) },
    ...(update.old !== undefined && { old: asUsed(update.old) }),
    running: update.running.map(({ requests }) => ({ node, requests: asUsed(requests) })),
  };
}

function answer(
  { outcome, cause, surge, unavailable, places }: RolloutJudgement,
  { update, counted }: QuotaUpdate,
  quota: ResourceQuota,
  extra: Amounts,
): QuotaJudgement {
  if (update.replicas === 0) return { outcome, reason: "" };
  const { refusal = "" } = quotaRoom(quota, counted, extra);
  const says = `The API server will say: ${refusal}`;
  const name = `ResourceQuota ${quota.metadata.name}`;
  if (refusal.startsWith("failed quota")) return { outcome: "deadlocks", reason: `${name} lets no pod in. ${says}` };
  if (outcome === "completes" || outcome === "recreate") return { outcome, reason: "" };
  if (outcome === "slower") {
    const wanted = Math.min(surge, update.replicas);
    return { outcome, reason: `${name} lets in ${places} of the ${wanted} further pods at once. ${says}` };
  }
  const size = `At ${update.replicas} ${update.replicas === 1 ? "replica" : "replicas"}`;
  if (cause === "no-place" && waitingPods(update) === 0) {
    const bounds = `${size} an update may add ${surge} and miss ${unavailable}`;
    return { outcome, reason: `${bounds}, so a new pod must start first, and ${name} does not let it in. ${says}` };
  }
  const doubt = outcome === "deadlocks" ? "has no room for all new pods" : "may not let all new pods in";
  const when = boundsOf(update).unavailable > 0 ? ", whichever old ones end" : "";
  return { outcome, reason: `${size} ${name} ${doubt}${outcome === "deadlocks" ? when : ""}. ${says}` };
}

/**
 * What updates that go on at once use of a quota at most beyond their present pods, by the quota's names; nothing of a
 * quota that does not count them.
 * @throws QuantityError
 */
export function surgeOnQuota(quota: ResourceQuota, updates: readonly QuotaUpdate[]): Amounts {
  return updates.reduce<Amounts>((sum, one) => {
    const account = quotaAccount(quota, one.counted);
    const update = account && onQuota(one, account, quotaNode(quota, account));
    if (account === undefined || update === undefined) return sum;
    const beside = minus(peakRequests(update), heldBy(runningPods(update)));
    const counted = Object.entries(beside).filter(([name]) => name in account.limits);
    return plus(sum, Object.fromEntries(counted));
  }, {});
}

/** What some pods use of a quota together. @throws QuantityError */
export function usageOfPods(quota: ResourceQuota, counted: PodSpec, count: number): Amounts {
  const { usage = {} } = quotaAccount(quota, counted) ?? {};
  return Object.fromEntries(Object.entries(usage).map(([name, amount]) => [name, amount * count]));
}

/** The quota with what is used of it, where its status does not say: what these pods of its namespace use. */
export function withUsed(quota: ResourceQuota, pods: () => readonly PodSpec[]): ResourceQuota {
  if (quota.status?.used !== undefined) return quota;
  const used = pods().reduce<Amounts>((sum, spec) => plus(sum, usageOfPods(quota, spec, 1)), {});
  const written = Object.entries(used).map(([name, amount]) => [name, quantityOf(name, amount)] as const);
  return { ...quota, status: { ...quota.status, used: Object.fromEntries(written) } };
}
