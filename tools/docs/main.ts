/** `node dist/tools/docs/main.js`: writes the generated documents; `--check` fails when one is stale. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { format, resolveConfig } from "prettier";
import { rules } from "../../policies/rules";
import { builtInCatalog } from "../../sdk/catalog/catalog";
import { catalogProblems } from "../../sdk/spec/catalog/check";
import { startProblems } from "../accuracy/check";
import { compareAll, publishedStarts } from "../accuracy/compare";
import { repositoryPath } from "../repository";
import { acceleratorsPage } from "./acceleratorsPage";
import { catalogPages } from "./catalog/pages";
import { readTags } from "./coverage/files";
import { coverageProblems, withoutDone } from "./coverage/judge";
import { coveragePage } from "./coverage/page";
import { readRequirements, writeRequirements } from "./coverage/requirements";
import { componentsTable } from "./componentsTable";
import { difference } from "./difference";
import { fitAccuracyPage } from "./fitAccuracyPage";
import { inventoryCommand } from "./inventoryCommand";
import { withPart } from "./markdown";
import { readMistakes } from "./mistakes";
import { alertsTable, metricsTable, queriesTable } from "./monitoringTables";
import { rulesPage } from "./rulesPage";
import { rulesTable } from "./rulesTable";
import { endpointsTable, frameworksTable, presetsTable, supportTable } from "./runtimesTable";

/** Every document with generated parts: where it lies, and what it should say given what it says. */
const documents = (): Record<string, (present: string) => string> => ({
  "README.md": (present) => withPart(present, "rules", rulesTable(rules)),
  ...Object.fromEntries(
    Object.entries(catalogPages(builtInCatalog)).map(([name, text]) => [`docs/catalog/${name}`, () => text]),
  ),
  "docs/accelerators.md": acceleratorsPage,
  "docs/components.md": (present) => withPart(present, "components", componentsTable()),
  "docs/guard.md": (present) => withPart(present, "inventory", inventoryCommand()),
  "docs/coverage.md": () => coveragePage(readRequirements(), readTags()),
  "docs/fit-accuracy.md": () => fitAccuracyPage(compareAll()),
  "docs/monitoring.md": (present) =>
    withPart(
      withPart(withPart(present, "queries", queriesTable()), "metrics", metricsTable()),
      "alerts",
      alertsTable(),
    ),
  "docs/runtimes.md": (present) =>
    Object.entries({
      endpoints: endpointsTable(),
      support: supportTable(),
      frameworks: frameworksTable(),
      presets: presetsTable(),
    }).reduce((page, [part, text]) => withPart(page, part, text), present),
  "docs/rules.md": () => rulesPage(rules, readMistakes()),
});

async function main(): Promise<void> {
  const { check } = new Command("docs").option("--check").parse().opts<{ check?: true }>();
  const problems = [...catalogProblems(builtInCatalog), ...startProblems(publishedStarts, builtInCatalog)];
  if (problems.length > 0) throw new Error(["Not sound, so nothing was written:", ...problems].join("\n  "));
  if (check !== true) await writeRequirements(withoutDone(readRequirements(), readTags()));
  for (const [path, render] of Object.entries(documents())) {
    const file = repositoryPath(path);
    const present = existsSync(file) ? readFileSync(file, "utf8") : "";
    const text = await format(render(present), { ...(await resolveConfig(file)), parser: "markdown" });
    if (present === text) continue;
    if (check === true) {
      console.error(`${path} is stale; write it with: make docs\n${difference(present, text).join("\n")}`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`wrote ${path}`);
    }
  }
  for (const problem of coverageProblems(readRequirements(), readTags())) {
    console.error(problem);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
