/**
 * Our pods of LLMInferenceServices against those of KServe's real controller, over random services and Configs.
 *
 * With `LLM_GOLDEN=write` cases and answers are stored in tests/sdk/pod/golden/llmPods.json, which
 * tests/sdk/pod/llm/llmPodsGolden.test.ts replays without a cluster.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { KubernetesObjectApi, V1OwnerReference } from "@kubernetes/client-node";
import * as fc from "fast-check";
import type { KubernetesObject, ServiceAccount } from "../../sdk/kubernetes/core";
import { startLlmInferenceController } from "../../tools/cluster/llmInferenceController";
import { repositoryPath } from "../../tools/repository";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { differences, isRecord } from "../sdk/pod/comparison";
import { type Answer, LLM_DIFFERENCES, ourAnswer, type PodAnswer, withoutHash } from "../sdk/pod/llm/answers";
import { llmCases, type LlmCase, namedCase } from "../sdk/pod/llm/services";
import { refusedCases, specialCases } from "../sdk/pod/llm/specialCases";
import { inNamespace, objectApi, testCluster, until } from "./harness";

const GOLDEN = repositoryPath("tests", "sdk", "pod", "golden", "llmPods.json");
/** How many of the random cases the golden file keeps. */
const GOLDEN_COUNT = 12;
const COUNT = oracleSize(6, 70);
/** How long the controller may take for a batch. */
const BATCH_MS = 60_000;
const BATCH = 10;
const LWS = "leaderworkerset.x-k8s.io/v1";

interface Template {
  metadata?: { labels?: unknown; annotations?: unknown };
  spec: unknown;
}
interface Owned extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & { ownerReferences?: V1OwnerReference[] };
}
interface Deployment extends Owned {
  spec: { replicas: number; strategy: unknown; template: Template };
}
interface LeaderWorkerSet extends Owned {
  spec: {
    replicas: number;
    rolloutStrategy: { type: string };
    leaderWorkerTemplate: { size: number; leaderTemplate?: Template; workerTemplate: Template };
  };
}

describe("pods of LLMInferenceServices on a real cluster", function () {
  this.timeout(20 * BATCH_MS);
  let api: KubernetesObjectApi;

  before(async () => {
    const cluster = await testCluster();
    await startLlmInferenceController(cluster.dir);
    api = objectApi(cluster);
  });

  it(`equal the controller's for ${COUNT} random services and the special ones`, async () => {
    for (const { path, reason } of LLM_DIFFERENCES) console.log(`        not compared: ${path}: ${reason}`);
    const random = fc.sample(llmCases, { seed: ORACLE_SEED, numRuns: COUNT });
    await inQuietNamespace(api, async (namespace) => {
      const cases = [...random, ...specialCases].map((one, index) => namedCase(one, nameOf(index), namespace));
      const wrong: { case: number; found: string[] }[] = [];
      const golden: object[] = [];
      for (let start = 0; start < cases.length; start += BATCH) {
        const batch = cases.slice(start, start + BATCH);
        const results = await judge(api, batch, namespace);
        results.forEach(({ found, answer }, at) => {
          const index = start + at;
          if (found.length > 0) wrong.push({ case: index, found });
          if (index < GOLDEN_COUNT || index >= COUNT) golden.push({ ...batch[at], answer });
        });
      }
      const [first] = wrong;
      if (first !== undefined) console.log(JSON.stringify(cases[first.case]));
      assert.deepEqual(wrong, [], `ORACLE_SEED=${ORACLE_SEED}`);
      reportOracle("LLMInferenceService pods", { services: cases.length, differences: wrong.length });
      if (process.env.LLM_GOLDEN === "write") writeGolden(golden, namespace);
    });
  });

  it("have a problem for each service that the webhook or the controller refuses", async () => {
    await inQuietNamespace(api, async (namespace) => {
      for (const [index, { refused, message }] of refusedCases.entries()) {
        const one = namedCase(refused, `refused-${index}`, namespace);
        const theirs = await refusalOf(api, one);
        assert.match(theirs, message, `the controller says ${theirs} of ${JSON.stringify(one)}`);
        const { problems } = ourAnswer(one, {});
        assert.match(problems.join("\n"), message, `case ${index}; the controller says ${theirs}`);
      }
      reportOracle("refused LLMInferenceServices", { services: refusedCases.length });
    });
  });
});

/** Some names are so long that those of the children are hashed. */
function nameOf(index: number): string {
  return index % 4 === 3 ? `case-${index}-with-a-name-that-is-longer-than-most` : `case-${index}`;
}

/** A namespace in which no pods are made: templates are compared, and the machine stays free for the controller. */
function inQuietNamespace<T>(api: KubernetesObjectApi, body: (namespace: string) => Promise<T>): Promise<T> {
  return inNamespace(async (namespace) => {
    const metadata = { name: "no-pods", namespace };
    await api.create({
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata,
      spec: { hard: { pods: "0" } },
    } as KubernetesObject);
    await api.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "reader", namespace } });
    return body(namespace);
  });
}

/** The differences of each case, once the controller has settled on an answer. */
async function judge(
  api: KubernetesObjectApi,
  batch: readonly LlmCase[],
  namespace: string,
): Promise<{ found: string[]; answer: Answer }[]> {
  for (const { configs, service } of batch) for (const object of [...configs, service]) await api.create(object);
  const results = new Map<LlmCase, { found: string[]; answer: Answer }>();
  const isMade = (one: LlmCase, answer: Answer): boolean =>
    isDeepStrictEqual(Object.keys(answer).sort(), Object.keys(ourAnswer(one, {}).answer).sort());
  const deadline = Date.now() + BATCH_MS;
  for (;;) {
    await delay(200);
    const theirs = await answersIn(api, namespace);
    const isLast = Date.now() > deadline;
    const open = batch.filter((each) => results.get(each)?.found.length !== 0);
    for (const one of open) {
      const answer = theirs.get(one.service.metadata.name) ?? {};
      // What is still being made need not be compared yet.
      if (isLast || isMade(one, answer)) results.set(one, await compare(api, one, answer));
    }
    if (isLast || [...results.values()].filter(({ found }) => found.length === 0).length === batch.length) break;
  }
  for (const { configs, service } of batch) for (const object of [service, ...configs]) await api.delete(object);
  return batch.map((one) => results.get(one) ?? { found: ["no answer"], answer: {} });
}

async function compare(
  api: KubernetesObjectApi,
  one: LlmCase,
  theirs: Answer,
): Promise<{ found: string[]; answer: Answer }> {
  const { namespace } = one.service.metadata;
  const accounts: ServiceAccount[] = ["default", "reader"].map((name) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
  }));
  const { answer: ours, problems } = ourAnswer(one, { serviceAccounts: accounts });
  try {
    const answer = await defaulted(api, relevant(theirs), namespace);
    const found = differences(await defaulted(api, ours, namespace), answer);
    return { found: [...problems.map((message) => `a problem of ours: ${message}`), ...found], answer };
  } catch (error) {
    return { found: [`the API server refuses: ${String(error)}`], answer: theirs };
  }
}

/** Without the template of workers that there are none of. */
function relevant(answer: Answer): Answer {
  const entries = Object.entries(answer).map(([name, workload]) => {
    const { leader } = workload.pods;
    return [name, workload.size === 1 && leader !== undefined ? { ...workload, pods: { leader } } : workload] as const;
  });
  return Object.fromEntries(entries);
}

/** With everything that the API server fills into pods, whichever object they are in. */
async function defaulted(api: KubernetesObjectApi, answer: Answer, namespace: string): Promise<Answer> {
  const result: Answer = {};
  for (const [name, workload] of Object.entries(answer)) {
    const pods: Record<string, PodAnswer> = {};
    for (const [role, { labels, annotations, spec }] of Object.entries(workload.pods)) {
      const dryRun: KubernetesObject & { spec: object } = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "dry-run", namespace },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec } },
      };
      const { template } = ((await api.create(dryRun, undefined, "All")) as Deployment).spec;
      pods[role] = podAnswer(template);
    }
    result[name] = { ...workload, pods };
  }
  return result;
}

/** What the controller has made, by the name of the service. */
async function answersIn(api: KubernetesObjectApi, namespace: string): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const note = (object: Owned, workload: Answer[string]): void => {
    const owner = object.metadata.ownerReferences?.[0]?.name ?? "";
    answers.set(owner, { ...answers.get(owner), [object.metadata.name]: workload });
  };
  const deployments = await list<Deployment>(api, "apps/v1", "Deployment", namespace);
  for (const object of deployments) {
    const { replicas, strategy, template } = object.spec;
    note(object, { kind: "Deployment", replicas, strategy, size: 1, pods: { pod: podAnswer(template) } });
  }
  const groups = await list<LeaderWorkerSet>(api, LWS, "LeaderWorkerSet", namespace);
  for (const object of groups) {
    const { replicas, rolloutStrategy, leaderWorkerTemplate } = object.spec;
    const { size, leaderTemplate, workerTemplate } = leaderWorkerTemplate;
    const worker = podAnswer(workerTemplate);
    const pods: Record<string, PodAnswer> =
      leaderTemplate === undefined ? { worker } : { leader: podAnswer(leaderTemplate), worker };
    note(object, { kind: "LeaderWorkerSet", replicas, strategy: { type: rolloutStrategy.type }, size, pods });
  }
  return answers;
}

async function list<T extends KubernetesObject>(
  api: KubernetesObjectApi,
  apiVersion: string,
  kind: string,
  namespace: string,
): Promise<T[]> {
  return (await api.list(apiVersion, kind, namespace)).items as T[];
}

function podAnswer({ metadata, spec }: Template): PodAnswer {
  return { labels: metadata?.labels ?? {}, annotations: withoutHash(metadata?.annotations), spec };
}

/** What the webhook answers, or the conditions and events say. */
async function refusalOf(api: KubernetesObjectApi, { configs, service }: LlmCase): Promise<string> {
  try {
    for (const object of [...configs, service]) await api.create(object);
  } catch (error) {
    return String(error);
  }
  let message = "";
  await until(
    async () => {
      const { status } = (await api.read(service)) as { status?: { conditions?: unknown[] } };
      const failed = (status?.conditions ?? []).filter((one) => isRecord(one) && one.status === "False");
      message = failed.map((one) => (isRecord(one) ? String(one.message) : "")).join("\n");
      return /fail|invalid|unsupported|error/i.test(message);
    },
    () => `the controller does not refuse ${JSON.stringify(service)}: ${message}`,
  );
  await api.delete(service);
  return message;
}

function writeGolden(entries: readonly object[], namespace: string): void {
  const lines = entries.map((entry) => JSON.stringify(entry).replaceAll(namespace, "llm-cases")).join(",\n");
  writeFileSync(GOLDEN, `{"madeWith": "KServe v0.17.0, ORACLE_SEED=${ORACLE_SEED}", "entries": [\n${lines}\n]}\n`);
}
