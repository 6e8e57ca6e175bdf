/** Services whose update never starts, because the API server takes them, or a Deployment of theirs, not as they are. */
import { customKind, declaredBeside } from "../../sdk/admission/schema/schemas";
import { admissionVerdict, type AdmissionCause, type AdmissionVerdict } from "../../sdk/admission/verdict";
import { nearest } from "../../sdk/catalog/nearest";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { annotations, type InferenceService } from "../../sdk/kubernetes/kserve";
import { UNKNOWN } from "../../sdk/pod/unknown";
import * as kinds from "../world/kinds";
import { isRecord } from "../world/reference";
import { refusedDeployment, type Refusal } from "./refusedDeployment";
import { readable } from "../world/snapshot";
import type { Workload, World, WorldObject } from "../world/types";
import { controllerConfig } from "../world/workload";

const known = new WeakMap<Workload, { refusal: Refusal | undefined }>();

/** The first refusal, since nothing goes further; `undefined` also where it is not known yet. Worked out once. */
export function refusedService(workload: Workload, world: World): Refusal | undefined {
  const found = known.get(workload) ?? { refusal: firstRefusal(workload, world) };
  known.set(workload, found);
  return found.refusal;
}

function firstRefusal(workload: Workload, world: World): Refusal | undefined {
  const [refused] = readable(() => [refusedObject(workload, world) ?? []].flat());
  if (refused !== undefined) return refused;
  return readable(() => {
    if (workload.mode === "Knative") return [];
    if (workload.service.metadata.annotations?.[annotations.stop]?.toLowerCase() === "true") return [];
    return workload.components.flatMap((one) => refusedDeployment(one, workload) ?? []);
  })[0];
}

const NO_UPDATE = "The API server refuses this service, so its pods stay as they are. It will say:";

/** The object itself: others may have its name, or their names may not be known. */
function writtenOf({ ref, service }: Workload, world: World): WorldObject<InferenceService> | undefined {
  const named = world.find(kinds.inferenceService, ref.name, ref.namespace);
  if (named?.object === service) return named;
  return world.subjects(kinds.inferenceService).find(({ object }) => object === service);
}

function refusedObject(workload: Workload, world: World): Refusal | undefined {
  const written = writtenOf(workload, world);
  if (written === undefined) return undefined;
  const object = asSent(written.raw);
  const kind = customKind(object.apiVersion, object.kind);
  if (kind === undefined) {
    const version = object.apiVersion.split("/").at(-1) ?? "";
    return {
      path: "apiVersion",
      text: `${NO_UPDATE} no matches for kind "${object.kind}" in version "${object.apiVersion}"`,
      fix: `KServe 0.17 has no version ${version} of this kind: write serving.kserve.io/v1beta1.`,
    };
  }
  const context = { config: controllerConfig(world), ...previousOf(world.previous(written)?.raw) };
  const applied = admissionVerdict(object, context);
  if (applied.verdict !== "refused") return undefined;
  for (const { origin, field, message } of applied.causes) {
    const meant = isUndeclared(origin, message) ? nearest(lastStep(field), declaredBeside(kind, field)) : undefined;
    if (meant === undefined) continue;
    return { path: field, text: `${NO_UPDATE} ${applied.message}`, fix: `Did you mean ${meant}? Correct ${field}.` };
  }
  // Another KServe may declare a field of another name, and only server-side apply refuses some other things.
  return refusalOf(admissionVerdict(object, { ...context, request: "write" }));
}

function refusalOf(verdict: AdmissionVerdict): Refusal | undefined {
  if (verdict.verdict !== "refused") return undefined;
  const [cause] = verdict.causes;
  const path = cause === undefined || cause.field === "" ? "spec" : cause.field;
  const isStrategy = path.includes("deploymentStrategy") && cause?.origin === "validating webhook";
  const fix = isStrategy ? `Remove ${path}, or use the deployment mode Standard.` : `Correct ${path}.`;
  return { path, text: `${NO_UPDATE} ${verdict.message}`, fix };
}

function isUndeclared(origin: AdmissionCause["origin"], message: string): boolean {
  return origin === "server-side apply" && message === "field not declared in schema";
}

function lastStep(field: string): string {
  return field.split(".").at(-1) ?? "";
}

/** The object without its status, which is written elsewhere; the name that the server will generate is not known. */
function asSent(raw: InferenceService): KubernetesObject {
  const rest = Object.fromEntries(Object.entries(raw).filter(([key]) => key !== "status"));
  const metadata: unknown = raw.metadata;
  const isGenerated = isRecord(metadata) && metadata.generateName !== undefined;
  const named = isGenerated ? { ...rest, metadata: { ...metadata, name: UNKNOWN } } : rest;
  return { apiVersion: raw.apiVersion, kind: raw.kind, metadata: raw.metadata, ...named };
}

function previousOf(previous: InferenceService | undefined): { previous?: InferenceService } {
  return previous === undefined ? {} : { previous };
}
