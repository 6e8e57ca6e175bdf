/** Waiting until an object is ready or gone, no longer than the user allows. */
import { setTimeout as delay } from "node:timers/promises";
import { isRefusal, type ApiServer } from "./apiServer";
import { diagnose } from "./diagnosis";
import type { ResourceType } from "./discovery";
import { messageOf } from "../plugin/initializationError";
import { annotationOf, at, nameOf, namespaceOf, textAt } from "./objects";
import { builtInProbe, type Probe, type Surroundings } from "./readiness";
import { clusterOf, type Session } from "./session";
import { expectations, type Expectation, type Readiness } from "./waitFor";
import type { JsonObject } from "./wire";

export const SKIP_AWAIT = "pulumi.com/skipAwait";
const TIMEOUT = "pulumi.com/timeoutSeconds";
const DEFAULT_TIMEOUT_SECONDS = 600;
/** How often to look again at what no watch of the object tells: endpoints, events. */
const TICK = 1000;

/** The object exists, but is not what was waited for. */
export class NotReadyError extends Error {
  /** @param live the object as last seen */
  constructor(
    message: string,
    readonly live: JsonObject,
    readonly reasons: string[],
  ) {
    super(message);
    this.name = "NotReadyError";
  }
}

/** The limit of an operation: of the resource option, else of the annotation, else ten minutes. */
export function timeoutSeconds(option: number, inputs: JsonObject): number {
  if (option > 0) return option;
  const annotated = annotationOf(inputs, TIMEOUT);
  return annotated !== undefined && /^\d+$/.test(annotated) ? Number(annotated) : DEFAULT_TIMEOUT_SECONDS;
}

/** Node's timers count milliseconds in 31 bits. */
function deadlineIn(seconds: number): AbortSignal {
  return AbortSignal.timeout(Math.min(seconds * 1000, 2 ** 31 - 1));
}

export interface AwaitRequest {
  urn: string;
  inputs: JsonObject;
  /** As the API server answered the operation. */
  live: JsonObject;
  /** The object before an update. */
  before?: JsonObject;
  timeoutSeconds: number;
}

/**
 * Waits as the annotations of the inputs say, else as is customary for the kind.
 *
 * @returns the object as it was when found ready
 * @throws NotReadyError on time-out, cancellation, or when it can never become ready
 */
export async function awaitReady(session: Session, request: AwaitRequest): Promise<JsonObject> {
  const probe = probeOf(request.inputs);
  if (probe === undefined) return request.live;
  const { api, discovery } = clusterOf(session);
  const type = await discovery.typeOfObject(request.live);
  const deadline = deadlineIn(request.timeoutSeconds);
  const signal = AbortSignal.any([deadline, session.cancelled]);
  let live = request.live;
  let last: Readiness = { ready: false, missing: "nothing was seen of the object" };
  for await (const seen of observe(api, type, request.live, signal)) {
    if (seen === undefined) throw new NotReadyError(`${nameOf(live) ?? ""} was deleted meanwhile`, live, []);
    live = seen;
    const surroundings = request.before === undefined ? { api } : { api, before: request.before };
    last = await attempt(probe, live, surroundings);
    if (last.ready || last.failed === true) break;
    session.log.status(request.urn, `Waiting: ${last.missing}`);
  }
  session.log.status(request.urn, "");
  if (last.ready) return live;
  const reasons = [last.missing, ...(await diagnose(api, live))];
  throw new NotReadyError(outcome(session, last, live, deadline), live, reasons);
}

/** A probe that cannot ask the API server just now knows no more than before. */
async function attempt(probe: Probe, live: JsonObject, surroundings: Surroundings): Promise<Readiness> {
  try {
    return await probe(live, surroundings);
  } catch (error) {
    return { ready: false, missing: messageOf(error) };
  }
}

function outcome(session: Session, last: Readiness, live: JsonObject, deadline: AbortSignal): string {
  if (session.cancelled.aborted) return `Resource operation was cancelled for "${nameOf(live) ?? ""}"`;
  if (deadline.aborted) return "timed out waiting for the condition";
  return last.ready ? "" : last.missing;
}

/** The check to wait for; undefined when there is nothing to wait for. */
export function probeOf(inputs: JsonObject): Probe | undefined {
  if (annotationOf(inputs, SKIP_AWAIT) === "true") return undefined;
  const expected = expectations(inputs);
  return expected === undefined ? builtInProbe(inputs) : (live) => all(expected, live);
}

function all(expected: Expectation[], live: JsonObject): Readiness {
  const unmet = expected.map((expectation) => expectation(live)).filter((item) => !item.ready);
  if (unmet.length === 0) return { ready: true };
  const failed = unmet.some((item) => item.failed === true);
  return { ready: false, failed, missing: unmet.map((item) => item.missing).join("; ") };
}

/** @throws NotReadyError when the object is still there at the end of the time */
export async function awaitGone(session: Session, urn: string, live: JsonObject, seconds: number): Promise<void> {
  const { api, discovery } = clusterOf(session);
  const type = await discovery.typeOfObject(live);
  const deadline = deadlineIn(seconds);
  let last = live;
  for await (const seen of observe(api, type, live, AbortSignal.any([deadline, session.cancelled]))) {
    const replaced = textAt(seen, "metadata", "uid") !== textAt(live, "metadata", "uid");
    if (seen === undefined || replaced) {
      session.log.status(urn, "");
      return;
    }
    last = seen;
    const finalizers = finalizersOf(last);
    if (finalizers !== "") session.log.status(urn, `Waiting for finalizers: ${finalizers}`);
  }
  const finalizers = finalizersOf(last);
  const reasons = finalizers === "" ? [] : [`finalizers might be preventing deletion (${finalizers})`];
  throw new NotReadyError(outcome(session, { ready: false, missing: "" }, last, deadline), last, reasons);
}

/** Who still has something to do before the object may go; the garbage collector is not worth a word. */
function finalizersOf(object: JsonObject): string {
  const finalizers = at(object, "metadata", "finalizers");
  if (!Array.isArray(finalizers)) return "";
  const names = finalizers.filter((item) => typeof item === "string");
  return names.filter((name) => name !== "foregroundDeletion").join(", ");
}

/**
 * The object whenever it changes, and every {@link TICK} anyway; undefined once it is gone. Ends with the signal.
 */
async function* observe(
  api: ApiServer,
  type: ResourceType,
  start: JsonObject,
  signal: AbortSignal,
): AsyncGenerator<JsonObject | undefined> {
  const stop = new AbortController();
  const changes = follow(api, type, start, AbortSignal.any([signal, stop.signal]));
  let last: JsonObject | undefined = start;
  const pause = (): Promise<undefined> => delay(TICK, undefined, { signal }).catch(() => undefined);
  let next = changes.next();
  let tick = pause();
  try {
    yield last;
    while (!signal.aborted) {
      const change = await Promise.race([next, tick]);
      if (change === undefined) {
        tick = pause();
      } else {
        if (change.done === true) return;
        last = change.value;
        next = changes.next();
      }
      yield last;
    }
  } finally {
    stop.abort();
  }
}

/** Watches one object, again and again since watches end; asks for it in between so that nothing is missed. */
async function* follow(
  api: ApiServer,
  type: ResourceType,
  start: JsonObject,
  signal: AbortSignal,
): AsyncGenerator<JsonObject | undefined> {
  const collection = type.collection(namespaceOf(start));
  const name = nameOf(start) ?? "";
  const query = { fieldSelector: `metadata.name=${name}` };
  let live: JsonObject | undefined = start;
  while (!signal.aborted) {
    try {
      if (live === undefined) yield (live = await api.request("GET", `${collection}/${name}`, { signal }));
      const resourceVersion = textAt(live, "metadata", "resourceVersion");
      live = undefined;
      for await (const event of api.watch(collection, { ...query, resourceVersion }, signal)) {
        yield event.type === "DELETED" ? undefined : event.object;
      }
    } catch (error) {
      if (isRefusal(error, "NotFound")) yield undefined;
      // Anything else passes: the connection broke or the server restarts, and the deadline is what ends the wait.
    }
    await delay(TICK / 2, undefined, { signal }).catch(() => undefined);
  }
}
