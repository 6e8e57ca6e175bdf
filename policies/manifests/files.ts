/** The Kubernetes objects of files and folders. */
import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { nearest } from "../../sdk/catalog/nearest";
import { readDocuments, type ManifestDocument } from "./documents";
import type { InputProblem } from "./problem";

/** What was found, what is wrong, and what was left out on purpose. */
export interface Manifests {
  documents: ManifestDocument[];
  problems: InputProblem[];
  /** What was skipped, for the person at the terminal. */
  notes: InputProblem[];
}

/** Stands for standard input among the paths. */
export const STDIN = "-";

const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);

/**
 * Reads Kubernetes manifests: files as they are given, folders with everything below them in alphabetical order.
 *
 * A document that is no Kubernetes object is a problem in a file that was named, and skipped with a note in one that
 * was merely found in a folder.
 *
 * @param paths files, folders, or `-` for standard input; a file reached twice is read once
 */
export function readManifests(paths: readonly string[]): Manifests {
  const result: Manifests = { documents: [], problems: [], notes: [] };
  const seen = new Set<string>();
  for (const path of paths) {
    const found = path === STDIN ? { files: [STDIN], named: true } : filesOf(path);
    if ("problem" in found) {
      result.problems.push({ place: path, problem: found.problem });
      continue;
    }
    for (const file of found.files) {
      const identity = file === STDIN ? STDIN : realpathSync(file);
      if (seen.has(identity)) continue;
      seen.add(identity);
      readInto(result, file, found.named);
    }
  }
  return result;
}

function readInto(result: Manifests, file: string, named: boolean): void {
  const place = file === STDIN ? "standard input" : file;
  const read = readText(file);
  if ("problem" in read) {
    result.problems.push({ place, problem: read.problem });
    return;
  }
  const { documents, problems } = readDocuments(read.text, place);
  result.problems.push(...problems);
  for (const document of documents) {
    const at = { place, line: document.line, document: document.document };
    const obstacle = obstacleOf(document.content);
    if (obstacle === undefined) result.documents.push(document);
    else if (obstacle.skip || !named) result.notes.push({ ...at, problem: `skipped: ${obstacle.reason}` });
    else result.problems.push({ ...at, problem: obstacle.reason });
  }
  if (named && documents.length === 0 && problems.length === 0) {
    result.problems.push({ place, problem: "holds no document; expected Kubernetes objects in YAML or JSON" });
  }
}

/** Why a document cannot be judged; `skip` when that is nobody's mistake. */
function obstacleOf(content: unknown): { reason: string; skip: boolean } | undefined {
  const { apiVersion, kind } = (content ?? {}) as { apiVersion?: unknown; kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") {
    return { reason: "no Kubernetes object, it has no apiVersion and kind", skip: false };
  }
  if (apiVersion.startsWith("kustomize.config.k8s.io/")) {
    const reason = `a ${kind} is only the recipe of manifests; to judge what it makes: kubectl kustomize <folder> | model-serving lint -`;
    return { reason, skip: true };
  }
  return undefined;
}

function readText(file: string): { text: string } | { problem: string } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file === STDIN ? 0 : file)) };
  } catch (error) {
    if (error instanceof TypeError) return { problem: "not text in UTF-8; expected YAML or JSON" };
    return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function filesOf(path: string): { files: string[]; named: boolean } | { problem: string } {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { problem: missing(path) };
  if (!stat.isDirectory()) return { files: [path], named: true };
  const files = walk(path);
  return files.length > 0 ? { files, named: false } : { problem: "holds no .yaml, .yml or .json file" };
}

/** Links to files are followed, links to folders are not: they may lead back. */
function walk(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    const isManifest = EXTENSIONS.has(extname(entry.name).toLowerCase());
    return isManifest && statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
  });
}

function missing(path: string): string {
  const folder = dirname(path);
  const siblings = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [];
  const close = nearest(basename(path), siblings);
  const hint = close === undefined ? "" : `; did you mean ${join(folder, close)}?`;
  return `there is no such file or folder${hint}`;
}
