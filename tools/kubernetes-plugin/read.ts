/** Read: the live object, for a refresh or an import. */
import { isRefusal } from "./apiServer";
import { fieldManager } from "./apply";
import { probeOf } from "./await";
import { UnknownKindError } from "./discovery";
import { diagnose } from "./diagnosis";
import { InitializationError } from "../plugin/initializationError";
import { normalizeInputs } from "./normalize";
import { annotationOf, apiVersionOf, identify, kindOf, nameOf, parseId, without } from "./objects";
import { isProbedOnRead } from "./readiness";
import { clusterOf, reachable, type Session } from "./session";
import { prune, readState, writeState } from "./state";
import { copySecrets, fromPulumi, toPulumi, type JsonObject } from "./wire";

export interface ReadRequest {
  urn: string;
  id: string;
  /** From the state; empty for an import. */
  properties: JsonObject;
  inputs: JsonObject;
}

export interface Found {
  /** Empty when the object is gone. */
  id: string;
  properties: JsonObject;
  inputs: JsonObject;
}

const GONE: Found = { id: "", properties: {}, inputs: {} };

export async function read(session: Session, request: ReadRequest): Promise<Found> {
  const cluster = reachable(session);
  if (cluster === undefined) return readUnreachable(session, request);
  const identity = identify(request.urn);
  const { namespace, name } = parseId(request.id);
  if (name === "")
    throw new Error(`cannot read ${request.urn}: "${request.id}" is not an id of the form namespace/name or name`);
  const state = readState(request.properties);
  const olds = normalizeInputs(fromPulumi(request.inputs));
  const apiVersion = apiVersionOf(olds) || apiVersionOf(state.live) || identity.apiVersion;
  let live: JsonObject;
  try {
    const type = await cluster.discovery.typeOf(apiVersion, identity.kind);
    const place = type.namespaced ? (namespace ?? session.namespace) : undefined;
    live = await cluster.api.request("GET", `${type.collection(place)}/${name}`);
  } catch (error) {
    if (error instanceof UnknownKindError || isRefusal(error, "NotFound")) return GONE;
    throw error;
  }
  const known = Object.keys(olds).length > 0;
  const inputs = known ? prune(live, olds) : importedInputs(live);
  const manager = fieldManager(inputs, state.fieldManager);
  const found = {
    id: request.id,
    properties: writeState(inputs, live, request.inputs, manager),
    inputs: copySecrets(toPulumi(inputs), request.inputs),
  };
  if (known) await reportUnready(session, live, olds, found);
  return found;
}

async function reportUnready(session: Session, live: JsonObject, inputs: JsonObject, found: Found): Promise<void> {
  const { api } = clusterOf(session);
  const custom = annotationOf(inputs, "pulumi.com/waitFor") !== undefined;
  const probe = custom || !isProbedOnRead(live) ? undefined : probeOf(inputs);
  const readiness = await probe?.(live, { api, before: live });
  if (readiness === undefined || readiness.ready) return;
  const message = `Resource '${nameOf(live) ?? ""}' was created but failed to initialize`;
  throw new InitializationError(message, found, [readiness.missing, ...(await diagnose(api, live))]);
}

/** Everything of an object that a user may have written. */
function importedInputs(live: JsonObject): JsonObject {
  const written = without(normalizeInputs(live), "status");
  const generated = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];
  return generated.reduce<JsonObject>((object, key) => without(object, "metadata", "annotations", key), {
    ...written,
    apiVersion: apiVersionOf(live),
    kind: kindOf(live),
  });
}

function readUnreachable({ configuration, log, cluster }: Session, request: ReadRequest): Found {
  const why = "unreachable" in cluster ? cluster.unreachable : "";
  log.warn(request.urn, `configured Kubernetes cluster is unreachable: ${why}`);
  if (configuration.deleteUnreachable) return GONE;
  if (configuration.skipUpdateUnreachable) return request;
  throw new Error(
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this " +
      "resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment " +
      `variable set to "true": ${why}`,
  );
}
