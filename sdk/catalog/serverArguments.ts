/**
 * Command-line arguments and environment variables of model servers, by release: when each came, when it went, what
 * it may be set to and what it is when nobody sets it.
 */
import { nearest } from "./nearest";
import table from "./serverArguments.json";
import { compareReleases, parseRelease } from "./versions";

/** One model server. */
export interface ModelServer {
  /** Such as `vllm`. */
  server: string;
  displayName: string;
  /** Whether every argument of the releases is listed, so that an unlisted one does not exist. */
  complete: boolean;
  source: string;
  /** Releases that were read, oldest first; empty where the arguments are not told apart by release. */
  versions: string[];
  arguments: ServerArgument[];
  environment: ServerVariable[];
}

/** When a name is understood. */
export interface Lifetime {
  /** First release that knows it. Absent: the oldest one read, or no releases were told apart. */
  since?: string;
  /** First release that no longer knows it. */
  removedIn?: string;
  deprecatedSince?: string;
  /** Names that took over. */
  replacements?: string[];
}

export interface ServerArgument extends Lifetime {
  /** Long name without dashes in front and with dashes inside: `max-model-len`. */
  flag: string;
  /** `switch` takes no value, `valued` one, `optional` none or one, `list` all words up to the next flag. */
  kind: "switch" | "valued" | "optional" | "list";
  /** A switch that `--no-…` turns off. */
  negatable?: boolean;
  /** Short names, written with one dash. */
  aliases?: string[];
  /** Other long names. */
  synonyms?: string[];
  /** What it is when nobody sets it, oldest first; an entry without a value: computed at start, or nothing. */
  defaults?: { since?: string; value?: string | number | boolean }[];
  /** What it may be set to, oldest first; `open`: plugins and models may add more; without values: anything. */
  choices?: { since?: string; values?: string[]; open?: boolean }[];
  notes?: string[];
}

/** An environment variable. */
export interface ServerVariable extends Lifetime {
  name: string;
  notes?: string[];
}

/** Whether a release of a server understands a name. */
export type LifetimeStatus<Entry extends Lifetime = ServerArgument> =
  | { status: "exists"; entry: Entry; isDeprecated: boolean }
  | { status: "not-yet"; entry: Entry; since: string }
  | { status: "removed"; entry: Entry; removedIn: string; replacements: readonly string[] }
  /** The server has no such name; `nearest` is one it has. */
  | { status: "unknown-name"; nearest: string | undefined }
  /** Nobody read that release, or not every name of the server is listed. */
  | { status: "undecided"; entry?: Entry };

export const modelServers: readonly ModelServer[] = table as ModelServer[];

/** @returns `undefined` for a server that the catalogue does not hold */
export function findModelServer(
  server: string,
  servers: readonly ModelServer[] = modelServers,
): ModelServer | undefined {
  return servers.find((one) => one.server === server);
}

/** An argument by its long name, a synonym or a short name, without dashes in front. */
export function findArgument(server: ModelServer, name: string): ServerArgument | undefined {
  const long = name.replaceAll("_", "-");
  return server.arguments.find(
    ({ flag, aliases = [], synonyms = [] }) => flag === long || synonyms.includes(long) || aliases.includes(name),
  );
}

/**
 * Whether a release understands an argument.
 *
 * @param flag such as `max-model-len`, without dashes in front
 * @param version such as `0.8.4`; `undefined` where the image does not tell
 * @returns `undefined` for a server that the catalogue does not hold
 */
export function serverArgument(
  server: string,
  flag: string,
  version: string | undefined,
  servers: readonly ModelServer[] = modelServers,
): LifetimeStatus | undefined {
  const known = findModelServer(server, servers);
  if (known === undefined) return undefined;
  const argument = findArgument(known, flag);
  return argument === undefined
    ? absent(known, version, () => nearestArgument(known, flag, version))
    : statusOf(argument, version, known.versions);
}

/** {@link serverArgument} for an environment variable that the server reads, such as `VLLM_USE_V1`. */
export function serverVariable(
  server: string,
  name: string,
  version: string | undefined,
  servers: readonly ModelServer[] = modelServers,
): LifetimeStatus<ServerVariable> | undefined {
  const known = findModelServer(server, servers);
  if (known === undefined) return undefined;
  const variable = known.environment.find((one) => one.name === name);
  const names = known.environment.map((one) => one.name);
  return variable === undefined
    ? absent(known, version, () => nearest(name, names))
    : statusOf(variable, version, known.versions);
}

/** The server's argument, of those the release understands, closest to a misspelt one. */
export function nearestArgument(server: ModelServer, flag: string, version?: string): string | undefined {
  const present = server.arguments.filter(
    (argument) => version === undefined || statusOf(argument, version, server.versions).status === "exists",
  );
  return nearest(
    flag,
    present.map((argument) => argument.flag),
  );
}

/** What an argument is when nobody sets it; `undefined` where it is computed at start or not known. */
export function defaultOf({ defaults = [] }: ServerArgument, version: string): string | number | boolean | undefined {
  return inForce(defaults, version)?.value;
}

/** What an argument may be set to; `undefined` where it may be anything, or nobody knows. */
export function choicesOf(
  { choices = [] }: ServerArgument,
  version: string,
): { values: readonly string[]; open: boolean } | undefined {
  const { values, open = false } = inForce(choices, version) ?? {};
  return values && { values, open };
}

function inForce<T extends { since?: string }>(entries: readonly T[], version: string): T | undefined {
  const release = parseRelease(version);
  if (release === undefined) return undefined;
  return entries.findLast(({ since }) => since === undefined || compareReleases(since, release) <= 0);
}

function absent(
  { complete, versions }: ModelServer,
  version: string | undefined,
  propose: () => string | undefined,
): { status: "unknown-name"; nearest: string | undefined } | { status: "undecided" } {
  const isDecided = complete && isCovered(version, versions);
  return isDecided ? { status: "unknown-name", nearest: propose() } : { status: "undecided" };
}

/** Within the releases that were read; a patch release of the newest one counts. */
function isCovered(version: string | undefined, versions: readonly string[]): boolean {
  const release = version === undefined ? undefined : parseRelease(version);
  const [oldest, newest] = [versions[0], parseRelease(versions.at(-1) ?? "")];
  if (release === undefined || oldest === undefined || newest === undefined) return versions.length === 0;
  const isOfNewestMinor = release[0] === newest[0] && release[1] === newest[1];
  return compareReleases(oldest, release) <= 0 && (isOfNewestMinor || compareReleases(release, newest) <= 0);
}

/** Between two releases that were read, the last before a change and the first after it, nobody knows. */
function statusOf<Entry extends Lifetime>(
  entry: Entry,
  version: string | undefined,
  versions: readonly string[],
): LifetimeStatus<Entry> {
  const { since, removedIn, deprecatedSince, replacements = [] } = entry;
  if (versions.length === 0) return { status: "exists", entry, isDeprecated: deprecatedSince !== undefined };
  const release = version === undefined ? undefined : parseRelease(version);
  if (release === undefined || !isCovered(version, versions)) return { status: "undecided", entry };
  const isBefore = (change: string): boolean => compareReleases(release, change) < 0;
  const isAfterLastBefore = (change: string): boolean =>
    compareReleases(release, versions[versions.indexOf(change) - 1] ?? change) > 0;
  const changes = [since, removedIn].filter((change) => change !== undefined);
  if (changes.some((change) => isBefore(change) && isAfterLastBefore(change))) return { status: "undecided", entry };
  if (since !== undefined && isBefore(since)) return { status: "not-yet", entry, since };
  if (removedIn !== undefined && !isBefore(removedIn)) return { status: "removed", entry, removedIn, replacements };
  return { status: "exists", entry, isDeprecated: deprecatedSince !== undefined && !isBefore(deprecatedSince) };
}
