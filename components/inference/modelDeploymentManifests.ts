import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { inferenceServiceRules, inferenceServiceSchema } from "../../sdk/spec/inference/inferenceService";
import type { ModelDeploymentSpec, Surroundings } from "../../sdk/spec/inference/modelDeployment";
import { sizedModel } from "../../sdk/spec/inference/sizing";
import { tokensOf } from "../../sdk/spec/inference/serviceSettings";
import { routeRules, routeSchema } from "../../sdk/spec/exposure/route";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../sdk/spec/runtimes/servingRuntime";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { routeManifest } from "../exposure/routeManifest";
import { tokenAccessManifests } from "../exposure/tokenAccessManifests";
import { runtimeManifest } from "../runtimes/runtimeManifest";
import { inferenceServiceManifest } from "./inferenceServiceManifest";
import { modelDeploymentParts } from "./modelDeploymentParts";

/** Every object of a deployment, in stand-up order. @throws SpecError where the deployment breaks a rule */
export function modelDeploymentManifests(
  name: string,
  model: ModelDeploymentSpec,
  surroundings: Surroundings,
): KubernetesObject[] {
  const parts = modelDeploymentParts(name, sizedModel(model, surroundings), surroundings);
  const spec = parseSpec(inferenceServiceSchema, inferenceServiceRules(name), parts.service, name);
  const service = { ...spec, name: spec.name ?? name };
  return [...runtimeManifests(name, parts.runtime), inferenceServiceManifest(service), ...accessManifests(service)];
}

function runtimeManifests(name: string, runtime: object | undefined): KubernetesObject[] {
  if (runtime === undefined) return [];
  const spec = parseSpec(servingRuntimeSchema, servingRuntimeRules, runtime, name);
  return [runtimeManifest(resolveServingRuntime(name, spec))];
}

function accessManifests(service: InferenceServiceSpec): KubernetesObject[] {
  const { exposure, platform } = service;
  const tokens = tokensOf(exposure);
  return [
    ...(tokens.length === 0 ? [] : tokenObjects(service, tokens)),
    ...(exposure !== undefined && platform.ingress === "route"
      ? [externalRoute(service, exposure.timeoutSeconds)]
      : []),
  ];
}

function tokenObjects(service: InferenceServiceSpec, tokens: string[]): KubernetesObject[] {
  const { serviceAccount, role, roleBinding, secrets } = tokenAccessManifests(service, tokens);
  return [serviceAccount, role, roleBinding, ...secrets];
}

function externalRoute({ name, namespace }: InferenceServiceSpec, timeoutSeconds: number): KubernetesObject {
  const route = `${name}-external`;
  const args = { name: route, namespace, inferenceServiceName: name, timeoutSeconds };
  return routeManifest({ ...parseSpec(routeSchema, routeRules(route), args, route), name: route });
}
