/** Which tools there are, at which versions, and how each is recognised or built. */
import table from "./tools.json";

export type ToolName = keyof typeof table;

/** One executable. */
export interface Tool {
  /** Version that is built, without the v; also what the module's go.mod pins. */
  version: string;
  /** Folder, beside this file, of the Go module that pins it. */
  module: string;
  /** Import path of its main package. */
  package: string;
  /** How long building it usually takes on two cores, after the tools listed before it. */
  seconds: number;
  /** Build tags. */
  tags?: string;
  /** Linker flags; `{version}` stands for the version. */
  ldflags?: string;
  /** A change to the package's main.go without which the program could not be used here. */
  edit?: SourceEdit;
  /** How an executable in PATH is judged; without it none is taken, since its version cannot be known. */
  path?: PathRule;
}

/** Replaces a text that must occur exactly once. */
export interface SourceEdit {
  why: string;
  replace: string;
  with: string;
}

/** Accepted versions, `from` included, `below` not; or "lies in the same folder as an accepted other tool". */
export type PathRule = { versionArgs: string[]; from: string; below: string } | { beside: string };

export const tools: Record<ToolName, Tool> = table;

/** The range in words, for messages. */
export function acceptedVersions(rule: PathRule): string {
  return "beside" in rule ? `beside ${rule.beside}` : `>=${rule.from} <${rule.below}`;
}

/** The first `1.2.3` in what a tool prints about its version. */
export function findVersion(text: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(text)?.[0];
}

export function isAccepted(version: string, rule: { from: string; below: string }): boolean {
  return compareVersions(version, rule.from) >= 0 && compareVersions(version, rule.below) < 0;
}

/** Negative, zero or positive, as for sort; compares `1.2.3` by numbers. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number)) as [number[], number[]];
  const index = a.findIndex((part, at) => part !== b[at]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
