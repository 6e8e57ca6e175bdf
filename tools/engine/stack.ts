/** One stack of one project, set up without writing into the project's folder. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import type { CommandResult, Engine, RunOptions } from "./engine";

/** Stack configuration as in `Pulumi.<stack>.yaml`. */
export type StackConfig = Record<string, unknown>;

export interface StackOptions {
  /** The folder with the Pulumi.yaml. */
  project: string;
  stack: string;
  /** Configuration; `Pulumi.<stack>.yaml` of the project, when there is one, unless given. */
  config?: StackConfig;
  /** Added to the configuration, such as the kubeconfig context. */
  extraConfig?: StackConfig;
  /** Added to every run's environment, such as KUBECONFIG. */
  env?: Record<string, string>;
}

/** A stack that exists in the engine's backend. */
export interface Stack {
  engine: Engine;
  name: string;
  /** Fully qualified name of the project, as locks and checkpoints are filed under it. */
  project: string;
  /** Runs `pulumi <args>` for this stack; `--stack` and `--config-file` are added where they belong. */
  run(args: string[], options?: Omit<RunOptions, "cwd">): Promise<CommandResult>;
  /** What `pulumi stack export` prints; secrets stay encrypted. */
  export(): Promise<Checkpoint>;
  /** `pulumi stack import`: replaces what is stored. */
  import(checkpoint: Checkpoint): Promise<void>;
}

/** The stored state of a stack; only what recovery and tests read is named. */
export interface Checkpoint {
  version: number;
  deployment: {
    resources?: StoredResource[];
    /** What a run had begun and not ended when it was cut off. */
    pending_operations?: { type: string; resource: StoredResource }[];
  };
}

export interface StoredResource {
  urn: string;
  type: string;
  id?: string;
  /** URN and id of the provider it went through; absent for components and providers. */
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

const TAKES_CONFIG = new Set(["up", "preview", "refresh", "destroy"]);

/** Opens a stack, creating it when the backend has none of that name; `pulumi` writes its salt beside a copy. */
export async function openStack(engine: Engine, options: StackOptions): Promise<Stack> {
  const project = projectName(options.project);
  const folder = join(engine.dir, "stacks", `${project}.${options.stack}`);
  const configFile = join(folder, `Pulumi.${options.stack}.yaml`);
  if (!existsSync(configFile)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "Pulumi.yaml"), dump({ name: project, runtime: "nodejs" }));
    expectSuccess(await engine.run(["stack", "init", options.stack], { cwd: folder }), "pulumi stack init");
  }
  writeConfig(configFile, options);
  const run: Stack["run"] = (args, runOptions = {}) => {
    const config = TAKES_CONFIG.has(args[0] ?? "") ? ["--config-file", configFile] : [];
    return engine.run([...args, "--stack", options.stack, ...config], {
      ...runOptions,
      cwd: options.project,
      env: { ...options.env, ...runOptions.env },
    });
  };
  return {
    engine,
    name: options.stack,
    project,
    run,
    export: async () => {
      const { stdout } = expectSuccess(await run(["stack", "export"]), "pulumi stack export");
      return JSON.parse(stdout) as Checkpoint;
    },
    import: async (checkpoint) => {
      const file = join(folder, "checkpoint.json");
      writeFileSync(file, JSON.stringify(checkpoint), { mode: 0o600 });
      expectSuccess(await run(["stack", "import", "--file", file]), "pulumi stack import");
      rmSync(file);
    },
  };
}

/** Throws what a command printed when it failed. */
export function expectSuccess(result: CommandResult, what: string): CommandResult {
  if (result.code !== 0) throw new Error(`${what} failed:\n${result.stdout}${result.stderr}`.trimEnd());
  return result;
}

function projectName(folder: string): string {
  const file = join(folder, "Pulumi.yaml");
  const project = load(readFileSync(file, "utf8")) as { name?: string };
  if (project.name === undefined) throw new Error(`${file}: no project name`);
  return project.name;
}

function readSource(file: string): { config?: StackConfig } | undefined {
  const text = readFileSync(file, "utf8");
  if (text.trim() === "") throw new Error(`${file} is empty; expected "config:" with the keys of the stack`);
  try {
    return load(text) as { config?: StackConfig } | undefined;
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function writeConfig(configFile: string, options: StackOptions): void {
  const salt = (load(readFileSync(configFile, "utf8")) as { encryptionsalt?: string }).encryptionsalt;
  const source = join(options.project, `Pulumi.${options.stack}.yaml`);
  const own = existsSync(source) ? readSource(source) : undefined;
  const config = { ...(options.config ?? own?.config), ...options.extraConfig };
  writeFileSync(configFile, dump({ encryptionsalt: salt, config }));
}
