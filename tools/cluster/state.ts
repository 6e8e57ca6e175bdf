/** The state folder of a cluster: what lies where, and what is remembered between commands. */
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { dump } from "js-yaml";
import type { ProcessFolders } from "./process";

export const LOOPBACK = "127.0.0.1";

/** What listens, each on a loopback port of its own. */
const PORT_NAMES = [
  "etcd",
  "etcdPeer",
  "apiServer",
  "controllerManager",
  "scheduler",
  "kwok",
  "kserveWebhook",
  "kserveHealth",
] as const;
export type Ports = Record<(typeof PORT_NAMES)[number], number>;

/** Paths in a state folder. */
export interface Layout extends ProcessFolders {
  dir: string;
  lock: string;
  state: string;
  kubeconfig: string;
  tokens: string;
  certificates: string;
  /** All of the above, and etcd's data. */
  owned: string[];
}

/** What one command leaves for the next. */
export interface ClusterState {
  /** Bearer token of the one user, a member of system:masters. */
  token: string;
  ports: Ports;
  /** Fingerprint of how the processes were started. */
  programs?: string;
  /** Fingerprint of the objects that were set up completely; absent while that has not happened. */
  prepared?: string;
}

export function layout(dir: string): Layout {
  const files = {
    state: join(dir, "cluster.json"),
    kubeconfig: join(dir, "kubeconfig"),
    tokens: join(dir, "tokens.csv"),
    certificates: join(dir, "certificates"),
    records: join(dir, "processes"),
    logs: join(dir, "logs"),
  };
  return { dir, lock: join(dir, "lock"), ...files, owned: [...Object.values(files), etcdData(dir)] };
}

export function etcdData(dir: string): string {
  return join(dir, "etcd");
}

/** Makes the folders, for their owner only. */
export function makeFolders(paths: Layout): void {
  for (const folder of [paths.dir, paths.records, paths.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** The remembered state; a new one, with a token and ports of its own, when there is none. */
export async function openState(paths: Layout): Promise<ClusterState> {
  if (existsSync(paths.state)) return readState(paths);
  const state = { token: randomBytes(32).toString("base64url"), ports: await freePorts() };
  writeState(paths, state);
  return state;
}

export function readState(paths: Layout): ClusterState {
  return JSON.parse(readFileSync(paths.state, "utf8")) as ClusterState;
}

/** Replaces the state, and with it the files that follow from it. */
export function writeState(paths: Layout, state: ClusterState): void {
  writePrivate(paths.tokens, `${state.token},admin,admin,"system:masters"\n`);
  writePrivate(paths.state, JSON.stringify(state, undefined, 2));
}

/** Writes the kubeconfig with everything in it, so that it can be copied away. */
export function writeKubeconfig(file: string, server: { url: string; ca: string; token: string }): void {
  const name = "embedded";
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name,
        cluster: { server: server.url, "certificate-authority-data": Buffer.from(server.ca).toString("base64") },
      },
    ],
    users: [{ name, user: { token: server.token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
  };
  writePrivate(file, dump(kubeconfig));
}

/** Where ports are taken from: below what systems give to outgoing connections, which would take a crashed one's. */
const PORT_RANGE = [16_384, 32_767] as const;

/** Ports that nothing listened on a moment ago; held open together so that they differ. */
export async function freePorts(): Promise<Ports> {
  const servers: Server[] = [];
  while (servers.length < PORT_NAMES.length) {
    const server = await listen(randomInt(...PORT_RANGE));
    if (server !== undefined) servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]])) as Ports;
}

/** A server on the port, unless it is taken. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen(port, LOOPBACK, () => {
      resolve(server);
    });
  });
}

/** Never half written, never readable by others. */
function writePrivate(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
