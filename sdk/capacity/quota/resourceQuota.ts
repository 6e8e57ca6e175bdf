/**
 * How many pods a ResourceQuota lets into a namespace, and what admission says of the next.
 * Upstream: kubernetes `pkg/quota/v1/evaluator/core/pods.go`; kubernetes/apiserver
 * `pkg/admission/plugin/resourcequota/controller.go` (1.34).
 */
import type { KubernetesObject, PodSpec } from "../../kubernetes/core";
import { parseQuantity, scaledValue } from "../../pod/quantity";
import { plus, quantityOf, type Amounts } from "../amounts";
import { isExtendedResource, podLimits, podRequests } from "../placement/requests";

type Hard = Readonly<Record<string, string | number>>;

export interface ResourceQuota extends KubernetesObject {
  spec?: {
    hard?: Record<string, string | number>;
    scopes?: string[];
    scopeSelector?: { matchExpressions?: Scope[] };
  };
  status?: { hard?: Record<string, string | number>; used?: Record<string, string | number> };
}

interface Scope {
  scopeName: string;
  operator: string;
  values?: string[];
}

/** What a quota leaves for pods of one kind. */
export interface QuotaRoom {
  quota: string;
  /** Further pods; infinite where the quota does not count such pods. */
  pods: number;
  /** What admission says of the pod after those; absent where there is always another. */
  refusal?: string;
}

/** What a quota counts of one kind of pod, by the quota's names; cpu in millicores. */
export interface QuotaAccount {
  /** Of one pod. */
  usage: Amounts;
  used: Amounts;
  limits: Amounts;
}

/**
 * What a quota leaves for further pods of one kind.
 *
 * @param extra what else will be used before them, by the quota's names, see {@link quotaUsage}
 * @throws QuantityError
 */
export function quotaRoom(quota: ResourceQuota, spec: PodSpec, extra: Amounts = {}): QuotaRoom {
  const { name } = quota.metadata;
  const account = quotaAccount(quota, spec, extra);
  if (account === undefined) return { quota: name, pods: Number.POSITIVE_INFINITY };
  const missing = missingFields(Object.keys(account.limits), spec);
  if (missing !== undefined) return { quota: name, pods: 0, refusal: `failed quota: ${name}: must specify ${missing}` };
  const { usage, used, limits } = account;
  const asked = Object.keys(usage);
  const roomOf = (resource: string) =>
    Math.floor(((limits[resource] ?? 0) - (used[resource] ?? 0)) / (usage[resource] ?? 1));
  const pods = Math.max(0, Math.min(Number.POSITIVE_INFINITY, ...asked.map(roomOf)));
  if (pods === Number.POSITIVE_INFINITY) return { quota: name, pods };
  return { quota: name, pods, refusal: exceeded(name, asked, usage, after(used, usage, pods), limits) };
}

/** `undefined` where the quota does not count such pods. @throws QuantityError */
export function quotaAccount(quota: ResourceQuota, spec: PodSpec, extra: Amounts = {}): QuotaAccount | undefined {
  const hard = quota.status?.hard ?? quota.spec?.hard ?? {};
  const counted = Object.keys(hard).filter(countsPods);
  if (counted.length === 0 || !scopesOf(quota).every((scope) => inScope(scope, spec))) return undefined;
  const all = quotaUsage(spec);
  const usage = Object.fromEntries(counted.flatMap((name) => ((all[name] ?? 0) > 0 ? [[name, all[name] ?? 0]] : [])));
  const limits = Object.fromEntries(Object.entries(read(hard)).filter(([name]) => counted.includes(name)));
  return { usage, used: plus({ ...zero(counted), ...read(quota.status?.used ?? {}) }, extra), limits };
}

/** What a quota allows and what is used of it, by its names; cpu in millicores. @throws QuantityError */
export function quotaUse({ spec, status }: ResourceQuota): { hard: Amounts; used: Amounts } {
  return { hard: read(status?.hard ?? spec?.hard ?? {}), used: read(status?.used ?? {}) };
}

/** What one pod uses of a quota, by the quota's names; cpu in millicores. @throws QuantityError */
function quotaUsage(spec: PodSpec): Amounts {
  return usageOf(podRequests(spec), podLimits(spec));
}

/** The same of a pod's requests and limits. */
export function usageOf(requests: Amounts, limits: Amounts): Amounts {
  const usage: Record<string, number> = { pods: 1, "count/pods": 1 };
  for (const [resource, amount] of Object.entries(requests)) {
    if (isNative(resource)) usage[resource] = amount;
    if (isNative(resource) || isExtendedResource(resource)) usage[`requests.${resource}`] = amount;
  }
  for (const [resource, amount] of Object.entries(limits)) {
    if (COMPUTE.includes(resource)) usage[`limits.${resource}`] = amount;
  }
  return usage;
}

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];

function isNative(resource: string): boolean {
  return COMPUTE.includes(resource) || resource.startsWith("hugepages-");
}

/** Whether a name in `hard` is about pods at all. */
function countsPods(name: string): boolean {
  if (name === "pods" || name === "count/pods" || isNative(name)) return true;
  const [, kind, resource = ""] = /^(requests|limits)\.(.+)$/.exec(name) ?? [];
  if (kind === "limits") return COMPUTE.includes(resource);
  return kind === "requests" && (isNative(resource) || isExtendedResource(resource));
}

/** Upstream calls this a mistake it cannot undo: a quota on cpu or memory makes every container state it. */
const STATED = new Set(["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]);

function missingFields(counted: readonly string[], spec: PodSpec): string | undefined {
  if (spec.resources !== undefined) return undefined;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const lists = counted
    .filter((name) => STATED.has(name))
    .sort()
    .map((name) => {
      const lacking = containers.filter((container) => quotaUsage({ containers: [container] })[name] === undefined);
      return { name, containers: [...new Set(lacking.map((container) => container.name))].sort() };
    })
    .filter((list) => list.containers.length > 0);
  return lists.length === 0
    ? undefined
    : lists.map((list) => `${list.name} for: ${list.containers.join(",")}`).join("; ");
}

function scopesOf({ spec }: ResourceQuota): Scope[] {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" }));
  return [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

function inScope({ scopeName, operator, values = [] }: Scope, spec: PodSpec): boolean {
  const priorityClass = spec.priorityClassName ?? "";
  switch (scopeName) {
    case "Terminating":
      return spec.activeDeadlineSeconds !== undefined;
    case "NotTerminating":
      return spec.activeDeadlineSeconds === undefined;
    case "BestEffort":
      return isBestEffort(spec);
    case "NotBestEffort":
      return !isBestEffort(spec);
    case "PriorityClass":
      if (operator === "Exists") return priorityClass !== "";
      if (operator === "DoesNotExist") return priorityClass === "";
      return operator === "In" ? values.includes(priorityClass) : !values.includes(priorityClass);
    case "CrossNamespacePodAffinity":
      return reachesNamespaces(spec);
    default:
      return false;
  }
}

/** Only cpu and memory make a class of service. */
function isBestEffort(spec: PodSpec): boolean {
  const stated = { ...podRequests(spec), ...podLimits(spec) };
  return (stated.cpu ?? 0) === 0 && (stated.memory ?? 0) === 0;
}

function reachesNamespaces({ affinity }: PodSpec): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some((rules) => {
    const preferred = rules?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = [
      ...(rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...preferred.map(({ podAffinityTerm }) => podAffinityTerm),
    ];
    return terms.some(
      ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
    );
  });
}

function exceeded(name: string, asked: readonly string[], usage: Amounts, used: Amounts, limits: Amounts): string {
  const over = asked.filter((key) => (used[key] ?? 0) + (usage[key] ?? 0) > (limits[key] ?? 0)).sort();
  const list = (amounts: Amounts) => over.map((key) => `${key}=${quantityOf(key, amounts[key] ?? 0)}`).join(",");
  return `exceeded quota: ${name}, requested: ${list(usage)}, used: ${list(used)}, limited: ${list(limits)}`;
}

function after(used: Amounts, usage: Amounts, pods: number): Amounts {
  return Object.fromEntries(Object.entries(used).map(([name, amount]) => [name, amount + pods * (usage[name] ?? 0)]));
}

function zero(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, 0]));
}

function read(list: Hard): Record<string, number> {
  const amounts = Object.entries(list).map(([name, quantity]) => [name, amount(name, quantity)] as const);
  return Object.fromEntries(amounts);
}

function amount(name: string, quantity: string | number): number {
  return Number(scaledValue(parseQuantity(quantity), isCpu(name) ? -3 : 0));
}

function isCpu(name: string): boolean {
  return name === "cpu" || name.endsWith(".cpu");
}
