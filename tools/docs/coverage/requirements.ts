/** The requirements of the product: what each is about, which parts deliver it, and what is not done yet. */
import { readFileSync, writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { repositoryPath } from "../../repository";

/** A part that delivers a requirement, or a share of it. */
export type Part = "component" | "catalogue" | "function" | "documentation" | "example" | "policy";

/** One requirement. */
export interface Requirement {
  /** One line, in our own words. */
  title: string;
  /** Everything that delivers it. */
  by: readonly Part[];
  /** The policy of this requirement belongs to the issue of the policies, so nothing is asked of it yet. */
  next?: "policies";
}

/** All requirements, by id (`ST-4`), in the order of the page. */
export interface Requirements {
  /** Name of each area, by the letters before the dash. */
  areas: Readonly<Record<string, string>>;
  requirements: Readonly<Record<string, Requirement>>;
  /** What is not done yet, by id, and what it lacks in one sentence; one that is done must leave this list. */
  open: Readonly<Record<string, string>>;
}

const FILE = repositoryPath("tools/docs/coverage/requirements.json");

export function readRequirements(): Requirements {
  return JSON.parse(readFileSync(FILE, "utf8")) as Requirements;
}

/** Writes them back as prettier would. */
export async function writeRequirements({ areas, requirements, open }: Requirements): Promise<void> {
  const rows = Object.entries(requirements).map(([id, one]) => `${JSON.stringify(id)}: ${JSON.stringify(one)}`);
  const text = `{\n"areas": {\n${JSON.stringify(areas).slice(1)},\n"requirements": {\n${rows.join(",\n")}\n},\n"open": ${JSON.stringify(open)}\n}`;
  writeFileSync(FILE, await format(text, { ...(await resolveConfig(FILE)), parser: "json" }));
}
