/** What a bare API server is given: nodes, CRDs, KServe. Everything is applied, so doing it again changes nothing. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { repositoryPath } from "../repository";
import { apply, applyText, call, servedResources, type ApiServer } from "./api";
import {
  KSERVE_NAMESPACE,
  kserveConfig,
  kserveCrds,
  kserveRuntimes,
  kserveWebhooks,
  type WebhookEndpoint,
} from "./kserve";
import { poll } from "./poll";

const NODES = repositoryPath("tools", "cluster", "nodes.yaml");
/** How long the API server may take to serve a new CRD; it takes two seconds. */
const SERVED_MS = 60_000;
const CRDS = repositoryPath("tools", "cluster", "crds");

/** Tells whether a cluster was set up from the same files as lie here now. */
export function setupFingerprint(kserveDir: string, endpoint: WebhookEndpoint): string {
  const hash = createHash("sha256").update(JSON.stringify([kserveDir, endpoint]));
  for (const file of [NODES, ...crdFiles()]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** The nodes, as their kubelets would register them, all CRDs, and what KServe's manager reads when it starts. */
export async function setUp(server: ApiServer, kserveDir: string): Promise<void> {
  const nodes = loadAll(readFileSync(NODES, "utf8")) as KubernetesObject[];
  const ownCrds = crdFiles().map((file) => {
    const text = readFileSync(file, "utf8");
    return { name: (load(text) as KubernetesObject).metadata.name, text };
  });
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: KSERVE_NAMESPACE } };
  const crds = [...kserveCrds(kserveDir), ...ownCrds];
  await Promise.all([
    ...crds.map(({ name, text }) => applyText(server, "CustomResourceDefinition", name, text)),
    apply(server, namespace).then(() => apply(server, kserveConfig(kserveDir))),
    ...nodes.map((node) => apply(server, node).then(() => apply(server, node, "/status"))),
  ]);
  await poll(SERVED_MS, new Error("the custom resources are not served"), async () => {
    const served = await servedResources(server);
    return crds.every(({ name }) => served.has(name));
  });
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

function crdFiles(): string[] {
  return readdirSync(CRDS)
    .sort()
    .map((name) => join(CRDS, name));
}
