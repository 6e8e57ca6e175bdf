/** Pulumi's official plugins where they can be had, our stand-ins where they cannot. */
import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryPath } from "../repository";
import type { Engine } from "./engine";

const execFileAsync = promisify(execFile);

/** A plugin that this repository has a stand-in for. */
export interface PluginWithStandIn {
  /** Name of the package, as in `pulumi-resource-<name>` and `@pulumi/<name>`. */
  name: string;
  /** Name for people. */
  title: string;
  /** Folder of the stand-in's launcher, relative to the repository. */
  standIn: string;
}

/**
 * Sees to it that the engine finds a plugin for a package's resources: the official one, installed, in PATH or downloaded;
 * else the stand-in, put where a downloaded plugin would lie.
 *
 * @returns one line for the person at the terminal
 */
export async function providePlugin(engine: Engine, { name, title, standIn }: PluginWithStandIn): Promise<string> {
  const executable = `pulumi-resource-${name}`;
  const version = pluginVersion(name);
  const folder = join(engine.env.PULUMI_HOME ?? "", "plugins", `resource-${name}-v${version}`);
  const official = `Pulumi's ${title} plugin ${version}`;
  const installed = join(folder, executable);
  const isOurs = existsSync(installed) && lstatSync(installed).isSymbolicLink();
  if (existsSync(installed) && !isOurs) return official;
  rmSync(folder, { recursive: true, force: true });
  const inPath = await onPath(executable, engine.env);
  if (inPath !== undefined) return `${title} plugin from PATH: ${inPath}`;
  const download = await engine.run(["plugin", "install", "resource", name, version], { cwd: engine.dir });
  if (download.code === 0) return `${official}, downloaded`;
  mkdirSync(folder, { recursive: true });
  symlinkSync(repositoryPath(standIn, executable), installed);
  return `${official} is neither installed nor downloadable here: using the stand-in of ${standIn}`;
}

/** The plugin version that the installed SDK asks the engine for. */
function pluginVersion(name: string): string {
  const manifest = repositoryPath("node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version.replace(/^v/, "");
}

async function onPath(executable: string, env: Record<string, string>): Promise<string | undefined> {
  try {
    const { stdout } = await execFileAsync("/bin/sh", ["-c", `command -v ${executable}`], { env });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
