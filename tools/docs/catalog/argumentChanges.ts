/** What changed in a server's command line from release to release. */
import type { ModelServer, ServerArgument } from "../../../sdk/catalog/serverArguments";
import { table } from "../markdown";

/** Removed arguments, changed defaults, and what each release brought; earlier releases of a server are not covered. */
export function argumentChanges({ arguments: known, environment, versions }: ModelServer): string[] {
  const removed = known.filter(({ removedIn }) => removedIn !== undefined);
  const variables = environment.filter(({ removedIn }) => removedIn !== undefined);
  return [
    "## Removed arguments of vLLM",
    table(
      ["Argument", "Deprecated", "Removed", "Instead"],
      removed.map((one) => [code(one.flag), one.deprecatedSince ?? "", one.removedIn ?? "", instead(one)]),
    ),
    "## Changed defaults of vLLM",
    "No fixed value: the release computes it from the model, the hardware or other arguments.",
    table(["Argument", "Value"], known.flatMap(changedDefault)),
    "## New arguments of vLLM",
    bullets(versions, (version) => known.filter(({ since }) => since === version).map(({ flag }) => code(flag))),
    "## Removed environment variables of vLLM",
    bullets(versions, (version) =>
      variables.filter(({ removedIn }) => removedIn === version).map(({ name }) => `\`${name}\``),
    ),
  ];
}

/** One line for each release that has something to say. */
function bullets(versions: readonly string[], names: (version: string) => readonly string[]): string {
  return versions
    .map((version) => ({ version, changed: names(version) }))
    .filter(({ changed }) => changed.length > 0)
    .map(({ version, changed }) => `- **${version}**: ${changed.join(", ")}`)
    .join("\n");
}

function changedDefault({ flag, defaults = [] }: ServerArgument): string[][] {
  if (defaults.length < 2) return [];
  const values = defaults.map(
    ({ since, value }) => `${value === undefined ? "no fixed value" : String(value)} since ${since ?? ""}`,
  );
  return [[code(flag), values.join(", ")]];
}

function instead({ replacements = [] }: ServerArgument): string {
  return replacements.map(code).join(", ");
}

function code(flag: string): string {
  return `\`--${flag}\``;
}
