/** Pulumi's official Kubernetes plugin where it can be had, our stand-in where it cannot. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryPath } from "../repository";
import type { Engine } from "./engine";

const execFileAsync = promisify(execFile);

/** How the engine gets its plugin for resources of package `kubernetes`. */
export interface KubernetesPlugin {
  kind: "official" | "stand-in";
  /** Folder to put in front of PATH; none when the engine finds the plugin by itself. */
  path?: string;
  /** One line for the person at the terminal. */
  note: string;
}

const STAND_IN = repositoryPath("tools", "kubernetes-plugin");

/** Finds or downloads the official plugin; answers with the stand-in when neither works. */
export async function kubernetesPlugin(engine: Engine): Promise<KubernetesPlugin> {
  const version = pluginVersion();
  const installed = join(engine.env.PULUMI_HOME ?? "", "plugins");
  if (existsSync(installed) && readdirSync(installed).includes(`resource-kubernetes-v${version}`)) {
    return { kind: "official", note: `Pulumi's Kubernetes plugin ${version}` };
  }
  const inPath = await onPath("pulumi-resource-kubernetes", engine.env);
  if (inPath !== undefined) return { kind: "official", note: `Kubernetes plugin from PATH: ${inPath}` };
  const install = ["plugin", "install", "resource", "kubernetes", version];
  const result = await engine.run(install, { cwd: engine.dir });
  if (result.code === 0) return { kind: "official", note: `Pulumi's Kubernetes plugin ${version}, downloaded` };
  return {
    kind: "stand-in",
    path: STAND_IN,
    note: `Pulumi's Kubernetes plugin ${version} is neither installed nor downloadable here: using the stand-in of tools/kubernetes-plugin`,
  };
}

/** The stand-in, without asking whether the official plugin could be had; what the tests run on. */
export const standIn: KubernetesPlugin = { kind: "stand-in", path: STAND_IN, note: "stand-in" };

/** The plugin version that the installed SDK asks the engine for. */
function pluginVersion(): string {
  const manifest = repositoryPath("node_modules", "@pulumi", "kubernetes", "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version.replace(/^v/, "");
}

async function onPath(command: string, env: Record<string, string>): Promise<string | undefined> {
  try {
    const { stdout } = await execFileAsync("/bin/sh", ["-c", `command -v ${command}`], { env });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
