/** The broken examples: which rule each of them breaks, and how. */
import { readFileSync } from "node:fs";
import { repositoryPath } from "../repository";

/** One broken example. */
export interface Mistake {
  /** Folder below `examples/broken`. */
  folder: string;
  rule: string;
  /** The program. */
  program: string;
}

export function readMistakes(): Mistake[] {
  const list = JSON.parse(readFileSync(repositoryPath("examples/broken/mistakes.json"), "utf8")) as Record<
    string,
    string
  >;
  return Object.entries(list).map(([folder, rule]) => ({
    folder,
    rule,
    program: readFileSync(repositoryPath("examples/broken", folder, "index.ts"), "utf8"),
  }));
}
