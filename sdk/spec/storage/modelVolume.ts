/** What a user may say of a volume with model files, and of how they come onto it. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { catalogueModels, findModelByName, nearestModel } from "../../catalog/models";
import type { Platform } from "../platform/platform";
import { platformField } from "../platform/platform";
import { isEventual } from "../schema/eventual";
import { bytes, choice, dnsLabel, flag, object, text, textLike } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { imageProblem } from "./modelSource";

/** How many nodes may mount a volume. */
export const AccessMode = {
  /** Any number: what several replicas, or a rolling update, need. */
  ReadWriteMany: "ReadWriteMany",
  /** One node at a time: a single replica that is recreated on updates. */
  ReadWriteOnce: "ReadWriteOnce",
} as const;
export type AccessMode = (typeof AccessMode)[keyof typeof AccessMode];

/**
 * A Job that copies a model onto the volume: exactly one of `huggingFace`, `s3` and `oci`.
 *
 * @requirement ST-14
 */
export interface VolumeFill {
  /** `organisation/model` or `organisation/model:revision`. */
  huggingFace?: Input<string>;
  /** `bucket/path`, with the keys of `secretName` or the rights of `serviceAccountName`. */
  s3?: Input<string>;
  /** A ModelCar, whose `/models` is copied. */
  oci?: Input<string>;
  /** Secret with `HF_TOKEN`, with the keys of an S3 connection, or with the login of the image's registry. */
  secretName?: Input<string>;
  /** ServiceAccount of the Job. Default: the namespace's own. */
  serviceAccountName?: Input<string>;
  /** Image with KServe's storage initializer. Default: `kserve/storage-initializer:v0.17.0`. */
  image?: Input<string>;
}

/** What a volume is, wherever it is made. */
export interface ModelVolumeSettings {
  /** Size, such as `100Gi`. Default: what the files of `model` take, and a fifth more. */
  size?: string;
  /** Model of the catalogue that the volume is for; gives the default of `size`. */
  model?: string;
  /** Default: the cluster's default class, which must provide `accessMode`. */
  storageClassName?: Input<string>;
  /** Default: `ReadWriteMany`. */
  accessMode?: AccessMode;
  /** Path of the model on the volume, such as `llama-3.1-8b-instruct`. Default: the volume's root. */
  path?: string;
  /** Copies the model onto the volume. Default: somebody else does, for instance from a workbench. */
  fill?: VolumeFill;
  /** Whether the claim outlives the stack. Default: true. */
  retain?: boolean;
}

/**
 * Arguments of the ModelVolume component.
 *
 * @requirement ST-11, ST-12, ST-14
 */
export interface ModelVolumeArgs extends ModelVolumeSettings {
  /** Name of the claim. Default: the component's name. */
  name?: string;
  /** Namespace of the models that use it: claims are not shared between namespaces. */
  namespace: Input<string>;
  /** Default: OpenShift AI. */
  platform?: Platform;
}

export const volumeFillSchema = object({
  huggingFace: text("organisation/model").optional(),
  s3: text("bucket/path").optional(),
  oci: text("an image reference").optional(),
  secretName: dnsLabel("the name of a Secret").optional(),
  serviceAccountName: dnsLabel("the name of a service account").optional(),
  image: text("an image reference").default("kserve/storage-initializer:v0.17.0"),
}) satisfies SchemaOf<VolumeFill>;

export const modelVolumeSchema = object({
  name: dnsLabel("the name of a claim").optional(),
  namespace: dnsLabel("a namespace"),
  size: bytes.optional(),
  model: text("the id of a model").optional(),
  storageClassName: text("a storage class").optional(),
  accessMode: choice(Object.values(AccessMode)).default("ReadWriteMany"),
  path: textLike(/^[^/\s][^\s]*$/, "a path on the volume, without a slash in front").optional(),
  fill: volumeFillSchema.optional(),
  retain: flag.default(true),
  platform: platformField,
}) satisfies SchemaOf<ModelVolumeArgs>;

/** A volume with its defaults. */
export type ModelVolumeSpec = z.output<typeof modelVolumeSchema> & { name: string };
export type VolumeFillSpec = z.output<typeof volumeFillSchema>;

const SOURCES = ["huggingFace", "s3", "oci"] as const;
const GIB = 1024 ** 3;

export const modelVolumeRules: readonly SpecRule<ModelVolumeArgs>[] = [
  sizeIsKnown,
  ({ path }) => at(["path"], pathProblem(path)),
  ({ fill }) => (fill === undefined ? [] : within(["fill"], fillIsClear(fill))),
];

/** Size of a claim: as written, else the model's files and a fifth more, in whole Gi. */
export function volumeSize({
  size,
  model,
}: {
  size?: string | undefined;
  model?: string | undefined;
}): string | undefined {
  const files = model === undefined ? undefined : findModelByName(model)?.weightBytes;
  return size ?? (files === undefined ? undefined : `${Math.ceil((files * 1.2) / GIB)}Gi`);
}

function sizeIsKnown({ size, model }: Loose<ModelVolumeArgs>): Problem[] {
  if (size === undefined && model === undefined)
    return at(["size"], "is missing; write the size, or the model of the catalogue that the volume is for");
  if (model === undefined || findModelByName(model) !== undefined) return [];
  const proposal = nearestModel(model, catalogueModels);
  return at(
    ["model"],
    `${quote(model)} is not in the catalogue${proposal === undefined ? "" : `; did you mean ${proposal}?`}`,
  );
}

function pathProblem(path: string | undefined): string | undefined {
  if (!path?.split("/").includes("..")) return undefined;
  return `${quote(path)} leads out of the volume`;
}

function fillIsClear(fill: Loose<VolumeFill>): Problem[] {
  const given = SOURCES.filter((source) => fill[source] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "names no model" : `names ${given.join(" and ")}`;
    return at([], `${found}; expected exactly one of ${SOURCES.join(", ")}`);
  }
  const { oci } = fill;
  return oci === undefined || isEventual(oci) ? [] : at(["oci"], imageProblem(oci.replace(/^oci:\/\//, "")));
}

/** Why pods of a service cannot share a volume that one node mounts at a time. */
export function sharingProblem(
  accessMode: AccessMode,
  service: {
    replicas?: number | undefined;
    autoscaling?: unknown;
    deploymentStrategy?: { type?: string | undefined; maxSurge?: string | undefined } | undefined;
  },
): string | undefined {
  if (accessMode !== "ReadWriteOnce") return undefined;
  const several = (service.replicas ?? 1) > 1 || service.autoscaling !== undefined;
  const { type, maxSurge = "25%" } = service.deploymentStrategy ?? {};
  const surges = type !== "Recreate" && !/^0+%?$/.test(maxSurge);
  if (!several && !surges) return undefined;
  const who = several ? "several replicas" : "a rolling update, which starts a pod beside the old one,";
  return `is a ReadWriteOnce volume, which one node mounts at a time, but ${who} may need two; use ReadWriteMany${several ? "" : ', or deploymentStrategy.type "Recreate"'}`;
}
