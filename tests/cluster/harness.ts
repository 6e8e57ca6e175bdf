/** One embedded cluster for all tests of a run, started when the first asks for it and ended with the run. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { clusterDown, clusterUp, type Cluster } from "../../tools/cluster/cluster";
import { repositoryPath } from "../../tools/repository";

/** State folders of test clusters, one per test run, named after its process. */
const RUNS = repositoryPath(".local", "tests");
const OWN = join(RUNS, String(process.pid));

let cluster: Promise<Cluster> | undefined;

/** The cluster of this run. Nodes are those of tools/cluster/nodes.yaml; leave them as you find them. */
export function testCluster(): Promise<Cluster> {
  return (cluster ??= startCluster());
}

async function startCluster(): Promise<Cluster> {
  await endAbandoned();
  process.once("exit", endAtExit);
  return clusterUp(OWN);
}

/** A typed client of a cluster. */
export function objectApi({ kubeconfig }: Cluster): KubernetesObjectApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return KubernetesObjectApi.makeApiClient(config);
}

/**
 * Runs a test in a namespace of its own. Afterwards the namespace is deleted and its pods are waited for, so that the
 * next test finds every accelerator free.
 */
export async function inNamespace<T>(
  body: (namespace: string) => Promise<T>,
  name = `test-${randomBytes(4).toString("hex")}`,
): Promise<T> {
  const api = objectApi(await testCluster());
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  await api.create(namespace);
  // Pods are refused until the controller manager has made this account.
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } };
  await until(() => exists(api, account), `no service account in namespace ${name}`);
  try {
    return await body(name);
  } finally {
    // The namespace controller takes five seconds before it deletes the first pod.
    await Promise.all((await api.list(SERVICE.apiVersion, SERVICE.kind, name)).items.map((item) => api.delete(item)));
    await api.delete(namespace);
    const gone = async () => (await api.list("v1", "Pod", name)).items.length === 0;
    await until(gone, `pods of namespace ${name} remain`);
  }
}

const SERVICE = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService" };

/** Polls until the condition holds or throws the failure; what the condition throws counts as "not yet". */
export async function until(
  condition: () => Promise<boolean> | boolean,
  failure: string | (() => string),
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const [holds, error] = await Promise.resolve()
      .then(condition)
      .then((value) => [value, undefined] as const)
      .catch((reason: unknown) => [false, reason] as const);
    if (holds) return;
    if (Date.now() > deadline) {
      const text = typeof failure === "string" ? failure : failure();
      throw new Error(`${text} within ${timeoutMs / 1000} s`, { cause: error });
    }
    await delay(50);
  }
}

/** Whether the cluster has an object. */
export async function exists(api: KubernetesObjectApi, object: KubernetesObject): Promise<boolean> {
  const { apiVersion, kind, metadata } = object;
  try {
    await api.read({ apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? "default" } });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === 404) return false;
    throw error;
  }
}

/** Clusters of runs that were killed. */
async function endAbandoned(): Promise<void> {
  mkdirSync(RUNS, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(RUNS)) {
    if (entry !== String(process.pid) && !isAlive(Number(entry))) await clusterDown(join(RUNS, entry));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** When the run ends without its hooks, by a second Ctrl-C for one. */
function endAtExit(): void {
  const main = join(__dirname, "..", "..", "tools", "cluster", "main.js");
  if (existsSync(OWN)) spawnSync(process.execPath, [main, "down", OWN]);
}

// This module is loaded by test files, outside every suite: the hook belongs to the whole run.
after(async function () {
  this.timeout(30_000);
  if (cluster === undefined) return;
  await cluster.catch(() => undefined);
  await clusterDown(OWN);
  process.off("exit", endAtExit);
});
