/** What a user may say of a model deployment: a runtime and a service of one name, on one kind of hardware. */
import type { z } from "zod";
import type { AcceleratorChoice } from "../../catalog/accelerators";
import { findAccelerator } from "../../catalog/accelerators";
import { findModel } from "../../catalog/models";
import { catalogField, catalogIsSound, catalogOf, type WithCatalog } from "../catalog/field";
import { choice, dnsLabel, flag, object, text } from "../schema/fields";
import type { HardwareProfileSpec } from "../profiles/hardwareProfile";
import { withinProfile } from "../profiles/hardwareProfile";
import { profileNeedsPlatform } from "./inferenceService";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Platform } from "../platform/platform";
import { ingressFitsPlatform, platformField } from "../platform/platform";
import type { ResourceSettings } from "../schema/pods";
import { check, requestsWithinLimits } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import { environmentNameProblem, llmdFits, predictiveFits, startFits, usesLlmd } from "./deploymentRules";
import type { DeploymentSettings } from "./deploymentSettings";
import { DeploymentEnvironment, deploymentName, modelServingSchema } from "./deploymentSettings";
import type { ModelSettings, Surroundings } from "./modelSettings";
import { modelShape } from "./modelSettings";
import { modelFileFits, reasonOf, runtimeChoiceFits, suggestionFor } from "./runtimeChoice";
import { sizedModel, sizingOf } from "./sizing";
import { assetNeedsPlatform, authNeedsPlatform, namespaceProblem, repeatsSetting, serviceRules } from "./serviceRules";
import { modelTypeOf } from "./serviceSettings";
import type { ServingRuntimeSpec } from "../runtimes/servingRuntime";
import {
  everyAcceleratorUsed,
  hardwareName,
  imageExists,
  imageFits,
  sharedMemoryFits,
  TEMPLATE_ARGS,
} from "../runtimes/servingRuntime";
import type { VllmFlags, VllmSettings } from "../runtimes/vllm";
import { useAllAccelerators, vllmArguments, withoutPresets } from "../runtimes/vllm";
import { quantizationFits } from "../runtimes/vllmRules";
import { sourceFitsPlatform, storageUri } from "../storage/modelSource";
import type { SpecRule } from "../schema/validate";

/** The arguments of ModelDeployment that are no components. */
export interface ModelDeploymentSettings extends ModelSettings, DeploymentSettings, WithCatalog {
  /** Default: OpenShift AI. */
  platform?: Platform;
}

export type { ModelSettings, Surroundings } from "./modelSettings";
export { modelShape } from "./modelSettings";

export const modelDeploymentSchema = object({
  ...modelShape,
  name: text("a service name").optional(),
  namespace: dnsLabel("a namespace"),
  createNamespace: flag.default(false),
  environment: choice(Object.values(DeploymentEnvironment), {
    production: 'did you mean "prod"?',
    development: 'did you mean "dev"?',
  }).optional(),
  protect: flag.default(false),
  modelVersion: text("a version").optional(),
  modelServing: modelServingSchema.optional(),
  platform: platformField,
  catalog: catalogField,
}) satisfies SchemaOf<ModelDeploymentSettings>;

/** A model deployment with its defaults. */
export type ModelDeploymentSpec = z.output<typeof modelDeploymentSchema>;

type Model = Loose<ModelSettings> & { catalog?: unknown };

/**
 * The conditions of a deployment that stands alone.
 *
 * @param componentName name of the deployment where the arguments give none
 */
export function modelDeploymentRules(
  componentName: string,
  surroundings: Surroundings,
): readonly SpecRule<ModelDeploymentSettings>[] {
  return [
    catalogIsSound,
    ...modelRules(surroundings),
    ({ name = componentName, environment }) =>
      at(["name"], environmentNameProblem(deploymentName(componentName, { name, environment }), name)),
    (args) =>
      llmdFits(args, surroundings.runtime, usesLlmd(args, surroundings.runtime !== undefined, args.modelServing)),
    ({ namespace, platform }) => at(["namespace"], namespaceProblem(namespace, platform)),
    ({ exposure, platform }) => authNeedsPlatform(exposure, platform),
    ({ source, platform }) => sourceFitsPlatform(source, platform),
    ({ aiAsset, platform }) => assetNeedsPlatform(aiAsset, platform),
    ({ platform }) => profileFitsPlatform(surroundings.profile, platform),
    ({ platform, ...model }) => profileNeedsPlatform(model, platform),
    (args) => imageIsUsable(args, surroundings, args.platform?.version),
    ingressFitsPlatform,
  ];
}

/**
 * The conditions of a model, wherever it is deployed; they hold for every change of it as well.
 *
 * @requirement OP-10, OP-11, HW-3, DS-18
 */
export function modelRules({ profile, runtime }: Surroundings): readonly SpecRule<ModelSettings & WithCatalog>[] {
  const surroundings = { profile, runtime };
  // Of the model as it is deployed, with everything chosen that its author leaves open.
  const deployed = (rule: SpecRule<ModelSettings & WithCatalog>): SpecRule<ModelSettings & WithCatalog> => {
    return (model) => rule(sizedModel(model, surroundings));
  };
  return [
    ...serviceRules,
    (model) => oneKindOfHardware(model, profile),
    (model) => (profile === undefined ? [] : withinProfile(profile, model)),
    (model) => needsResources(model, surroundings),
    deployed(({ vllm, ...model }) => everyAcceleratorUsed(mergeVllm(vllm, runtime), acceleratorCount(model, profile))),
    ({ vllm }) => setOnce(vllm, runtime),
    (model) => repeatsSetting(model.args, fixedArguments(model, runtime), "this deployment"),
    deployed((model) => check(effectiveResources(model, profile), ["resources"], requestsWithinLimits)),
    deployed((model) =>
      sharedMemoryFits(model.sharedMemory, acceleratorCount(model, profile), effectiveResources(model, profile)),
    ),
    (model) => oneRuntime(model, runtime),
    (model) => runtimeFits(model, surroundings),
    predictiveFits,
    (model) => runtimeChoiceFits(model, surroundings),
    (model) => modelFileFits(model, surroundings),
    (model) => methodOfCheckpoint(model, surroundings),
    (model) => llmdFits(model, runtime, false),
    (model) => startFits(model, surroundings),
  ];
}

/** Accelerators of each replica; 0 on CPUs. */
export function acceleratorCount(model: Model, profile: HardwareProfileSpec | undefined): number {
  if (profile?.accelerator === undefined && model.accelerator === undefined) return 0;
  return model.acceleratorCount ?? profile?.count ?? 1;
}

/** CPU and memory of each replica: what the model says, else what its profile says. */
export function effectiveResources(model: Model, profile: HardwareProfileSpec | undefined): Loose<ResourceSettings> {
  const { requests = {}, limits = {} } = model.resources ?? {};
  const asked = { cpu: requests.cpu ?? profile?.cpu, memory: requests.memory ?? profile?.memory };
  return { requests: asked, limits: { cpu: limits.cpu ?? asked.cpu, memory: limits.memory ?? asked.memory } };
}

/** vLLM settings of the service, with the work divided among all accelerators unless the runtime divides it. */
export function serviceVllm(model: Model, { profile, runtime }: Surroundings): Loose<VllmSettings> {
  const own = model.vllm ?? {};
  if (modelTypeOf(model) === "predictive") return {};
  if (runtime?.vllm.tensorParallelSize !== undefined) return withoutPresets(own);
  return useAllAccelerators(own, acceleratorCount(model, profile));
}

/** The image of the model's own runtime: the one given, built for the hardware, or the catalogue's default. */
export function imageIsUsable(model: Model, surroundings: Surroundings, version: string | undefined): Problem[] {
  const { runtimeName, runtimeTemplate } = model;
  if (runtimeName !== undefined || runtimeTemplate !== undefined || surroundings.runtime !== undefined) return [];
  // The image of a predictive model is that of the runtime that is chosen for it.
  if (modelTypeOf(model) === "predictive") return [];
  const hardware = hardwareOf(model, surroundings.profile);
  if (hardware === undefined && model.accelerator !== undefined) return [];
  const catalog = catalogOf(model);
  if (model.image !== undefined) return imageFits(model.image, hardware, catalog);
  const suggestion = suggestionFor(model, surroundings);
  const reason = suggestion.outcome === "none" ? reasonOf(suggestion) : undefined;
  return imageExists(hardware, version, catalog).map(({ path, message }) => ({
    path,
    message: reason === undefined ? message : `${message}, or a runtimeTemplate: ${reason}`,
  }));
}

/**
 * A checkpoint is read by its own method alone, whoever names another: the model or its runtime.
 *
 * @requirement VL-12
 */
function methodOfCheckpoint(model: Model, { runtime }: Surroundings): Problem[] {
  const { quantization } = withoutPresets({ ...runtime?.vllm, ...withoutPresets(model.vllm ?? {}) });
  const { models } = catalogOf(model);
  const known = model.source === undefined ? undefined : findModel(storageUri(model.source, models), models);
  return quantizationFits(quantization, known);
}

/** A runtime serves on the hardware its image is built for. */
function runtimeFits(model: Model, { profile, runtime }: Surroundings): Problem[] {
  const hardware = hardwareOf(model, profile);
  if (runtime === undefined || (hardware === undefined && model.accelerator !== undefined)) return [];
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  if (vendor === undefined || runtime.vendor === undefined || runtime.vendor === vendor) return [];
  const message = `${JSON.stringify(runtime.name)} is a runtime for ${hardwareName(runtime.vendor)}, but the hardware is ${hardwareName(vendor)}`;
  return [{ path: ["runtime"], message }];
}

function hardwareOf(model: Model, profile: HardwareProfileSpec | undefined): AcceleratorChoice | undefined {
  if (profile?.accelerator !== undefined || model.accelerator === undefined) return profile?.accelerator;
  return findAccelerator(model.accelerator, catalogOf(model).accelerators);
}

/** Admission refuses a service whose profile does not exist. */
function profileFitsPlatform(
  profile: HardwareProfileSpec | undefined,
  platform: Loose<Platform> | undefined,
): Problem[] {
  if (profile === undefined || profile.hasObject || platform?.kind === "kserve") return [];
  const message = `${quoteName(profile)} was made for plain KServe, so OpenShift AI would not find it; give both the same platform`;
  return [{ path: ["hardwareProfile"], message }];
}

function mergeVllm(own: Model["vllm"], runtime: ServingRuntimeSpec | undefined): Loose<VllmSettings> {
  const { tensorParallelSize, pipelineParallelSize } = withoutPresets(runtime?.vllm ?? {});
  return { ...withoutPresets({ tensorParallelSize, pipelineParallelSize }), ...withoutPresets(own ?? {}) };
}

/** What the server is told already. Of a runtime that is only named nothing is known. */
function fixedArguments({ vllm, runtimeName }: Model, runtime: ServingRuntimeSpec | undefined): string[] {
  const template = runtimeName === undefined ? TEMPLATE_ARGS : [];
  return [...template, ...vllmArguments(vllm ?? {}), ...vllmArguments(runtime?.vllm ?? {}), ...(runtime?.args ?? [])];
}

/** The service's arguments come after the runtime's, and vLLM would silently let the last one win. */
function setOnce(own: Model["vllm"], runtime: ServingRuntimeSpec | undefined): Problem[] {
  const shared: VllmFlags = withoutPresets(runtime?.vllm ?? {});
  const settings = withoutPresets(own ?? {});
  return (Object.keys(settings) as (keyof VllmFlags)[])
    .filter((key) => settings[key] !== undefined && shared[key] !== undefined)
    .map((key) => ({
      path: ["vllm", key],
      message: `is set to ${quote(shared[key])} by the runtime already; set it in one place`,
    }));
}

function oneKindOfHardware(
  { accelerator, hardwareProfileName, acceleratorCount: count }: Model,
  profile?: HardwareProfileSpec,
): Problem[] {
  const problems: Problem[] = [];
  if (profile !== undefined && accelerator !== undefined) {
    problems.push({
      path: ["accelerator"],
      message: `cannot be combined with hardwareProfile ${quoteName(profile)}, which says it already`,
    });
  }
  if (profile !== undefined && hardwareProfileName !== undefined) {
    problems.push({
      path: ["hardwareProfileName"],
      message: "cannot be combined with hardwareProfile; keep one of the two",
    });
  }
  if (count !== undefined && profile === undefined && accelerator === undefined) {
    problems.push({
      path: ["acceleratorCount"],
      message: `${count} accelerators of which kind? Name a hardwareProfile or an accelerator`,
    });
  }
  return problems;
}

function quoteName({ name }: HardwareProfileSpec): string {
  return JSON.stringify(name);
}

/** KServe gives pods without requests 1 core and 2Gi, in which no language model loads. */
function needsResources(model: Model, surroundings: Surroundings): Problem[] {
  if (surroundings.profile !== undefined || modelTypeOf(model) === "predictive") return [];
  const sizing = sizingOf(model, surroundings);
  if (sizing.resources !== undefined) return [];
  const reason = sizing.reason === undefined ? "" : `, and it could not be chosen: ${sizing.reason}`;
  return (["cpu", "memory"] as const)
    .filter((field) => model.resources?.requests?.[field] === undefined)
    .map((field) => ({
      path: ["resources", "requests", field],
      message: `is missing; without a hardwareProfile a model needs it, since KServe's own default (1 core, 2Gi) loads no language model${reason}`,
    }));
}

function oneRuntime({ runtimeName, image, sharedMemory }: Model, runtime: ServingRuntimeSpec | undefined): Problem[] {
  if (runtime === undefined && runtimeName === undefined) return [];
  const problems: Problem[] = [];
  if (runtime !== undefined && runtimeName !== undefined) {
    problems.push({ path: ["runtimeName"], message: "cannot be combined with runtime; keep one of the two" });
  }
  for (const [field, value] of Object.entries({ image, sharedMemory })) {
    if (value !== undefined) problems.push({ path: [field], message: "belongs to the runtime; set it there" });
  }
  return problems;
}
