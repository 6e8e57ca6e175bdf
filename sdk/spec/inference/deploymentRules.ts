/** Conditions of a deployment that depend on the type of the model and on who serves it. */
import type { Fit } from "../../capacity/fit/fit";
import { nameProblem } from "./serviceRules";
import type { ServingRuntimeSpec } from "../runtimes/servingRuntime";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";
import type { ModelServingDefaults } from "./deploymentSettings";
import type { ModelSettings, Surroundings } from "./modelSettings";
import { modelTypeOf } from "./serviceSettings";
import { sizingOf } from "./sizing";

type Model = Loose<ModelSettings> & { catalog?: unknown };

/**
 * Whether a model is served by llm-d: as it says itself, else as the administrator's default says of generative models
 * that name no runtime.
 *
 * @requirement AS-7
 */
export function usesLlmd(
  model: Loose<Pick<ModelSettings, "llmd" | "runtimeName" | "runtimeTemplate" | "modelType" | "modelFormat">>,
  hasRuntime: boolean,
  defaults: Loose<ModelServingDefaults> | undefined,
): boolean {
  if (model.llmd !== undefined) return model.llmd;
  return (
    defaults?.isLLMdDefault === true &&
    !hasRuntime &&
    model.runtimeName === undefined &&
    model.runtimeTemplate === undefined &&
    modelTypeOf(model) === "generative"
  );
}

/** Fields of an InferenceService that an LLMInferenceService has not, and what it has instead. */
const NOT_WITH_LLMD = {
  deploymentStrategy:
    "is a field of InferenceServices; llm-d rolls by rolloutStrategy of LlmInferenceService, and has no Recreate",
  autoscaling: "is for InferenceServices; llm-d scales by scaling of LlmInferenceService",
  sharedMemory: "belongs to llm-d's presets, which bring their own",
  exposure: "is for InferenceServices; llm-d publishes by its router: use LlmInferenceService and its auth and tokens",
} as const;

/** @requirement DS-9, AS-7 */
export function llmdFits(model: Model, runtime: ServingRuntimeSpec | undefined, isDefault: boolean): Problem[] {
  if (model.llmd !== true && !isDefault) return [];
  const origin =
    model.llmd === true ? "" : " (modelServing.isLLMdDefault chose llm-d; llmd: false serves it by KServe)";
  const problems = Object.entries(NOT_WITH_LLMD)
    .filter(([field]) => model[field as keyof typeof NOT_WITH_LLMD] !== undefined)
    .map(([field, message]): Problem => ({ path: [field], message: message + origin }));
  const message = "cannot be combined with llmd, which brings its own server; keep one of the two";
  for (const [field, value] of Object.entries({
    runtime,
    runtimeName: model.runtimeName,
    runtimeTemplate: model.runtimeTemplate,
  })) {
    if (value !== undefined) problems.push({ path: [field], message });
  }
  if (modelTypeOf(model) === "predictive") problems.push({ path: ["llmd"], message: "serves generative models only" });
  return problems;
}

/** @requirement IS-6 */
export function predictiveFits(model: Model): Problem[] {
  if (modelTypeOf(model) === "generative") return [];
  const problems: Problem[] = [];
  if (Object.values(model.vllm ?? {}).some((value) => value !== undefined)) {
    problems.push({ path: ["vllm"], message: "belongs to generative models; give args of the runtime's own server" });
  }
  return problems;
}

/** A name that is wrong only with the prefix of its environment says so. */
export function environmentNameProblem(name: string, written: string): string | undefined {
  const problem = nameProblem(name);
  return problem === undefined || name === written ? problem : `with its environment: ${problem}`;
}

/** Whether the server starts, by the memory estimate: refused only when it fails by more than the error bar. */
export function startFits(model: Model, surroundings: Surroundings): Problem[] {
  const { fit } = sizingOf(model, surroundings);
  if (fit?.verdict !== "does-not-fit" || model.refuseMisfit === false) return [];
  const field = surroundings.profile === undefined ? "accelerator" : "hardwareProfile";
  return at([field], `the model does not start on it: ${whyNot(fit)}`);
}

/** What is said once of a start that is too close to call, or that its author insists on. */
export function startWarning(model: Model, surroundings: Surroundings): string | undefined {
  const { fit } = sizingOf(model, surroundings);
  if (fit?.verdict === "too-close") return `It is not sure that this model starts: ${whyNot(fit)}`;
  return fit?.verdict === "does-not-fit"
    ? `By the memory estimate this model does not start: ${whyNot(fit)}`
    : undefined;
}

function whyNot({ reasons, waysOut }: Fit): string {
  const ways = waysOut.slice(0, 3).map(({ text }) => text);
  return `${reasons[0] ?? "memory is short"}${ways.length === 0 ? "" : `; what would do: ${ways.join(", or ")}`}`;
}
