import type { HardwareProfileSpec } from "../../sdk/spec/profiles/hardwareProfile";
import type { InferenceServiceArgs } from "../../sdk/spec/inference/inferenceService";
import type { LlmInferenceServiceArgs } from "../../sdk/spec/inference/llmInferenceService";
import type { ModelDeploymentSpec, Surroundings } from "../../sdk/spec/inference/modelDeployment";
import { acceleratorCount, effectiveResources, serviceVllm } from "../../sdk/spec/inference/modelDeployment";
import type { ServingRuntimeArgs } from "../../sdk/spec/runtimes/servingRuntime";
import { usualSharedMemory } from "../../sdk/spec/runtimes/servingRuntime";
import type { Plain } from "../../sdk/spec/schema/plain";
import type { ServiceSpec } from "../../sdk/spec/inference/serviceSettings";
import { modelTypeOf, serviceShape } from "../../sdk/spec/inference/serviceSettings";
import { vllmArguments } from "../../sdk/spec/runtimes/vllm";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { CatalogueRuntime } from "../../sdk/catalog/servingRuntimes";
import { impliedVariables, modelServerName, runtimeChoiceOf } from "../../sdk/spec/inference/runtimeChoice";

/** What a deployment is made of, as arguments of the components that make it. */
export interface ModelDeploymentParts {
  /** The model's own runtime; absent when it uses another's. */
  runtime?: Plain<ServingRuntimeArgs>;
  service: Plain<InferenceServiceArgs>;
}

/** Divides a deployment into its runtime and its service, both under the name of the model. */
export function modelDeploymentParts(
  name: string,
  model: ModelDeploymentSpec,
  surroundings: Surroundings,
): ModelDeploymentParts {
  const { profile } = surroundings;
  const { entry, isOwn } = runtimeChoiceOf(model, surroundings);
  const runtimeName = surroundings.runtime?.name ?? model.runtimeName ?? name;
  const service = serviceOf(name, model, surroundings, runtimeName);
  return isOwn ? { runtime: runtimeOf(name, model, profile, entry), service } : { service };
}

/** Hardware decides the image; what belongs to the model is left to the service, whose changes Pulumi waits for. */
function runtimeOf(
  name: string,
  model: ModelDeploymentSpec,
  profile: HardwareProfileSpec | undefined,
  entry: CatalogueRuntime | undefined,
): Plain<ServingRuntimeArgs> {
  const isVllm = entry === undefined || entry.server === "vllm";
  return present({
    runtime: entry?.name,
    name,
    namespace: model.namespace,
    platform: model.platform,
    accelerator: hardwareOf(model, profile),
    image: model.image,
    sharedMemory: model.sharedMemory ?? (isVllm ? usualSharedMemory(acceleratorCount(model, profile)) : undefined),
    imagePullSecrets: model.imagePullSecrets,
    catalog: model.catalog,
    // The service names its runtime. Two runtimes that KServe may choose between leave the choice to chance.
    autoSelect: false,
  });
}

function serviceOf(
  name: string,
  model: ModelDeploymentSpec,
  surroundings: Surroundings,
  runtimeName: string,
): Plain<InferenceServiceArgs> {
  const { profile } = surroundings;
  const shared = Object.fromEntries(Object.entries(model).filter(([key]) => key in serviceShape)) as ServiceSpec;
  const args = [...vllmArguments(serviceVllm(model, surroundings)), ...(model.args ?? [])];
  const count = acceleratorCount(model, profile);
  const named = profile?.hasObject === true ? profile : undefined;
  return present({
    ...shared,
    deploymentStrategy: strategyOf(model),
    namespace: model.namespace,
    platform: model.platform,
    name,
    runtimeName,
    modelServer: serverBehind(model, surroundings),
    args,
    env: nonEmpty([...(model.env ?? []), ...impliedVariables(model)]),
    resources: effectiveResources(model, profile),
    accelerator: hardwareOf(model, profile),
    acceleratorCount: count === 0 ? undefined : count,
    tolerations: model.tolerations ?? profile?.tolerations,
    nodeSelector: model.nodeSelector ?? profile?.nodeSelector,
    hardwareProfileName: named?.name ?? model.hardwareProfileName,
    hardwareProfileNamespace: named?.namespace ?? model.hardwareProfileNamespace,
    localQueue: profile?.localQueue,
    catalog: model.catalog,
  });
}

/** Said where the name of the runtime, which is the model's or the user's own, does not tell it. */
function serverBehind(model: ModelDeploymentSpec, surroundings: Surroundings): string | undefined {
  return modelTypeOf(model) === "generative" ? undefined : modelServerName(model, surroundings);
}

/** The administrator's default fills in only what the user leaves open. */
function strategyOf({ deploymentStrategy, modelServing }: ModelDeploymentSpec): ServiceSpec["deploymentStrategy"] {
  if (deploymentStrategy !== undefined) return deploymentStrategy;
  return { type: modelServing?.deploymentStrategy === "recreate" ? "Recreate" : "RollingUpdate" };
}

/** What llm-d is told of a model; parallelism is said where its presets read it. */
export function llmArguments(
  name: string,
  model: ModelDeploymentSpec,
  surroundings: Surroundings,
): Plain<LlmInferenceServiceArgs> {
  const { profile } = surroundings;
  const { tensorParallelSize, ...vllm } = serviceVllm(model, surroundings);
  const count = acceleratorCount(model, profile);
  const named = profile?.hasObject === true ? profile : undefined;
  return present({
    name,
    namespace: model.namespace,
    platform: model.platform,
    source: model.source,
    displayName: model.displayName,
    description: model.description,
    labels: model.labels,
    aiAsset: model.aiAsset,
    replicas: model.replicas,
    image: model.image,
    args: [...vllmArguments(vllm), ...(model.args ?? [])],
    env: model.env,
    parallelism: tensorParallelSize === undefined ? undefined : { tensor: tensorParallelSize },
    accelerator: hardwareOf(model, profile),
    acceleratorCount: count === 0 ? undefined : count,
    resources: effectiveResources(model, profile),
    tolerations: model.tolerations ?? profile?.tolerations,
    nodeSelector: model.nodeSelector ?? profile?.nodeSelector,
    affinity: model.affinity,
    imagePullSecrets: model.imagePullSecrets,
    serviceAccountName: model.serviceAccountName,
    hardwareProfileName: named?.name ?? model.hardwareProfileName,
    hardwareProfileNamespace: named?.namespace ?? model.hardwareProfileNamespace,
    localQueue: profile?.localQueue,
    modelSize: model.modelSize,
    readyTimeoutSeconds: model.readyTimeoutSeconds,
    awaitReady: model.awaitReady,
    catalog: model.catalog,
  });
}

/** Product or resource name. A profile has its say on nodes already, so only the resource is taken from it. */
function hardwareOf(model: ModelDeploymentSpec, profile: HardwareProfileSpec | undefined): string | undefined {
  return profile?.accelerator?.resource ?? model.accelerator;
}
