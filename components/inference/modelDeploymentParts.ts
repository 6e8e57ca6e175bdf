import type { HardwareProfileSpec } from "../../sdk/spec/profiles/hardwareProfile";
import type { InferenceServiceArgs } from "../../sdk/spec/inference/inferenceService";
import type { ModelDeploymentSpec, Surroundings } from "../../sdk/spec/inference/modelDeployment";
import { acceleratorCount, effectiveResources, serviceVllm } from "../../sdk/spec/inference/modelDeployment";
import type { ServingRuntimeArgs } from "../../sdk/spec/runtimes/servingRuntime";
import { usualSharedMemory } from "../../sdk/spec/runtimes/servingRuntime";
import type { Plain } from "../../sdk/spec/schema/plain";
import type { ServiceSpec } from "../../sdk/spec/inference/serviceSettings";
import { serviceShape } from "../../sdk/spec/inference/serviceSettings";
import { vllmArguments } from "../../sdk/spec/runtimes/vllm";
import { present } from "../../sdk/kubernetes/present";

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
  const { profile, runtime } = surroundings;
  const runtimeName = runtime?.name ?? model.runtimeName;
  const service = serviceOf(name, model, surroundings, runtimeName ?? name);
  return runtimeName === undefined ? { runtime: runtimeOf(name, model, profile), service } : { service };
}

/** Hardware decides the image; what belongs to the model is left to the service, whose changes Pulumi waits for. */
function runtimeOf(
  name: string,
  model: ModelDeploymentSpec,
  profile: HardwareProfileSpec | undefined,
): Plain<ServingRuntimeArgs> {
  return present({
    name,
    namespace: model.namespace,
    platform: model.platform,
    accelerator: hardwareOf(model, profile),
    image: model.image,
    sharedMemory: model.sharedMemory ?? usualSharedMemory(acceleratorCount(model, profile)),
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
    namespace: model.namespace,
    platform: model.platform,
    name,
    runtimeName,
    args,
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

/** Product or resource name. A profile has its say on nodes already, so only the resource is taken from it. */
function hardwareOf(model: ModelDeploymentSpec, profile: HardwareProfileSpec | undefined): string | undefined {
  return profile?.accelerator?.resource ?? model.accelerator;
}
