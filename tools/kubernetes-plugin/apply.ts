/** Server-side apply, and the field managers it works with. */
import { randomBytes } from "node:crypto";
import { ApiError, isRefusal } from "./apiServer";
import { annotationOf, at, nameOf, namespaceOf, objectsAt, textAt, withValue, without } from "./objects";
import { parsePath, type PropertyPath } from "../plugin/propertyPath";
import { clusterOf, type Session } from "./session";
import { isObject, type JsonObject } from "./wire";

const PATCH_FORCE = "pulumi.com/patchForce";
const PATCH_FIELD_MANAGER = "pulumi.com/patchFieldManager";

/** Manager of what the plugin creates; its fields pass to the resource's own manager with the first update. */
export const CREATING_MANAGER = "pulumi-kubernetes";

/** Managers whose fields an update takes over: this plugin's own, and what `kubectl apply` left on adopted objects. */
const FORMER_MANAGERS: ReadonlySet<string> = new Set([
  "Update:pulumi-kubernetes",
  "Update:pulumi-resource-kubernetes",
  "Update:before-first-apply",
  "Update:kubectl",
  "Apply:kubectl",
]);

/** The manager of a resource's fields: annotated, else remembered in its state, else new. */
export function fieldManager(inputs: JsonObject, remembered?: string): string {
  const made = `${CREATING_MANAGER}-${randomBytes(4).toString("hex")}`;
  return annotationOf(inputs, PATCH_FIELD_MANAGER) ?? remembered ?? made;
}

export interface ApplyOptions {
  manager: string;
  force: boolean;
  preview: boolean;
}

/** @throws ApiError; a conflict names the other managers and their fields */
export async function apply(session: Session, inputs: JsonObject, options: ApplyOptions): Promise<JsonObject> {
  const { api, discovery } = clusterOf(session);
  const type = await discovery.typeOfObject(inputs);
  const path = `${type.collection(type.namespaced ? namespaceOf(inputs) : undefined)}/${nameOf(inputs) ?? ""}`;
  const query = {
    fieldManager: options.manager,
    force: String(options.force),
    dryRun: options.preview ? "All" : undefined,
  };
  try {
    return await api.request("PATCH", path, { query, body: inputs, contentType: "application/apply-patch+yaml" });
  } catch (error) {
    throw isRefusal(error, "Conflict") ? explainConflict(error, options.manager) : error;
  }
}

/** What applying the inputs to the object of this name would make of it; nothing is changed. */
export async function applyDryRun(session: Session, inputs: JsonObject, name = ""): Promise<JsonObject> {
  const named = withValue(inputs, ["metadata", "name"], name);
  return apply(session, named, { manager: CREATING_MANAGER, force: true, preview: true });
}

function explainConflict(error: ApiError, manager: string): ApiError {
  const link =
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/" +
    "#handle-field-conflicts-on-existing-resources";
  const message =
    `server-side apply field conflict detected, see ${link} for troubleshooting help\n` +
    `The resource managed by field manager "${manager}" had an apply conflict: ${error.message}`;
  return new ApiError({ ...error.status, message });
}

/** Whether to take fields from other managers. A preview does so where the real update moves its own fields first. */
export function forces(session: Session, inputs: JsonObject, live: JsonObject | undefined, preview: boolean): boolean {
  if (annotationOf(inputs, PATCH_FORCE) === "true" || session.configuration.patchForce) return true;
  if (live === undefined) return preview;
  const managed = objectsAt(live, "metadata", "managedFields");
  return managed.length === 0 || (preview && managed.some((entry) => managerOf(entry).startsWith("Update:pulumi-")));
}

function managerOf(entry: JsonObject): string {
  return `${textAt(entry, "operation") ?? ""}:${textAt(entry, "manager") ?? ""}`;
}

const ATTEMPTS = 5;

/** Gives the fields of former managers to `manager`, so that leaving one out of the inputs removes it. */
export async function takeOver(session: Session, live: JsonObject, manager: string): Promise<JsonObject> {
  const { api, discovery } = clusterOf(session);
  const type = await discovery.typeOfObject(live);
  const path = `${type.collection(namespaceOf(live))}/${nameOf(live) ?? ""}`;
  let current = live;
  for (let attempt = 1; ; attempt++) {
    const managedFields = transferFields(objectsAt(current, "metadata", "managedFields"), manager);
    if (managedFields === undefined) return current;
    const resourceVersion = at(current, "metadata", "resourceVersion") ?? null;
    const body = [
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ];
    try {
      return await api.request("PATCH", path, { body, contentType: "application/json-patch+json" });
    } catch (error) {
      // Controllers write the status meanwhile.
      if (!isRefusal(error, "Conflict") || attempt === ATTEMPTS) throw error;
      current = await api.request("GET", path);
    }
  }
}

/** The managers after a take-over; undefined when there is nothing to take. */
export function transferFields(entries: JsonObject[], manager: string): JsonObject[] | undefined {
  const isFormer = (entry: JsonObject): boolean =>
    entry.subresource === undefined && FORMER_MANAGERS.has(managerOf(entry)) && textAt(entry, "manager") !== manager;
  const isOwn = (entry: JsonObject): boolean =>
    managerOf(entry) === `Apply:${manager}` && entry.subresource === undefined;
  const [first] = entries.filter(isFormer);
  if (first === undefined) return undefined;
  const taken = entries.filter((entry) => isFormer(entry) || isOwn(entry));
  const fieldsV1 = taken
    .map((entry) => entry.fieldsV1)
    .filter(isObject)
    .reduce(union, {});
  const rest = entries.filter((entry) => !taken.includes(entry));
  return [...rest, { ...first, manager, operation: "Apply", fieldsV1 }];
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const own = merged[key];
    merged[key] = isObject(own) && isObject(value) ? union(own, value) : value;
  }
  return merged;
}

/** Inputs for an update that leaves `ignoreChanges` as they are: others' fields are not sent, own ones as they are live. */
export function keepIgnored(inputs: JsonObject, live: JsonObject, manager: string, ignored: string[]): JsonObject {
  return ignored.map(parsePath).reduce((kept, path) => {
    const [first, ...rest] = path.map(String);
    if (first === undefined) return kept;
    if (ownedBy(live, path, (name) => name !== manager) && !ownedBy(live, path, (name) => name === manager)) {
      return without(kept, first, ...rest);
    }
    const value = at(live, ...path);
    return value === undefined ? kept : withValue(kept, [first, ...rest], value);
  }, inputs);
}

function ownedBy(live: JsonObject, path: PropertyPath, matches: (manager: string) => boolean): boolean {
  const fields = path.map((step) => `f:${step}`);
  return objectsAt(live, "metadata", "managedFields").some(
    (entry) => matches(textAt(entry, "manager") ?? "") && at(entry.fieldsV1, ...fields) !== undefined,
  );
}
