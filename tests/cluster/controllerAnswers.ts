/** What the real controller and the real pod webhook make of generated pairs. */
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { Pair } from "../sdk/pod/arbitraries/pairs";
import { type Answer, isRecord, type Workload } from "../sdk/pod/comparison";
import { surroundings } from "../sdk/pod/surroundings";
import { inNamespace, until } from "./harness";

interface Deployment extends KubernetesObject {
  spec: { replicas?: number; strategy: unknown; template: { metadata: Metadata; spec: object } };
}
interface Autoscaler extends KubernetesObject {
  spec: { minReplicas: number; maxReplicas: number };
}
interface Pod extends KubernetesObject {
  spec: Record<string, unknown>;
}
interface Metadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Services that exist at a time: the controller looks at each again and again, and more of them starve the new ones. */
const MAX_OPEN = 16;
const SERVING = "serving.kserve.io/v1beta1";
const SERVICE_LABEL = "serving.kserve.io/inferenceservice";

/** A pair, and the names of the Deployments to wait for; with `refused`, the controller's failure is waited for too. */
export interface Question {
  pair: Pair;
  /** Not created, because KServe ships its runtime or because there is none. */
  hasOwnRuntime: boolean;
  expected: { deployments: string[]; refused: boolean };
}

/**
 * A namespace in which no pods are made: templates are compared, and the machine stays free for the controller. Pods
 * with a deadline are let in, so that a dry run can go through the webhook.
 */
export function inQuietNamespace<T>(api: KubernetesObjectApi, body: (namespace: string) => Promise<T>): Promise<T> {
  return inNamespace(async (namespace) => {
    const metadata = { name: "no-pods", namespace };
    const spec = { hard: { pods: "0" }, scopes: ["NotTerminating"] };
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata, spec };
    await api.create(quota);
    const enforced = async () => ((await api.read(quota)) as { status?: { hard?: object } }).status?.hard !== undefined;
    await until(enforced, "the quota is not enforced");
    const { secrets, serviceAccounts } = surroundings(namespace);
    for (const object of [...secrets, ...serviceAccounts]) await api.create(object);
    const result = await body(namespace);
    // Services that are still ending would be deleted once more by the harness.
    const gone = async () => (await list(api, SERVING, "InferenceService", namespace)).size === 0;
    await until(gone, "services remain", 120_000);
    return result;
  });
}

/**
 * The answers in the order of the questions; each pair is deleted as soon as it has been answered.
 * @param patienceMs how long nothing may happen before what is missing counts as not made
 */
export async function controllerAnswers(
  api: KubernetesObjectApi,
  questions: readonly Question[],
  patienceMs: number,
): Promise<Answer[]> {
  const answers = new Map<Question, Answer>();
  let deadline = Date.now() + patienceMs;
  const namespace = questions[0]?.pair.service.metadata.namespace;
  const waiting = [...questions];
  const asked = new Set<Question>();
  while (answers.size < questions.length && Date.now() < deadline) {
    const free = MAX_OPEN - (asked.size - answers.size);
    await inParallel(waiting.splice(0, Math.max(0, free)), 6, async (question) => {
      asked.add(question);
      try {
        await createPair(api, question);
      } catch (error) {
        answers.set(question, { deployments: {}, refused: messageOf(error) });
      }
    });
    const deployments = await list<Deployment>(api, "apps/v1", "Deployment", namespace);
    const autoscalers = await list<Autoscaler>(api, "autoscaling/v2", "HorizontalPodAutoscaler", namespace);
    const services = await list(api, SERVING, "InferenceService", namespace);
    const open = [...asked].filter((one) => !answers.has(one));
    await inParallel(open, 4, async (question) => {
      const answer = await answerOf(api, question, { deployments, autoscalers, services });
      if (answer === undefined) return;
      answers.set(question, answer);
      deadline = Date.now() + patienceMs;
      await deletePair(api, question);
    });
    await delay(100);
  }
  const services = await list(api, SERVING, "InferenceService", namespace);
  return questions.map((question) => answers.get(question) ?? silence(services.get(nameOf(question))));
}

export async function createPair(api: KubernetesObjectApi, { pair, hasOwnRuntime }: Question): Promise<void> {
  if (pair.runtime !== undefined && hasOwnRuntime) await api.create(pair.runtime);
  await api.create(pair.service);
}

async function deletePair(api: KubernetesObjectApi, { pair, hasOwnRuntime }: Question): Promise<void> {
  await api.delete(pair.service);
  if (pair.runtime !== undefined && hasOwnRuntime) await api.delete(pair.runtime);
}

interface Seen {
  deployments: Map<string, Deployment>;
  autoscalers: Map<string, Autoscaler>;
  services: Map<string, KubernetesObject>;
}

/** Undefined until everything that belongs to the answer is there. */
async function answerOf(api: KubernetesObjectApi, question: Question, seen: Seen): Promise<Answer | undefined> {
  const { expected } = question;
  const made = [...seen.deployments.values()].filter(({ spec }) => isOf(spec.template.metadata, nameOf(question)));
  const names = made.map(({ metadata }) => metadata.name);
  const refused = failureOf(seen.services.get(nameOf(question)));
  if (!expected.deployments.every((name) => names.includes(name))) return undefined;
  if (expected.refused && refused === undefined) return undefined;
  const workloads = made.map((deployment) => workloadOf(deployment, seen.autoscalers.get(deployment.metadata.name)));
  if (workloads.includes(undefined)) return undefined;
  const answer: Answer = { deployments: {} };
  for (const [index, workload] of workloads.entries()) {
    const deployment = made[index];
    if (deployment === undefined || workload === undefined) continue;
    const pod = await mutatedPod(api, deployment);
    answer.deployments[deployment.metadata.name] = { ...workload, pod };
  }
  return expected.refused && refused !== undefined ? { ...answer, refused } : answer;
}

function isOf({ labels }: Metadata, service: string): boolean {
  return labels?.[SERVICE_LABEL] === service;
}

function nameOf({ pair }: Question): string {
  return pair.service.metadata.name;
}

function silence(service: KubernetesObject | undefined): Answer {
  return { deployments: {}, refused: `KServe made less than was expected: ${failureOf(service) ?? "no reason given"}` };
}

/** Without its pod; undefined while its autoscaler is missing. */
function workloadOf(deployment: Deployment, autoscaler: Autoscaler | undefined): Omit<Workload, "pod"> | undefined {
  const scaler = deployment.metadata.annotations?.["serving.kserve.io/autoscalerClass"] ?? "hpa";
  const { replicas = 1, strategy, template } = deployment.spec;
  const { labels, annotations } = template.metadata;
  const workload = { strategy, template: { metadata: { labels, annotations }, spec: template.spec } };
  if (scaler === "external") return workload;
  if (scaler === "none") return { ...workload, replicas: { min: replicas, max: replicas } };
  if (autoscaler === undefined) return undefined;
  const { minReplicas: min, maxReplicas: max } = autoscaler.spec;
  return { ...workload, replicas: { min, max } };
}

/** A pod of the Deployment as the ReplicaSet controller would create it, after the webhook. */
function mutatedPod(api: KubernetesObjectApi, deployment: Deployment): Promise<Workload["pod"]> {
  const { metadata, spec } = deployment.spec.template;
  return dryRunPod(api, deployment.metadata, metadata, spec);
}

/** The same without the label by which the webhook knows its pods: only what the API server fills in is added. */
export function untouchedPod(
  api: KubernetesObjectApi,
  namespace: string,
  { labels, annotations }: Metadata,
  spec: object,
): Promise<Workload["pod"]> {
  const others = Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => key !== SERVICE_LABEL));
  const metadata = { labels: others, ...(annotations === undefined ? {} : { annotations }) };
  return dryRunPod(api, { name: "untouched", namespace }, metadata, spec);
}

async function dryRunPod(
  api: KubernetesObjectApi,
  { name, namespace }: { name: string; namespace?: string },
  { labels, annotations }: Metadata,
  spec: object,
): Promise<Workload["pod"]> {
  const metadata = {
    name: "",
    generateName: `${name}-`,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  // Tokens are mounted before the webhook in one case and after it in the other.
  const bare = { ...spec, activeDeadlineSeconds: 3600, automountServiceAccountToken: false };
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata, spec: bare };
  try {
    const made = await api.create(pod, undefined, "All");
    return { annotations: made.metadata.annotations, spec: made.spec };
  } catch (error) {
    // The name is random.
    return { refused: messageOf(error).replace(/^(Pod|pods) "[^"]*"/, "$1") };
  }
}

function messageOf(error: unknown): string {
  const body: unknown = typeof error === "object" && error !== null && "body" in error ? error.body : undefined;
  const text = typeof body === "string" ? body : (JSON.stringify(body) as string | undefined);
  try {
    const status: unknown = JSON.parse(text ?? "");
    if (isRecord(status) && typeof status.message === "string") return status.message;
  } catch {
    // Not the API server's answer.
  }
  return String(error);
}

/** The message with which the controller gives up on a service. */
export function failureOf(service: KubernetesObject | undefined): string | undefined {
  const status: unknown = service !== undefined && "status" in service ? service.status : undefined;
  if (!isRecord(status)) return undefined;
  const info = isRecord(status.modelStatus) ? status.modelStatus.lastFailureInfo : undefined;
  if (isRecord(info)) return String(info.message);
  const conditions: unknown[] = Array.isArray(status.conditions) ? status.conditions : [];
  const failed = conditions.filter(isRecord).find(({ reason }) => FAILURES.includes(String(reason)));
  return failed === undefined ? undefined : String(failed.message);
}

const FAILURES = ["ReconcileFailed", "InvalidGPUAllocation", "InvalidWorkerSpecNotSet"];

async function list<T extends KubernetesObject>(
  api: KubernetesObjectApi,
  apiVersion: string,
  kind: string,
  namespace: string | undefined,
): Promise<Map<string, T>> {
  const { items } = await api.list(apiVersion, kind, namespace);
  return new Map((items as T[]).map((item) => [item.metadata.name, item]));
}

async function inParallel<T>(all: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
