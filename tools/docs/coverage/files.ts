/** The files of the repository that may bear tags. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath, repositoryRoot } from "../../repository";
import { tagsOf, type Tags } from "./tags";

const CODE = ["sdk", "components", "policies", "cli", "examples", "tools", "tests"];
const PAGES = ["docs", "examples"];
/** The page made of the tags is no place of its own. */
const GENERATED = "docs/coverage.md";

/** The tags of the whole repository. */
export function readTags(): Tags {
  const all: Tags = { places: [], tests: [], problems: [] };
  for (const path of taggedFiles()) {
    const tags = tagsOf(path, readFileSync(repositoryPath(path), "utf8"));
    all.places.push(...tags.places);
    all.tests.push(...tags.tests);
    all.problems.push(...tags.problems);
  }
  return all;
}

function taggedFiles(): string[] {
  const code = ["stack.ts", "index.ts", ...CODE.flatMap((folder) => below(folder, ".ts"))];
  return [...code, "README.md", ...PAGES.flatMap((folder) => below(folder, ".md"))].filter(
    (path) => path !== GENERATED,
  );
}

function below(folder: string, ending: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(ending) && !path.includes("/node_modules/"))
    .toSorted();
}
