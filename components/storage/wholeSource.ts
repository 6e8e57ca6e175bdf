import { interpolate, Output } from "@pulumi/pulumi";
import type { ServiceSettings } from "../../sdk/spec/inference/serviceSettings";
import type { Loose } from "../../sdk/spec/schema/plain";
import type { Problem } from "../../sdk/spec/schema/problem";
import type { ModelSource } from "../../sdk/spec/storage/modelSource";
import { connectedSource, sourceProblems, volumeIsShared, volumeSource } from "../../sdk/spec/storage/sourceParts";
import { refuse } from "../specification";
import type { ModelConnection } from "./modelConnection";
import { factsOfConnection } from "./modelConnection";
import type { ModelVolume } from "./modelVolume";
import { specOfVolume } from "./modelVolume";

/** Components that a model comes by, given whole instead of by name. */
export interface SourceComponents {
  connection: ModelConnection | undefined;
  volume: ModelVolume | undefined;
}

/**
 * The source of a deployment with its connection or volume written into it.
 *
 * @throws RunError when source and components contradict each other
 * @requirement ST-1, ST-7, ST-8, ST-11, ST-12
 */
export function wholeSource(name: string, service: ServiceSettings, components: SourceComponents): ModelSource {
  const { connection, volume } = components;
  // A source that is none is refused with the rest of what is wrong.
  if (!isObject(service.source)) return service.source;
  const problems = problemsOf(service, components);
  if (problems.length > 0) refuse(`ModelDeployment ${JSON.stringify(name)}`, problems);
  if (volume !== undefined) return onVolume(service.source, volume);
  return connection === undefined ? service.source : connected(service.source, connection);
}

function problemsOf(service: ServiceSettings, { connection, volume }: SourceComponents): Problem[] {
  // Only which properties there are is asked of what may be an Output.
  const written = service as Loose<ServiceSettings>;
  return [
    ...sourceProblems(written, { connection: connection !== undefined, volume: volume !== undefined }),
    ...(volume === undefined ? [] : volumeIsShared(written, specOfVolume(volume)?.accessMode)),
  ];
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Output.isInstance(value);
}

function connected(source: ModelSource, connection: ModelConnection): ModelSource {
  const known = factsOfConnection(connection);
  if (known === undefined) return { ...source, connection: connection.secretName };
  return connectedSource(source, known.spec, known.uri);
}

function onVolume({ path }: ModelSource, volume: ModelVolume): ModelSource {
  const spec = specOfVolume(volume);
  if (spec === undefined) return { pvc: volume.location };
  if (path === undefined || typeof path === "string") return volumeSource(spec, path);
  return { pvc: interpolate`${spec.name}/${path}` };
}
