import type { Vendor } from "../../sdk/catalog/acceleratorFamilies";
import type { Container, EnvVar, Volume, VolumeMount } from "../../sdk/kubernetes/core";
import type { ServingRuntime } from "../../sdk/kubernetes/kserve";
import { annotations, labels, MAIN_CONTAINER, SERVING_V1ALPHA1 } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { EnvironmentVariable } from "../../sdk/spec/schema/pods";
import type { Plain } from "../../sdk/spec/schema/plain";
import type { ServingRuntimeSpec } from "../../sdk/spec/runtimes/servingRuntime";
import { TEMPLATE_ARGS } from "../../sdk/spec/runtimes/servingRuntime";
import { startupSeconds } from "../../sdk/spec/inference/loadTime";
import { vllmArguments } from "../../sdk/spec/runtimes/vllm";
import { containerResources } from "../inference/containerResources";
import { healthProbe, PORT, startupProbe } from "./vllmServer";

const SHARED_MEMORY = "shm";

/**
 * A vLLM runtime for single-model serving.
 *
 * @requirement RT-2, RT-3, RT-6, RT-7, RT-8, RT-9, RT-10, RT-11, RT-12, RT-13, RT-14, RT-15, RT-46, VL-1, VL-2, VL-3
 * @requirement BP-19
 */
export function servingRuntimeManifest(runtime: ServingRuntimeSpec): ServingRuntime {
  const onOpenShiftAI = runtime.platform.kind === "openshift-ai";
  const sharedMemory = sharedMemoryOf(runtime);
  const { nodeSelector, affinity, tolerations } = runtime;
  return {
    apiVersion: SERVING_V1ALPHA1,
    kind: "ServingRuntime",
    metadata: {
      name: runtime.name,
      namespace: runtime.namespace,
      labels: { ...ownership(runtime.name), ...(onOpenShiftAI ? { [labels.dashboard]: "true" } : {}) },
      annotations: runtimeAnnotations(runtime, onOpenShiftAI),
    },
    spec: present({
      // Here, not in metadata: these reach the pods, where metrics are collected.
      annotations: {
        ...(onOpenShiftAI ? { [annotations.kserveRuntime]: "vllm" } : {}),
        [annotations.prometheusPath]: "/metrics",
        [annotations.prometheusPort]: String(PORT),
      },
      multiModel: false,
      // No protocol versions: admission sets v2 on vLLM services, and an empty list matches any.
      supportedModelFormats: [{ name: "vLLM", autoSelect: runtime.autoSelect ?? true }],
      containers: [containerOf(runtime, sharedMemory !== undefined)],
      volumes: nonEmpty([...(sharedMemory === undefined ? [] : [sharedMemory]), ...(runtime.volumes as Volume[])]),
      imagePullSecrets: nonEmpty((runtime.imagePullSecrets ?? []).map((name) => ({ name }))),
      nodeSelector,
      affinity,
      tolerations,
    }),
  };
}

/** Variables as the core API has them. */
export function environmentOf(variables: readonly Plain<EnvironmentVariable>[]): EnvVar[] {
  return variables.map(({ name, value, secretName, secretKey }) =>
    secretName === undefined || secretKey === undefined
      ? { name, value: value ?? "" }
      : { name, valueFrom: { secretKeyRef: { name: secretName, key: secretKey } } },
  );
}

function containerOf(runtime: ServingRuntimeSpec, sharedMemory: boolean): Container {
  const devices = runtime.acceleratorCount === undefined ? undefined : runtime.hardware?.resource;
  const resources = containerResources(runtime.resources, devices, runtime.acceleratorCount ?? 0);
  const mounts = [
    ...(sharedMemory ? [{ name: SHARED_MEMORY, mountPath: "/dev/shm" }] : []),
    ...(runtime.volumeMounts as VolumeMount[]),
  ];
  return present({
    name: MAIN_CONTAINER,
    image: runtime.image,
    command: [runtime.python, "-m", "vllm.entrypoints.openai.api_server"],
    args: [...TEMPLATE_ARGS, ...vllmArguments(runtime.vllm), ...runtime.args],
    // Containers run under a random user id on OpenShift, which can write to no home folder.
    env: [{ name: "HF_HOME", value: "/tmp/hf_home" }, ...environmentOf(runtime.env)],
    ports: [{ name: "http", containerPort: PORT, protocol: "TCP" }],
    resources,
    volumeMounts: nonEmpty(mounts),
    // For services that bring no limit of their own; without it the liveness probe would end a server that still loads.
    startupProbe: startupProbe(startupSeconds(undefined)),
    livenessProbe: healthProbe({ periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 4 }),
    readinessProbe: healthProbe({ periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
  });
}

/** @requirement HW-11 */
function runtimeAnnotations(runtime: ServingRuntimeSpec, onOpenShiftAI: boolean): Record<string, string> {
  return present({
    [annotations.displayName]: runtime.displayName ?? displayNameOf(runtime.vendor),
    [annotations.runtimeVersion]:
      onOpenShiftAI && runtime.vllmVersion !== undefined ? `v${runtime.vllmVersion}` : undefined,
    [annotations.recommendedAccelerators]:
      onOpenShiftAI && runtime.hardware !== undefined ? JSON.stringify([runtime.hardware.resource]) : undefined,
  });
}

/** As OpenShift AI calls its own templates. */
function displayNameOf(vendor: ServingRuntimeSpec["vendor"]): string {
  return (vendor === undefined ? undefined : DISPLAY_NAMES[vendor]) ?? "vLLM ServingRuntime for KServe";
}

const DISPLAY_NAMES: Partial<Record<Vendor | "cpu", string>> = {
  nvidia: "vLLM NVIDIA GPU ServingRuntime for KServe",
  amd: "vLLM AMD GPU ServingRuntime for KServe",
  intel: "vLLM Intel Gaudi Accelerator ServingRuntime for KServe",
  ibm: "vLLM Spyre AI Accelerator ServingRuntime for KServe",
  cpu: "vLLM CPU ServingRuntime for KServe",
};

function sharedMemoryOf({ sharedMemory }: ServingRuntimeSpec): Volume | undefined {
  if (sharedMemory === undefined) return undefined;
  return { name: SHARED_MEMORY, emptyDir: { medium: "Memory", sizeLimit: sharedMemory } };
}
