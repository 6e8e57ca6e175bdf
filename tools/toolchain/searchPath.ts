/** Executables that the user has installed. */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { acceptedVersions, findVersion, isAccepted, type Tool } from "./tools";

/** What looking a tool up in PATH came to; `note` is the line to print, if anything was found. */
export interface PathResult {
  executable?: string;
  note?: string;
}

/** How long a tool may take to say its version. */
const ANSWER_MS = 20_000;

/** First executable of that name in the folders of a PATH. */
export function findInPath(name: string, path: string, except?: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && folder !== except)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * The tool of PATH, if there is one of an accepted version.
 *
 * @param except folder that is skipped: the one of our own links
 * @param companion asks for the executable that was taken from PATH under another name
 */
export async function lookUp(
  name: string,
  tool: Tool,
  path: string,
  except: string,
  companion: (name: string) => Promise<string | undefined>,
): Promise<PathResult> {
  const executable = tool.path === undefined ? undefined : findInPath(name, path, except);
  if (tool.path === undefined || executable === undefined) return {};
  if ("beside" in tool.path) {
    const beside = await companion(tool.path.beside);
    if (beside === undefined || dirname(beside) !== dirname(executable)) return {};
    return { executable, note: `${name}: ${executable}, with ${tool.path.beside}` };
  }
  const version = findVersion(await output(executable, tool.path.versionArgs));
  if (version !== undefined && isAccepted(version, tool.path)) {
    return { executable, note: `${name} ${version}: ${executable}` };
  }
  const found = version === undefined ? "tells no version" : `is version ${version}`;
  return { note: `${name}: ${executable} ${found}, needed is ${acceptedVersions(tool.path)}; not used` };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Both streams of a command, whatever its exit code. */
function output(executable: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(executable, args, { timeout: ANSWER_MS }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}
