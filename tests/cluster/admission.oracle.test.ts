/**
 * Our admission verdicts against the real API server's with KServe's real webhooks, over random requests sent as dry runs.
 *
 * With `ADMISSION_GOLDEN=write` requests and answers are stored in tests/sdk/admission/golden/answers.json, which
 * tests/sdk/admission/golden.test.ts replays without a cluster.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import * as fc from "fast-check";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { type ApiServer, call } from "../../tools/cluster/api";
import { repositoryPath } from "../../tools/repository";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { type Answer, disagreement, ourVerdict } from "../sdk/admission/answer";
import { type AdmissionCase, admissionCases, moved } from "../sdk/admission/cases";
import { presentRuntimes, specialCases } from "../sdk/admission/specialCases";
import { inNamespace, testCluster } from "./harness";

const COUNT = oracleSize(60, 1200);
const GOLDEN = repositoryPath("tests", "sdk", "admission", "golden", "answers.json");
const IN_PARALLEL = 6;
const CACHE_ATTEMPTS = 3;
const CACHE_MS = 300;

describe("admission verdicts on a real cluster", function () {
  this.timeout(300_000);
  let server: ApiServer;

  before(async () => {
    server = await apiServer();
  });

  it(`are the API server's for ${COUNT} random requests and the special ones`, async () => {
    await inNamespace(async (namespace) => {
      const random = fc.sample(admissionCases, { seed: ORACLE_SEED, numRuns: COUNT });
      const own = [...specialCases, ...random].map((one, index) => moved(one, `case-${index}`, namespace));
      const present = presentRuntimes.map((runtime) => moved(runtime, "present", namespace));
      try {
        for (const runtime of present) await create(server, runtime);
        const existing = await runtimesOf(server, namespace);
        const judged = await judgeAll(server, own, existing);
        const refused = judged.filter(({ answer }) => !answer.allowed).length;
        const wrong = judged.filter((result) => result.wrong !== undefined);
        reportOracle("admission", { requests: own.length, refused, disagreements: wrong.length });
        const shown = wrong.map(
          ({ one, wrong: text }) => `${one.labels.join("; ")} (${one.request}): ${text ?? ""}\n${JSON.stringify(one)}`,
        );
        assert.equal(wrong.length, 0, `ORACLE_SEED=${ORACLE_SEED}\n${shown.join("\n\n")}`);
        if (process.env.ADMISSION_GOLDEN === "write") {
          const entries = judged.map(({ one, answer }) => ({ one, answer }));
          writeFileSync(GOLDEN, `${JSON.stringify({ runtimes: existing.map(withoutManagers), entries })}\n`);
        }
      } finally {
        for (const runtime of present.filter(({ kind }) => kind === "ClusterServingRuntime"))
          await remove(server, runtime);
      }
    });
  });
});

interface Judged {
  one: AdmissionCase;
  answer: Answer;
  /** What is wrong with our verdict. */
  wrong: string | undefined;
}

async function judgeAll(
  server: ApiServer,
  cases: readonly AdmissionCase[],
  existing: readonly KubernetesObject[],
): Promise<Judged[]> {
  const judge = async (asked: AdmissionCase): Promise<Judged> => {
    const { one, answer } = await ask(server, asked);
    return { one, answer, wrong: disagreement(ourVerdict(one, existing), answer) };
  };
  const creates = await inParallel(
    cases.filter(({ previous }) => previous === undefined),
    (one) => settled(one, judge),
  );
  // What an update is made of is stored for a while: nothing else may run beside it.
  const updates: Judged[] = [];
  for (const one of cases.filter(({ previous }) => previous !== undefined)) updates.push(await settled(one, judge));
  return [...creates, ...updates];
}

/** The webhooks for runtimes read the others from a cache, which learns of a change a moment later. */
async function settled(one: AdmissionCase, judge: (one: AdmissionCase) => Promise<Judged>): Promise<Judged> {
  let result = await judge(one);
  for (let attempt = 0; attempt < CACHE_ATTEMPTS && result.wrong !== undefined; attempt += 1) {
    await delay(CACHE_MS);
    result = await judge(one);
  }
  return result;
}

/** The longest part of an object says nothing here. */
function withoutManagers({ metadata, ...rest }: KubernetesObject): KubernetesObject {
  const kept = Object.entries(metadata).filter(([key]) => key !== "managedFields");
  return { ...rest, metadata: { name: metadata.name, ...Object.fromEntries(kept) } };
}

async function apiServer(): Promise<ApiServer> {
  const config = new KubeConfig();
  config.loadFromFile((await testCluster()).kubeconfig);
  const { server: url = "", caData = "" } = config.getCurrentCluster() ?? {};
  return { url, ca: Buffer.from(caData, "base64").toString("utf8"), token: config.getCurrentUser()?.token ?? "" };
}

const PLURALS: Readonly<Record<string, string>> = {
  InferenceService: "v1beta1/{namespace}inferenceservices",
  ServingRuntime: "v1alpha1/{namespace}servingruntimes",
  ClusterServingRuntime: "v1alpha1/clusterservingruntimes",
  InferenceGraph: "v1alpha1/{namespace}inferencegraphs",
  TrainedModel: "v1alpha1/{namespace}trainedmodels",
};

function collection(kind: string, namespace: string): string {
  return `/apis/serving.kserve.io/${(PLURALS[kind] ?? "").replace("{namespace}", `namespaces/${namespace}/`)}`;
}

async function create(server: ApiServer, object: KubernetesObject): Promise<KubernetesObject> {
  const { status, body } = await call(
    server,
    "POST",
    collection(object.kind, namespaceOf(object)),
    JSON.stringify(object),
  );
  assert.equal(status, 201, body);
  return JSON.parse(body) as KubernetesObject;
}

async function remove(server: ApiServer, object: KubernetesObject): Promise<void> {
  await call(server, "DELETE", `${collection(object.kind, namespaceOf(object))}/${object.metadata.name}`);
}

function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? "default";
}

async function runtimesOf(server: ApiServer, namespace: string): Promise<KubernetesObject[]> {
  const lists = ["ServingRuntime", "ClusterServingRuntime"].map(async (kind) => {
    const { body } = await call(server, "GET", collection(kind, namespace));
    const { items } = JSON.parse(body) as { items: KubernetesObject[] };
    // Items of a list come without their kind.
    return items.map((item) => ({ ...item, apiVersion: "serving.kserve.io/v1alpha1", kind }));
  });
  return (await Promise.all(lists)).flat();
}

/** The answer to a dry run, and the request with what was really stored. */
async function ask(server: ApiServer, one: AdmissionCase): Promise<{ one: AdmissionCase; answer: Answer }> {
  if (one.previous === undefined) return { one, answer: await send(server, one) };
  const path = `${collection(one.previous.kind, namespaceOf(one.previous))}/${one.previous.metadata.name}`;
  await create(server, one.previous);
  if (one.previousMode !== undefined) await setMode(server, path, one.previousMode);
  try {
    // The controller writes as well: until nobody came between.
    for (;;) {
      const { body } = await call(server, "GET", path);
      const previous = JSON.parse(body) as KubernetesObject & { metadata: { resourceVersion: string } };
      const answer = await send(server, { ...one, previous }, previous.metadata.resourceVersion);
      if (!(answer.message ?? "").includes("the object has been modified"))
        return { one: { ...one, previous }, answer };
    }
  } finally {
    await remove(server, one.previous);
  }
}

/** As the controller does when it first sees the service. */
async function setMode(server: ApiServer, path: string, deploymentMode: string): Promise<void> {
  const patch = JSON.stringify({ status: { deploymentMode } });
  const contentType = "application/merge-patch+json";
  const { status, body } = await call(server, "PATCH", `${path}/status`, patch, { contentType });
  assert.equal(status, 200, body);
}

async function send(server: ApiServer, one: AdmissionCase, resourceVersion?: string): Promise<Answer> {
  const { object, request, fieldValidation } = one;
  const query = `?dryRun=All&fieldManager=oracle&fieldValidation=${fieldValidation}`;
  const path = collection(object.kind, one.namespace ?? namespaceOf(object));
  if (request === "apply") {
    const contentType = "application/apply-patch+yaml";
    const target = `${path}/${encodeURIComponent(object.metadata.name)}${query}&force=true`;
    return answerOf(await call(server, "PATCH", target, JSON.stringify(object), { contentType }));
  }
  if (resourceVersion === undefined) return answerOf(await call(server, "POST", path + query, JSON.stringify(object)));
  const metadata = { ...object.metadata, resourceVersion };
  const target = `${path}/${object.metadata.name}${query}`;
  return answerOf(await call(server, "PUT", target, JSON.stringify({ ...object, metadata })));
}

interface Status {
  message?: string;
  details?: { causes?: { field?: string; message?: string }[] };
}

function answerOf({ status, body }: { status: number; body: string }): Answer {
  if (status < 300) return { allowed: true };
  const { message = body, details } = JSON.parse(body) as Status;
  const causes = details?.causes?.map(({ field = "", message: text = "" }) => `${field}: ${text}`);
  return { allowed: false, message, ...(causes === undefined ? {} : { causes }) };
}

async function inParallel<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: IN_PARALLEL }, worker));
  return results;
}
