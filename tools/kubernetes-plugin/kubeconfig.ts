/** Which API server to talk to and as whom: a kubeconfig, its context and the credentials in it. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { load, YAMLException } from "js-yaml";
import { at, objectsAt, textAt } from "./objects";
import { isObject, type Json, type JsonObject } from "./wire";

/** What a request needs to reach the API server. */
export interface Connection {
  server: string;
  /** Namespace of the context. */
  namespace?: string;
  tls: { ca?: string; cert?: string; key?: string; rejectUnauthorized?: boolean; servername?: string };
  /** Headers that say who asks; asked anew for every request, because tokens expire. */
  headers(): Promise<Record<string, string>>;
}

export interface Choice {
  context?: string | undefined;
  cluster?: string | undefined;
}

/**
 * Reads a kubeconfig.
 *
 * @param pathOrContents a file, or YAML or JSON text; default: the files of KUBECONFIG, else `~/.kube/config`
 * @throws Error when there is none or it cannot be read
 */
export function readKubeconfig(pathOrContents?: string): JsonObject {
  if (pathOrContents !== undefined && pathOrContents !== "") {
    const path = pathOrContents.replace(/^~(?=\/|$)/, homedir());
    return !path.includes("\n") && existsSync(path) ? readFile(path) : parse(pathOrContents, "the kubeconfig given");
  }
  const variable = (process.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const paths = variable.length > 0 ? variable : [join(homedir(), ".kube", "config")];
  const found = paths.filter(existsSync);
  if (found.length === 0) throw new Error(`no kubeconfig: ${paths.join(", ")} does not exist`);
  return found.map(readFile).reduce(merge);
}

/** The cluster entry that is in use: of the chosen or the current context. */
export function activeCluster(config: JsonObject, choice: Choice = {}): JsonObject | undefined {
  return entry(config, "cluster", choice.cluster ?? textAt(activeContext(config, choice), "cluster"));
}

/** @throws Error naming the missing context, cluster or user */
export async function connectionOf(config: JsonObject, choice: Choice = {}): Promise<Connection> {
  const context = activeContext(config, choice);
  const cluster = activeCluster(config, choice);
  const server = textAt(cluster, "server");
  if (cluster === undefined || server === undefined) {
    const names = objectsAt(config, "contexts").map((item) => textAt(item, "name") ?? "");
    const wanted = choice.context ?? textAt(config, "current-context") ?? "(none)";
    throw new Error(`context ${wanted} of the kubeconfig leads to no cluster; contexts: ${names.join(", ") || "none"}`);
  }
  const user = entry(config, "user", textAt(context, "user")) ?? {};
  const namespace = textAt(context, "namespace");
  const tls = {
    ...optional("ca", certificate(cluster, "certificate-authority")),
    ...optional("cert", certificate(user, "client-certificate")),
    ...optional("key", certificate(user, "client-key")),
    ...optional("servername", textAt(cluster, "tls-server-name")),
    ...(cluster["insecure-skip-tls-verify"] === true ? { rejectUnauthorized: false } : {}),
  };
  const connection = { server, tls, headers: () => Promise.resolve(staticHeaders(user)) };
  const complete = namespace === undefined ? connection : { ...connection, namespace };
  return user.exec !== undefined || user["auth-provider"] !== undefined
    ? withLogin(complete, config, textAt(config, "current-context"), choice)
    : complete;
}

/** Credentials from a login command or provider: rare, so the client library that knows them all loads only then. */
async function withLogin(base: Connection, config: JsonObject, current: string | undefined, choice: Choice) {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const client = new KubeConfig();
  client.loadFromString(JSON.stringify(config));
  client.setCurrentContext(choice.context ?? current ?? "");
  const first: { headers?: Record<string, string>; cert?: string; key?: string } = {};
  await client.applyToHTTPSOptions(first);
  const headers = async (): Promise<Record<string, string>> => {
    const options: { headers?: Record<string, string> } = {};
    await client.applyToHTTPSOptions(options);
    return { ...options.headers };
  };
  return {
    ...base,
    tls: { ...base.tls, ...optional("cert", first.cert), ...optional("key", first.key) },
    headers,
  };
}

function staticHeaders(user: JsonObject): Record<string, string> {
  const file = textAt(user, "tokenFile");
  const token = textAt(user, "token") ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  const name = textAt(user, "username");
  if (name === undefined) return {};
  const password = textAt(user, "password") ?? "";
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` };
}

function activeContext(config: JsonObject, choice: Choice): JsonObject | undefined {
  return entry(config, "context", choice.context ?? textAt(config, "current-context"));
}

/** An entry of the lists `clusters`, `contexts` and `users`, by name. */
function entry(config: JsonObject, type: "cluster" | "context" | "user", name?: string): JsonObject | undefined {
  const found = at(
    objectsAt(config, `${type}s`).find((item) => item.name === name),
    type,
  );
  return isObject(found) ? found : undefined;
}

/** A certificate or key, inline (`<field>-data`, base64) or from the file that `<field>` names. */
function certificate(owner: JsonObject, field: string): string | undefined {
  const data = textAt(owner, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const file = textAt(owner, field);
  return file === undefined ? undefined : readFileSync(file, "utf8");
}

function readFile(path: string): JsonObject {
  return absolutePaths(parse(readFileSync(path, "utf8"), path), dirname(path));
}

/** Errors name the place, never the text: it holds credentials. */
function parse(text: string, source: string): JsonObject {
  let config: unknown;
  try {
    config = load(text);
  } catch (error) {
    const line = error instanceof YAMLException && error.mark !== undefined ? error.mark.line + 1 : undefined;
    config = unreadable(`${source} is no YAML${line === undefined ? "" : `: see its line ${line}`}`);
  }
  if (isObject(config)) return config;
  const path = /^[~./]\S*$/.test(text) ? ` (${text})` : "";
  return unreadable(`${source}${path} is neither an existing file nor the contents of a kubeconfig`);
}

function unreadable(message: string): never {
  throw new Error(message);
}

/** Files named in a kubeconfig are relative to the kubeconfig's own folder. */
function absolutePaths(config: JsonObject, folder: string): JsonObject {
  const fields = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];
  const fix = (item: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(item).map(([key, value]): [string, Json] => {
        if (isObject(value)) return [key, fix(value)];
        return [key, fields.includes(key) && typeof value === "string" ? resolve(folder, value) : value];
      }),
    );
  return { ...config, clusters: objectsAt(config, "clusters").map(fix), users: objectsAt(config, "users").map(fix) };
}

/** kubectl's rule for several files: the first to name something wins. */
function merge(first: JsonObject, second: JsonObject): JsonObject {
  const join = (list: string): JsonObject[] => {
    const own = objectsAt(first, list);
    const names = new Set(own.map((item) => item.name));
    return [...own, ...objectsAt(second, list).filter((item) => !names.has(item.name ?? null))];
  };
  const lists = { clusters: join("clusters"), contexts: join("contexts"), users: join("users") };
  return { ...second, ...first, ...lists };
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);
}
