/**
 * What an object must look like to be judged at all. The API server refuses an object that does not; here it would be
 * read as if the part were missing, which is worse than saying so.
 */
import { nearest } from "../../sdk/catalog/nearest";
import { parseQuantity } from "../../sdk/pod/quantity";
import { UNKNOWN } from "../../sdk/pod/unknown";

type Shape = "mapping" | "list" | "text";

/** A part of an object: where it is, what it must be, and whether it may be left out. */
interface Part {
  path: string;
  shape: Shape;
  optional?: true;
}

const RUNTIME: Part[] = [
  { path: "spec", shape: "mapping" },
  { path: "spec.containers", shape: "list" },
  { path: "spec.supportedModelFormats", shape: "list", optional: true },
  { path: "spec.tolerations", shape: "list", optional: true },
];

const llmWorkload = (path: string): Part[] => [
  { path: `${path}.parallelism`, shape: "mapping", optional: true },
  { path: `${path}.template`, shape: "mapping", optional: true },
  { path: `${path}.template.containers`, shape: "list", optional: true },
  { path: `${path}.worker`, shape: "mapping", optional: true },
  { path: `${path}.worker.containers`, shape: "list", optional: true },
];

const LLM_CONFIG: Part[] = [
  { path: "spec", shape: "mapping" },
  { path: "spec.model", shape: "mapping", optional: true },
  { path: "spec.baseRefs", shape: "list", optional: true },
  ...llmWorkload("spec"),
  { path: "spec.prefill", shape: "mapping", optional: true },
  ...llmWorkload("spec.prefill"),
  { path: "spec.router", shape: "mapping", optional: true },
];

const PARTS: Readonly<Record<string, Part[]>> = {
  InferenceService: [
    { path: "spec", shape: "mapping" },
    { path: "spec.predictor", shape: "mapping" },
    { path: "spec.predictor.tolerations", shape: "list", optional: true },
    { path: "spec.predictor.containers", shape: "list", optional: true },
    { path: "spec.predictor.model", shape: "mapping", optional: true },
    { path: "spec.predictor.model.modelFormat", shape: "mapping" },
    { path: "spec.predictor.model.modelFormat.name", shape: "text" },
    { path: "spec.predictor.model.args", shape: "list", optional: true },
    { path: "spec.predictor.model.env", shape: "list", optional: true },
    { path: "spec.predictor.model.resources", shape: "mapping", optional: true },
    { path: "spec.predictor.model.resources.requests", shape: "mapping", optional: true },
    { path: "spec.predictor.model.resources.limits", shape: "mapping", optional: true },
  ],
  LLMInferenceService: LLM_CONFIG,
  LLMInferenceServiceConfig: LLM_CONFIG,
  ServingRuntime: RUNTIME,
  ClusterServingRuntime: RUNTIME,
};

/** Every problem, one sentence each; none for kinds that are not KServe's. */
export function shapeProblems(object: Record<string, unknown>): string[] {
  const { apiVersion, kind } = object;
  const serving = typeof apiVersion === "string" && apiVersion.startsWith("serving.kserve.io/");
  const parts = serving && typeof kind === "string" ? PARTS[kind] : undefined;
  return [...(parts ?? []).flatMap((part) => problemOf(part, object)), ...(parts ? quantityProblems(object) : [])];
}

function problemOf({ path, shape, optional }: Part, object: Record<string, unknown>): string[] {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const parent = steps.reduce<unknown>((value, step) => (isMapping(value) ? value[step] : undefined), object);
  if (!isMapping(parent)) return [];
  const value = parent[last];
  if (value === UNKNOWN || isOf(value, shape)) return [];
  if (value !== undefined && value !== null) return [`${path} is ${JSON.stringify(value)}, expected a ${shape}`];
  if (optional === true) return [];
  const close = nearest(last, Object.keys(parent));
  return [`${path} is missing${close === undefined ? "" : `; is it the "${close}" there?`}`];
}

function isOf(value: unknown, shape: Shape): boolean {
  if (shape === "list") return Array.isArray(value);
  return shape === "mapping" ? isMapping(value) : typeof value === "string";
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Amounts under any `requests` or `limits` that are no Kubernetes quantity. */
function quantityProblems(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => quantityProblems(item, `${path}[${i}]`));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === "" ? key : `${path}.${key}`;
    if (!/\bresources\.(requests|limits)$/.test(here) || !isMapping(inner)) return quantityProblems(inner, here);
    return Object.entries(inner).flatMap(([name, amount]) => {
      if (amount === UNKNOWN) return [];
      try {
        parseQuantity(amount as string | number);
        return [];
      } catch (error) {
        return [`${here}["${name}"]: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
  });
}
