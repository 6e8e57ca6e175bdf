/** Update: applies new inputs to an object in place. */
import { isRefusal } from "./apiServer";
import { apply, fieldManager, forces, keepIgnored, takeOver } from "./apply";
import { awaitReady, NotReadyError, probeOf, timeoutSeconds } from "./await";
import { compare } from "../plugin/compare";
import { UnknownKindError } from "./discovery";
import { InitializationError, messageOf } from "../plugin/initializationError";
import { normalizeInputs } from "./normalize";
import { at, idOf, identify, kindOf, nameOf, namespaceOf, withValue } from "./objects";
import { clusterOf, reachable, type Session } from "./session";
import { readState, writeState } from "./state";
import { fromPulumi, hasUnknown, isObject, type Json, type JsonObject } from "./wire";

export interface UpdateRequest {
  urn: string;
  /** The resource's properties in the state. */
  olds: JsonObject;
  news: JsonObject;
  timeout: number;
  ignoreChanges: string[];
  preview: boolean;
}

/** @returns the resource's new properties */
export async function update(session: Session, request: UpdateRequest): Promise<JsonObject> {
  const inputs = normalizeInputs(fromPulumi(request.news));
  const cluster = reachable(session);
  if (request.preview && (hasUnknown(inputs) || cluster === undefined)) return request.news;
  const { api, discovery } = clusterOf(session);
  probeOf(inputs);
  const state = readState(request.olds);
  const manager = fieldManager(inputs, state.fieldManager);
  const written = (live: JsonObject): JsonObject => writeState(inputs, live, request.news, manager);
  let before: JsonObject | undefined;
  try {
    const type = await discovery.typeOfObject(inputs);
    const path = `${type.collection(type.namespaced ? namespaceOf(inputs) : undefined)}/${nameOf(state.live) ?? ""}`;
    before = await api.request("GET", path);
    const live = await change(session, request, { inputs, before, manager, olds: state.inputs, path });
    if (request.preview) return written(live);
    const timeout = timeoutSeconds(request.timeout, inputs);
    return written(await awaitReady(session, { urn: request.urn, inputs, live, before, timeoutSeconds: timeout }));
  } catch (error) {
    if (request.preview && (error instanceof UnknownKindError || isRefusal(error, "Forbidden"))) return request.news;
    if (before === undefined)
      throw new Error(`update of resource "${request.urn}" failed: ${messageOf(error)}`, { cause: error });
    const live = error instanceof NotReadyError ? error.live : before;
    const message =
      `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ` +
      messageOf(error);
    const reasons = error instanceof NotReadyError ? error.reasons : [];
    throw new InitializationError(message, { id: idOf(live), properties: written(live) }, reasons);
  }
}

interface Change {
  inputs: JsonObject;
  before: JsonObject;
  manager: string;
  olds: JsonObject;
  path: string;
}

async function change(session: Session, request: UpdateRequest, context: Change): Promise<JsonObject> {
  const { inputs, before, manager, olds, path } = context;
  const { preview } = request;
  const { api } = clusterOf(session);
  const query = { fieldManager: manager, dryRun: preview ? "All" : undefined };
  if (kindOf(inputs) === "CustomResourceDefinition") {
    // As `kubectl replace`: an apply would leave versions and fields behind that the new definition has dropped.
    const resourceVersion = at(before, "metadata", "resourceVersion") ?? null;
    return api.request("PUT", path, {
      query,
      body: withValue(inputs, ["metadata", "resourceVersion"], resourceVersion),
    });
  }
  if (!session.configuration.serverSideApply) {
    const body = mergePatch(olds, inputs);
    return api.request("PATCH", path, { query, body, contentType: "application/merge-patch+json" });
  }
  const { patch } = identify(request.urn);
  const live = preview || patch ? before : await takeOver(session, before, manager);
  const wanted = keepIgnored(inputs, live, manager, request.ignoreChanges);
  return apply(session, wanted, { manager, force: forces(session, inputs, live, preview), preview });
}

/** What turns `old` into `next` (RFC 7386). */
function mergePatch(old: JsonObject, next: JsonObject): JsonObject {
  const patch: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const [before, after] = [old[key], next[key]];
    if (after === undefined) patch[key] = null;
    else if (isObject(before) && isObject(after)) patch[key] = mergePatch(before, after);
    else if (compare(before, after).length > 0) patch[key] = after;
  }
  return patch;
}
