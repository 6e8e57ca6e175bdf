/**
 * Our effective pod against the real controller's, over random pairs of runtime and service.
 *
 * `EFFECTIVE_POD_SEED` repeats a run and `EFFECTIVE_POD_PAIRS` sets the number of random pairs (60). With
 * `EFFECTIVE_POD_GOLDEN=write` pairs and answers are stored in tests/sdk/pod/golden/effectivePods.json, which
 * tests/sdk/pod/effectivePodGolden.test.ts replays without a cluster.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import * as fc from "fast-check";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { CONTROLLER_CONFIG_MAP, type ControllerConfig, readControllerConfig } from "../../sdk/pod/controllerConfig";
import { effectivePod } from "../../sdk/pod/effectivePod";
import { repositoryPath } from "../../tools/repository";
import { differences, DOCUMENTED_DIFFERENCES, isRecord, type Workload, workloadOf } from "../sdk/pod/comparison";
import { named, type Pair, pairs } from "../sdk/pod/pairs";
import { refusedPairs, specialPairs } from "../sdk/pod/specialPairs";
import { inNamespace, objectApi, testCluster, until } from "./harness";

const SEED = Number(process.env.EFFECTIVE_POD_SEED ?? Math.floor(Math.random() * 2 ** 31));
const COUNT = Number(process.env.EFFECTIVE_POD_PAIRS ?? 60);
const GOLDEN = repositoryPath("tests", "sdk", "pod", "golden", "effectivePods.json");
/** How many of the random pairs the golden file keeps. */
const GOLDEN_COUNT = 16;
const DEADLINE_MS = 60_000;
const SHRINK_MS = 40_000;

interface Deployment extends KubernetesObject {
  spec: { replicas?: number; strategy: unknown; template: { metadata: Record<string, unknown>; spec: unknown } };
}
interface Autoscaler extends KubernetesObject {
  spec: { minReplicas: number; maxReplicas: number };
}

describe("effective pod on a real cluster", function () {
  this.timeout(2 * DEADLINE_MS + SHRINK_MS);
  let api: KubernetesObjectApi;
  let config: ControllerConfig;

  before(async () => {
    api = objectApi(await testCluster());
    const metadata = { name: CONTROLLER_CONFIG_MAP, namespace: "kserve" };
    const configMap = await api.read({ apiVersion: "v1", kind: "ConfigMap", metadata });
    config = readControllerConfig((configMap as { data: Record<string, string> }).data);
  });

  it(`equals the controller's for ${COUNT} random pairs and the special ones`, async () => {
    console.log(`      EFFECTIVE_POD_SEED=${SEED}; not compared:`);
    for (const { path, reason } of DOCUMENTED_DIFFERENCES) console.log(`        ${path}: ${reason}`);
    const random = fc.sample(pairs, { seed: SEED, numRuns: COUNT });
    await inQuietNamespace(api, async (namespace) => {
      const all = [...random, ...specialPairs].map((pair, index) => named(pair, `pair-${index}`, namespace));
      const answers = await controllerAnswers(api, all);
      const found = await Promise.all(all.map((pair, index) => compare(pair, answers[index])));
      const wrong = found.flatMap((list, index) => (list.length === 0 ? [] : [{ index, list }]));
      const [first] = wrong;
      if (first !== undefined && first.index < COUNT) console.log(await shrink(first.index, namespace));
      assert.deepEqual(wrong, [], `EFFECTIVE_POD_SEED=${SEED}`);
      if (process.env.EFFECTIVE_POD_GOLDEN === "write") {
        const kept = all.map((pair, index) => ({ ...pair, answer: answers[index] }));
        writeGolden([...kept.slice(0, GOLDEN_COUNT), ...kept.slice(COUNT)], namespace);
      }
    });
  });

  it("has a problem for each pair that the controller makes no Deployment of", async () => {
    await inQuietNamespace(api, async (namespace) => {
      for (const [index, { pair, refusal }] of refusedPairs.entries()) {
        const own = named(pair, `refused-${index}`, namespace);
        await createPair(api, own);
        const message = await failure(api, own);
        assert.match(message, refusal, `the controller of ${JSON.stringify(own)}`);
        await api.delete(own.service);
        const { problems } = effectivePod({ ...own, config });
        assert.equal(problems.length, 1, `problems of pair ${index}: ${JSON.stringify(problems)}`);
      }
    });
  });

  /** Differences after the API server has filled both with its own defaults. */
  async function compare(pair: Pair, theirs: Workload | undefined): Promise<string[]> {
    if (theirs === undefined) return ["the controller made no Deployment"];
    const ours = workloadOf(pair, config);
    const selector = { matchLabels: { app: `isvc.${pair.service.metadata.name}-predictor` } };
    const { namespace } = pair.service.metadata;
    const spec = { strategy: ours.strategy, template: ours.template, selector };
    const dryRun = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "dry-run", namespace }, spec };
    try {
      const defaulted = workload(await api.create<Deployment>(dryRun, undefined, "All"));
      return differences(theirs.replicas ? { ...defaulted, replicas: ours.replicas } : defaulted, theirs);
    } catch (error) {
      return [`the API server refuses ours: ${String(error)}`];
    }
  }

  /** The smallest pair that still differs, found by asking the controller again and again for a while. */
  async function shrink(index: number, namespace: string): Promise<string> {
    let attempt = 0;
    const agrees = fc.asyncProperty(pairs, async (pair) => {
      const own = named(pair, `shrunk-${attempt++}`, namespace);
      assert.deepEqual(await compare(own, (await controllerAnswers(api, [own]))[0]), []);
    });
    const options = { seed: SEED, path: String(index), numRuns: 1, interruptAfterTimeLimit: SHRINK_MS };
    const { counterexample, numShrinks } = await fc.check(agrees, options);
    return `      still differs after ${numShrinks} simplifications: ${JSON.stringify(counterexample)}`;
  }
});

/** A namespace in which no pods are made: Deployments are compared, and the machine stays free for the controller. */
function inQuietNamespace<T>(api: KubernetesObjectApi, body: (namespace: string) => Promise<T>): Promise<T> {
  return inNamespace(async (namespace) => {
    const metadata = { name: "no-pods", namespace };
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard: { pods: "0" } } };
    await api.create(quota);
    const enforced = async () => ((await api.read(quota)) as { status?: { hard?: object } }).status?.hard !== undefined;
    await until(enforced, "the quota is not enforced");
    const result = await body(namespace);
    // Services that are still ending would be deleted once more by the harness.
    const gone = async () => (await list(api, "serving.kserve.io/v1beta1", "InferenceService", namespace)).size === 0;
    await until(gone, "services remain");
    return result;
  });
}

async function createPair(api: KubernetesObjectApi, { runtime, service }: Pair): Promise<void> {
  if (runtime !== undefined) await api.create(runtime);
  await api.create(service);
}

/** What the controller makes of the pairs; each pair is deleted as soon as it has been answered. */
async function controllerAnswers(api: KubernetesObjectApi, all: readonly Pair[]): Promise<(Workload | undefined)[]> {
  const answers = new Map<Pair, Workload>();
  const deadline = Date.now() + DEADLINE_MS;
  const namespace = all[0]?.service.metadata.namespace;
  const creating = inParallel(all, 6, (pair) => createPair(api, pair));
  while (answers.size < all.length && Date.now() < deadline) {
    const deployments = await list<Deployment>(api, "apps/v1", "Deployment", namespace);
    const autoscalers = await list<Autoscaler>(api, "autoscaling/v2", "HorizontalPodAutoscaler", namespace);
    for (const pair of all.filter((one) => !answers.has(one))) {
      const name = `${pair.service.metadata.name}-predictor`;
      const answer = answerOf(deployments.get(name), autoscalers.get(name));
      if (answer === undefined) continue;
      answers.set(pair, answer);
      await api.delete(pair.service);
      if (pair.runtime !== undefined) await api.delete(pair.runtime);
    }
    await delay(100);
  }
  await creating;
  return all.map((pair) => answers.get(pair));
}

/** Undefined until everything that belongs to the answer is there. */
function answerOf(deployment: Deployment | undefined, autoscaler: Autoscaler | undefined): Workload | undefined {
  if (deployment === undefined) return undefined;
  const annotations = deployment.metadata.annotations ?? {};
  const scaler = annotations["serving.kserve.io/autoscalerClass"] ?? "hpa";
  const { replicas = 1 } = deployment.spec;
  if (scaler === "external") return workload(deployment);
  if (scaler === "none") return { ...workload(deployment), replicas: { min: replicas, max: replicas } };
  if (autoscaler === undefined) return undefined;
  const { minReplicas: min, maxReplicas: max } = autoscaler.spec;
  return { ...workload(deployment), replicas: { min, max } };
}

function workload({ spec: { strategy, template } }: Deployment): Workload {
  const { labels, annotations } = template.metadata;
  return { strategy, template: { metadata: { labels, annotations }, spec: template.spec } };
}

async function list<T extends KubernetesObject>(
  api: KubernetesObjectApi,
  apiVersion: string,
  kind: string,
  namespace: string | undefined,
): Promise<Map<string, T>> {
  const { items } = await api.list(apiVersion, kind, namespace);
  return new Map((items as T[]).map((item) => [item.metadata.name, item]));
}

/** The message with which the controller gives up on a pair. */
async function failure(api: KubernetesObjectApi, { service }: Pair): Promise<string> {
  let message: string | undefined;
  await until(async () => {
    const { status } = (await api.read(service)) as { status?: Record<string, unknown> };
    const info = isRecord(status?.modelStatus) ? status.modelStatus.lastFailureInfo : undefined;
    message = isRecord(info) ? String(info.message) : undefined;
    return message !== undefined;
  }, "the controller does not fail");
  return message ?? "";
}

async function inParallel<T>(all: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

function writeGolden(entries: readonly object[], namespace: string): void {
  const lines = entries.map((entry) => JSON.stringify(entry).replaceAll(namespace, "pairs")).join(",\n");
  writeFileSync(GOLDEN, `{"madeWith": "KServe v0.17.0, EFFECTIVE_POD_SEED=${SEED}", "entries": [\n${lines}\n]}\n`);
}
