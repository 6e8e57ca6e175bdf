/**
 * Which runtime a model gets when nobody names one: the one that OpenShift AI's dashboard would suggest, or why there is
 * none. The rules are those of `sdk/pod/platformRuntime.ts`; this is what components and policies ask.
 */
import type { CatalogueRuntime } from "../catalog/servingRuntimes";
import { isRemoved, servingRuntimes } from "../catalog/servingRuntimes";
import { parseRelease } from "../catalog/versions";
import type { HardwareIdentifier } from "../kubernetes/hardwareProfile";
import type { ModelFormat } from "../kubernetes/kserve";
import {
  choosePlatformRuntime,
  platformRuntimeOf,
  type ModelType,
  type NoChoice,
  type PlatformRuntime,
} from "../pod/platformRuntime";

/** What is to be served, and on what. */
export interface RuntimeRequest {
  modelType: ModelType;
  /** Predictive models need one. A format without a version fits every version. Default for generative ones: `vLLM`. */
  format?: ModelFormat;
  /** Identifiers of the hardware profile; one without an accelerator tells no runtimes apart. */
  profile?: readonly HardwareIdentifier[];
  /** A runtime by name; goes before everything else. */
  runtime?: string;
  /** Offers unsupported runtimes as well. Default: false. */
  acceptUnsupported?: boolean;
  /** The administrator's default: generative models become an LLMInferenceService. Default: false. */
  distributedByDefault?: boolean;
}

/** Why nothing is suggested. */
export type NoSuggestion =
  /** The name that was given is not offered. */
  | "no-such-runtime"
  /** Several fit, and there is no hardware profile to tell them apart. */
  | "no-profile"
  /** A predictive model without a format. */
  | "no-format"
  /** Several fit; name one of the candidates. */
  | "several"
  /** None fits; the candidates are those that failed last. */
  | "no-match";

export type RuntimeSuggestion =
  | { outcome: "runtime"; runtime: string; because: "named" | "only-match" }
  /** No runtime: an LLMInferenceService serves the model. */
  | { outcome: "llm-inference-service" }
  | { outcome: "none"; reason: NoSuggestion; candidates: readonly string[]; message: string };

/**
 * The only runtime that fits a request, or the reason why there is none and what may be chosen from.
 *
 * @requirement AS-1, AS-2, AS-3, AS-4, AS-5, AS-6, AS-7
 */
export function suggestRuntime(
  request: RuntimeRequest,
  runtimes: readonly PlatformRuntime[] = offeredRuntimes(),
): RuntimeSuggestion {
  const { format, modelType } = request;
  if (request.runtime === undefined && modelType === "predictive" && format === undefined) {
    const fitting = candidatesWithoutFormat(request, runtimes);
    return none("no-format", fitting, "a predictive model needs its format before a runtime can be suggested");
  }
  const choice = choosePlatformRuntime(request, format?.version === undefined ? runtimes.map(anyVersion) : runtimes);
  if (choice.outcome === "chosen") return { outcome: "runtime", runtime: choice.runtime, because: choice.because };
  if (choice.outcome === "distributed") return { outcome: "llm-inference-service" };
  return none(reasonOf(choice.reason, request), choice.candidates, choice.message);
}

/**
 * What the dashboard offers: the templates that a release brings and shows.
 *
 * @param platformVersion default: the newest
 */
export function offeredRuntimes(
  platformVersion?: string,
  catalogue: readonly CatalogueRuntime[] = servingRuntimes,
): PlatformRuntime[] {
  const shown = catalogue.filter(
    (runtime) => runtime.distribution !== "kserve" && runtime.hidden !== true && !isRemoved(runtime, platformVersion),
  );
  const minor = platformVersion === undefined ? undefined : parseRelease(platformVersion)?.slice(0, 2).join(".");
  const isIn = ({ versions = [] }: CatalogueRuntime): boolean =>
    versions.some((entry) => entry.platformVersion === minor);
  // Of a release that nobody read, nothing is left out.
  const isRead = catalogue.some(isIn);
  return shown.filter((one) => !isRead || one.versions === undefined || isIn(one)).map(platformRuntimeOf);
}

/** What KServe's project ships, and what the user adds, on clusters without OpenShift AI. */
export function upstreamRuntimes(catalogue: readonly CatalogueRuntime[] = servingRuntimes): PlatformRuntime[] {
  return catalogue.filter(({ distribution }) => distribution !== "openshift-ai").map(platformRuntimeOf);
}

function candidatesWithoutFormat(request: RuntimeRequest, runtimes: readonly PlatformRuntime[]): string[] {
  const choice = choosePlatformRuntime(request, runtimes);
  if (choice.outcome === "chosen") return [choice.runtime];
  return choice.outcome === "none" ? [...choice.candidates] : [];
}

function reasonOf(reason: NoChoice, { profile }: RuntimeRequest): NoSuggestion {
  if (reason === "no-such-runtime") return reason;
  if (reason === "format-missing") return "no-format";
  if (reason === "several") return profile === undefined ? "no-profile" : "several";
  return "no-match";
}

function none(reason: NoSuggestion, candidates: readonly string[], message: string): RuntimeSuggestion {
  return { outcome: "none", reason, candidates, message };
}

/** Each format once, under its name alone. */
function anyVersion(runtime: PlatformRuntime): PlatformRuntime {
  const names = [...new Set(runtime.formats.map(({ name }) => name))];
  return { ...runtime, formats: names.map((name) => ({ name })) };
}
