/**
 * KServe's controller of LLMInferenceServices, beside a running cluster. Only tests need it, so it is no part of the
 * cluster's start; it ends with the cluster, among whose processes it is recorded.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { ensureTools, moduleDir } from "../toolchain/toolchain";
import { apply, applyText, servedResources, type ApiServer } from "./api";
import { certificateFiles } from "./certificates";
import { KSERVE_NAMESPACE, kserveCrds, kserveWebhooks, readCrds, readKustomization } from "./kserve";
import { poll } from "./poll";
import { logTail, startProcess } from "./process";
import { isHealthy } from "./start";
import { freePorts, layout, LOOPBACK, readState, type Layout } from "./state";

type Crd = ReturnType<typeof readCrds>[number];

const NAME = "llmisvc-controller";
const READY_MS = 120_000;
/** CRDs of other projects that the controller works with; KServe's module holds copies for its own tests. */
const GATEWAY_API_CRDS = ["gatewayapi_gateway.yaml", "gatewayapi_gatewayclasses.yaml", "gatewayapi_httproute.yaml"];
const FOREIGN_CRDS = [
  "gateway-inference-extension.yaml",
  ...GATEWAY_API_CRDS,
  "leaderworkerset.x-k8s.io_leaderworkersets.yaml",
];
/** The Gateway that `inferenceservice-config` names; no program serves it. */
const GATEWAY = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "kserve-ingress-gateway", namespace: KSERVE_NAMESPACE },
  spec: { gatewayClassName: "none", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
};

/**
 * Starts the controller and sets up what it needs: CRDs, webhooks, presets.
 * @param dir state folder of a running cluster
 */
export async function startLlmInferenceController(dir: string): Promise<void> {
  const paths = layout(resolve(dir));
  const certificates = certificateFiles(paths.certificates);
  const { [NAME]: executable } = await ensureTools([NAME]);
  const kserveDir = await moduleDir(NAME);
  const server = apiServerOf(paths);
  const { ca } = server;
  await setUpCrds(server, [...kserveCrds(kserveDir, "llmisvc"), ...foreignCrds(kserveDir, FOREIGN_CRDS)]);
  const { kserveHealth, kserveWebhook } = await freePorts();
  const args = [
    `--kubeconfig=${paths.kubeconfig}`,
    "--metrics-addr=0",
    `--health-probe-addr=${LOOPBACK}:${kserveHealth}`,
    `--webhook-port=${kserveWebhook}`,
  ];
  const env = {
    HOME: paths.dir,
    PATH: "/usr/bin:/bin",
    TMPDIR: certificates.webhookTmpdir,
    POD_NAMESPACE: KSERVE_NAMESPACE,
  };
  startProcess(paths, { name: NAME, executable, args, env });
  try {
    const health = `http://${LOOPBACK}:${kserveHealth}/readyz`;
    await poll(READY_MS, new Error(`${NAME} was not ready`), () => isHealthy(health, server));
    const endpoint = { url: `https://${LOOPBACK}:${kserveWebhook}`, ca };
    for (const object of kserveWebhooks(kserveDir, endpoint, "llmisvc")) await apply(server, object);
    await apply(server, GATEWAY);
    for (const object of presets(kserveDir)) await apply(server, object);
  } catch (error) {
    throw new Error(`${NAME} could not be set up; its last lines:\n${logTail(paths, NAME)}`, { cause: error });
  }
}

/**
 * Gateways, their classes and HTTPRoutes, as plain API objects: no controller acts on them.
 * @param dir state folder of a running cluster
 */
export async function setUpGatewayApi(dir: string): Promise<void> {
  await setUpCrds(apiServerOf(layout(resolve(dir))), foreignCrds(await moduleDir(NAME), GATEWAY_API_CRDS));
}

function apiServerOf(paths: Layout): ApiServer {
  const { token, ports } = readState(paths);
  const ca = readFileSync(certificateFiles(paths.certificates).ca, "utf8");
  return { url: `https://${LOOPBACK}:${ports.apiServer}`, ca, token };
}

function foreignCrds(kserveDir: string, files: readonly string[]): Crd[] {
  return files.flatMap((file) => readCrds(join(kserveDir, "test", "crds", file)));
}

async function setUpCrds(server: ApiServer, crds: readonly Crd[]): Promise<void> {
  for (const { name, text } of crds) await applyText(server, "CustomResourceDefinition", name, text);
  await poll(READY_MS, new Error("the custom resources are not served"), async () => {
    const served = await servedResources(server);
    return crds.every(({ name }) => served.has(name));
  });
}

function presets(kserveDir: string): KubernetesObject[] {
  const folder = join(kserveDir, "config", "llmisvcconfig");
  return readKustomization(folder).resources.map((file) => {
    const object = load(readFileSync(join(folder, file), "utf8")) as KubernetesObject;
    return { ...object, metadata: { ...object.metadata, namespace: KSERVE_NAMESPACE } };
  });
}
