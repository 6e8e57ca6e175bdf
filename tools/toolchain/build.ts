/** Builds a tool from its pinned module into a folder that appears whole or not at all. */
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFailure, runGo, ToolchainError, type Environment } from "./go";
import type { SourceEdit, Tool } from "./tools";

/** A tool with the places it is built from and into. */
export interface BuildPlan {
  name: string;
  tool: Tool;
  /** Folder with go.mod and go.sum. */
  module: string;
  /** Folder that will hold the executable and what is recorded beside it. */
  target: string;
}

/** What is recorded beside a built executable. */
export interface BuildRecord {
  /** Folder of the module that the main package belongs to, in Go's module cache. */
  moduleDir: string;
}

/** The plan; the target's name changes with everything that the executable is made from. */
export function planBuild(name: string, tool: Tool, modules: string, cache: string): BuildPlan {
  const module = join(modules, tool.module);
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(module, file))).update("\0");
  hash.update(JSON.stringify([goArguments(tool), tool.package, tool.edit, process.platform, process.arch]));
  return { name, tool, module, target: join(cache, `${name}-${hash.digest("hex").slice(0, 16)}`) };
}

export function executableOf(plan: BuildPlan): string {
  return join(plan.target, plan.name);
}

export function readRecord(plan: BuildPlan): BuildRecord {
  return JSON.parse(readFileSync(join(plan.target, "build.json"), "utf8")) as BuildRecord;
}

export function writeRecord(folder: string, record: BuildRecord): void {
  writeFileSync(join(folder, "build.json"), JSON.stringify(record));
}

/** Builds; needs the lock of the cache, since it clears away what an interrupted build of this tool left. */
export async function build(plan: BuildPlan, env: Environment): Promise<void> {
  const { name, tool, target } = plan;
  const cache = join(target, "..");
  const leftover = new RegExp(`^${name}-[0-9a-f]+\\.partial-\\d+$`);
  for (const entry of readdirSync(cache).filter((entry) => leftover.test(entry))) {
    rmSync(join(cache, entry), { recursive: true, force: true });
  }
  const partial = `${target}.partial-${process.pid}`;
  mkdirSync(partial);
  try {
    const workspace = join(partial, "workspace");
    mkdirSync(workspace);
    for (const file of ["go.mod", "go.sum"]) copyFileSync(join(plan.module, file), join(workspace, file));
    const moduleDir = await fetchModule(plan, workspace, env);
    const main = tool.edit === undefined ? tool.package : editedPackage(tool, tool.edit, moduleDir, workspace);
    const result = await runGo(["build", ...goArguments(tool), "-o", join(partial, name), main], workspace, env);
    if (result.code !== 0) throw buildFailure(name, result, env);
    rmSync(workspace, { recursive: true });
    writeRecord(partial, { moduleDir });
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Folder of the tool's module in Go's module cache, downloaded when it is not there. */
export async function fetchModule(plan: BuildPlan, workspace: string, env: Environment): Promise<string> {
  const path = modulePath(readFileSync(join(plan.module, "go.mod"), "utf8"), plan.tool);
  const download = await runGo(["mod", "download", path], workspace, env);
  if (download.code !== 0) throw buildFailure(plan.name, download, env);
  const list = await runGo(["list", "-m", "-f", "{{.Dir}}", path], workspace, env);
  const folder = list.stdout.trim();
  if (list.code !== 0 || folder === "") throw buildFailure(plan.name, list, env);
  return folder;
}

/** Path of the module that a tool's package belongs to: the longest one that go.mod requires. */
export function modulePath(goMod: string, tool: Tool): string {
  const required = [...goMod.matchAll(/^(?:require)?\s+(\S+) v\S+/gm)].map((match) => match[1] ?? "");
  const owner = required
    .filter((path) => tool.package === path || tool.package.startsWith(`${path}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (owner === undefined) throw new ToolchainError(`${tool.module}/go.mod requires no module with ${tool.package}`);
  return owner;
}

function goArguments(tool: Tool): string[] {
  return [
    "-trimpath",
    "-buildvcs=false",
    ...(tool.tags === undefined ? [] : [`-tags=${tool.tags}`]),
    ...(tool.ldflags === undefined ? [] : [`-ldflags=${tool.ldflags.replaceAll("{version}", tool.version)}`]),
  ];
}

/** A copy of the main package with the edit made, as a package of the workspace; its import path. */
function editedPackage(tool: Tool, edit: SourceEdit, moduleDir: string, workspace: string): string {
  const module = modulePath(readFileSync(join(workspace, "go.mod"), "utf8"), tool);
  const source = readFileSync(join(moduleDir, tool.package.slice(module.length), "main.go"), "utf8");
  if (source.split(edit.replace).length !== 2) {
    throw new ToolchainError(`${tool.package}: main.go does not hold "${edit.replace}" exactly once; see tools.json`);
  }
  mkdirSync(join(workspace, "main"));
  writeFileSync(join(workspace, "main", "main.go"), source.replace(edit.replace, edit.with));
  return "./main";
}
