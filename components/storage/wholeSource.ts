import { interpolate, Output } from "@pulumi/pulumi";
import type { ServiceSettings } from "../../sdk/spec/inference/serviceSettings";
import type { Problem } from "../../sdk/spec/schema/problem";
import { sharingProblem } from "../../sdk/spec/storage/modelVolume";
import type { ModelSource } from "../../sdk/spec/storage/modelSource";
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
  const problems =
    volume === undefined ? connectionProblems(service, connection) : volumeProblems(service, volume, connection);
  if (problems.length > 0) refuse(`ModelDeployment ${JSON.stringify(name)}`, problems);
  if (volume !== undefined) return onVolume(service.source, volume);
  return connection === undefined ? service.source : connected(service.source, connection);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Output.isInstance(value);
}

function connectionProblems({ source }: ServiceSettings, connection: ModelConnection | undefined): Problem[] {
  if (connection === undefined || source.connection === undefined) return [];
  return [{ path: ["source", "connection"], message: "cannot be combined with connection; keep one of the two" }];
}

function volumeProblems(
  service: ServiceSettings,
  volume: ModelVolume,
  connection: ModelConnection | undefined,
): Problem[] {
  const others = Object.keys(service.source).filter((key) => key !== "path");
  const problems: Problem[] = others.map((key) => ({
    path: ["source", key],
    message: "cannot be combined with volume, which says where the model lies; leave only path",
  }));
  if (connection !== undefined)
    problems.push({ path: ["connection"], message: "cannot be combined with volume; keep one of the two" });
  const message = sharingProblem(specOfVolume(volume)?.accessMode ?? "ReadWriteMany", service);
  if (message !== undefined) problems.push({ path: ["volume"], message });
  return problems;
}

/** Plain KServe reads no connections but those of buckets, so there an address itself is written into the service. */
function connected(source: ModelSource, connection: ModelConnection): ModelSource {
  const { spec, uri } = factsOfConnection(connection) ?? {};
  const secretName = spec?.name ?? connection.secretName;
  if (spec?.huggingFace !== undefined) return { ...source, tokenSecret: secretName };
  if (uri !== undefined && spec?.platform.kind === "kserve") return { ...source, uri };
  return { ...source, connection: secretName };
}

function onVolume({ path }: ModelSource, volume: ModelVolume): ModelSource {
  const spec = specOfVolume(volume);
  if (spec === undefined) return { pvc: volume.location };
  const within = path ?? spec.path;
  if (within === undefined) return { pvc: spec.name };
  return { pvc: typeof within === "string" ? `${spec.name}/${within}` : interpolate`${spec.name}/${within}` };
}
