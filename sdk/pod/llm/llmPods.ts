/**
 * The pods of an LLMInferenceService: what KServe 0.17.0 writes into its Deployments and LeaderWorkerSets.
 *
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc`. The oracle test compares every field with the real
 * controller. A service that exists already may keep an older image of the storage initializer and an older scheduler
 * configuration; here everything is as for a new one.
 */
import type { LLMInferenceService, LLMInferenceServiceConfig } from "../../kubernetes/llmInferenceService";
import { LLM_MAIN_CONTAINER } from "../../kubernetes/llmInferenceService";
import type { DeploymentStrategy } from "../../kubernetes/core";
import { annotations } from "../../kubernetes/kserve";
import type { ClusterObjects } from "../clusterObjects";
import { type ControllerConfig, DEFAULT_CONTROLLER_CONFIG } from "../controllerConfig";
import { type EffectivePod, type PodProblem, present, problemsOf } from "../effectivePod";
import {
  added,
  field,
  isSet,
  isUnknown,
  itemNamed,
  items,
  plain,
  text,
  trace,
  type Traced,
  unknown,
} from "../merge/traced";
import type { Problem } from "../problem";
import { combine } from "./combine";
import { schedulerWorkload } from "./scheduler";
import { validate } from "./validation";
import { type LlmPod, type LlmTemplate, servingWorkloads } from "./workloads";

export interface LlmPodsInput {
  service: LLMInferenceService;
  /** Configs of the cluster; one that KServe ships is taken as shipped where it is not among them. Default: none. */
  configs?: readonly LLMInferenceServiceConfig[] | undefined;
  /** Default: KServe 0.17.0 as shipped. */
  config?: ControllerConfig | undefined;
  /** What is known of the cluster; what comes from other objects is unknown. Default: nothing. */
  objects?: ClusterObjects | undefined;
}

/** One kind of pod in a workload. */
export interface LlmMember {
  role: LlmPod["role"];
  /** Pods of this kind in one replica. */
  count: number;
  /** Its `replicas` are pods; its `strategy` counts replicas of the workload. */
  pod: EffectivePod;
}

/** A Deployment or LeaderWorkerSet: replicas that are placed, and replaced, as a whole. */
export interface LlmWorkload {
  /** `main` decodes where there is a `prefill`; `scheduler` needs no accelerators. */
  part: LlmTemplate["part"];
  kind: LlmTemplate["kind"];
  name: string;
  /** Pods of one replica: the sum of the members' counts. */
  size: number;
  replicas: number;
  strategy: DeploymentStrategy;
  /** Leader before workers; those whose count is 0 are left out. */
  members: LlmMember[];
}

/** A value known only after apply is the symbol `UNKNOWN` in its place; read through `guard` to have it noticed. */
export interface LlmPods {
  /** None for a stopped service. The symbol `UNKNOWN` where it is not known which Configs belong to the service. */
  workloads: LlmWorkload[];
  /** What the webhook or the controller would refuse; then nothing, or not everything, is made. */
  problems: PodProblem[];
}

/** The workloads of a service. Never throws. */
export function llmPods(input: LlmPodsInput): LlmPods {
  const { objects = {}, config = DEFAULT_CONTROLLER_CONFIG } = input;
  const service = trace(input.service, input.service);
  const problems: Problem[] = [];
  if (isStopped(service)) return { workloads: [], problems: [] };
  const spec = combine(service, input.configs ?? [], problems);
  if (isUnknown(spec)) return { workloads: plain(spec) as LlmWorkload[], problems: problemsOf(problems) };
  problems.push(...validate(spec));
  const context = { config, objects, namespace: field(service, "metadata", "namespace"), problems };
  const from = { service, spec, context };
  const scheduler = schedulerWorkload(from);
  const templates = [...servingWorkloads(from), ...(scheduler === undefined ? [] : [scheduler])];
  problems.push(...templates.flatMap((template) => containerProblems(template, service)));
  const workloads = templates.map((template) => presentWorkload(template, problems));
  return { workloads, problems: problemsOf(problems) };
}

function isStopped(service: Traced): boolean {
  return text(field(service, "metadata", "annotations", annotations.stop))?.toLowerCase() === "true";
}

/** A pod that neither a preset nor the service gives a container. */
function containerProblems({ part, pods }: LlmTemplate, service: Traced): Problem[] {
  return pods.flatMap(({ role, spec }) => {
    const containers = field(spec, "containers");
    const isEmpty = !isSet(containers) || (containers?.kind === "list" && containers.items.length === 0);
    const at = isUnknown(spec) || spec.origin === undefined ? (field(service, "spec") ?? service) : spec;
    const where = role === "pod" ? part : `${part} ${role}`;
    return isEmpty ? [{ message: `the pod of the ${where} has none: spec.containers: Required value`, at }] : [];
  });
}

function presentWorkload(template: LlmTemplate, problems: Problem[]): LlmWorkload {
  const { part, kind, name, size, replicas, strategy, pods } = template;
  const members = pods
    .map((pod) => ({ pod, count: countOf(pod, pods, size) }))
    .filter(({ count }) => plain(count) !== 0)
    .map(({ pod, count }): LlmMember => {
      const total = times(replicas, count);
      const range: Traced = {
        kind: "map",
        fields: new Map([
          ["min", total],
          ["max", total],
        ]),
      };
      const main = itemNamed(field(pod.spec, "containers"), LLM_MAIN_CONTAINER);
      return {
        role: pod.role,
        count: plain(count) as number,
        pod: present({ ...pod, replicas: range, strategy, problems }, main ?? items(field(pod.spec, "containers"))[0]),
      };
    });
  return {
    part,
    kind,
    name: plain(name) as string,
    size: plain(size) as number,
    replicas: plain(replicas) as number,
    strategy: plain(strategy) as DeploymentStrategy,
    members,
  };
}

/** One leader; the rest are workers. */
function countOf({ role }: LlmPod, pods: readonly LlmPod[], size: Traced): Traced {
  if (role === "worker" && pods.length > 1) return shifted(size, -1);
  return role === "worker" ? size : added(1);
}

function times(left: Traced, right: Traced): Traced {
  return calculated(left, right, (a, b) => a * b);
}

function shifted(size: Traced, by: number): Traced {
  return calculated(size, added(by), (a, b) => a + b);
}

function calculated(left: Traced, right: Traced, calculate: (a: number, b: number) => number): Traced {
  const gap = [left, right].find(isUnknown);
  if (gap !== undefined) return unknown(gap.origin);
  const [a, b] = [left, right].map((node) => (node.kind === "leaf" && typeof node.value === "number" ? node.value : 0));
  return { kind: "leaf", value: calculate(a ?? 0, b ?? 0), origin: left.origin ?? right.origin };
}
