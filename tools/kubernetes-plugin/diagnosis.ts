/** What the cluster knows about an object that does not become ready. */
import type { ApiServer } from "./apiServer";
import { at, display, kindOf, namespaceOf, nameOf, numberAt, objectsAt, textAt } from "./objects";
import { podProblems } from "./readiness";
import { isObject, type JsonObject } from "./wire";

const EVENTS = 5;
const PODS = 3;

/** Recent warnings about the object, and about the Pods of a workload with what ails them. Never throws. */
export async function diagnose(api: ApiServer, live: JsonObject): Promise<string[]> {
  try {
    const pods = await podsOf(api, live);
    const troubled = pods.filter((pod) => podProblems(pod).length > 0).slice(0, PODS);
    const problems = troubled.flatMap((pod) => podProblems(pod).map((text) => `Pod ${nameOf(pod) ?? "?"}: ${text}`));
    const warnings = (await Promise.all([live, ...troubled].map((object) => warningsOf(api, object)))).flat();
    return [...new Set([...problems, ...warnings])];
  } catch {
    return [];
  }
}

async function warningsOf(api: ApiServer, object: JsonObject): Promise<string[]> {
  const path = `/api/v1/namespaces/${namespaceOf(object) ?? "default"}/events`;
  const fieldSelector = `involvedObject.uid=${textAt(object, "metadata", "uid") ?? ""},type=Warning`;
  const events = objectsAt(await api.request("GET", path, { query: { fieldSelector } }), "items");
  const time = (event: JsonObject): string => textAt(event, "lastTimestamp") ?? textAt(event, "eventTime") ?? "";
  const recent = events.sort((a, b) => time(a).localeCompare(time(b))).slice(-EVENTS);
  return recent.map((event) => {
    const count = numberAt(event, "count") ?? 1;
    const times = count > 1 ? ` (${count} times)` : "";
    const about = `${textAt(event, "involvedObject", "kind") ?? "?"} ${nameOf(object) ?? "?"}`;
    return `Warning ${textAt(event, "reason") ?? "?"} on ${about}${times}: ${textAt(event, "message") ?? ""}`;
  });
}

/** The Pods that a workload selects. */
async function podsOf(api: ApiServer, live: JsonObject): Promise<JsonObject[]> {
  const labels = at(live, "spec", "selector", "matchLabels");
  const namespace = namespaceOf(live);
  const isWorkload = ["DaemonSet", "Deployment", "Job", "StatefulSet"].includes(kindOf(live));
  if (!isWorkload || !isObject(labels) || namespace === undefined) return [];
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${display(value)}`)
    .join(",");
  return objectsAt(
    await api.request("GET", `/api/v1/namespaces/${namespace}/pods`, { query: { labelSelector } }),
    "items",
  );
}
