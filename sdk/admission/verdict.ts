/**
 * Whether the API server of a cluster with KServe would take an object, and what it would answer otherwise.
 *
 * The steps are the API server's, in its order: reading, defaulting webhook, schema and metadata, validating webhook.
 * Each step either refuses with everything it has to say or hands the object on.
 */
import { type ControllerConfig, DEFAULT_CONTROLLER_CONFIG } from "../pod/controllerConfig";
import type { KubernetesObject } from "../kubernetes/core";
import { isObject, type Json, prune, withDefaults, withoutNulls } from "./schema/coerce";
import { defaulted, undecidedPlaces } from "./webhooks/defaulter";
import { aggregate, type FieldError } from "./schema/fieldError";
import { goDecode, goEncode } from "./golang/objects";
import { labelAndAnnotationErrors, metadataErrors } from "./schema/metadata";
import { applyErrors } from "./schema/apply";
import { customKind, type CustomKind, type Schema, schemaAt } from "./schema/schemas";
import { listErrors, schemaErrors } from "./schema/structural";
import { validatorOf } from "./webhooks/validators";

/** Who refuses. */
export type AdmissionOrigin =
  | "request"
  | "fields not declared"
  | "server-side apply"
  | "defaulting webhook"
  | "metadata"
  | "schema"
  | "validating webhook";

/** One complaint. */
export interface AdmissionCause {
  origin: AdmissionOrigin;
  /** The field to change, such as `spec.predictor.minReplicas`; empty for the whole object. */
  field: string;
  /** The complaint about the field, in the API server's words. */
  message: string;
}

/** How a request is made, and what of the cluster the answer depends on. */
export interface AdmissionContext {
  /**
   * `apply` is server-side apply, Pulumi's default, which refuses undeclared fields and wrong types by itself;
   * `write` is a plain create or update, as of `kubectl create`. Default: `apply`.
   */
  request?: "apply" | "write";
  /**
   * What happens to fields that the schema does not declare in a `write`: `Strict` (kubectl's default) refuses them,
   * otherwise they are dropped. Default: `Warn`, the API server's own.
   */
  fieldValidation?: "Strict" | "Warn" | "Ignore";
  /** The stored object, for an update. */
  previous?: KubernetesObject;
  /** ServingRuntimes of the namespace and ClusterServingRuntimes, for the priorities of a runtime. Default: none. */
  runtimes?: readonly KubernetesObject[];
  /** KServe's ConfigMap. Default: as shipped, in Standard mode. */
  config?: ControllerConfig;
}

export type AdmissionVerdict =
  | { verdict: "allowed"; warnings: string[] }
  | { verdict: "refused"; /** The API server's whole answer. */ message: string; causes: AdmissionCause[] }
  | { verdict: "unknown"; /** Fields that decide it and are known only after apply. */ paths: string[] }
  | { verdict: "unsupported"; /** Kinds whose admission is not modelled. */ kind: string };

/** A step that lets the object pass, perhaps changed, or refuses it. */
type Step = { object: Json; undecided: string[] } | { refused: AdmissionVerdict & { verdict: "refused" } };

/**
 * The API server's verdict on an object of KServe 0.17 and Kubernetes 1.34.
 * A value known only after apply is UNKNOWN; it is taken to be of its field's type.
 */
export function admissionVerdict(object: KubernetesObject, context: AdmissionContext = {}): AdmissionVerdict {
  const kind = customKind(object.apiVersion, object.kind);
  if (kind === undefined) return { verdict: "unsupported", kind: `${object.apiVersion} ${object.kind}` };
  const request = { kind, schema: schemaAt(kind.schema), context, config: context.config ?? DEFAULT_CONTROLLER_CONFIG };
  const warnings: string[] = [];
  const undecided: string[] = [];
  let current: Json = { ...object };
  for (const step of [read(warnings), mutate, checkSchema, validate]) {
    const result = step(current, request);
    if ("refused" in result) return result.refused;
    undecided.push(...result.undecided);
    current = result.object;
  }
  return undecided.length > 0
    ? { verdict: "unknown", paths: [...new Set(undecided)] }
    : { verdict: "allowed", warnings };
}

interface AdmissionRequest {
  kind: CustomKind;
  schema: Schema;
  context: AdmissionContext;
  config: ControllerConfig;
}

/** Decoding: malformed metadata, undeclared fields, nulls, defaults. */
function read(warnings: string[]): (object: Json, request: AdmissionRequest) => Step {
  return (object, { schema, context }) => {
    const isApply = (context.request ?? "apply") === "apply";
    if (isApply) {
      const errors = applyErrors(object, schema);
      if (errors.length > 0) return refusedApply(object, errors);
    }
    const metadata = goDecode(isObject(object.metadata) ? object.metadata : {}, "v1.ObjectMeta");
    const { refusal } = metadata;
    if (refusal !== undefined) return refusedReading(object, "request", refusal.message, [`metadata.${refusal.field}`]);
    const { object: pruned, unknownFields } = prune(object, schema);
    const complaints = unknownFields.map((field) => `unknown field "${field}"`);
    if (complaints.length > 0 && context.fieldValidation === "Strict") {
      const message = `strict decoding error: ${complaints.join(", ")}`;
      return refusedReading(object, "fields not declared", message, unknownFields);
    }
    if (context.fieldValidation !== "Ignore") warnings.push(...complaints);
    const kept = { ...pruned, metadata: metadata.value };
    // An apply keeps its nulls.
    const read = withDefaults(isApply ? kept : withoutNulls(kept, schema), schema);
    return { object: isObject(read) ? read : {}, undecided: [] };
  };
}

function mutate(object: Json, { schema, config }: AdmissionRequest): Step {
  if (object.kind !== "InferenceService") return { object, undecided: [] };
  const type = "v1beta1.InferenceService";
  const decoded = goDecode(object, type);
  if (decoded.refusal !== undefined) {
    const { message, field } = decoded.refusal;
    const webhook = "inferenceservice.kserve-webhook-server.defaulter";
    return refusedByWebhook("defaulting webhook", webhook, message, field);
  }
  const open = undecidedPlaces(decoded.value);
  const kept = open.length > 0 ? decoded.value : defaulted(decoded.value, config);
  const filled = withDefaults(goEncode(kept, type), schema);
  return { object: isObject(filled) ? filled : {}, undecided: [...decoded.undecided, ...open] };
}

/** Metadata, schema, keys of lists: all at once. */
function checkSchema(object: Json, { kind, schema, context: { previous } }: AdmissionRequest): Step {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const stored = previous === undefined ? undefined : { ...previous };
  const judged = kind.status ? Object.fromEntries(Object.entries(object).filter(([key]) => key !== "status")) : object;
  const ofMetadata =
    stored === undefined ? metadataErrors(metadata, kind.namespaced) : labelAndAnnotationErrors(metadata);
  const ofSchema = schemaErrors(judged, schema, stored);
  const hadRepetitions = stored !== undefined && listErrors(stored, schema).errors.length > 0;
  const ofLists = hadRepetitions ? { errors: [], undecided: [] } : listErrors(judged, schema);
  const all = [ofMetadata, ofSchema, ofLists];
  const errors = all.flatMap((findings) => findings.errors);
  if (errors.length === 0) return { object: judged, undecided: all.flatMap(({ undecided }) => undecided) };
  const causes = errors.map(({ field, body }) => {
    const origin = ofMetadata.errors.some((error) => error.field === field) ? "metadata" : "schema";
    return { origin, field: field === "<nil>" ? "" : field, message: body } as const;
  });
  const name = typeof metadata.name === "string" ? metadata.name : "";
  return { refused: { verdict: "refused", message: invalidObject(object, kind, name, errors), causes } };
}

function invalidObject(object: Json, { group }: CustomKind, name: string, errors: readonly FieldError[]): string {
  return `${String(object.kind)}.${group} ${JSON.stringify(name)} is invalid: ${aggregate(errors)}`;
}

function validate(object: Json, { context }: AdmissionRequest): Step {
  const validator = validatorOf(String(object.kind));
  if (validator === undefined) return { object, undecided: [] };
  const decoded = goDecode(object, validator.type);
  const refuse = ({ message, field }: { message: string; field: string }): Step =>
    refusedByWebhook("validating webhook", validator.webhook, message, field);
  if (decoded.refusal !== undefined) return refuse(decoded.refusal);
  const { denial, undecided } = validator.judge(decoded.value, context.previous, context.runtimes ?? []);
  if (denial !== undefined) return refuse(denial);
  return { object, undecided: [...decoded.undecided, ...undecided] };
}

function refusedByWebhook(origin: AdmissionOrigin, webhook: string, reason: string, field: string): Step {
  const message = `admission webhook "${webhook}" denied the request: ${reason}`;
  return { refused: { verdict: "refused", message, causes: [{ origin, field, message: reason }] } };
}

function refusedReading(object: Json, origin: AdmissionOrigin, reason: string, fields: readonly string[]): Step {
  const [kind, apiVersion] = [String(object.kind), String(object.apiVersion)];
  const version = apiVersion.split("/").at(-1) ?? "";
  const message = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${reason}`;
  return {
    refused: { verdict: "refused", message, causes: fields.map((field) => ({ origin, field, message: reason })) },
  };
}

function refusedApply(object: Json, errors: readonly { field: string; message: string }[]): Step {
  const { namespace = "", name = "" } = isObject(object.metadata) ? object.metadata : {};
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const all = texts.length === 1 ? texts.join() : `errors:\n${texts.map((text) => `  ${text}`).join("\n")}`;
  const gvk = `${String(object.apiVersion)}, Kind=${String(object.kind)}`;
  const message = `failed to create typed patch object (${String(namespace)}/${String(name)}; ${gvk}): ${all}`;
  const causes = errors.map((error) => ({
    origin: "server-side apply" as const,
    ...error,
    field: error.field.slice(1),
  }));
  return { refused: { verdict: "refused", message, causes } };
}
