/** Where the project lies whose stack is judged. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readDocuments } from "../manifests/documents";

/**
 * The folder of the Pulumi.yaml of a project, which paths in the configuration of the pack are relative to.
 *
 * The engine does not tell it to policy packs. An executable is started in the folder of the program, which may lie
 * anywhere below (or beside) it, a pack given as a folder is started in itself; so the project is looked for by name.
 *
 * @param starts folders to search upwards from, the first match wins
 * @returns the first start when there is no such project above any of them
 */
export function projectFolder(project: string, starts: readonly string[]): string {
  for (const start of starts) {
    const found = above(start).find((folder) => holdsProject(folder, project));
    if (found !== undefined) return found;
  }
  return starts[0] ?? process.cwd();
}

function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}

function holdsProject(folder: string, project: string): boolean {
  return ["Pulumi.yaml", "Pulumi.yml"].some((name) => {
    const file = join(folder, name);
    if (!existsSync(file)) return false;
    const { documents } = readDocuments(readFileSync(file, "utf8"), file);
    return (documents[0]?.content as { name?: unknown } | undefined)?.name === project;
  });
}
