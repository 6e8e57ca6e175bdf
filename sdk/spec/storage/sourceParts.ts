/** A model's source with the connection or the volume that it comes by. */
import type { ServiceSettings } from "../inference/serviceSettings";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import type { ModelConnectionSpec } from "./modelConnection";
import type { ModelVolumeSpec } from "./modelVolume";
import { sharingProblem } from "./modelVolume";

/** What a model comes by, beside its source. */
export interface SourceParts {
  connection?: Pick<ModelConnectionSpec, "name" | "huggingFace" | "platform"> | undefined;
  volume?: Pick<ModelVolumeSpec, "name" | "path" | "accessMode"> | undefined;
}

/** Whether source, connection and volume say the place together, and only once. */
export function sourceProblems(
  service: Loose<ServiceSettings>,
  has: { connection: boolean; volume: boolean },
): Problem[] {
  if (has.volume) return volumeProblems(service, has.connection);
  if (!has.connection || service.source?.connection === undefined) return [];
  return [{ path: ["source", "connection"], message: "cannot be combined with connection; keep one of the two" }];
}

function volumeProblems({ source }: Loose<ServiceSettings>, hasConnection: boolean): Problem[] {
  const others = Object.keys(source ?? {}).filter((key) => key !== "path");
  const problems: Problem[] = others.map((key) => ({
    path: ["source", key],
    message: "cannot be combined with volume, which says where the model lies; leave only path",
  }));
  if (hasConnection)
    problems.push({ path: ["connection"], message: "cannot be combined with volume; keep one of the two" });
  return problems;
}

/** Whether as many nodes mount the volume as the service may need. */
export function volumeIsShared(
  service: Loose<ServiceSettings>,
  accessMode: ModelVolumeSpec["accessMode"] = "ReadWriteMany",
): Problem[] {
  const message = sharingProblem(accessMode, service);
  return message === undefined ? [] : [{ path: ["volume"], message }];
}

/** Plain KServe reads no connections but those of buckets, so there an address itself is written into the service. */
export function connectedSource<Source extends object, Text>(
  source: Source,
  connection: NonNullable<SourceParts["connection"]>,
  uri: Text | undefined,
): Source & { tokenSecret?: string; uri?: Text; connection?: string } {
  const { name, huggingFace, platform } = connection;
  if (huggingFace !== undefined) return { ...source, tokenSecret: name };
  if (uri !== undefined && platform.kind === "kserve") return { ...source, uri };
  return { ...source, connection: name };
}

/** The claim, and the path on it: that of the source before that of the volume. */
export function volumeSource(
  volume: Pick<ModelVolumeSpec, "name" | "path">,
  path: string | undefined,
): { pvc: string } {
  const within = path ?? volume.path;
  return { pvc: within === undefined ? volume.name : `${volume.name}/${within}` };
}
