/** Which runtime a model is served by where nobody names one, on what grounds, and what must agree with it. */
import { findAccelerator } from "../../catalog/accelerators";
import { findMlserverFramework } from "../../catalog/mlserver";
import { nearest } from "../../catalog/nearest";
import { type CatalogueRuntime, findServingRuntime } from "../../catalog/servingRuntimes";
import { describedServers } from "../../requests/serverApis";
import {
  offeredRuntimes,
  type RuntimeSuggestion,
  suggestRuntime,
  upstreamRuntimes,
} from "../../selection/suggestRuntime";
import { catalogOf } from "../catalog/field";
import type { Platform } from "../platform/platform";
import { catalogueRuntimeRules } from "../runtimes/catalogueRuntime";
import { frameworkProblems, mlserverVariables, modelFileProblems } from "../runtimes/mlserver";
import type { EnvironmentVariable } from "../schema/pods";
import type { Loose, Plain } from "../schema/plain";
import { isEventual } from "../schema/eventual";
import type { Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import type { ModelSettings, Surroundings } from "./modelSettings";
import { modelTypeOf } from "./serviceSettings";

type Model = Loose<ModelSettings> & { catalog?: unknown; platform?: Loose<Platform> | undefined };

/** Who serves a model. */
export interface RuntimeChoice {
  /** The runtime of the catalogue behind it, where there is one. */
  entry?: CatalogueRuntime;
  /** Whether the model gets a runtime of its own, under its own name. */
  isOwn: boolean;
  /** In one sentence, for people. */
  because: string;
  /** Whether it was chosen for a user who names none. */
  isChosen: boolean;
  /** Why there is none, and what there is to choose from. */
  missing?: string;
}

/**
 * What is named goes before what is chosen. A predictive model that names nothing gets the only runtime that its
 * platform offers for format and accelerator, as the dashboard suggests it; never one for ONNX, which several serve.
 *
 * @requirement AS-1, AS-2, AS-3, AS-4, AS-5, AS-6, AS-10, IS-11, RT-33, RT-34
 */
export function runtimeChoiceOf(model: Model, surroundings: Surroundings): RuntimeChoice {
  const { runtime } = surroundings;
  const catalog = catalogOf(model);
  if (runtime !== undefined) {
    const because = `${runtime.name}: the runtime that is given`;
    return withEntry({ isOwn: false, isChosen: false, because }, runtime.entry);
  }
  if (model.runtimeName !== undefined) {
    const because = "the existing runtime that is named";
    const entry = isEventual(model.runtimeName)
      ? undefined
      : findServingRuntime(model.runtimeName, catalog.servingRuntimes);
    return withEntry({ isOwn: false, isChosen: false, because: `${model.runtimeName}: ${because}` }, entry);
  }
  if (model.runtimeTemplate !== undefined) {
    const entry = findServingRuntime(model.runtimeTemplate, catalog.servingRuntimes);
    const because = `${entry?.name ?? model.runtimeTemplate}: the runtime of the catalogue that is named`;
    return withEntry({ isOwn: true, isChosen: false, because }, entry);
  }
  if (modelTypeOf(model) === "predictive") return suggested(model, surroundings);
  const accelerator = acceleratorOf(model, surroundings);
  return { isOwn: true, isChosen: false, because: `vLLM for ${accelerator ?? "CPUs"}: ${groundsOf(model)}` };
}

function groundsOf({ hardwareProfileName, accelerator }: Model): string {
  return hardwareProfileName !== undefined && accelerator === undefined
    ? "nothing is known of the named hardware profile, and no accelerator is said"
    : "the hardware decides";
}

function withEntry(choice: RuntimeChoice, entry: CatalogueRuntime | undefined): RuntimeChoice {
  return entry === undefined ? choice : { ...choice, entry };
}

function suggested(model: Model, surroundings: Surroundings): RuntimeChoice {
  const { modelFormat = "", platform } = model;
  const suggestion = suggestionFor(model, surroundings);
  const isOnnx = modelFormat.toLowerCase() === "onnx";
  if (suggestion.outcome === "runtime" && !isOnnx) {
    const where = platform?.kind === "kserve" ? "KServe" : "OpenShift AI";
    const because = `${suggestion.runtime}: the only runtime of ${where} for ${quote(modelFormat)}${onAccelerator(model, surroundings)}`;
    const entry = findServingRuntime(suggestion.runtime, catalogOf(model).servingRuntimes);
    return withEntry({ isOwn: true, isChosen: true, because }, entry);
  }
  const none = { isOwn: true, isChosen: false, because: "none" };
  if (suggestion.outcome === "runtime") {
    const message = `a runtime for ONNX is always named, since several servers list it; here it is ${suggestion.runtime}`;
    return { ...none, missing: message };
  }
  return suggestion.outcome === "none" ? { ...none, missing: reasonOf(suggestion) + spelling(model) } : none;
}

/** Nearest format that any runtime lists, where none lists the one that is written. */
function spelling(model: Model): string {
  const { modelFormat = "" } = model;
  const formats = catalogOf(model).servingRuntimes.flatMap(({ spec }) => spec.supportedModelFormats ?? []);
  const names = [...new Set(formats.map(({ name }) => name))];
  const proposal = names.includes(modelFormat) ? undefined : nearest(modelFormat, names);
  return proposal === undefined ? "" : `; did you mean the format ${proposal}?`;
}

function onAccelerator(model: Model, surroundings: Surroundings): string {
  const accelerator = acceleratorOf(model, surroundings);
  return accelerator === undefined ? "" : ` on ${accelerator}`;
}

/** What the dashboard would suggest for a model that names no runtime. */
export function suggestionFor(model: Model, surroundings: Surroundings): RuntimeSuggestion {
  const { modelFormat, modelFormatVersion, platform } = model;
  const accelerator = acceleratorOf(model, surroundings);
  const { servingRuntimes } = catalogOf(model);
  const single = servingRuntimes.filter(({ spec }) => spec.workerSpec === undefined);
  const modelType = modelTypeOf(model);
  const format =
    modelFormat === undefined || modelType === "generative"
      ? {}
      : { format: { name: modelFormat, ...(modelFormatVersion !== undefined && { version: modelFormatVersion }) } };
  // Only the accelerator counts: CPU and memory tell no runtimes apart.
  const device = { displayName: "", minCount: 1, defaultCount: 1, resourceType: "Accelerator" as const };
  const profile = accelerator === undefined ? {} : { profile: [{ ...device, identifier: accelerator }] };
  return suggestRuntime(
    { modelType, ...format, ...profile },
    platform?.kind === "kserve" ? upstreamRuntimes(single) : offeredRuntimes(platform?.version, single),
  );
}

/** The message, with the candidates where it does not name them. */
export function reasonOf({ message, candidates }: Extract<RuntimeSuggestion, { outcome: "none" }>): string {
  const isSaid = candidates.every((candidate) => message.includes(candidate));
  return isSaid ? message : `${message}; there are ${candidates.join(", ")}`;
}

function acceleratorOf(model: Model, { profile }: Surroundings): string | undefined {
  if (profile?.accelerator !== undefined) return profile.accelerator.resource;
  if (model.accelerator === undefined) return undefined;
  return findAccelerator(model.accelerator, catalogOf(model).accelerators)?.resource ?? model.accelerator;
}

/** What is wrong with the runtime that is named or chosen, or why there is none. */
export function runtimeChoiceFits(model: Model, surroundings: Surroundings): Problem[] {
  const { runtimeTemplate, modelFormat } = model;
  const namesOther = surroundings.runtime !== undefined || model.runtimeName !== undefined;
  if (runtimeTemplate !== undefined && namesOther) {
    const other = surroundings.runtime === undefined ? "runtimeName" : "runtime";
    return at(["runtimeTemplate"], `cannot be combined with ${other}; keep one of the two`);
  }
  // The format is asked for elsewhere, and without it nothing can be said.
  if (namesOther || (modelTypeOf(model) === "predictive" && modelFormat === undefined)) return [];
  const { missing, entry, isOwn } = runtimeChoiceOf(model, surroundings);
  if (missing !== undefined) {
    return at(["runtimeTemplate"], `is missing; ${missing}; or name one that exists, in runtimeName`);
  }
  if (runtimeTemplate === undefined && entry === undefined) return [];
  const name = entry?.name ?? runtimeTemplate;
  return isOwn ? entryProblems(model, name, entry, acceleratorOf(model, surroundings)) : [];
}

function entryProblems(
  model: Model,
  runtime: string | undefined,
  entry: CatalogueRuntime | undefined,
  accelerator: string | undefined,
): Problem[] {
  const { image, platform, catalog, vllm } = model;
  const choice = {
    runtime,
    accelerator,
    image,
    platform,
    catalog,
    vllm: model.runtimeTemplate === undefined ? {} : vllm,
  };
  const problems = catalogueRuntimeRules
    .flatMap((rule) => rule(choice))
    .map(({ path, message }) => ({ path: path[0] === "runtime" ? ["runtimeTemplate"] : path, message }));
  if (entry === undefined) return problems;
  return [...problems, ...at(["runtimeTemplate"], misfitOf(model, entry))];
}

function misfitOf(model: Model, { name, spec, modelTypes }: CatalogueRuntime): string | undefined {
  if (spec.workerSpec !== undefined)
    return `${quote(name)} spreads a model over several nodes; ModelDeployment keeps to one`;
  const type = modelTypeOf(model);
  if (!modelTypes.includes(type))
    return `${quote(name)} is for ${modelTypes.join(" and ")} models, but this one is ${type}`;
  const formats = [...new Set((spec.supportedModelFormats ?? []).map((format) => format.name))];
  const wanted = type === "generative" ? "vLLM" : model.modelFormat;
  if (wanted === undefined || formats.length === 0 || formats.includes(wanted)) return undefined;
  return `${quote(name)} lists ${formats.join(", ")}, but not ${quote(wanted)}`;
}

/** The server that answers, where it is known: `ovms`. */
export function modelServerName(model: Model, surroundings: Surroundings): string | undefined {
  const server = runtimeChoiceOf(model, surroundings).entry?.server;
  return server !== undefined && describedServers.includes(server) ? server : undefined;
}

const MODEL_URI = "MLSERVER_MODEL_URI";

/**
 * Only MLServer is told which file to load.
 *
 * @requirement RT-30
 */
export function modelFileFits(model: Model, surroundings: Surroundings): Problem[] {
  const { modelFile, modelFormat } = model;
  if (modelFile === undefined) return [];
  const { entry } = runtimeChoiceOf(model, surroundings);
  const isMlserver =
    entry === undefined ? findMlserverFramework(modelFormat ?? "") !== undefined : entry.server === "mlserver";
  if (!isMlserver) {
    const server = entry === undefined ? "" : `, and ${entry.name} starts ${entry.server}`;
    return at(["modelFile"], `is for models on MLServer${server}; leave it out`);
  }
  const own = (model.env ?? []).findIndex((variable) => variable?.name === MODEL_URI);
  return [
    ...within(["modelFile"], modelFileProblems(modelFile)),
    ...(modelFormat === undefined ? [] : within(["modelFormat"], frameworkProblems(modelFormat))),
    ...at(["env", own, "name"], own < 0 ? undefined : `${MODEL_URI} is what modelFile sets; keep one of the two`),
  ];
}

/** Variables of the service that its settings stand for. */
export function impliedVariables({ modelFile, modelFormat }: Model): Plain<EnvironmentVariable>[] {
  if (modelFile === undefined || modelFormat === undefined) return [];
  return mlserverVariables({ framework: modelFormat, modelFile }).map(({ name, value = "" }) => ({ name, value }));
}
