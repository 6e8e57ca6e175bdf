/** The files that a command is given: manifests to look at and, with `--cluster`, what the cluster holds. */
import { isDeepStrictEqual } from "node:util";
import { readCatalog } from "../policies/manifests/catalog";
import { readManifests, type Manifests } from "../policies/manifests/files";
import { describeProblem, type InputProblem } from "../policies/manifests/problem";
import { redactAddresses } from "../policies/report/addresses";
import { redactShape } from "../policies/report/redaction";
import { buildWorld, nameOf, type Source, type SourcedObject, type World } from "../policies/world/world";
import type { Catalog } from "../sdk/catalog/catalog";
import type { Terminal } from "./terminal";

/** Everything the files hold. */
export interface FilesRead {
  world: World;
  /** The objects of the world with their sources. */
  objects: SourcedObject[];
  /** What keeps the files from being used. */
  problems: InputProblem[];
  /** What was passed over. */
  notes: InputProblem[];
}

/**
 * Reads manifests and inventory into a world; nothing is thrown, all problems are returned at once.
 * @param command whose arguments they are, for its messages
 * @param args files and folders, or - for standard input
 * @param cluster the values of `--cluster`
 * @param catalog the value of `--catalog`, or the catalogue read from it already; it becomes `world.catalog`
 */
export function readFiles(
  command: string,
  args: readonly string[],
  cluster: readonly string[],
  catalog?: string | Catalog,
): FilesRead {
  const { paths, inventory } = untangle(args, cluster);
  const manifests = readManifests(paths);
  const held = readManifests(inventory);
  const objects = [...sourced(manifests, "file"), ...sourced(held, "inventory")];
  const own = typeof catalog === "object" ? { catalog, problems: [] } : readCatalog(catalog);
  const world = buildWorld(objects, own.catalog);
  return {
    world,
    objects,
    notes: [...manifests.notes, ...held.notes],
    problems: [
      ...manifests.problems,
      ...held.problems,
      ...own.problems,
      ...malformed(world, manifests, held),
      ...givenTwice(world, manifests),
      ...nothingToJudge(command, manifests, paths, inventory),
    ],
  };
}

/** Prints every problem with the input, a line each. */
export function printProblems(problems: readonly InputProblem[], terminal: Terminal): void {
  for (const problem of problems) terminal.stderr(`error: ${redactAddresses(describeProblem(problem))}\n`);
}

/** Prints what was passed over, a line each. */
export function printNotes(notes: readonly InputProblem[], terminal: Terminal): void {
  for (const note of notes) terminal.stderr(`note: ${redactAddresses(describeProblem(note))}\n`);
}

function sourced({ documents }: Manifests, from: "file" | "inventory"): SourcedObject[] {
  return documents.map(({ content, file, document }) => ({ object: content, source: { from, file, document } }));
}

function malformed({ malformed }: World, ...read: Manifests[]): InputProblem[] {
  return malformed.flatMap(({ source, problem }) => {
    const at = placeOf(source, read);
    return at === undefined ? [] : [{ ...at, problem: redactShape(problem) }];
  });
}

/**
 * A cluster has one object of a name, so one of them would be judged that never comes to be. Of what is no service,
 * equal copies do no harm.
 */
function givenTwice({ duplicates }: World, manifests: Manifests): InputProblem[] {
  return duplicates.flatMap(([first, ...others]) =>
    others.flatMap(({ ref, source, raw }) => {
      const at = placeOf(source, [manifests]);
      const earlier = first && placeOf(first.source, [manifests]);
      const isHarmless = !SERVICES.has(ref.kind) && isDeepStrictEqual(raw, first?.raw);
      if (at === undefined || earlier === undefined || isHarmless) return [];
      const { place, line } = earlier;
      const there = line === undefined ? place : `${place}:${line}`;
      return [{ ...at, problem: `${nameOf(ref)} is also in ${there}; give one of the two` }];
    }),
  );
}

const SERVICES: ReadonlySet<string> = new Set(["InferenceService", "LLMInferenceService"]);

/** Where in the files an object is; `undefined` for one of a stack. */
function placeOf(source: Source, read: readonly Manifests[]): Omit<InputProblem, "problem"> | undefined {
  if (source.from === "stack") return undefined;
  const { file = "", document: number } = source;
  const documents = read.flatMap((manifests) => manifests.documents);
  const line = documents.find((document) => document.file === file && document.document === number)?.line;
  return { place: file, ...(line !== undefined && { line }), ...(number !== undefined && { document: number }) };
}

/** `--cluster inventory.yaml manifests/` takes both; with two, only one reading makes sense. */
function untangle(args: readonly string[], cluster: readonly string[]) {
  const swallowed = args.length === 0 && cluster.length === 2;
  return swallowed ? { paths: cluster.slice(1), inventory: cluster.slice(0, 1) } : { paths: args, inventory: cluster };
}

/** A run that looked at nothing must not look like a run that found nothing. */
function nothingToJudge(
  command: string,
  { documents, problems }: Manifests,
  paths: readonly string[],
  inventory: readonly string[],
): InputProblem[] {
  if (documents.length > 0 || problems.length > 0) return [];
  if (paths.length > 0) return [{ place: paths.join(" "), problem: "holds no Kubernetes object" }];
  const hint = inventory.length > 0 ? "; --cluster took them all: name them first, or write --cluster=<file>" : "";
  return [{ place: command, problem: `expected files or folders to judge, or - for standard input${hint}` }];
}
