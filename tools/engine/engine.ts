/**
 * Runs of the real Pulumi CLI that touch nothing of the user's: own home, own file backend, own passphrase, no network.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { ensureTools } from "../toolchain/toolchain";

/** What a finished command left behind. */
export interface CommandResult {
  /** Exit code; 128 + signal number is not used, `signal` says how it ended otherwise. */
  code: number;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** The folder with the Pulumi.yaml. */
  cwd: string;
  /** Added to (and winning over) the engine's environment. */
  env?: Record<string, string>;
  /** Print what the command prints as it goes, and collect it. */
  echo?: boolean;
  /** Told everything printed on stdout so far, whenever something is printed. */
  onOutput?: (stdout: string) => void;
  /** Ends the command (not what it started) with SIGKILL. */
  signal?: AbortSignal;
}

/** The Pulumi CLI with a home and a backend of its own. */
export interface Engine {
  /** Folder that holds home, state and passphrase; readable by its owner only. */
  dir: string;
  /** The environment every command runs in. */
  env: Record<string, string>;
  run(args: string[], options: RunOptions): Promise<CommandResult>;
}

/**
 * An engine whose home, file backend and random passphrase live in `dir`.
 *
 * @param dir made when missing
 * @param extraPath folders searched before the tools, such as the one of the Kubernetes plugin stand-in
 */
export async function openEngine(dir: string, extraPath: string[] = []): Promise<Engine> {
  const tools = await ensureTools(["pulumi", "pulumi-language-nodejs"]);
  const state = join(dir, "state");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const bin = layTogether(Object.values(tools), join(dir, "bin"));
  const env = {
    ...inheritedEnvironment(),
    PATH: [...extraPath, bin, process.env.PATH ?? ""].join(delimiter),
    PULUMI_HOME: join(dir, "home"),
    // Without attribute files: they are not written atomically, and a killed engine can leave an empty one behind, after
    // which the stack cannot be loaded ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: passphrase(join(dir, "passphrase")),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  return { dir, env, run: (args, options) => execute("pulumi", args, env, options) };
}

/** The CLI looks for its language hosts beside itself, as Pulumi's own distribution has them, and warns of others. */
function layTogether(executables: string[], bin: string): string {
  const [first = "", ...others] = executables.map((executable) => dirname(realpathSync(executable)));
  if (others.every((folder) => folder === first)) return first;
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  for (const executable of executables) {
    const [from, to] = [realpathSync(executable), join(bin, basename(executable))];
    try {
      linkSync(from, to);
    } catch {
      copyFileSync(from, to); // another file system
    }
  }
  return bin;
}

/** The caller's environment without settings that would steer the engine elsewhere. */
function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("PULUMI_"),
    ),
  );
}

function passphrase(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8");
}

function execute(
  command: string,
  args: string[],
  env: Record<string, string>,
  options: RunOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, "--non-interactive"], {
      cwd: options.cwd,
      env: { ...env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
        if (options.echo === true) process[stream].write(text);
        if (stream === "stdout") options.onOutput?.(output.stdout);
      });
    }
    options.signal?.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
    child.on("error", reject);
    // "exit", not "close": what a killed engine leaves running may hold the pipes open.
    child.on("exit", (code, signal) => {
      setImmediate(() => {
        resolve({ code: code ?? -1, signal, ...output });
      });
    });
  });
}
