/** What an example's objects say otherwise than the guide's, and what its README explains. */
import { existsSync, readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { repositoryPath } from "../../tools/repository";
import type { Registered } from "../components/mocks";

interface GuideObject {
  kind: string;
  metadata: { name: string };
}

/** The objects of a guide's example. */
export function guideObjects(name: string): GuideObject[] {
  return loadAll(readFileSync(repositoryPath("tests", "examples", "guides", `${name}.yaml`), "utf8")) as GuideObject[];
}

/** `Kind path` for each topmost path at which the objects of a program differ from the guide's; `Kind whole object`. */
export function differencesFrom(guide: readonly GuideObject[], objects: readonly Registered[]): string[] {
  const own = objects.filter(({ type }) => type.startsWith("kubernetes:"));
  const found = guide.flatMap((theirs) => {
    const ours = own.find((object) => kindOf(object) === theirs.kind && nameOf(object) === theirs.metadata.name);
    if (ours === undefined) return [`${theirs.kind} whole object`];
    return differences(theirs, ours.inputs, "").map((path) => `${theirs.kind} ${path}`);
  });
  const added = own.filter((object) =>
    guide.every(({ kind, metadata }) => kind !== kindOf(object) || metadata.name !== nameOf(object)),
  );
  return [...new Set([...found, ...added.map((object) => `${kindOf(object)} whole object`)])].sort();
}

/** Object and field of each row of the first table with these columns in a README. */
export function explainedIn(folder: string): string[] {
  const file = repositoryPath("examples", folder, "README.md");
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const [, table = ""] = /\| object \s*\| field.*\n\|.*\n((?:\|.*\n)+)/.exec(readFileSync(file, "utf8")) ?? [];
  return table
    .trimEnd()
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => {
      const [, object = "", field = ""] = row.split("|").map((cell) => cell.trim());
      return `${object} ${field.replaceAll("`", "")}`;
    });
}

function kindOf({ type }: Registered): string {
  return type.split(":").at(-1) ?? "";
}

function nameOf({ inputs }: Registered): string | undefined {
  return inputs.metadata?.name;
}

/** The topmost paths at which two values differ. */
function differences(theirs: unknown, ours: unknown, path: string): string[] {
  if (typeof theirs !== "object" || typeof ours !== "object" || theirs === null || ours === null) {
    return theirs === ours ? [] : [path];
  }
  const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return keys.flatMap((key) => {
    const [left, right] = [theirs, ours].map((side) => (side as Record<string, unknown>)[key]);
    const below = step(path, key, Array.isArray(theirs));
    return left === undefined || right === undefined ? [below] : differences(left, right, below);
  });
}

function step(path: string, key: string, inList: boolean): string {
  if (inList) return `${path}[${key}]`;
  if (!/^\w+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}
