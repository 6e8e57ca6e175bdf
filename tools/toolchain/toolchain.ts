/**
 * The executables that the embedded cluster and the engine runs need: from PATH when there is one of an accepted
 * version, else built once from a pinned Go module into the user's cache folder and linked from `.tools/bin`.
 */
import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "../lock";
import { repositoryPath } from "../repository";
import { build, executableOf, fetchModule, planBuild, readRecord, writeRecord, type BuildPlan } from "./build";
import { requireGo, type Environment } from "./go";
import { withProgress, type ProgressOutput } from "./progress";
import { lookUp } from "./searchPath";
import { acceptedVersions, tools, type Tool, type ToolName } from "./tools";

export type { ToolName } from "./tools";
export { ToolchainError } from "./go";

/** Where a toolchain finds and puts things. */
export interface ToolchainSettings<Name extends string> {
  tools: Record<Name, Tool>;
  /** Folder with one Go module per sub-folder. */
  modules: string;
  /** Folder for built tools, shared by every checkout of this user. */
  cache: string;
  /** Folder of links to the built tools. */
  links: string;
  env: Environment;
  output: ProgressOutput;
}

export interface Toolchain<Name extends string> {
  /** Absolute paths of executables; builds what is missing. @throws ToolchainError */
  ensure<Wanted extends Name>(names: readonly Wanted[]): Promise<Record<Wanted, string>>;
  /** Folder with the sources of a tool's module, for the manifests it ships. @throws ToolchainError */
  moduleDir(name: Name): Promise<string>;
}

export function openToolchain<Name extends string>(settings: ToolchainSettings<Name>): Toolchain<Name> {
  const { cache, env } = settings;
  const fromPath = new Map<Name, Promise<string | undefined>>();
  const said = new Set<string>();
  const say = (line: string) => {
    if (!said.has(line)) settings.output.write(`${line}\n`);
    said.add(line);
  };
  const plan = (name: Name) => planBuild(name, settings.tools[name], settings.modules, cache);

  async function ensure<Wanted extends Name>(names: readonly Wanted[]): Promise<Record<Wanted, string>> {
    const found = await Promise.all(names.map(inPath));
    const plans = names.filter((_, index) => found[index] === undefined).map(plan);
    const missing = plans.filter(({ target }) => !existsSync(target));
    if (missing.length > 0) await buildMissing(missing);
    return Object.fromEntries(
      names.map((name, index) => [name, found[index] ?? link(executableOf(plan(name)), name)]),
    ) as Record<Wanted, string>;
  }

  /** The tool's executable of PATH; asked once, said once. */
  function inPath(name: Name): Promise<string | undefined> {
    const known = fromPath.get(name) ?? lookUpInPath(name);
    fromPath.set(name, known);
    return known;
  }

  async function lookUpInPath(name: Name): Promise<string | undefined> {
    const companion = (other: string) => inPath(other as Name);
    const tool = settings.tools[name];
    const { executable, note } = await lookUp(name, tool, env.PATH ?? "", settings.links, companion);
    if (note !== undefined) say(note);
    return executable;
  }

  async function buildMissing(missing: BuildPlan[]): Promise<void> {
    const names = missing.map(({ name }) => name);
    mkdirSync(cache, { recursive: true });
    const waiting = () => {
      say(`Waiting for another command that builds tools into ${cache}`);
    };
    await withLock(cache, join(cache, "lock"), waiting, async () => {
      // Another process may have built them while this one waited.
      const left = missing.filter(({ target }) => !existsSync(target));
      const [first] = left;
      if (first === undefined) return;
      await requireGo(first.module, names, left.flatMap(alternative), env);
      for (const item of left) {
        const title = `Building ${item.name} ${item.tool.version}`;
        await withProgress(settings.output, title, item.tool.seconds, () => build(item, env));
      }
    });
  }

  /** Replaced in one step, so that a process starting the tool meanwhile finds the old or the new one. */
  function link(executable: string, name: string): string {
    const file = join(settings.links, name);
    if (readLink(file) === executable) return file;
    mkdirSync(settings.links, { recursive: true });
    const fresh = `${file}.${process.pid}`;
    rmSync(fresh, { force: true });
    symlinkSync(executable, fresh);
    renameSync(fresh, file);
    return file;
  }

  async function moduleDir(name: Name): Promise<string> {
    const planned = plan(name);
    if (!existsSync(planned.target)) await buildMissing([planned]);
    const recorded = readRecord(planned).moduleDir;
    if (existsSync(recorded)) return recorded;
    // Go's module cache was cleaned since.
    await requireGo(planned.module, [`the sources of ${name}`], [], env);
    const fetched = await fetchModule(planned, planned.module, env);
    writeRecord(planned.target, { moduleDir: fetched });
    return fetched;
  }

  return { ensure, moduleDir };
}

function alternative({ name, tool }: BuildPlan): string[] {
  return tool.path === undefined ? [] : [`${name} ${acceptedVersions(tool.path)}`];
}

function readLink(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

let shared: Toolchain<ToolName> | undefined;

function sharedToolchain(): Toolchain<ToolName> {
  const cacheHome = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return (shared ??= openToolchain({
    tools,
    modules: repositoryPath("tools", "toolchain"),
    cache: join(cacheHome, "pulumi-model-serving", "tools"),
    links: repositoryPath(".tools", "bin"),
    env: process.env,
    output: process.stderr,
  }));
}

/** Absolute paths of the named tools; builds what is neither in PATH nor built already. @throws ToolchainError */
export function ensureTools<Name extends ToolName>(names: readonly Name[]): Promise<Record<Name, string>> {
  return sharedToolchain().ensure(names);
}

/** Folder with the sources of a tool's Go module, for the manifests it ships. @throws ToolchainError */
export function moduleDir(name: ToolName): Promise<string> {
  return sharedToolchain().moduleDir(name);
}
