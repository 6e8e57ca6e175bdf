/** The services of a world as sets of equal pods: every Deployment and LeaderWorkerSet that KServe makes of them. */
import { isDeepStrictEqual } from "node:util";
import { nearest } from "../../sdk/catalog/nearest";
import type { BoundPod } from "../../sdk/capacity/inventory/inventory";
import type { PodShape } from "../../sdk/capacity/placement/placement";
import { rolloutOf } from "../../sdk/capacity/rollout/rollout";
import type { Update } from "../../sdk/capacity/rollout/update";
import type { DeploymentStrategy, PodSpec } from "../../sdk/kubernetes/core";
import type { EffectivePod } from "../../sdk/pod/effectivePod";
import * as kinds from "../world/kinds";
import { lazy } from "../world/lazy";
import { llmGroups, type LlmGroup } from "../world/llmGroups";
import { nameOf, refOf } from "../world/reference";
import { refusedService } from "./refusedService";
import type { ResourceRef, RuleSubject, Workload, WorkloadComponent, World } from "../world/types";

/** Equal pods that are replaced together. */
export interface ServicePart {
  /** Such as `workers`; for people. */
  name: string;
  /** Pods of one replica; of a Deployment 1. */
  groupSize: number;
  /** Pods, not replicas. */
  pods: { min: number; max: number };
  shape: PodShape;
  /** The pod with the origins of its values; of a group the first. */
  pod: EffectivePod;
  /** What quotas count. */
  counted: () => PodSpec;
  /** The strategy as written; of a LeaderWorkerSet it counts groups. */
  written: DeploymentStrategy;
  /** New pods that must all be ready before an old one ends, of a Knative revision. */
  wholeFirst?: number;
  /** How so many pods are replaced. */
  strategyAt(pods: number): Update["strategy"];
  /** Whether a pod of the service belongs to this part. */
  isOwn(pod: PodIdentity): boolean;
}

export type PodIdentity = Pick<BoundPod, "labels">;

/** A service that is updated as a whole. */
export interface Service {
  ref: ResourceRef;
  /** What findings are about. */
  subject: RuleSubject;
  /** Of an InferenceService. */
  workload?: Workload;
  parts: ServicePart[];
  /** Why the parts cannot be told. */
  problem: string | undefined;
  /** Why no update of it ever starts. */
  refusal?: string | undefined;
  /** What was thrown when they were read. */
  error?: Error | undefined;
  /** Its pods before this deployment, as its object was then; `undefined` when it is new. @throws UnknownValueError */
  earlierPods: () => EffectivePod[] | undefined;
  /** @throws UnknownValueError */
  pods: () => EffectivePod[];
}

/** InferenceServices, then LLMInferenceServices. */
export function servicesOf(world: World): Service[] {
  const services = world.workloads.map((workload) => ({
    ref: workload.ref,
    subject: workload,
    workload,
    ...readParts(() => workloadParts(workload, world)),
    refusal: refusedService(workload, world)?.text,
    pods: () => componentPods(workload),
    earlierPods: () => workload.earlier && componentPods(workload.earlier),
  }));
  const groups = world.subjects(kinds.llmInferenceService).map((service) => {
    const read = lazy(() => llmGroups(service, world));
    const earlier = world.previous(service);
    return {
      ref: service.ref,
      subject: service,
      ...readParts(() => read().flatMap(groupParts)),
      pods: () => groupPods(read()),
      earlierPods: () => earlier && groupPods(llmGroups(earlier, world.before)),
    };
  });
  return [...services, ...groups];
}

function componentPods({ components }: Workload): EffectivePod[] {
  return components.map(({ pod }) => pod);
}

function groupPods(groups: readonly LlmGroup[]): EffectivePod[] {
  return groups.flatMap(({ workload }) => workload.members.map(({ pod }) => pod));
}

/** The service that a pod belongs to, as `kind namespace/name`; `undefined` for other pods. */
export function serviceOfPod({ namespace, labels }: Pick<BoundPod, "namespace" | "labels">): string | undefined {
  const service = labels["serving.kserve.io/inferenceservice"];
  if (service !== undefined) return `InferenceService ${namespace}/${service}`;
  const name = labels["app.kubernetes.io/name"];
  const isLlm = labels["app.kubernetes.io/part-of"] === "llminferenceservice" && name !== undefined;
  return isLlm ? `LLMInferenceService ${namespace}/${name}` : undefined;
}

export function serviceKey({ ref }: Pick<Service, "ref">): string {
  return `${ref.kind} ${ref.namespace ?? "default"}/${ref.name}`;
}

function readParts(read: () => ServicePart[] | string): Pick<Service, "parts" | "problem" | "error"> {
  try {
    const parts = read();
    return typeof parts === "string" ? { parts: [], problem: parts } : { parts, problem: undefined };
  } catch (error) {
    return { parts: [], ...unread(error) };
  }
}

/** What is said of a service that cannot be read. */
export function unread(thrown: unknown): { problem: string; error: Error } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { problem: `${error.message}.`, error };
}

const COMPLETE = "Give the cluster's with --cluster: kubectl get servingruntimes,clusterservingruntimes -A -o yaml.";

/** Why there is no runtime, and what to give or write. */
function withoutRuntime({ ref, service, resolution }: Workload, world: World): string {
  if (resolution.outcome !== "failed") return "No serving runtime is found for it, so its pod is not known.";
  const { runtime, reason, message } = resolution;
  if (runtime !== undefined) return `${nameOf(refOf(runtime))}: ${message} (${reason}), so there is no pod.`;
  const name = service.spec.predictor.model?.runtime;
  if (name === undefined) return `${message} (${reason}) among the objects, so its pod is not known. ${COMPLETE}`;
  const { namespace = "default" } = ref;
  const own = world.list(kinds.servingRuntime).filter((one) => (one.ref.namespace ?? "default") === namespace);
  const close = nearest(
    name,
    [...own, ...world.list(kinds.clusterServingRuntime)].map((one) => one.ref.name),
  );
  const meant = close === undefined ? COMPLETE : `Did you mean ${close}?`;
  return (
    `Neither a ServingRuntime of namespace ${namespace} nor a ClusterServingRuntime named "${name}" is among the objects, ` +
    `so its pod is not known. ${meant}`
  );
}

function workloadParts(workload: Workload, world: World): ServicePart[] | string {
  const { profile, mode } = workload;
  if (profile.state === "missing") {
    return `Hardware profile ${profile.name} is not among the objects, so what its pods ask for is not known.`;
  }
  const { components } = workload;
  return components.length === 0 ? withoutRuntime(workload, world) : components.map((one) => deploymentPart(one, mode));
}

function deploymentPart({ component, pod, shape, counted }: WorkloadComponent, mode: string): ServicePart {
  const { min, max } = pod.replicas;
  return {
    name: component === "worker" ? "workers" : component,
    groupSize: 1,
    pods: { min, max },
    shape,
    pod,
    counted,
    written: pod.strategy,
    // Upstream: knative serving `pkg/reconciler/autoscaling/kpa/kpa.go` activeThreshold.
    ...(mode === "Knative" && { wholeFirst: Math.max(1, min) }),
    strategyAt: (replicas) => strategyIn(mode, pod.strategy, replicas),
    isOwn: ({ labels }) => componentOf(labels) === component,
  };
}

function strategyIn(mode: string, strategy: DeploymentStrategy, replicas: number): Update["strategy"] {
  // A Knative revision reaches its size before the old one goes.
  if (mode === "Knative") return { surge: Math.max(1, replicas), unavailable: 0 };
  return strategy.type === "Recreate" ? "Recreate" : rolloutOf(strategy, replicas);
}

/** KServe labels the workers as it labels the predictor, except for the label of their Deployment. */
function componentOf(labels: Readonly<Record<string, string>>): string {
  return labels.app?.endsWith("-predictor-worker") === true ? "worker" : (labels.component ?? "predictor");
}

/** Leaders and workers that ask for the same are one part: any of their places does for any of them. */
function groupParts({ workload, members }: LlmGroup): ServicePart[] {
  const { part, strategy, replicas } = workload;
  const roles = workload.members.map(({ role, pod, count }, i) => ({
    role,
    pod,
    count,
    component: pod.labels["app.kubernetes.io/component"],
    member: members[i],
  }));
  const alike = roles.every(({ member }) => isDeepStrictEqual(rules(member?.pod), rules(roles[0]?.member?.pod)));
  const sets = alike ? [roles] : roles.map((role) => [role]);
  return sets.flatMap((set) => {
    const [first] = set;
    if (first?.member === undefined) return [];
    const components = new Set(set.map(({ component }) => component));
    const groupSize = set.reduce((sum, { count }) => sum + count, 0);
    return {
      name: set.length > 1 || first.role === "pod" ? part : `${first.role} of ${part}`,
      groupSize,
      pods: { min: replicas * groupSize, max: replicas * groupSize },
      shape: first.member.pod,
      pod: first.pod,
      counted: first.member.counted,
      written: strategy,
      strategyAt: (pods) => podStrategy(strategy, pods, groupSize),
      isOwn: ({ labels }) => components.has(labels["app.kubernetes.io/component"] ?? ""),
    };
  });
}

function rules(pod: PodShape | undefined): Omit<PodShape, "labels"> | undefined {
  if (pod === undefined) return undefined;
  return Object.fromEntries(Object.entries(pod).filter(([key]) => key !== "labels")) as Omit<PodShape, "labels">;
}

/** Whole groups come and go. */
function podStrategy(strategy: DeploymentStrategy, pods: number, groupSize: number): Update["strategy"] {
  if (strategy.type === "Recreate") return "Recreate";
  const { surge, unavailable } = rolloutOf(strategy, pods / groupSize);
  return { surge: surge * groupSize, unavailable: unavailable * groupSize };
}
