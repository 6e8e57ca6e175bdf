/** What changed in a server's command line from release to release. */
import type { ModelServer, ServerArgument } from "../../sdk/catalog/serverArguments";
import { table } from "./markdown";

/** Removed arguments, changed defaults, and what each release brought. */
export function argumentChanges(server: ModelServer): string {
  const { arguments: known, environment, versions } = server;
  const [oldest = "", newest = ""] = [versions[0], versions.at(-1)];
  const removed = known.filter(({ removedIn }) => removedIn !== undefined);
  const variables = environment.filter(({ removedIn }) => removedIn !== undefined);
  return [
    `${known.length} arguments and ${environment.length} environment variables of the releases ${oldest} to ${newest}. An argument that a release does not know ends the server at start.`,
    "### Removed arguments",
    table(
      ["Argument", "Deprecated", "Removed", "Instead"],
      removed.map((one) => [code(one.flag), one.deprecatedSince ?? "", one.removedIn ?? "", instead(one)]),
    ),
    "### Changed defaults",
    table(["Argument", "Value"], known.flatMap(changedDefault)),
    "### New arguments",
    bullets(versions, (version) => known.filter(({ since }) => since === version).map(({ flag }) => code(flag))),
    "### Removed environment variables",
    bullets(versions, (version) =>
      variables.filter(({ removedIn }) => removedIn === version).map(({ name }) => `\`${name}\``),
    ),
  ].join("\n\n");
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
