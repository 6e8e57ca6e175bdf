import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { modelDeploymentRules, modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import type { HardwareProfileSpec } from "../../sdk/spec/profiles/hardwareProfile";
import {
  hardwareProfileRules,
  hardwareProfileSchema,
  resolveHardwareProfile,
} from "../../sdk/spec/profiles/hardwareProfile";
import { parseSpec } from "../../sdk/spec/schema/validate";
import type { ServingStackSpec } from "../../sdk/spec/stack/servingStack";
import { modelDeploymentManifests } from "../inference/modelDeploymentManifests";
import { hardwareProfileManifest } from "../profiles/hardwareProfileManifest";
import { modelArguments, namespaceManifest, profileArguments } from "./stackArguments";

/**
 * Every object that a ServingStack makes, in stand-up order: for clients that cannot run Pulumi.
 * @requirement MP-1
 */
export function stackManifests(spec: ServingStackSpec): KubernetesObject[] {
  const namespace = namespaceManifest(spec);
  const profiles = new Map(
    profileArguments(spec).map(([name, args]): [string, HardwareProfileSpec] => [
      name,
      resolveHardwareProfile(name, parseSpec(hardwareProfileSchema, hardwareProfileRules, args, name)),
    ]),
  );
  const models = modelArguments(spec, spec.namespace.name).flatMap(({ name, hardwareProfile, args }) => {
    const surroundings = { profile: hardwareProfile === undefined ? undefined : profiles.get(hardwareProfile) };
    const model = parseSpec(modelDeploymentSchema, modelDeploymentRules(name, surroundings), args, name);
    return modelDeploymentManifests(name, model, surroundings);
  });
  return [
    ...(namespace === undefined ? [] : [namespace]),
    ...[...profiles.values()].filter(({ hasObject }) => hasObject).map(hardwareProfileManifest),
    ...models,
  ];
}
