/** Resources of type `kubernetes:helm.sh/v3:Release`: a chart installed, upgraded and removed by helm. */
import { createHash, randomBytes } from "node:crypto";
import { load, loadAll } from "js-yaml";
import type { CheckRequest } from "./check";
import { compare } from "../plugin/compare";
import type { Failure } from "../plugin/service";
import type { Created, CreateRequest } from "./create";
import type { DeleteRequest } from "./delete";
import type { Diff, DiffRequest } from "./diff";
import { chartArguments, HelmError, nameOfRelease, runHelm, valuesOf } from "./helmCommand";
import { InitializationError } from "../plugin/initializationError";
import { apiVersionOf, identify, idOf, kindOf, numberAt, objectsAt, parseId, textAt, without } from "./objects";
import { covers, formatPath, parsePath } from "../plugin/propertyPath";
import type { Found, ReadRequest } from "./read";
import { clusterOf, type Session } from "./session";
import type { UpdateRequest } from "./update";
import { copySecrets, hasUnknown, isObject, makeSecret, makeUnknown, reveal, type Json, type JsonObject } from "./wire";

export const RELEASE = "kubernetes:helm.sh/v3:Release";
const DEFAULT_TIMEOUT_SECONDS = 300;
const INPUTS = "__inputs";

/** Fills in name, namespace and time-out, and the version that the chart's version range comes to. */
export async function checkRelease(
  session: Session,
  request: CheckRequest,
): Promise<{ inputs: JsonObject; failures: Failure[] }> {
  const news = revealed(request.news);
  const given = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null && value !== ""));
  const timeout: JsonObject = given.skipAwait === true ? {} : { timeout: DEFAULT_TIMEOUT_SECONDS };
  const name = textAt(request.olds, "name") ?? madeName(request);
  const inputs = without({ namespace: session.namespace, name, ...timeout, ...given }, "resourceNames");
  if (hasUnknown(inputs)) return { inputs: copySecrets(inputs, request.news), failures: [] };
  try {
    const chart = load(await runHelm(session, session.namespace, chartArguments("show", inputs)));
    const version = isObject(chart) ? textAt(chart, "version") : undefined;
    const complete = version === undefined ? inputs : { ...inputs, version };
    return { inputs: copySecrets(complete, request.news), failures: [] };
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    return { inputs: copySecrets(inputs, request.news), failures: [{ property: "chart", reason: error.message }] };
  }
}

function madeName({ urn, seed }: CheckRequest): string {
  const random = seed.length === 0 ? randomBytes(32) : createHash("sha256").update(seed).digest();
  return `${identify(urn).name}-${random.toString("hex").slice(0, 8)}`;
}

export function diffRelease(request: DiffRequest): Diff {
  const found = compare(inputsOf(request.olds), revealed(request.news)).filter(
    (change) => !request.ignoreChanges.some((ignored) => covers(parsePath(ignored), change.path)),
  );
  const changes = found.map(({ path, kind }) => {
    return { path: formatPath(path), kind, replace: path[0] === "name" || path[0] === "namespace" };
  });
  return { changes, deleteBeforeReplace: false };
}

export async function createRelease(session: Session, request: CreateRequest): Promise<Created> {
  if (request.preview) return { id: "", properties: previewed(request.properties) };
  const properties = await install(session, "install", request.properties);
  return { id: releaseId(request.properties), properties };
}

export async function updateRelease(session: Session, request: UpdateRequest): Promise<JsonObject> {
  return request.preview ? previewed(request.news) : install(session, "upgrade", request.news);
}

/** @throws InitializationError when helm fails and leaves a release behind */
async function install(session: Session, action: "install" | "upgrade", marked: JsonObject): Promise<JsonObject> {
  clusterOf(session);
  const release = revealed(marked);
  const namespace = namespaceOfRelease(release);
  try {
    await runHelm(session, namespace, chartArguments(action, release), valuesOf(release));
  } catch (error) {
    const left = await describe(session, namespace, nameOfRelease(release)).catch(() => undefined);
    if (left === undefined) throw error;
    const id = releaseId(marked);
    const message = `Helm release "${id}" failed to initialize completely. Use Helm CLI to investigate: ${(error as Error).message}`;
    throw new InitializationError(message, { id, properties: releaseState(marked, left) });
  }
  const description = await describe(session, namespace, nameOfRelease(release));
  return releaseState(marked, description ?? {});
}

export async function readRelease(session: Session, request: ReadRequest): Promise<Found> {
  clusterOf(session);
  const { namespace = session.namespace, name } = parseId(request.id);
  const found = await describe(session, namespace, name);
  if (found === undefined) return { id: "", properties: {}, inputs: {} };
  const { values, status } = found;
  const imported = {
    name,
    namespace,
    chart: textAt(status, "chart") ?? "",
    values: values ?? {},
    timeout: DEFAULT_TIMEOUT_SECONDS,
  };
  const version = textAt(status, "version") ?? "";
  const inputs = Object.keys(request.inputs).length > 0 ? request.inputs : { ...imported, version };
  return { id: request.id, properties: releaseState(inputs, found), inputs };
}

export async function deleteRelease(session: Session, request: DeleteRequest): Promise<void> {
  clusterOf(session);
  const release = inputsOf(request.properties);
  const { namespace = session.namespace, name } = parseId(request.id);
  const waits = release.atomic === true || release.skipAwait !== true;
  const seconds = numberAt(release, "timeout") ?? DEFAULT_TIMEOUT_SECONDS;
  const wait = waits ? ["--wait", "--timeout", `${seconds}s`] : [];
  await runHelm(session, namespace, ["uninstall", name, "--ignore-not-found", ...wait]);
}

/** What helm knows of a release: `status`, `values` and `resourceNames`; undefined when there is none. */
async function describe(session: Session, namespace: string, name: string): Promise<JsonObject | undefined> {
  try {
    const [status, metadata] = await Promise.all(
      [
        ["status", name, "-o", "json"],
        ["get", "metadata", name, "-o", "json"],
      ].map(async (args) => JSON.parse(await runHelm(session, namespace, args)) as JsonObject),
    );
    return {
      status: {
        name,
        namespace,
        status: textAt(status, "info", "status") ?? "",
        revision: numberAt(status, "version") ?? 0,
        chart: textAt(metadata, "chart") ?? "",
        version: textAt(metadata, "version") ?? "",
        appVersion: textAt(metadata, "appVersion") ?? "",
      },
      values: status?.config ?? {},
      resourceNames: resourceNames(textAt(status, "manifest") ?? ""),
    };
  } catch (error) {
    if (error instanceof HelmError && error.message.includes("not found")) return undefined;
    throw error;
  }
}

/** Names of a manifest's objects by kind and version, such as `Deployment.apps/apps/v1`. */
export function resourceNames(manifest: string): JsonObject {
  const objects: JsonObject[] = loadAll(manifest).filter(isObject);
  const names: Record<string, string[]> = {};
  for (const object of objects.flatMap((item) => (kindOf(item) === "List" ? objectsAt(item, "items") : [item]))) {
    const apiVersion = apiVersionOf(object);
    const group = apiVersion.includes("/") ? `.${apiVersion.slice(0, apiVersion.indexOf("/"))}` : "";
    (names[`${kindOf(object)}${group}/${apiVersion}`] ??= []).push(idOf(object));
  }
  return Object.fromEntries(Object.entries(names).map(([key, list]) => [key, list.sort()]));
}

function releaseState(marked: JsonObject, description: JsonObject): JsonObject {
  const { status, resourceNames: names } = description;
  return { ...marked, [INPUTS]: makeSecret(revealed(marked)), status: status ?? {}, resourceNames: names ?? {} };
}

function previewed(marked: JsonObject): JsonObject {
  const pure = { status: makeUnknown(), resourceNames: makeUnknown() };
  return { ...marked, [INPUTS]: makeSecret(revealed(marked)), ...pure };
}

function inputsOf(state: JsonObject): JsonObject {
  const inputs: Json = reveal(state[INPUTS] ?? {});
  return isObject(inputs) ? inputs : {};
}

function revealed(properties: JsonObject): JsonObject {
  return reveal(properties) as JsonObject;
}

function namespaceOfRelease(release: JsonObject): string {
  return textAt(release, "namespace") ?? "default";
}

function releaseId(marked: JsonObject): string {
  const release = revealed(marked);
  return `${namespaceOfRelease(release)}/${nameOfRelease(release)}`;
}
