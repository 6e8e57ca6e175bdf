/** Runs of the Go tool, and its failures in one sentence each. */
import { spawn } from "node:child_process";
import { findInPath } from "./searchPath";
import { compareVersions, findVersion } from "./tools";

/** First Go release that builds every module here; the `go` line of their go.mod files. */
export const GO_VERSION = "1.26.0";

/** A failure of the toolchain that its message explains completely. */
export class ToolchainError extends Error {
  override name = "ToolchainError";
}

export interface GoResult {
  code: number;
  stdout: string;
  stderr: string;
}

export type Environment = Record<string, string | undefined>;

/** Runs `go` in a folder. @throws ToolchainError when this process is told to end; Go has ended by then */
export function runGo(args: string[], folder: string, env: Environment): Promise<GoResult> {
  return new Promise((resolve, reject) => {
    // A workspace or flags of the user's must not change what is built.
    const child = spawn("go", args, {
      cwd: folder,
      env: { ...env, GOWORK: "off", GOFLAGS: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const result = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => (result[stream] += text));
    }
    // Go ends first; then the error makes who asked for it clear away and end.
    let interruption: NodeJS.Signals | undefined;
    const interrupt = (signal: NodeJS.Signals) => {
      interruption = signal;
      child.kill("SIGTERM");
    };
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    const finish = () => process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    child.on("error", (error) => {
      finish();
      reject(error);
    });
    child.on("close", (code) => {
      finish();
      if (interruption === undefined) resolve({ code: code ?? -1, ...result });
      else reject(new ToolchainError(`Interrupted by ${interruption}`));
    });
  });
}

/**
 * Makes sure that Go can build the modules.
 *
 * @param folder of a module: Go may fetch the release that the go.mod asks for
 * @param alternatives what to put in PATH instead, one phrase a tool
 */
export async function requireGo(
  folder: string,
  wanted: string[],
  alternatives: string[],
  env: Environment,
): Promise<void> {
  const remedy =
    `Install Go ${GO_VERSION} or newer (https://go.dev/dl)` +
    (alternatives.length > 0 ? `, or put into PATH: ${alternatives.join(", ")}.` : ".");
  const go = findInPath("go", env.PATH ?? "");
  if (go === undefined) {
    throw new ToolchainError(`Go is needed for ${wanted.join(", ")}, and there is none in PATH. ${remedy}`);
  }
  const { code, stdout } = await runGo(["env", "GOVERSION"], folder, env);
  const version = findVersion(stdout) ?? "";
  if (code === 0 && version !== "" && compareVersions(version, GO_VERSION) >= 0) return;
  const own = /go(\d+(\.\d+)*)/.exec((await runGo(["version"], "/", { ...env, GOTOOLCHAIN: "local" })).stdout)?.[1];
  throw new ToolchainError(
    `Go ${own ?? "of an unknown version"} (${go}) is too old for ${wanted.join(", ")}. ${remedy}`,
  );
}

/** Why a build failed, with go's last words. */
export function buildFailure(name: string, result: GoResult, env: Environment): ToolchainError {
  const lines = result.stderr
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("go: downloading"))
    .slice(-8)
    .map((line) => `  ${line}`)
    .join("\n");
  const download =
    /dial tcp|no such host|proxyconnect|connection re(fused|set)|i\/o timeout|TLS handshake|(404|410|403|50\d) |checksum mismatch|module lookup disabled/;
  if (!download.test(result.stderr)) return new ToolchainError(`${name} does not build; go says:\n${lines}`);
  const proxy = env.GOPROXY === undefined ? "GOPROXY" : `GOPROXY (${env.GOPROXY})`;
  return new ToolchainError(
    `The Go modules of ${name} could not be downloaded; check the network and ${proxy}. Go says:\n${lines}`,
  );
}
