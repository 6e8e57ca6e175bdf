import { findAccelerator, type AcceleratorChoice } from "../../sdk/catalog/accelerators";
import type { Container, EnvVar, Toleration } from "../../sdk/kubernetes/core";
import { annotations, labels } from "../../sdk/kubernetes/kserve";
import type {
  LLMInferenceService,
  PartialPodSpec,
  RouterSpec,
  WorkloadSpec,
} from "../../sdk/kubernetes/llmInferenceService";
import { LLM_MAIN_CONTAINER, SERVING_V1ALPHA2 } from "../../sdk/kubernetes/llmInferenceService";
import { ownership } from "../../sdk/kubernetes/ownership";
import { intOrString } from "../../sdk/kubernetes/intOrString";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import { catalogOf } from "../../sdk/spec/catalog/field";
import type { LlmInferenceServiceSpec } from "../../sdk/spec/inference/llmInferenceService";
import type { llmPodSchema, llmWorkloadSchema } from "../../sdk/spec/inference/llmWorkload";
import { storageUri } from "../../sdk/spec/storage/modelSource";
import { environmentOf } from "../runtimes/servingRuntimeManifest";
import { containerResources } from "./containerResources";
import type { z } from "zod";

type Pod = z.output<typeof llmPodSchema>;
type Workload = z.output<typeof llmWorkloadSchema>;

/** What every pod of a service is built with. */
interface Surroundings {
  accelerator: AcceleratorChoice | undefined;
  /** Whether the presets start the server by a shell that reads VLLM_ADDITIONAL_ARGS and the parallelism. */
  byShell: boolean;
}

/**
 * An LLMInferenceService; what is left out comes from the platform's presets.
 *
 * @requirement IS-34, PL-11
 */
export function llmInferenceServiceManifest(service: LlmInferenceServiceSpec): LLMInferenceService {
  const { source, lora, modelName, rolloutStrategy, prefill, baseRefs, storageInitializer } = service;
  const adapters = lora?.map((adapter) => ({ name: adapter.name, uri: storageUri(adapter.source) }));
  return {
    apiVersion: SERVING_V1ALPHA2,
    kind: "LLMInferenceService",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: serviceLabels(service),
      annotations: serviceAnnotations(service),
    },
    spec: present({
      model: present({
        uri: storageUri(source),
        name: modelName ?? service.name,
        lora: adapters === undefined || adapters.length === 0 ? undefined : { adapters },
      }),
      ...workloadOf(service, service),
      prefill: prefill === undefined ? undefined : workloadOf(prefill, service),
      router: routerOf(service),
      baseRefs: nonEmpty(baseRefs?.map((name) => ({ name }))),
      storageInitializer: storageInitializer === undefined ? undefined : { enabled: storageInitializer },
      rolloutStrategy: nonEmpty(
        present({
          maxSurge: intOrString(rolloutStrategy?.maxSurge),
          maxUnavailable: intOrString(rolloutStrategy?.maxUnavailable),
        }),
      ),
    }),
  };
}

function serviceLabels(service: LlmInferenceServiceSpec): Record<string, string> {
  const { platform, aiAsset, modelAsAService, localQueue } = service;
  return present({
    ...service.labels,
    ...ownership(service.name),
    [labels.dashboard]: platform.kind === "openshift-ai" ? "true" : undefined,
    [labels.genaiAsset]: aiAsset === undefined ? undefined : "true",
    [labels.maasEndpoint]: modelAsAService === true ? "true" : undefined,
    [labels.queueName]: localQueue,
  });
}

function serviceAnnotations(service: LlmInferenceServiceSpec): Record<string, string> {
  const { platform, hardwareProfileName: profile, auth } = service;
  const onOpenShiftAI = platform.kind === "openshift-ai";
  return present({
    [annotations.displayName]: service.displayName,
    [annotations.description]: service.description,
    [annotations.modelType]: onOpenShiftAI ? "generative" : undefined,
    [annotations.topologyType]: onOpenShiftAI ? (service.topology ?? topologyOf(service)) : undefined,
    [annotations.topologyConfigRef]: service.topologyConfigRef,
    [annotations.routingConfigRef]: service.routingConfigRef,
    [annotations.connections]: service.connectionName,
    [annotations.enableAuth]: auth === undefined ? undefined : String(auth === "token"),
    [annotations.genaiUseCase]: service.aiAsset?.useCase,
    [annotations.hardwareProfileName]: profile,
    [annotations.hardwareProfileNamespace]:
      profile === undefined ? undefined : (service.hardwareProfileNamespace ?? platform.applicationsNamespace),
    ...(service.awaitReady ? { [annotations.waitFor]: "condition=Ready" } : { [annotations.skipAwait]: "true" }),
  });
}

/** The dashboard has no name for groups of pods without data parallelism. */
function topologyOf({ worker, prefill, parallelism }: LlmInferenceServiceSpec): string | undefined {
  if (worker !== undefined && parallelism?.data === undefined) return undefined;
  const kind = worker === undefined ? "workload-single-node" : "workload-multi-node-data-parallel";
  return prefill === undefined ? kind : `${kind}-pd`;
}

function workloadOf(workload: Workload, service: LlmInferenceServiceSpec): WorkloadSpec {
  const { scaling, parallelism, worker } = workload;
  const accelerator =
    service.accelerator === undefined
      ? undefined
      : findAccelerator(service.accelerator, catalogOf(service).accelerators);
  const surroundings = {
    accelerator,
    byShell: service.platform.kind === "openshift-ai" || worker !== undefined,
  };
  // Plain KServe's presets of single pods start the server without a word of how it is divided.
  const tensor = parallelism?.tensor ?? (surroundings.byShell ? undefined : workload.acceleratorCount);
  const divided = surroundings.byShell || tensor === undefined ? [] : [`--tensor-parallel-size=${tensor}`];
  return present({
    replicas: scaling === undefined ? (workload.replicas ?? 1) : undefined,
    scaling: scaling === undefined ? undefined : scalingOf(scaling),
    parallelism: nonEmpty(present({ ...parallelism })),
    template: nonEmpty(podOf({ ...workload, args: [...divided, ...(workload.args ?? [])] }, surroundings)),
    worker: worker === undefined ? undefined : podOf(worker, surroundings),
  });
}

function scalingOf({
  minReplicas,
  maxReplicas,
  variantCost,
  keda,
}: NonNullable<Workload["scaling"]>): NonNullable<WorkloadSpec["scaling"]> {
  const { pollingIntervalSeconds: pollingInterval, cooldownPeriodSeconds: cooldownPeriod } = keda ?? {};
  const actuator = keda === undefined ? { hpa: {} } : { keda: present({ pollingInterval, cooldownPeriod }) };
  return present({
    minReplicas,
    maxReplicas,
    wva: present({ variantCost: variantCost === undefined ? undefined : String(variantCost), ...actuator }),
  });
}

function podOf(pod: Pod, { accelerator, byShell }: Surroundings): PartialPodSpec {
  const label = accelerator?.product?.productLabel;
  const selector = label === undefined ? undefined : { [label.key]: label.value };
  const main = mainContainer(pod, accelerator?.resource, byShell);
  return present({
    containers: Object.keys(main).length === 1 ? undefined : [main],
    tolerations: nonEmpty((pod.tolerations as Toleration[] | undefined) ?? accelerator?.tolerations),
    nodeSelector: nonEmpty(pod.nodeSelector ?? selector),
    affinity: pod.affinity,
    imagePullSecrets: nonEmpty(pod.imagePullSecrets?.map((name) => ({ name }))),
    serviceAccountName: pod.serviceAccountName,
  });
}

function mainContainer(pod: Pod, device: string | undefined, byShell: boolean): Container {
  const { args = [], env = [], image, resources = {}, acceleratorCount = 1 } = pod;
  const extra =
    byShell && args.length > 0 ? [{ name: "VLLM_ADDITIONAL_ARGS", value: args.map(shellWord).join(" ") }] : [];
  const variables: EnvVar[] = [...environmentOf(env), ...extra];
  return present({
    name: LLM_MAIN_CONTAINER,
    image,
    args: byShell ? undefined : nonEmpty(args),
    env: nonEmpty(variables),
    resources: containerResources(resources, device, acceleratorCount),
  });
}

/** One word of a shell's command line. Texts known only after apply are left as they are: they cannot be seen into. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./\uE000\uE001-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function routerOf({ router }: LlmInferenceServiceSpec): RouterSpec | undefined {
  const { gateway, route, ingress, scheduler } = router;
  const http = present({ refs: nonEmpty(route?.refs?.map((name) => ({ name }))), spec: route?.spec });
  return nonEmpty(
    present({
      gateway:
        gateway === undefined ? undefined : present({ refs: nonEmpty(gateway.refs?.map((ref) => present(ref))) }),
      ingress:
        ingress === undefined ? undefined : present({ refs: nonEmpty(ingress.refs?.map((ref) => present(ref))) }),
      route: route === undefined ? undefined : present({ http: nonEmpty(http) }),
      scheduler: scheduler === undefined ? undefined : schedulerOf(scheduler),
    }),
  ) as RouterSpec | undefined;
}

function schedulerOf({
  replicas,
  poolName,
  configRef,
  config,
}: NonNullable<LlmInferenceServiceSpec["router"]["scheduler"]>): NonNullable<RouterSpec["scheduler"]> {
  return present({
    replicas,
    pool: poolName === undefined ? undefined : { ref: { name: poolName } },
    config: nonEmpty(present({ ref: configRef, inline: config as Record<string, unknown> | undefined })),
  });
}
