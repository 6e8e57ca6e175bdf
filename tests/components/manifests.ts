/** The objects of components without Pulumi: as `render` would print them. */
import { hardwareProfileManifest } from "../../components/profiles/hardwareProfileManifest";
import { inferenceServiceManifest } from "../../components/inference/inferenceServiceManifest";
import { modelDeploymentParts } from "../../components/inference/modelDeploymentParts";
import { servingRuntimeManifest } from "../../components/runtimes/servingRuntimeManifest";
import type { HardwareProfile } from "../../sdk/kubernetes/hardwareProfile";
import type { InferenceService, ServingRuntime } from "../../sdk/kubernetes/kserve";
import type { HardwareProfileArgs, HardwareProfileSpec } from "../../sdk/spec/profiles/hardwareProfile";
import {
  hardwareProfileRules,
  hardwareProfileSchema,
  resolveHardwareProfile,
} from "../../sdk/spec/profiles/hardwareProfile";
import type { InferenceServiceArgs } from "../../sdk/spec/inference/inferenceService";
import { inferenceServiceRules, inferenceServiceSchema } from "../../sdk/spec/inference/inferenceService";
import type { ModelDeploymentSettings, Surroundings } from "../../sdk/spec/inference/modelDeployment";
import { modelDeploymentRules, modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import type { Plain } from "../../sdk/spec/schema/plain";
import type { ServingRuntimeArgs } from "../../sdk/spec/runtimes/servingRuntime";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../sdk/spec/runtimes/servingRuntime";
import { parseSpec } from "../../sdk/spec/schema/validate";

export function profileSpec(name: string, args: HardwareProfileArgs): HardwareProfileSpec {
  return resolveHardwareProfile(name, parseSpec(hardwareProfileSchema, hardwareProfileRules, args, name));
}

export function profileObject(name: string, args: HardwareProfileArgs): HardwareProfile {
  return hardwareProfileManifest(profileSpec(name, args));
}

export function runtimeObject(name: string, args: Plain<ServingRuntimeArgs>): ServingRuntime {
  const spec = parseSpec(servingRuntimeSchema, servingRuntimeRules, args, name);
  return servingRuntimeManifest(resolveServingRuntime(name, spec));
}

export function serviceObject(name: string, args: Plain<InferenceServiceArgs>): InferenceService {
  const spec = parseSpec(inferenceServiceSchema, inferenceServiceRules(name), args, name);
  return inferenceServiceManifest({ ...spec, name: spec.name ?? name });
}

/** Runtime and service of a model; no runtime when it uses another's. */
export function modelObjects(
  name: string,
  args: Plain<ModelDeploymentSettings>,
  surroundings: Surroundings = {},
): { runtime?: ServingRuntime; service: InferenceService } {
  const spec = parseSpec(modelDeploymentSchema, modelDeploymentRules(name, surroundings), args, name);
  const { runtime, service } = modelDeploymentParts(name, spec, surroundings);
  const served = serviceObject(name, service);
  return runtime === undefined ? { service: served } : { runtime: runtimeObject(name, runtime), service: served };
}
