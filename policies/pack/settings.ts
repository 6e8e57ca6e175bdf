/** What a user configures: levels of rules, the inventory, accepted findings. */
import { delimiter, resolve } from "node:path";
import type { RuleException } from "../exceptions";
import { builtInCatalog, type Catalog } from "../../sdk/catalog/catalog";
import { readCatalog } from "../manifests/catalog";
import { readExceptions } from "../manifests/exceptions";
import { readManifests } from "../manifests/files";
import { describeProblem } from "../manifests/problem";
import { nearest } from "../../sdk/catalog/nearest";
import type { Level, Profile } from "../rule";
import type { SourcedObject } from "../world/source";
import { policies, ruleId, SETTINGS, settingsSchema } from "./policies";

/** Names inventory files for packs that are not configured; several are separated as in PATH. */
export const CLUSTER_VARIABLE = "MODEL_SERVING_CLUSTER";

/** What the engine says of one policy: the user's word, or else what the pack declared. */
export interface PolicyConfiguration {
  level: Level | "remediate" | "disabled";
  properties: Record<string, unknown>;
}

/** Everything the evaluation needs besides the stack. */
export interface Settings {
  profile: Profile;
  levels: Record<string, Level | "disabled">;
  exceptions: RuleException[];
  inventory: SourcedObject[];
  catalog: Catalog;
}

export const defaultSettings: Settings = {
  profile: "standard",
  levels: {},
  exceptions: [],
  inventory: [],
  catalog: builtInCatalog,
};

/**
 * Reads the configuration of the pack and the files it names.
 *
 * @param config by policy name; the engine has checked the values against the schema of each policy
 * @param folder what relative files are relative to
 * @throws Error that lists every mistake
 */
export function readSettings(
  config: ReadonlyMap<string, PolicyConfiguration>,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Settings {
  const given = packSettings(config.get(SETTINGS)?.properties);
  const { cluster, profile = "standard", exceptions: exceptionsFile } = given;
  const files = cluster ?? environment[CLUSTER_VARIABLE]?.split(delimiter).filter((file) => file !== "") ?? [];
  const inventory = readManifests(files.map((file) => resolve(folder, file)));
  const accepted = exceptionsFile === undefined ? undefined : readExceptions(resolve(folder, exceptionsFile));
  const own = readCatalog(given.catalog === undefined ? undefined : resolve(folder, given.catalog));
  const problems = [
    ...misspelt(config),
    ...[...inventory.problems, ...(accepted?.problems ?? []), ...own.problems].map(describeProblem),
  ];
  if (problems.length > 0) throw new Error(problems.map((problem) => `\n  ${problem}`).join(""));
  return {
    profile,
    levels: levels(config),
    exceptions: accepted?.exceptions ?? [],
    catalog: own.catalog,
    inventory: inventory.documents.map(({ content, file }) => ({
      object: content,
      source: { from: "inventory", file },
    })),
  };
}

interface PackSettings {
  cluster?: string[];
  profile?: Profile;
  exceptions?: string;
  catalog?: string;
}

/** The engine has held these against {@link settingsSchema}; only unknown keys get past it, see {@link misspelt}. */
function packSettings(properties: Record<string, unknown> = {}): PackSettings {
  return properties;
}

function levels(config: ReadonlyMap<string, PolicyConfiguration>): Settings["levels"] {
  const rules = policies.filter(({ name }) => name !== SETTINGS);
  return Object.fromEntries(
    rules.flatMap(({ name }) => {
      const level = config.get(name)?.level;
      // Nothing here changes resources, so "remediate" can only mean that the finding must not pass.
      return level === undefined ? [] : [[ruleId(name), level === "remediate" ? "mandatory" : level]];
    }),
  );
}

/** Names of policies and settings that do not exist; the engine lets them pass without a word. */
function misspelt(config: ReadonlyMap<string, PolicyConfiguration>): string[] {
  const names = policies.map(({ name }) => name);
  return [...config].flatMap(([name, { properties }]) => {
    if (name === "all") return [];
    if (!names.includes(name)) return [unknown("policy", name, names)];
    const known = name === SETTINGS ? Object.keys(settingsSchema) : [];
    const strange = Object.keys(properties).filter((key) => !known.includes(key));
    return strange.map((key) => `${name}: ${unknown("setting", key, [...known, "enforcementLevel"])}`);
  });
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const close = nearest(name, known) ?? nearest(ruleId(name), known.map(ruleId));
  const hint = close === undefined ? `expected one of ${known.join(", ")}` : `did you mean "${close}"?`;
  return `there is no ${what} "${name}"; ${hint}`;
}
