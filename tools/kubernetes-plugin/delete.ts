/** Delete: removes the object and waits until it is gone. */
import { isRefusal } from "./apiServer";
import { apply, CREATING_MANAGER } from "./apply";
import { awaitGone, NotReadyError, SKIP_AWAIT, timeoutSeconds } from "./await";
import { UnknownKindError } from "./discovery";
import { InitializationError } from "../plugin/initializationError";
import { annotationOf, apiVersionOf, identify, kindOf, nameOf, namespaceOf, parseId, type Identity } from "./objects";
import { clusterOf, reachable, type Session } from "./session";
import { readState, writeState } from "./state";
import type { JsonObject } from "./wire";

export interface DeleteRequest {
  urn: string;
  id: string;
  properties: JsonObject;
  timeout: number;
}

const PROPAGATION = "pulumi.com/deletionPropagationPolicy";

/** Kinds for which `pulumi.com/skipAwait` also skips the wait for their end. */
const MAY_SKIP: ReadonlySet<string> = new Set([
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
]);

/** @throws InitializationError when the object is still there after the time allowed */
export async function remove(session: Session, request: DeleteRequest): Promise<void> {
  if (reachable(session) === undefined && session.configuration.deleteUnreachable) return;
  const { api, discovery } = clusterOf(session);
  const identity = identify(request.urn);
  const state = readState(request.properties);
  const { namespace, name } = parseId(request.id);
  try {
    if (identity.patch) {
      await giveUpFields(session, state.live, identity, state.fieldManager ?? CREATING_MANAGER);
      return;
    }
    const type = await discovery.typeOf(apiVersionOf(state.live) || identity.apiVersion, identity.kind);
    const path = `${type.collection(type.namespaced ? (namespace ?? session.namespace) : undefined)}/${name}`;
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: propagation(state.inputs) };
    const answer = await api.request("DELETE", path, { body });
    // The object itself instead of a status means that something is still to be done with it.
    if (kindOf(answer) === "Status") return;
    if (annotationOf(state.inputs, SKIP_AWAIT) === "true" && MAY_SKIP.has(`${type.apiVersion}/${type.kind}`)) return;
    const live = await api.request("GET", path);
    await awaitGone(session, request.urn, live, timeoutSeconds(request.timeout, state.inputs));
  } catch (error) {
    // Whoever removed the object, or the definition of its kind and so all objects of it, did what was asked.
    if (error instanceof UnknownKindError || isRefusal(error, "NotFound")) return;
    if (!(error instanceof NotReadyError)) throw error;
    const properties = writeState(state.inputs, error.live, request.properties, state.fieldManager ?? CREATING_MANAGER);
    const message = [error.message, ...error.reasons].join(": ");
    throw new InitializationError(message, { id: request.id, properties });
  }
}

function propagation(inputs: JsonObject): string {
  const policy = annotationOf(inputs, PROPAGATION)?.toLowerCase();
  if (policy === "orphan") return "Orphan";
  return policy === "background" ? "Background" : "Foreground";
}

/** A patch resource ends by applying nothing: its fields go, unless others manage them too. */
async function giveUpFields(session: Session, live: JsonObject, identity: Identity, manager: string): Promise<void> {
  const namespace = namespaceOf(live);
  const metadata = { name: nameOf(live) ?? "", ...(namespace === undefined ? {} : { namespace }) };
  const empty = { apiVersion: apiVersionOf(live), kind: kindOf(live) || identity.kind, metadata };
  await apply(session, empty, { manager, force: true, preview: false });
}
