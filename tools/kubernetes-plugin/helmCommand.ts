/** The helm command line: arguments for what a release asks for, and running it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "./configuration";
import { at, numberAt, textAt } from "./objects";
import type { Session } from "./session";
import { isObject, type JsonObject } from "./wire";

/** helm refused; the message is its own, without the secrets it was given. */
export class HelmError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "HelmError";
  }
}

type Action = "install" | "upgrade" | "show";

/** Inputs that switch something on, with the actions whose flag they are. */
const SWITCHES: [input: string, flag: string, actions: Action[]][] = [
  ["atomic", "--atomic", ["install", "upgrade"]],
  ["cleanupOnFail", "--cleanup-on-fail", ["upgrade"]],
  ["createNamespace", "--create-namespace", ["install"]],
  ["dependencyUpdate", "--dependency-update", ["install", "upgrade"]],
  ["devel", "--devel", ["install", "upgrade", "show"]],
  ["disableCRDHooks", "--no-hooks", ["upgrade"]],
  ["disableOpenapiValidation", "--disable-openapi-validation", ["install", "upgrade"]],
  ["disableWebhooks", "--no-hooks", ["install"]],
  ["forceUpdate", "--force", ["upgrade"]],
  ["replace", "--replace", ["install"]],
  ["resetValues", "--reset-values", ["upgrade"]],
  ["reuseValues", "--reuse-values", ["upgrade"]],
  ["skipCrds", "--skip-crds", ["install", "upgrade"]],
  ["verify", "--verify", ["install", "upgrade", "show"]],
];

/** Inputs with a value. */
const OPTIONS: [path: string[], flag: string, actions: Action[]][] = [
  [["description"], "--description", ["install", "upgrade"]],
  [["keyring"], "--keyring", ["install", "upgrade", "show"]],
  [["maxHistory"], "--history-max", ["upgrade"]],
  [["postrender"], "--post-renderer", ["install", "upgrade"]],
  [["repositoryOpts", "caFile"], "--ca-file", ["install", "upgrade", "show"]],
  [["repositoryOpts", "certFile"], "--cert-file", ["install", "upgrade", "show"]],
  [["repositoryOpts", "keyFile"], "--key-file", ["install", "upgrade", "show"]],
  [["repositoryOpts", "password"], "--password", ["install", "upgrade", "show"]],
  [["repositoryOpts", "repo"], "--repo", ["install", "upgrade", "show"]],
  [["repositoryOpts", "username"], "--username", ["install", "upgrade", "show"]],
  [["version"], "--version", ["install", "upgrade", "show"]],
];

/** Arguments of an action on the chart of a release; values are to come on stdin. */
export function chartArguments(action: Action, release: JsonObject): string[] {
  const switches = SWITCHES.filter(([input, , actions]) => actions.includes(action) && release[input] === true);
  const options = OPTIONS.filter(([, , actions]) => actions.includes(action)).flatMap(([path, flag]) => {
    const value = textAt(release, ...path) ?? numberAt(release, ...path);
    return value === undefined ? [] : [flag, String(value)];
  });
  const chart = textAt(release, "chart") ?? "";
  const flags = [...switches.map(([, flag]) => flag), ...options];
  if (action === "show") return ["show", "chart", chart, ...flags];
  const wait = release.skipAwait === true ? [] : ["--wait"];
  const jobs = wait.length > 0 && release.waitForJobs === true ? ["--wait-for-jobs"] : [];
  const timeout = ["--timeout", `${numberAt(release, "timeout") ?? 300}s`];
  return [action, nameOfRelease(release), chart, ...flags, ...wait, ...jobs, ...timeout, "--values", "-"];
}

export function nameOfRelease(release: JsonObject): string {
  return textAt(release, "name") ?? "";
}

/** Values of a release as helm reads them from stdin. */
export function valuesOf(release: JsonObject): string {
  const values = at(release, "values");
  return JSON.stringify(isObject(values) ? values : {});
}

/**
 * Runs helm against the session's cluster.
 *
 * @param args without the cluster's
 * @returns what it printed
 * @throws HelmError when it fails, and when there is no helm
 */
export async function runHelm(session: Session, namespace: string, args: string[], stdin = ""): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-helm-"));
  try {
    const cluster = clusterArguments(session.configuration, join(folder, "kubeconfig"));
    return await run([...args, "--namespace", namespace, ...cluster], stdin, session.cancelled);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function clusterArguments({ kubeconfig, choice }: Configuration, file: string): string[] {
  const context = choice.context === undefined ? [] : ["--kube-context", choice.context];
  if (kubeconfig === undefined) return context;
  if (!kubeconfig.includes("\n") && !kubeconfig.trimStart().startsWith("{"))
    return ["--kubeconfig", kubeconfig, ...context];
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  return ["--kubeconfig", file, ...context];
}

function run(args: string[], stdin: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("helm", args, { stdio: ["pipe", "pipe", "pipe"], signal });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => (output[stream] += text));
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = "Helm releases need the helm command in PATH, version 3; there is none";
      reject(new HelmError(error.code === "ENOENT" ? missing : error.message));
    });
    child.on("close", (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(new HelmError(output.stderr.trim() || `helm ${args[0] ?? ""} ended with code ${String(code)}`));
    });
    // A plugin that has to end leaves no helm behind.
    const end = (): boolean => child.kill();
    process.once("exit", end);
    child.on("close", () => process.off("exit", end));
    // helm may end without reading its values.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
  });
}
