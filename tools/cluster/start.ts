/** From whatever state a cluster's folder is in to a cluster that answers. */
import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { get as httpGet } from "node:http";
import { answers, type ApiServer } from "./api";
import { ensureCertificates, type Certificates } from "./certificates";
import { COMPONENT_NAMES, components, type Component, type ComponentName } from "./components";
import type { WebhookEndpoint } from "./kserve";
import { poll } from "./poll";
import { logFile, logTail, recordedProcesses, runningProcess, startProcess, stopProcesses } from "./process";
import { nodesReady, setUp, setUpKserve, setupFingerprint } from "./setup";
import { freePorts, LOOPBACK, openState, writeKubeconfig, writeState, type ClusterState, type Layout } from "./state";

/** A running cluster. */
export interface Cluster {
  /** State folder, absolute. */
  dir: string;
  /** Kubeconfig file, readable by its owner only. */
  kubeconfig: string;
  /** URL of the API server. */
  server: string;
}

/** Told what happens, a line at a time. */
export type Report = (line: string) => void;

/** What the toolchain provides. */
export interface ClusterTools {
  executables: Record<ComponentName, string>;
  /** Sources of KServe, for its manifests. */
  kserveDir: string;
}

/** Everything that follows from the state and the tools. */
interface Plan {
  paths: Layout;
  state: ClusterState;
  server: ApiServer;
  webhooks: WebhookEndpoint;
  kserveDir: string;
  components: Record<ComponentName, Component>;
  /** Fingerprint of the programs and their arguments. */
  programs: string;
  /** Fingerprint of the objects to set up. */
  objects: string;
}

/** A component ended or did not answer while the cluster started. */
class ComponentError extends Error {
  /** Somebody else listens on one of its ports. */
  readonly portTaken: boolean;

  constructor(
    paths: Layout,
    readonly component: ComponentName,
    what: string,
  ) {
    const tail = logTail(paths, component);
    super(`${component} ${what}; the last lines of ${logFile(paths, component)}:\n${tail.replace(/^/gm, "  ")}`);
    this.name = "ComponentError";
    this.portTaken = tail.includes("address already in use");
  }
}

/** How long a component may take to answer; far more than it needs on a busy machine. */
const READY_MS = 120_000;
/** How long one that runs already may take: enough to find its etcd again. */
const RECOVERY_MS = 10_000;
const ATTEMPTS = 4;

/** Needs the lock of the folder. @throws ComponentError */
export async function bringUp(paths: Layout, tools: ClusterTools, report: Report): Promise<Cluster> {
  const certificates = await ensureCertificates(paths.certificates);
  for (let attempt = 1; ; attempt++) {
    const plan = makePlan(paths, await openState(paths), certificates, tools);
    const dead = deadComponents(paths);
    try {
      if (!(await isUp(plan))) await start(plan, report);
      return { dir: paths.dir, kubeconfig: paths.kubeconfig, server: plan.server.url };
    } catch (error) {
      if (!(error instanceof ComponentError) || attempt === ATTEMPTS) throw error;
      if (error.portTaken) {
        report("A port was taken meanwhile; starting on others");
        await stopAll(paths);
        writeState(paths, { token: plan.state.token, ports: await freePorts() });
      } else if (dead.includes(error.component)) throw error;
      // It ran when we looked and was ending or hanging: it gets a new start like one that had ended.
      else await stopProcesses(paths, [error.component]);
    }
  }
}

/** Ends everything that has a record; etcd last, for the API server could not end without it. */
export async function stopAll(paths: Layout): Promise<void> {
  const names = recordedProcesses(paths);
  await stopProcesses(
    paths,
    names.filter((name) => name !== "etcd"),
  );
  await stopProcesses(paths, ["etcd"]);
}

function makePlan(paths: Layout, state: ClusterState, certificates: Certificates, tools: ClusterTools): Plan {
  const ca = readFileSync(certificates.ca, "utf8");
  const { ports, token } = state;
  const webhooks = { url: `https://${LOOPBACK}:${ports.kserveWebhook}`, ca };
  const executables = Object.fromEntries(
    Object.entries(tools.executables).map(([name, file]) => [name, realpathSync(file)]),
  ) as Record<ComponentName, string>;
  const { dir, kubeconfig, tokens: tokenFile } = paths;
  const planned = components({ dir, ports, certificates, kubeconfig, tokenFile, executables });
  return {
    paths,
    state,
    server: { url: `https://${LOOPBACK}:${ports.apiServer}`, ca, token },
    webhooks,
    kserveDir: tools.kserveDir,
    components: planned,
    programs: createHash("sha256").update(JSON.stringify(planned)).digest("hex"),
    objects: setupFingerprint(tools.kserveDir, webhooks),
  };
}

function deadComponents(paths: Layout): ComponentName[] {
  return COMPONENT_NAMES.filter((name) => runningProcess(paths, name) === undefined);
}

async function isUp(plan: Plan): Promise<boolean> {
  const { state, programs, objects } = plan;
  if (state.programs !== programs || state.prepared !== objects) return false;
  return deadComponents(plan.paths).length === 0 && (await answers(plan.server, "/readyz"));
}

async function start(plan: Plan, report: Report): Promise<void> {
  const { paths, state, server, kserveDir, programs, objects } = plan;
  // What was started in another way, by an older checkout for one, makes room; its objects stay.
  if (state.programs !== programs) await stopAll(paths);
  const dead = deadComponents(paths);
  report(describeStart(state, dead));
  writeKubeconfig(paths.kubeconfig, server);
  writeState(paths, { token: state.token, ports: state.ports, programs });

  const begin = Date.now();
  const run = (names: ComponentName[]) => {
    for (const name of names) if (dead.includes(name)) startProcess(paths, plan.components[name]);
  };
  const ready = async (name: ComponentName) => {
    await untilReady(plan, name, dead.includes(name) ? READY_MS : RECOVERY_MS);
    report(`  ${name} is ready after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  };
  run(["etcd", "kube-apiserver"]);
  await ready("kube-apiserver");
  run(["kube-scheduler", "kwok"]);
  const unprepared = state.prepared !== objects;
  if (unprepared) await setUp(server, kserveDir);
  // The garbage collector learns of new CRDs only every half minute, so it starts when they are all there.
  run(["kube-controller-manager", "kserve-manager"]);
  await ready("kserve-manager");
  if (unprepared) await setUpKserve(server, kserveDir, plan.webhooks);
  for (const name of ["kube-controller-manager", "kube-scheduler", "kwok"] as const) await ready(name);
  await poll(READY_MS, new Error("the simulated nodes did not become Ready"), () => nodesReady(server));
  const [ended] = deadComponents(plan.paths);
  if (ended !== undefined) throw new ComponentError(paths, ended, "ended right after it had started");
  writeState(paths, { token: state.token, ports: state.ports, programs, prepared: objects });
}

function describeStart(state: ClusterState, dead: ComponentName[]): string {
  if (state.prepared === undefined) return "Starting the embedded cluster";
  if (dead.length === 0) return "Bringing the embedded cluster up to date";
  return `Starting again what had ended of the embedded cluster: ${dead.join(", ")}`;
}

async function untilReady({ paths, components: all, server }: Plan, name: ComponentName, ms: number): Promise<void> {
  const { health } = all[name];
  const failure = new ComponentError(paths, name, `was not ready within ${ms / 1000} s`);
  await poll(ms, failure, async () => {
    for (const required of new Set<ComponentName>(["etcd", name])) {
      if (runningProcess(paths, required) === undefined) {
        throw new ComponentError(paths, required, "ended while starting");
      }
    }
    return health === undefined || (await isHealthy(health, server));
  });
}

/** Whether a health URL answers 200; over TLS with the authority of the server. */
export function isHealthy(url: string, server: ApiServer): Promise<boolean> {
  const { origin, pathname, protocol } = new URL(url);
  if (protocol === "https:") return answers({ ...server, url: origin }, pathname);
  return new Promise((done) => {
    httpGet(url, { timeout: 2_000 }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    }).on("error", () => {
      done(false);
    });
  });
}
