/** What a bare API server is given: nodes, CRDs, KServe. Everything is applied, so doing it again changes nothing. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { load, loadAll } from "js-yaml";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { repositoryPath } from "../repository";
import { apply, applyText, call, type ApiServer } from "./api";
import {
  KSERVE_NAMESPACE,
  kserveConfig,
  kserveCrds,
  kserveRuntimes,
  kserveWebhooks,
  type WebhookEndpoint,
} from "./kserve";

const NODES = repositoryPath("tools", "cluster", "nodes.yaml");
const CRDS = repositoryPath("tools", "cluster", "crds");

/** Tells whether a cluster was set up from the same files as lie here now. */
export function setupFingerprint(kserveDir: string, endpoint: WebhookEndpoint): string {
  const hash = createHash("sha256").update(JSON.stringify([kserveDir, endpoint]));
  for (const file of [NODES, ...crdFiles()]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Everything that KServe's manager needs in order to start, and the nodes. */
export async function setUpBeforeKserve(server: ApiServer, kserveDir: string): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: KSERVE_NAMESPACE } };
  await Promise.all([
    apply(server, namespace).then(() => apply(server, kserveConfig(kserveDir))),
    ...kserveCrds(kserveDir).map(({ name, text }) => applyCrd(server, name, text)),
  ]);
}

/** Nodes, as their kubelets would register them, and the CRDs that no module provides. */
export async function setUpNodesAndCrds(server: ApiServer): Promise<void> {
  const nodes = loadAll(readFileSync(NODES, "utf8")) as KubernetesObject[];
  await Promise.all([
    ...nodes.map(async (node) => {
      await apply(server, node);
      await apply(server, node, "/status");
    }),
    ...crdFiles().map((file) => {
      const text = readFileSync(file, "utf8");
      return applyCrd(server, (load(text) as KubernetesObject).metadata.name, text);
    }),
  ]);
}

/** Whether every node is Ready and open for pods, as an inventory taken now would show it. */
export async function nodesReady(server: ApiServer): Promise<boolean> {
  const { body } = await call(server, "GET", "/api/v1/nodes");
  const { items } = JSON.parse(body) as { items: NodeState[] };
  return items.every(
    ({ spec, status }) =>
      status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true &&
      spec.taints?.some(({ key }) => key.startsWith("node.kubernetes.io/")) !== true,
  );
}

interface NodeState {
  spec: { taints?: { key: string }[] };
  status: { conditions?: { type: string; status: string }[] };
}

/** The webhooks, and the objects that pass through them; waits until they do. */
export async function setUpKserve(server: ApiServer, kserveDir: string, endpoint: WebhookEndpoint): Promise<void> {
  await Promise.all(kserveWebhooks(kserveDir, endpoint).map((object) => apply(server, object)));
  for (const object of kserveRuntimes(kserveDir)) await apply(server, object);
}

async function applyCrd(server: ApiServer, name: string, text: string): Promise<void> {
  await applyText(server, "CustomResourceDefinition", name, text);
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}/status`;
  for (let attempt = 0; attempt < 500; attempt++) {
    const { body } = await call(server, "GET", path);
    const { status } = JSON.parse(body) as { status?: { conditions?: { type: string; status: string }[] } };
    if (status?.conditions?.some(({ type, status: value }) => type === "Established" && value === "True")) return;
    await delay(20);
  }
  throw new Error(`CRD ${name} was not established`);
}

function crdFiles(): string[] {
  return readdirSync(CRDS)
    .sort()
    .map((name) => join(CRDS, name));
}
