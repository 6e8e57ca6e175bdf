/** The annotation `pulumi.com/waitFor`: what an object must show to count as ready. */
import { annotationOf, display, numberAt, objectsAt, textAt } from "./objects";
import { parseJsonPath, type JsonPath } from "./jsonPath";
import { isObject, type Json, type JsonObject } from "./wire";

export const WAIT_FOR = "pulumi.com/waitFor";

/** Whether an object is ready, and if not, what is missing in words. */
export type Readiness = { ready: true } | { ready: false; missing: string; failed?: boolean };

export type Expectation = (live: JsonObject) => Readiness;

/**
 * The expectations of an object's annotation, all of which must hold; undefined without the annotation.
 *
 * @throws Error when the annotation is not `condition=Type[=Status]`, `jsonpath={.path}[=value]` or a JSON array of these
 */
export function expectations(object: JsonObject): Expectation[] | undefined {
  const text = annotationOf(object, WAIT_FOR);
  if (text === undefined) return undefined;
  const expressions = text.trimStart().startsWith("[") ? parseArray(text) : [text];
  if (expressions.length === 0) throw new Error(`${WAIT_FOR}: at least one condition must be specified`);
  return expressions.map(expectation);
}

function parseArray(text: string): string[] {
  const parsed: unknown = JSON.parse(text);
  if (Array.isArray(parsed) && parsed.every((item) => typeof item === "string")) return parsed;
  throw new Error(`${WAIT_FOR}: expected a JSON array of strings, got ${text}`);
}

function expectation(expression: string): Expectation {
  if (expression.startsWith("condition=")) return condition(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return jsonPath(expression.slice("jsonpath=".length));
  throw new Error(`${WAIT_FOR}: expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
}

function condition(expression: string): Expectation {
  const separator = expression.indexOf("=");
  const type = separator < 0 ? expression : expression.slice(0, separator);
  const wanted = separator < 0 ? "True" : expression.slice(separator + 1);
  const goal = `condition=${type}${separator < 0 ? "" : `=${wanted}`}`;
  return (live) => {
    const found = objectsAt(live, "status", "conditions").find((item) => equalText(textAt(item, "type"), type));
    if (found === undefined) return { ready: false, missing: `${goal}: the object reports no such condition` };
    if (isStale(live, found))
      return { ready: false, missing: `${goal}: the controller has not seen the last change yet` };
    if (equalText(textAt(found, "status"), wanted)) return { ready: true };
    return { ready: false, missing: `${goal}: ${describeCondition(found)}` };
  };
}

function jsonPath(expression: string): Expectation {
  const { path, value } = splitValue(expression);
  const inner = /^\{\s*(.*?)\s*\}$/s.exec(path)?.[1];
  if (inner === undefined) throw new Error(`${WAIT_FOR}: ${path} should be wrapped in brackets { ... }`);
  const select: JsonPath = parseJsonPath(inner.startsWith("$") ? inner : `$${inner}`);
  const goal = `jsonpath=${expression}`;
  return (live) => {
    if (isStale(live)) return { ready: false, missing: `${goal}: the controller has not seen the last change yet` };
    const [found] = select(live);
    if (found === undefined) return { ready: false, missing: `${goal}: the path selects nothing` };
    if (value === undefined || (!isComplex(found) && display(found) === value)) return { ready: true };
    if (isComplex(found)) return { ready: false, failed: true, missing: `${goal}: the path selects no plain value` };
    return { ready: false, missing: `${goal}: found "${display(found)}"` };
  };
}

/** Splits at the one `=` that is no comparison of the path. */
function splitValue(expression: string): { path: string; value?: string } {
  const end = expression.lastIndexOf("}") + 1;
  const rest = expression.slice(end);
  if (end === 0 || rest === "") return { path: expression };
  if (rest.startsWith("=") && rest.length > 1) return { path: expression.slice(0, end), value: rest.slice(1) };
  throw new Error(`${WAIT_FOR}: format should be {.path}=value or {.path}, got "${expression}"`);
}

/** Whether the status speaks of an older generation of the object. */
function isStale(live: JsonObject, found?: JsonObject): boolean {
  const observed = numberAt(found, "observedGeneration") ?? numberAt(live, "status", "observedGeneration");
  const generation = numberAt(live, "metadata", "generation");
  return observed !== undefined && generation !== undefined && observed < generation;
}

/** A condition in words: `Ready is False: MinimumReplicasUnavailable: Deployment does not have minimum availability.` */
export function describeCondition(item: JsonObject): string {
  const parts = [`${textAt(item, "type") ?? "?"} is ${textAt(item, "status") ?? "?"}`];
  return [...parts, textAt(item, "reason"), textAt(item, "message")].filter((part) => part !== undefined).join(": ");
}

function isComplex(value: Json): boolean {
  return Array.isArray(value) || isObject(value);
}

function equalText(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
