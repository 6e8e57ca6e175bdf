/**
 * The embedded cluster: a real control plane with the real KServe controller on loopback, nodes and pods simulated by
 * kwok. One folder holds all of one cluster's state; clusters in different folders know nothing of one another.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, rmdirSync } from "node:fs";
import { get as httpGet } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withLock } from "../lock";
import { ensureTools, moduleDir } from "../toolchain/toolchain";
import { answers, type ApiServer } from "./api";
import { ensureCertificates } from "./certificates";
import { COMPONENT_NAMES, components, type Component, type ComponentName } from "./components";
import { logFile, logTail, recordedProcesses, runningProcess, startProcess, stopProcesses } from "./process";
import { setUpBeforeKserve, setUpKserve, setUpNodesAndCrds, setupFingerprint } from "./setup";
import { layout, makeFolders, openState, writeKubeconfig, writeState, type Layout } from "./state";

/** A running cluster. */
export interface Cluster {
  /** State folder, absolute. */
  dir: string;
  /** Kubeconfig file, readable by its owner only. */
  kubeconfig: string;
  /** URL of the API server. */
  server: string;
}

const READY_MS = 60_000;

export async function clusterUp(dir: string, log: (line: string) => void = () => undefined): Promise<Cluster> {
  const paths = layout(resolve(dir));
  makeFolders(paths);
  const executables = await ensureTools(COMPONENT_NAMES);
  const kserveDir = await moduleDir("kserve");
  return withLock(
    paths.dir,
    paths.lock,
    () => {
      log("waiting");
    },
    async () => {
      const certificates = await ensureCertificates(paths.certificates);
      const state = await openState(paths);
      const ca = readFileSync(certificates.ca, "utf8");
      const server: ApiServer = { url: `https://127.0.0.1:${state.ports.apiServer}`, ca, token: state.token };
      const endpoint = { url: `https://127.0.0.1:${state.ports.kserveWebhook}`, ca };
      const fingerprint = setupFingerprint(kserveDir, endpoint);
      const cluster = { dir: paths.dir, kubeconfig: paths.kubeconfig, server: server.url };
      const dead = COMPONENT_NAMES.filter((name) => runningProcess(paths, name) === undefined);
      if (dead.length === 0 && state.prepared === fingerprint && (await answers(server, "/readyz"))) return cluster;
      writeKubeconfig(paths.kubeconfig, server);
      const all = components({
        dir: paths.dir,
        ports: state.ports,
        certificates,
        kubeconfig: paths.kubeconfig,
        tokenFile: paths.tokens,
        executables,
      });
      const t = Date.now();
      const start = (name: ComponentName) => {
        if (dead.includes(name)) startProcess(paths, all[name]);
      };
      const ready = async (name: ComponentName) => {
        await untilReady(paths, all[name], server);
        log(`${name} ready ${Date.now() - t}`);
      };
      start("etcd");
      start("kube-apiserver");
      await ready("kube-apiserver");
      await setUpBeforeKserve(server, kserveDir);
      log(`crds ${Date.now() - t}`);
      start("kserve-manager");
      start("kube-controller-manager");
      start("kube-scheduler");
      start("kwok");
      await setUpNodesAndCrds(server);
      log(`nodes ${Date.now() - t}`);
      await ready("kserve-manager");
      await setUpKserve(server, kserveDir, endpoint);
      log(`runtimes ${Date.now() - t}`);
      for (const name of COMPONENT_NAMES.slice(2, 5)) await ready(name);
      writeState(paths, { ...state, prepared: fingerprint });
      return cluster;
    },
  );
}

export async function clusterDown(dir: string): Promise<void> {
  const paths = layout(resolve(dir));
  if (!existsSync(paths.dir)) return;
  await withLock(
    paths.dir,
    paths.lock,
    () => undefined,
    async () => {
      await stopProcesses(paths, recordedProcesses(paths));
      for (const entry of readdirSync(paths.dir)) {
        if (entry !== "lock") rmSync(join(paths.dir, entry), { recursive: true, force: true });
      }
    },
  );
  rmdirSync(paths.dir);
}

async function untilReady(paths: Layout, component: Component, server: ApiServer): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    if (runningProcess(paths, component.name) === undefined)
      throw new Error(
        `${component.name} ended while starting; last lines of ${logFile(paths, component.name)}:\n${logTail(paths, component.name)}`,
      );
    if (component.health === undefined || (await healthy(component.health, server))) return;
    if (Date.now() > deadline) throw new Error(`${component.name} not ready`);
    await delay(50);
  }
}

function healthy(url: string, server: ApiServer): Promise<boolean> {
  const { origin, pathname } = new URL(url);
  if (url.startsWith("https:")) return answers({ ...server, url: origin }, pathname);
  return new Promise((done) => {
    httpGet(url, { timeout: 2000 }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    }).on("error", () => {
      done(false);
    });
  });
}
void mkdirSync;
