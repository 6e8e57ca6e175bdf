/**
 * What an object must look like to be judged at all. The API server refuses an object that does not; here it would be
 * read as if the part were missing, which is worse than saying so.
 */
import type { GoType } from "../../sdk/admission/golang/types";
import { nearest } from "../../sdk/catalog/nearest";
import { parseQuantity } from "../../sdk/pod/quantity";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { quote } from "../../sdk/spec/schema/problem";
import { objectType } from "./objectTypes";
import { groupOf } from "./reference";

const RUNTIME = ["spec", "spec.containers"];

/** Parts that may not be left out, where the part around them is there. */
const REQUIRED: Readonly<Record<string, string[]>> = {
  InferenceService: [
    "spec",
    "spec.predictor",
    "spec.predictor.model.modelFormat",
    "spec.predictor.model.modelFormat.name",
  ],
  LLMInferenceService: ["spec"],
  LLMInferenceServiceConfig: ["spec"],
  ServingRuntime: RUNTIME,
  ClusterServingRuntime: RUNTIME,
};

/** Every problem, one sentence each; none for kinds of which nothing is read. */
export function shapeProblems(object: Record<string, unknown>): string[] {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const group = groupOf(apiVersion);
  const type = objectType(group, kind);
  const required = group === "serving.kserve.io" && Object.hasOwn(REQUIRED, kind) ? (REQUIRED[kind] ?? []) : [];
  const problems = required.flatMap((path) => missing(path, object));
  if (type !== undefined) check(object, type, "", problems);
  return problems;
}

function missing(path: string, object: Record<string, unknown>): string[] {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const parent = steps.reduce<unknown>((value, step) => (isMapping(value) ? value[step] : undefined), object);
  if (!isMapping(parent) || (parent[last] ?? undefined) !== undefined) return [];
  const close = nearest(last, Object.keys(parent));
  return [`${path} is missing${close === undefined ? "" : `; is it the "${close}" there?`}`];
}

/** Adds a problem for every value below that is not of its type; what is left out or not yet known is of any. */
function check(value: unknown, type: GoType, path: string, problems: string[]): void {
  if (value === undefined || value === null || value === UNKNOWN) return;
  if (type.kind === "pointer") {
    check(value, type.of, path, problems);
  } else if (type.kind === "struct" && isMapping(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const field = type.fields.get(key);
      if (field !== undefined) check(inner, field.type, path === "" ? key : `${path}.${key}`, problems);
    }
  } else if (type.kind === "map" && isMapping(value)) {
    for (const [key, inner] of Object.entries(value)) check(inner, type.of, `${path}["${key}"]`, problems);
  } else if (type.kind === "list" && Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      const isHole = item === null && type.of.kind === "struct";
      if (isHole) problems.push(`${path}[${index}] is null, expected a mapping`);
      else check(item, type.of, `${path}[${index}]`, problems);
    });
  } else {
    const shown = show(value, path);
    const problem = type.text === "resource.Quantity" ? quantityProblem(value, shown) : typeProblem(value, type, shown);
    if (problem !== undefined) problems.push(`${path}${problem}`);
  }
}

const EXPECTED: Readonly<Partial<Record<GoType["kind"], string>>> = {
  struct: "a mapping",
  map: "a mapping",
  list: "a list",
  string: "a text",
  bytes: "a text",
  bool: "true or false",
  integer: "a whole number",
};

function typeProblem(value: unknown, type: GoType, shown: string): string | undefined {
  const { kind, text } = type;
  const isRight =
    (EXPECTED[kind] === "a text" && typeof value === "string") ||
    (kind === "bool" && typeof value === "boolean") ||
    (kind === "integer" && Number.isInteger(value));
  const most = type.kind === "integer" ? mostOf(type) : Infinity;
  if (isRight && typeof value === "number" && (value > most || value < -most - 1)) {
    return ` is ${shown}, expected a whole number of at most ${most}`;
  }
  const isEither = text === "intstr.IntOrString" && typeof value !== "string" && !Number.isInteger(value);
  const expected = isEither ? "a whole number or a percentage" : EXPECTED[kind];
  return isRight || expected === undefined ? undefined : ` is ${shown}, expected ${expected}`;
}

/** What Go's type holds. Of int64 that is what JavaScript can tell apart. */
function mostOf({ bits = 64 }: { bits?: number }): number {
  return Math.min(2 ** (bits - 1) - 1, Number.MAX_SAFE_INTEGER);
}

/** The API server takes no amount below 0. */
function quantityProblem(value: unknown, shown: string): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") {
    return ` is ${shown}, expected a quantity such as "16Gi"`;
  }
  try {
    const isNegative = parseQuantity(value).unscaled < 0n;
    return isNegative ? ` is ${shown}, must be greater than or equal to 0` : undefined;
  } catch (error) {
    return `: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Parts of a pod that hold credentials where people write them in the clear. */
const MAY_HOLD_CREDENTIALS = /(?:^|[.\]])(?:env|args|command)(?:\[|$)/;

/** A value as an error shows it: only its kind where it, or something in it, may be a credential. */
function show(value: unknown, path: string): string {
  const isNested = typeof value === "object" && holdsText(value);
  return isNested || MAY_HOLD_CREDENTIALS.test(path) ? kindOf(value) : quote(value);
}

function holdsText(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsText);
  if (!isMapping(value)) return typeof value === "string";
  return Object.values(value).some((inner) => typeof inner !== "object" || holdsText(inner));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isMapping(value)) return "a mapping";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
