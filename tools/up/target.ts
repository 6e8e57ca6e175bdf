/** The cluster to deploy to and the stack that deploys to it. */
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import pc from "picocolors";
import { nearest } from "../../sdk/catalog/nearest";
import { clusterUp } from "../cluster/cluster";
import { provideAwsPlugin, usesAws } from "../engine/awsPlugin";
import { openEngine, type Engine } from "../engine/engine";
import { provideKubernetesPlugin } from "../engine/kubernetesPlugin";
import { openStack, type Stack } from "../engine/stack";
import { repositoryRoot } from "../repository";
import { EMBEDDED, stackName, stateFolder } from "./place";

export interface Target {
  /** Kubeconfig file, and the context in it when it is not the current one. */
  kubeconfig: string;
  context?: string;
  /** Folder of everything that belongs to this target. */
  state: string;
  stack: Stack;
}

/** Starts the embedded cluster, or takes the one of a kubeconfig context, and opens the root program's stack on it. */
export async function openTarget(context: string | undefined, project = repositoryRoot): Promise<Target> {
  if (context !== undefined) requireContext(context);
  const state = stateFolder(context);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const [kubeconfig, engine] = await Promise.all([findKubeconfig(context), findEngine(state, project)]);
  const stack = await openStack(engine, {
    project,
    stack: stackName(context),
    env: { KUBECONFIG: kubeconfig },
    ...(context !== undefined && { extraConfig: { "kubernetes:context": context } }),
  });
  return { kubeconfig, state, stack, ...(context !== undefined && { context }) };
}

async function findKubeconfig(context: string | undefined): Promise<string> {
  if (context !== undefined) return ownKubeconfig();
  const report = (line: string) => {
    console.log(pc.dim(line));
  };
  return (await clusterUp(EMBEDDED, report)).kubeconfig;
}

function ownKubeconfig(): string {
  return process.env.KUBECONFIG ?? join(homedir(), ".kube", "config");
}

function requireContext(context: string): void {
  const file = ownKubeconfig();
  if (!existsSync(file)) throw new Error(`CONTEXT=${context}: there is no kubeconfig at ${file}`);
  const config = new KubeConfig();
  config.loadFromFile(file);
  const names = config.getContexts().map(({ name }) => name);
  if (names.includes(context)) return;
  const close = nearest(context, names);
  const hint = close === undefined ? `it has ${names.join(", ") || "none"}` : `did you mean ${close}?`;
  throw new Error(`CONTEXT=${context}: ${file} has no context of that name; ${hint}`);
}

async function findEngine(state: string, project: string): Promise<Engine> {
  const engine = await openEngine(join(state, "engine"));
  console.log(pc.dim(await provideKubernetesPlugin(engine)));
  if (usesAws(project)) console.log(pc.dim(await provideAwsPlugin(engine)));
  return engine;
}
