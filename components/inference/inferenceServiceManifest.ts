import { findAccelerator } from "../../sdk/catalog/accelerators";
import { catalogOf } from "../../sdk/spec/catalog/field";
import type { Toleration } from "../../sdk/kubernetes/core";
import type { InferenceService, ModelSpec, PredictorSpec } from "../../sdk/kubernetes/kserve";
import { annotations, labels, SERVING_V1BETA1 } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { startupSeconds } from "../../sdk/spec/inference/loadTime";
import { modelBytes } from "../../sdk/spec/inference/serviceRules";
import { apiKeyVariables } from "../exposure/apiKeyManifest";
import { modelTypeOf, VLLM_FORMAT } from "../../sdk/spec/inference/serviceSettings";
import { environmentOf } from "../runtimes/servingRuntimeManifest";
import { startupProbe } from "../runtimes/vllmServer";
import type { ModelLocation } from "../storage/modelLocation";
import { modelLocation } from "../storage/modelLocation";
import { containerResources } from "./containerResources";
import { strategyManifest } from "./deploymentStrategy";
import { replicaScaling } from "./replicaScaling";

/**
 * An InferenceService in Standard mode.
 *
 * Written so that KServe's webhooks change nothing: a value they rewrote would show as a difference in every later
 * preview. And so that no annotation depends on size, replicas or time limits: KServe copies annotations to the pods,
 * and a changed one restarts them.
 *
 * @requirement IS-2, IS-3, IS-8, IS-19, IS-21, IS-32, DS-8, OP-7, OP-9
 */
export function inferenceServiceManifest(service: InferenceServiceSpec): InferenceService {
  return {
    apiVersion: SERVING_V1BETA1,
    kind: "InferenceService",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: serviceLabels(service),
      annotations: serviceAnnotations(service),
    },
    spec: { predictor: predictorOf(service) },
  };
}

function serviceLabels(service: InferenceServiceSpec): Record<string, string> {
  return present({
    ...service.labels,
    ...ownership(service.name),
    [labels.dashboard]: service.platform.kind === "openshift-ai" ? "true" : undefined,
    [labels.visibility]: visibilityOf(service),
    [labels.genaiAsset]: service.aiAsset === undefined ? undefined : "true",
    [labels.queueName]: service.localQueue,
  });
}

/** The same label means opposite things: Open Data Hub exposes what bears it, plain KServe hides it. */
function visibilityOf({ platform, exposure }: InferenceServiceSpec): string | undefined {
  if (platform.kind === "openshift-ai") return exposure === undefined ? undefined : "exposed";
  const publishedByController = exposure !== undefined && platform.ingress === "controller";
  return publishedByController ? undefined : "cluster-local";
}

function serviceAnnotations(service: InferenceServiceSpec): Record<string, string> {
  const { platform, exposure, hardwareProfileName } = service;
  const onOpenShiftAI = platform.kind === "openshift-ai";
  const profile = onOpenShiftAI ? hardwareProfileName : undefined;
  return present({
    [annotations.displayName]: service.displayName,
    [annotations.description]: service.description,
    // The spelling that KServe 0.17 keeps; it rewrites RawDeployment.
    [annotations.deploymentMode]: "Standard",
    // Without it KServe makes an autoscaler even for a fixed number of replicas.
    [annotations.autoscalerClass]: service.autoscaling?.autoscalerClass ?? "none",
    [annotations.modelType]: onOpenShiftAI ? modelTypeOf(service) : undefined,
    [annotations.enableAuth]: onOpenShiftAI ? String(exposure?.auth === "token") : undefined,
    [annotations.authProxyType]: exposure?.authProxyType,
    [annotations.genaiUseCase]: service.aiAsset?.useCase,
    // Without its resource version, which the dashboard notes: it changes, and a changed annotation restarts the pods.
    [annotations.hardwareProfileName]: profile,
    [annotations.hardwareProfileNamespace]:
      profile === undefined ? undefined : (service.hardwareProfileNamespace ?? platform.applicationsNamespace),
    [annotations.enablePrometheusScraping]: service.monitored ? "true" : undefined,
    ...locationOf(service).annotations,
    ...(service.awaitReady ? { [annotations.waitFor]: "condition=Ready" } : { [annotations.skipAwait]: "true" }),
  });
}

function locationOf(service: InferenceServiceSpec): ModelLocation {
  return modelLocation(service.source, service.platform, catalogOf(service).models);
}

/**
 * On the nodes of a product, where one is named and nothing else is said of nodes.
 *
 * @requirement VL-28
 */
function predictorOf(service: InferenceServiceSpec): PredictorSpec {
  const { accelerators } = catalogOf(service);
  const accelerator =
    service.accelerator === undefined ? undefined : findAccelerator(service.accelerator, accelerators);
  const label = accelerator?.product?.productLabel;
  const location = locationOf(service);
  const pullSecrets = [...(service.imagePullSecrets ?? []), ...location.imagePullSecrets];
  const productSelector = label === undefined ? undefined : { [label.key]: label.value };
  return present({
    ...replicaScaling(service),
    deploymentStrategy: strategyManifest(service.deploymentStrategy),
    timeout: service.exposure?.timeoutSeconds,
    model: modelOf(service, accelerator?.resource),
    tolerations: nonEmpty((service.tolerations as Toleration[] | undefined) ?? accelerator?.tolerations),
    nodeSelector: nonEmpty(service.nodeSelector ?? productSelector),
    affinity: service.affinity,
    imagePullSecrets: nonEmpty([...new Set(pullSecrets)].map((name) => ({ name }))),
    serviceAccountName: service.serviceAccountName ?? location.serviceAccountName,
  });
}

function modelOf(service: InferenceServiceSpec, device: string | undefined): ModelSpec {
  const isVllm = modelTypeOf(service) === "generative";
  const count = service.acceleratorCount ?? 1;
  const { storageUri, storage } = locationOf(service);
  return present({
    modelFormat: present({ name: service.modelFormat ?? VLLM_FORMAT, version: service.modelFormatVersion }),
    runtime: service.runtimeName,
    storageUri,
    storage,
    args: nonEmpty(service.args),
    env: nonEmpty(environmentOf([...(service.env ?? []), ...apiKeyVariables(service)])),
    resources: containerResources(service.resources ?? {}, device, count),
    startupProbe: isVllm ? startupProbe(startupSeconds(modelBytes(service))) : undefined,
  });
}
