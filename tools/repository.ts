/** Where this repository lies, whether the code runs compiled from `dist/` or from a folder beside it. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Absolute path of the folder that holds `package-lock.json` and `Makefile`. */
export const repositoryRoot = findRoot(__dirname);

/** Absolute path of a file of the repository. */
export function repositoryPath(...parts: string[]): string {
  return join(repositoryRoot, ...parts);
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package-lock.json")) && existsSync(join(folder, "Makefile"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no repository root above ${__dirname}`);
  return findRoot(parent);
}
