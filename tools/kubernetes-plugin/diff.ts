/** Diff: what an update would change of what the user wrote, and whether the object can be changed in place. */
import { isDeepStrictEqual } from "node:util";
import { applyDryRun } from "./apply";
import { AUTONAMED } from "./check";
import { compare, type Change } from "../plugin/compare";
import { annotationOf, apiVersionOf, at, identify, kindOf, nameOf, namespaceOf, withValue, without } from "./objects";
import { isBuiltIn, normalizeInputs } from "./normalize";
import { covers, formatPath, parsePath, type PropertyPath } from "../plugin/propertyPath";
import type { PropertyChange } from "../plugin/service";
import replacement from "./replacement.json";
import { reachable, type Session } from "./session";
import { prune, readState, type State } from "./state";
import { fromPulumi, hasUnknown, type Json, type JsonObject } from "./wire";

export interface DiffRequest {
  urn: string;
  /** The resource's properties in the state. */
  olds: JsonObject;
  news: JsonObject;
  ignoreChanges: string[];
}

export interface Diff {
  changes: PropertyChange[];
  deleteBeforeReplace: boolean;
}

/** Compares the new inputs with that part of the last known live object which the old inputs speak of. */
export async function diff(session: Session, request: DiffRequest): Promise<Diff> {
  const identity = identify(request.urn);
  const state = readState(request.olds);
  const news = await withNamespaceOf(session, normalizeInputs(fromPulumi(request.news)));
  const olds = await comparable(session, state, news);
  const found = compare(olds, news);
  const changes = (await dropMeaningless(session, state, news, found)).filter(
    (change) => !request.ignoreChanges.some((ignored) => covers(parsePath(ignored), change.path)),
  );
  const immutable = immutablePaths(session, news, identity.patch);
  const result = changes.map((change) => ({
    path: formatPath(change.path),
    kind: change.kind,
    replace: immutable.some((pattern) => touches(pattern, change)),
  }));
  const sameName = nameOf(news) !== undefined && nameOf(news) === nameOf(state.live);
  const sameNamespace = namespaceOf(news) === namespaceOf(olds);
  const named = annotationOf(news, AUTONAMED) !== "true";
  const replaces = result.some((change) => change.replace);
  return { changes: result, deleteBeforeReplace: replaces && named && sameName && sameNamespace };
}

async function comparable(session: Session, state: State, news: JsonObject): Promise<JsonObject> {
  let olds = prune(state.live, normalizeInputs(state.inputs));
  olds = { apiVersion: apiVersionOf(news), kind: kindOf(news), ...without(olds, "metadata", "resourceVersion") };
  const name = nameOf(state.live);
  if (nameOf(news) !== undefined && name !== undefined) olds = withValue(olds, ["metadata", "name"], name);
  return withNamespaceOf(session, olds);
}

/** Objects of a namespaced kind name a namespace, all others none. */
async function withNamespaceOf(session: Session, object: JsonObject): Promise<JsonObject> {
  const cluster = reachable(session);
  const namespaced =
    cluster === undefined || (await cluster.discovery.isNamespaced(apiVersionOf(object), kindOf(object)));
  if (!namespaced) return without(object, "metadata", "namespace");
  const named = at(object, "metadata", "namespace") !== undefined;
  return named ? object : withValue(object, ["metadata", "namespace"], "default");
}

/**
 * Drops differences in spelling only (a CPU of `0.5` for `500m`): those where applying the new inputs would leave the
 * field as it is. For built-in kinds, as the official plugin, which knows their types; of a custom resource it does not.
 */
async function dropMeaningless(session: Session, state: State, news: JsonObject, found: Change[]): Promise<Change[]> {
  const written = found.some(({ kind }) => kind !== "delete");
  const moved = found.some(({ path }) => path[0] === "metadata" && (path[1] === "name" || path[1] === "namespace"));
  if (!written || moved || hasUnknown(news) || !isBuiltIn(apiVersionOf(news))) return found;
  if (reachable(session) === undefined) return found;
  const applied = await applyDryRun(session, news, nameOf(state.live)).catch(() => undefined);
  if (applied === undefined) return found;
  return found.filter(
    ({ kind, path }) => kind === "delete" || !isDeepStrictEqual(at(applied, ...path), at(state.live, ...path)),
  );
}

/** Paths whose change means a new object. The table is the official plugin's. */
function immutablePaths(session: Session, inputs: JsonObject, patch: boolean): PropertyPath[] {
  const identity = [".metadata.name", ".metadata.namespace"];
  if (patch) return identity.map(parsePath);
  const kinds: Record<string, Record<string, string[]>> = replacement;
  const table = kinds[apiVersionOf(inputs)]?.[kindOf(inputs)] ?? [];
  return [...identity, ...table, ...immutableData(session, inputs)].map(parsePath);
}

/** Data of a Secret or ConfigMap is replaced rather than changed, so that what uses it notices, unless configured otherwise. */
function immutableData({ configuration }: Session, inputs: JsonObject): string[] {
  if (apiVersionOf(inputs) !== "v1") return [];
  const frozen = inputs.immutable === true;
  if (kindOf(inputs) === "Secret" && (frozen || !configuration.secretMutable)) return [".stringData", ".data"];
  if (kindOf(inputs) === "ConfigMap" && (frozen || !configuration.configMapMutable)) return [".binaryData", ".data"];
  return [];
}

/** Whether a change touches an immutable path: lies below it, or brings a value that contains it. */
function touches(pattern: PropertyPath, { path, value }: Change): boolean {
  if (covers(pattern, path)) return true;
  if (!covers(pattern.slice(0, path.length), path)) return false;
  return contains(value, pattern.slice(path.length));
}

function contains(value: Json | undefined, [step, ...rest]: PropertyPath): boolean {
  if (step === undefined) return true;
  if (value === undefined) return false;
  if (step === "*") return Array.isArray(value) && value.some((item) => contains(item, rest));
  const inner = at(value, step);
  return inner !== undefined && contains(inner, rest);
}
