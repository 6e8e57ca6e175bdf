/** Parts of a runtime's container that catalogue and custom runtimes share. */
import type { Container, EnvVar, Probe, ResourceRequirements, Volume, VolumeMount } from "../../sdk/kubernetes/core";
import { annotations, labels } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty } from "../../sdk/kubernetes/present";
import { startupSeconds } from "../../sdk/spec/inference/loadTime";
import type { ServingRuntimeSpec } from "../../sdk/spec/runtimes/servingRuntime";
import { containerResources } from "../inference/containerResources";
import { environmentOf } from "./servingRuntimeManifest";
import { startupPeriods } from "./vllmServer";

export const SHARED_MEMORY = "shm";
const SHARED_MEMORY_PATH = "/dev/shm";

/** Where the probes ask. */
export interface Health {
  port: number;
  ready: string;
  live?: string | undefined;
}

/**
 * The three probes of a server that tells how it is. Until the first one has succeeded the others do not count.
 *
 * @requirement RT-47, BP-19
 */
export function healthProbes({ port, ready, live = ready }: Health): Required<Pick<Container, ProbeName>> {
  const asks = (path: string): Probe => ({ httpGet: { path, port } });
  return {
    startupProbe: { ...asks(ready), ...startupPeriods(startupSeconds(undefined)) },
    livenessProbe: { ...asks(live), periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 4 },
    readinessProbe: { ...asks(ready), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  };
}

type ProbeName = "startupProbe" | "livenessProbe" | "readinessProbe";

/** A variable of the user's goes before one of the runtime's under the same name. */
export function mergedEnvironment(own: readonly EnvVar[], runtime: ServingRuntimeSpec): EnvVar[] | undefined {
  const given = environmentOf(runtime.env);
  const names = new Set(given.map(({ name }) => name));
  return nonEmpty([...own.filter(({ name }) => !names.has(name)), ...given]);
}

/** What the user asks for, else what the runtime brings; devices only when the user counts them. */
export function mergedResources(
  own: Container["resources"],
  runtime: ServingRuntimeSpec,
): ResourceRequirements | undefined {
  const devices = runtime.acceleratorCount === undefined ? undefined : runtime.hardware?.resource;
  const asked = containerResources(runtime.resources, devices, runtime.acceleratorCount ?? 0);
  if (asked === undefined) return own as ResourceRequirements | undefined;
  const requests = nonEmpty({ ...own?.requests, ...asked.requests });
  const limits = nonEmpty({ ...own?.limits, ...asked.limits });
  return { ...(requests && { requests }), ...(limits && { limits }) };
}

/** Volumes of the runtime with `/dev/shm` at the wanted size, and those of the user. */
export function mergedVolumes(own: readonly Volume[], runtime: ServingRuntimeSpec): Volume[] | undefined {
  const { sharedMemory } = runtime;
  const shared: Volume[] =
    sharedMemory === undefined
      ? []
      : [{ name: sharedVolume(own), emptyDir: { medium: "Memory", sizeLimit: sharedMemory } }];
  const replaced = new Set([...shared, ...(runtime.volumes as Volume[])].map(({ name }) => name));
  const kept = own.filter(({ name }) => !replaced.has(name));
  return nonEmpty([...kept, ...shared, ...(runtime.volumes as Volume[])]);
}

/** Mounts of the runtime, `/dev/shm` among them when it has a size, and those of the user. */
export function mergedMounts(
  own: readonly VolumeMount[],
  volumes: readonly Volume[],
  runtime: ServingRuntimeSpec,
): VolumeMount[] | undefined {
  const isMounted = own.some(({ mountPath }) => mountPath === SHARED_MEMORY_PATH);
  const shared: VolumeMount[] =
    runtime.sharedMemory === undefined || isMounted
      ? []
      : [{ name: sharedVolume(volumes), mountPath: SHARED_MEMORY_PATH }];
  return nonEmpty([...own, ...shared, ...(runtime.volumeMounts as VolumeMount[])]);
}

/** Some runtimes call theirs `devshm`. */
function sharedVolume(volumes: readonly Volume[]): string {
  return volumes.find(({ name }) => name === "devshm")?.name ?? SHARED_MEMORY;
}

/** Labels of a runtime's object. */
export function runtimeLabels({ name, platform }: ServingRuntimeSpec, isHidden = false): Record<string, string> {
  const shown = platform.kind === "openshift-ai" ? { [labels.dashboard]: String(!isHidden) } : {};
  return { ...ownership(name), ...shown };
}

/** Without what only OpenShift AI reads, elsewhere. */
export function forPlatform(
  all: Readonly<Record<string, string>>,
  { platform }: ServingRuntimeSpec,
): Record<string, string> {
  const isOfPlatform = (key: string): boolean => /^([a-z.]+\.)?opendatahub\.io\//.test(key);
  const kept = Object.entries(all).filter(([key]) => platform.kind === "openshift-ai" || !isOfPlatform(key));
  return Object.fromEntries(kept);
}

/** Where metrics are collected. On the pods, so it belongs into `spec.annotations`. */
export function scrapeAnnotations(port: number, path = "/metrics"): Record<string, string> {
  return { [annotations.prometheusPath]: path, [annotations.prometheusPort]: String(port) };
}
