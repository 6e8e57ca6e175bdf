import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { ownership } from "../../sdk/kubernetes/ownership";
import { usesLlmd } from "../../sdk/spec/inference/deploymentRules";
import { deploymentName } from "../../sdk/spec/inference/deploymentSettings";
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { inferenceServiceRules, inferenceServiceSchema } from "../../sdk/spec/inference/inferenceService";
import { writtenLlmSchema } from "../../sdk/spec/inference/llmInferenceService";
import { llmInferenceServiceRules } from "../../sdk/spec/inference/llmRules";
import type { ModelDeploymentSpec, Surroundings } from "../../sdk/spec/inference/modelDeployment";
import { tokensOf } from "../../sdk/spec/inference/serviceSettings";
import { sizedModel } from "../../sdk/spec/inference/sizing";
import { routeRules, routeSchema } from "../../sdk/spec/exposure/route";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../sdk/spec/runtimes/servingRuntime";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { apiKeyManifest } from "../exposure/apiKeyManifest";
import { routeManifest } from "../exposure/routeManifest";
import { tokenAccessManifests } from "../exposure/tokenAccessManifests";
import { runtimeManifest } from "../runtimes/runtimeManifest";
import { inferenceServiceManifest } from "./inferenceServiceManifest";
import { llmInferenceServiceManifest } from "./llmInferenceServiceManifest";
import { llmArguments, modelDeploymentParts } from "./modelDeploymentParts";

/**
 * Every object of a deployment, in stand-up order; an API key that is made on the way is left out of its Secret.
 *
 * @throws SpecError where the deployment breaks a rule
 */
export function modelDeploymentManifests(
  name: string,
  written: ModelDeploymentSpec,
  surroundings: Surroundings,
): KubernetesObject[] {
  const model = sizedModel(written, surroundings);
  const served = deploymentName(name, model);
  const namespace = model.createNamespace ? [namespaceManifest(served, model)] : [];
  if (usesLlmd(model, surroundings.runtime !== undefined, model.modelServing)) {
    const args = llmArguments(served, model, surroundings);
    const spec = parseSpec(writtenLlmSchema, llmInferenceServiceRules(served), args, served);
    return [...namespace, llmInferenceServiceManifest({ ...spec, name: served })];
  }
  const parts = modelDeploymentParts(served, model, surroundings);
  const spec = parseSpec(inferenceServiceSchema, inferenceServiceRules(served), parts.service, served);
  const service = { ...spec, name: spec.name ?? served };
  const runtime = runtimeManifests(served, parts.runtime);
  return [
    ...namespace,
    ...runtime,
    ...keyManifests(service),
    inferenceServiceManifest(service),
    ...accessManifests(service),
  ];
}

function namespaceManifest(served: string, { namespace, platform }: ModelDeploymentSpec): KubernetesObject {
  const dashboard = platform.kind === "openshift-ai" ? { "opendatahub.io/dashboard": "true" } : {};
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { ...ownership(served), ...dashboard } },
  };
}

function runtimeManifests(name: string, runtime: object | undefined): KubernetesObject[] {
  if (runtime === undefined) return [];
  const spec = parseSpec(servingRuntimeSchema, servingRuntimeRules, runtime, name);
  return [runtimeManifest(resolveServingRuntime(name, spec))];
}

/** The Secret of a key that is made on the way: the key itself nobody knows yet. */
function keyManifests({ name, namespace, exposure }: InferenceServiceSpec): KubernetesObject[] {
  if (exposure?.auth !== "apiKey" || exposure.apiKeySecretName !== undefined) return [];
  const { apiVersion, kind, metadata } = apiKeyManifest({ name, namespace }, "");
  return [{ apiVersion, kind, metadata }];
}

function accessManifests(service: InferenceServiceSpec): KubernetesObject[] {
  const { exposure, platform } = service;
  return [
    ...(exposure?.auth === "token" ? tokenObjects(service, tokensOf(exposure)) : []),
    ...(exposure !== undefined && platform.ingress === "route"
      ? [externalRoute(service, exposure.timeoutSeconds)]
      : []),
  ];
}

function tokenObjects(service: InferenceServiceSpec, tokens: string[]): KubernetesObject[] {
  const callers = { name: service.name, namespace: service.namespace, accounts: service.exposure?.accounts };
  const { serviceAccount, role, roleBinding, secrets } = tokenAccessManifests(callers, tokens);
  return [serviceAccount, role, roleBinding, ...secrets];
}

function externalRoute({ name, namespace }: InferenceServiceSpec, timeoutSeconds: number): KubernetesObject {
  const route = `${name}-external`;
  const args = { name: route, namespace, inferenceServiceName: name, timeoutSeconds };
  return routeManifest({ ...parseSpec(routeSchema, routeRules(route), args, route), name: route });
}
