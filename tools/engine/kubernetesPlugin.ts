/** Pulumi's official Kubernetes plugin where it can be had, our stand-in where it cannot. */
import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryPath } from "../repository";
import type { Engine } from "./engine";

const execFileAsync = promisify(execFile);

const EXECUTABLE = "pulumi-resource-kubernetes";

/** Folder of the stand-in's launcher; what the tests put in PATH. */
export const STAND_IN = repositoryPath("tools", "kubernetes-plugin");

/**
 * Sees to it that the engine finds a plugin for resources of package `kubernetes`: the official one, installed, in PATH
 * or downloaded; else the stand-in, put where a downloaded plugin would lie.
 *
 * @returns one line for the person at the terminal
 */
export async function provideKubernetesPlugin(engine: Engine): Promise<string> {
  const version = pluginVersion();
  const folder = join(engine.env.PULUMI_HOME ?? "", "plugins", `resource-kubernetes-v${version}`);
  const official = `Pulumi's Kubernetes plugin ${version}`;
  const installed = join(folder, EXECUTABLE);
  const isOurs = existsSync(installed) && lstatSync(installed).isSymbolicLink();
  if (existsSync(installed) && !isOurs) return official;
  rmSync(folder, { recursive: true, force: true });
  const inPath = await onPath(engine.env);
  if (inPath !== undefined) return `Kubernetes plugin from PATH: ${inPath}`;
  const download = await engine.run(["plugin", "install", "resource", "kubernetes", version], { cwd: engine.dir });
  if (download.code === 0) return `${official}, downloaded`;
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(STAND_IN, EXECUTABLE), installed);
  return `${official} is neither installed nor downloadable here: using the stand-in of tools/kubernetes-plugin`;
}

/** The plugin version that the installed SDK asks the engine for. */
function pluginVersion(): string {
  const manifest = repositoryPath("node_modules", "@pulumi", "kubernetes", "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version.replace(/^v/, "");
}

async function onPath(env: Record<string, string>): Promise<string | undefined> {
  try {
    const { stdout } = await execFileAsync("/bin/sh", ["-c", `command -v ${EXECUTABLE}`], { env });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
