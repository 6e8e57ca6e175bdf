/** Check: completes a resource's inputs with everything that follows from them. */
import { createHash, randomBytes } from "node:crypto";
import { annotationOf, apiVersionOf, at, identify, textAt, withValue, without, type Identity } from "./objects";
import { normalizeInputs } from "./normalize";
import { reachable, type Session } from "./session";
import { copySecrets, fromPulumi, isObject, isUnknown, toPulumi, type JsonObject } from "./wire";

export interface Autonaming {
  mode: "propose" | "enforce" | "disable";
  name: string;
}

export interface CheckRequest {
  urn: string;
  /** Inputs of the last run; undefined for a new resource. */
  olds: JsonObject | undefined;
  news: JsonObject;
  seed: Uint8Array;
  autonaming?: Autonaming;
}

/** Says that the name was made up, so that a replacement may exist beside what it replaces. */
export const AUTONAMED = "pulumi.com/autonamed";
const MANAGED_BY = "app.kubernetes.io/managed-by";

export async function check(session: Session, request: CheckRequest): Promise<JsonObject> {
  const identity = identify(request.urn);
  if (identity.kind.endsWith("List") && identity.kind !== "List") refuseList(identity);
  let inputs = fromPulumi(request.news);
  inputs = { ...inputs, apiVersion: apiVersionOf(inputs) || identity.apiVersion, kind: inputs.kind ?? identity.kind };
  inputs = normalizeInputs({ ...inputs, metadata: inputs.metadata ?? {} });
  inputs = withName(inputs, request, identity, session.configuration.serverSideApply);
  inputs = withManagedBy(inputs, request.olds, session.configuration.serverSideApply);
  inputs = await withNamespace(inputs, session, identity);
  return copySecrets(toPulumi(inputs), request.news);
}

function refuseList(identity: Identity): never {
  throw new Error(`${identity.token}: lists cannot be created; declare the objects of the list one by one`);
}

function withName(inputs: JsonObject, request: CheckRequest, identity: Identity, apply: boolean): JsonObject {
  if (at(inputs, "metadata", "name") !== undefined || isUnknown(inputs.metadata)) return inputs;
  if (identity.patch) throw new Error(`${identity.token}: a patch resource needs metadata.name`);
  if (at(inputs, "metadata", "generateName") !== undefined) {
    if (apply)
      throw new Error("metadata.generateName does not work with server-side apply; omit it to get a made-up name");
    return inputs;
  }
  const olds = fromPulumi(request.olds ?? {});
  const name = request.olds === undefined ? makeName(request, identity) : adoptedName(olds);
  if (name === undefined) return inputs;
  return withValue(withValue(inputs, ["metadata", "name"], name), ["metadata", "annotations", AUTONAMED], "true");
}

function adoptedName(olds: JsonObject): string | undefined {
  return annotationOf(olds, AUTONAMED) === "true" ? textAt(olds, "metadata", "name") : undefined;
}

function makeName({ autonaming, seed }: CheckRequest, identity: Identity): string {
  if (autonaming?.mode === "disable") throw new Error("autonaming is disabled, the resource needs metadata.name");
  if (autonaming !== undefined) return autonaming.name;
  const random = seed.length === 0 ? randomBytes(32) : createHash("sha256").update(seed).digest();
  return `${identity.name}-${random.toString("hex").slice(0, 8)}`;
}

/** With server-side apply the field managers say whose an object is; the label is then only kept, never added. */
function withManagedBy(inputs: JsonObject, olds: JsonObject | undefined, apply: boolean): JsonObject {
  const label = process.env.PULUMI_KUBERNETES_MANAGED_BY_LABEL ?? "pulumi";
  const wanted = olds === undefined ? !apply : labelOf(fromPulumi(olds)) === label;
  return wanted ? withValue(inputs, ["metadata", "labels", MANAGED_BY], label) : inputs;
}

function labelOf(object: JsonObject): string | undefined {
  return textAt(object, "metadata", "labels", MANAGED_BY);
}

async function withNamespace(inputs: JsonObject, session: Session, identity: Identity): Promise<JsonObject> {
  const given = at(inputs, "metadata", "namespace");
  if (!isObject(inputs.metadata) || (given !== undefined && given !== "" && given !== null)) return inputs;
  const cluster = reachable(session);
  const namespaced =
    cluster === undefined || (await cluster.discovery.isNamespaced(identity.apiVersion, identity.kind));
  return namespaced
    ? withValue(inputs, ["metadata", "namespace"], session.namespace)
    : without(inputs, "metadata", "namespace");
}
