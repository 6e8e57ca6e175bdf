/** Create: makes the object, or says what it would become. */
import { setTimeout as delay } from "node:timers/promises";
import { ApiError, isRefusal } from "./apiServer";
import { apply, CREATING_MANAGER, fieldManager, forces } from "./apply";
import { awaitReady, NotReadyError, probeOf, timeoutSeconds } from "./await";
import { UnknownKindError } from "./discovery";
import { InitializationError, messageOf } from "../plugin/initializationError";
import { idOf, identify, namespaceOf, textAt, without } from "./objects";
import { clusterOf, reachable, type Session } from "./session";
import { writeState } from "./state";
import { fromPulumi, hasUnknown, type JsonObject } from "./wire";

export interface CreateRequest {
  urn: string;
  properties: JsonObject;
  /** Of the resource option `customTimeouts`; 0 when not given. */
  timeout: number;
  preview: boolean;
}

export interface Created {
  id: string;
  properties: JsonObject;
}

const RETRY_AFTER_SECONDS = [1, 2, 4, 8, 16];

export async function create(session: Session, request: CreateRequest): Promise<Created> {
  const inputs = fromPulumi(request.properties);
  const { patch } = identify(request.urn);
  const unchanged = { id: "", properties: request.properties };
  if (request.preview && (patch || !(await canPreview(session, inputs)))) return unchanged;
  clusterOf(session);
  // A wrong annotation is an error before anything exists.
  probeOf(inputs);
  const manager = fieldManager(inputs);
  let live: JsonObject;
  try {
    live = await withRetries(session, request, () => make(session, inputs, manager, patch, request.preview));
  } catch (error) {
    if (request.preview && isNoPreview(error)) return unchanged;
    throw new Error(explain(request.urn, error), { cause: error });
  }
  if (request.preview) {
    return { id: "", properties: writeState(inputs, without(live, "status"), request.properties, manager) };
  }
  const state = (seen: JsonObject): Created => ({
    id: idOf(seen),
    properties: writeState(inputs, seen, request.properties, manager),
  });
  try {
    const timeout = timeoutSeconds(request.timeout, inputs);
    return state(await awaitReady(session, { urn: request.urn, inputs, live, timeoutSeconds: timeout }));
  } catch (error) {
    // Whatever went wrong, the object is there.
    const [seen, reasons] = error instanceof NotReadyError ? [error.live, error.reasons] : [live, []];
    const message =
      `resource "${request.urn}" was successfully created, but the Kubernetes API server ` +
      `reported that it failed to fully initialize or become live: ${messageOf(error)}`;
    throw new InitializationError(message, state(seen), reasons);
  }
}

async function canPreview(session: Session, inputs: JsonObject): Promise<boolean> {
  const cluster = reachable(session);
  if (cluster === undefined || !session.configuration.serverSideApply || hasUnknown(inputs)) return false;
  return cluster.discovery.typeOfObject(inputs).then(
    () => true,
    () => false,
  );
}

async function make(session: Session, inputs: JsonObject, manager: string, patch: boolean, preview: boolean) {
  const { serverSideApply, upsert } = session.configuration;
  if (serverSideApply && (upsert || patch)) {
    return apply(session, inputs, { manager, force: forces(session, inputs, undefined, preview), preview });
  }
  const { api, discovery } = clusterOf(session);
  const type = await discovery.typeOfObject(inputs);
  const query = { fieldManager: CREATING_MANAGER, dryRun: preview ? "All" : undefined };
  const scoped = type.namespaced ? inputs : without(inputs, "metadata", "namespace");
  return api.request("POST", type.collection(namespaceOf(scoped)), { query, body: scoped });
}

/** Tries again while the namespace or the definition of the kind is still to come. */
async function withRetries<T>(session: Session, request: CreateRequest, attempt: () => Promise<T>): Promise<T> {
  for (const seconds of RETRY_AFTER_SECONDS) {
    try {
      return await attempt();
    } catch (error) {
      const tooEarly = error instanceof UnknownKindError || isRefusal(error, "NotFound");
      if (!tooEarly || request.preview) throw error;
      session.log.status(request.urn, `Retrying in ${seconds} s; creation failed: ${error.message}`);
      await delay(seconds * 1000, undefined, { signal: session.cancelled });
    }
  }
  return attempt();
}

/** Refusals that do not fail a preview, as with the official plugin: then the inputs are all that is said. */
function isNoPreview(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof UnknownKindError;
  const missingNamespace = error.reason === "NotFound" && textAt(error.status, "details", "kind") === "namespaces";
  const noDryRun = error.message.includes("does not support dry run");
  return missingNamespace || noDryRun || isRefusal(error, "Forbidden", "AlreadyExists");
}

function explain(urn: string, error: unknown): string {
  const message = messageOf(error);
  if (error instanceof UnknownKindError) {
    const { apiVersion, kind } = identify(urn);
    return (
      `creation of resource "${urn}" with kind ${apiVersion}/${kind} failed because the Kubernetes API server ` +
      "reported that the apiVersion for this resource does not exist. " +
      `Verify that any required CRDs have been created: ${message}`
    );
  }
  const failed = `resource "${urn}" was not successfully created by the Kubernetes API server: ${message}`;
  return isRefusal(error, "AlreadyExists") ? `${failed}\n\n${ALREADY_EXISTS}` : failed;
}

const ALREADY_EXISTS = [
  "An object of this name is in the cluster already. If this resource was renamed, give it an alias of its old name;",
  "to manage the object from now on, run `pulumi import`; to set some of its fields only, use the Patch resource of",
  "its kind; to overwrite it, set upsertExistingObjects on the provider.",
].join("\n");
