/** The cluster to deploy to and the stack that deploys to it. */
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import pc from "picocolors";
import { clusterUp } from "../cluster/cluster";
import { openEngine } from "../engine/engine";
import { kubernetesPlugin } from "../engine/kubernetesPlugin";
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
export async function openTarget(context: string | undefined): Promise<Target> {
  const state = stateFolder(context);
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const [kubeconfig, engine] = await Promise.all([findKubeconfig(context), findEngine(state)]);
  const stack = await openStack(engine.engine, {
    project: repositoryRoot,
    stack: stackName(context),
    env: { KUBECONFIG: kubeconfig, ...engine.env },
    ...(context !== undefined && { extraConfig: { "kubernetes:context": context } }),
  });
  return { kubeconfig, state, stack, ...(context !== undefined && { context }) };
}

async function findKubeconfig(context: string | undefined): Promise<string> {
  if (context === undefined) return (await clusterUp(EMBEDDED)).kubeconfig;
  const kubeconfig = process.env.KUBECONFIG ?? join(homedir(), ".kube", "config");
  if (!existsSync(kubeconfig)) throw new Error(`CONTEXT=${context}: there is no kubeconfig at ${kubeconfig}`);
  return kubeconfig;
}

async function findEngine(state: string) {
  const engine = await openEngine(join(state, "engine"));
  const plugin = await kubernetesPlugin(engine);
  console.log(pc.dim(plugin.note));
  const path = plugin.path && `${plugin.path}:${engine.env.PATH ?? ""}`;
  return { engine, env: path === undefined ? {} : { PATH: path } };
}
