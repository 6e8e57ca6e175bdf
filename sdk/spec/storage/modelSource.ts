/** Where a model is loaded from. */
import type { Input } from "@pulumi/pulumi";
import type { CatalogueModel } from "../../catalog/models";
import { catalogueModels } from "../../catalog/models";
import { nearest } from "../../catalog/nearest";
import type { Platform } from "../platform/platform";
import { isEventual } from "../schema/eventual";
import { dnsLabel, object, text, textLike } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import { modelcarUri, modelProblem } from "./modelcar";

/**
 * Where a model is loaded from: exactly one place; whatever it is, the server finds the files at `/mnt/models`.
 *
 * A `connection` may stand alone, or beside `oci` or `model` to open a private registry.
 *
 * @requirement ST-1, ST-3, ST-7, ST-11, ST-13, ST-15, ST-21, ST-26, MC-16
 */
export interface ModelSource {
  /** A ModelCar, a container image with the files in `/models`: `registry.example.com/models/granite:1.5`. */
  oci?: Input<string>;
  /** `bucket/path` of an S3 store whose credentials the service account holds. */
  s3?: Input<string>;
  /** `claim/path` of a PersistentVolumeClaim in the same namespace, such as that of a workbench. */
  pvc?: Input<string>;
  /** `organisation/model` or `organisation/model:revision` on Hugging Face. */
  huggingFace?: Input<string>;
  /** Any other URI that KServe accepts, with its scheme. */
  uri?: Input<string>;
  /** A model of the catalogue by its id, such as `RedHatAI/granite-3.1-8b-instruct`: the ModelCar of that model. */
  model?: string;
  /** Secret of a saved connection in the same namespace, such as a ModelConnection makes. S3 ones take `path`. */
  connection?: Input<string>;
  /** An entry of the Secret that holds storage credentials (`storage-config`); takes `path`. */
  storageKey?: Input<string>;
  /** Path in the bucket of `connection` or `storageKey`, without scheme and bucket: `models/granite-7b/`. */
  path?: Input<string>;
  /** Tag of the ModelCar of `model`. Default: the catalogue's. */
  tag?: string;
  /** Secret with key `HF_TOKEN`, for models of `huggingFace` that are handed out to accounts only. */
  tokenSecret?: Input<string>;
}

export const modelSourceSchema = object(
  {
    oci: text("an image reference").optional(),
    s3: text("bucket/path").optional(),
    pvc: text("claim/path").optional(),
    huggingFace: text("organisation/model").optional(),
    uri: text("a URI").optional(),
    model: text("the id of a model").optional(),
    connection: dnsLabel("the name of a Secret").optional(),
    storageKey: text("an entry of storage-config").optional(),
    path: text("a path in the bucket").optional(),
    tag: textLike(/^[A-Za-z0-9_][\w.-]{0,127}$/, "a tag of an image").optional(),
    tokenSecret: dnsLabel("the name of a Secret").optional(),
  },
  "a model source",
) satisfies SchemaOf<ModelSource>;

/** A source as it was written, without Outputs. */
export type PlainModelSource = Loose<ModelSource>;

/** The properties that name a place of their own. */
const PLACES = ["oci", "s3", "pvc", "huggingFace", "uri", "model", "connection", "storageKey"] as const;
const SCHEMES = { oci: "oci://", s3: "s3://", pvc: "pvc://", huggingFace: "hf://" } as const;
/** Prefixes that KServe 0.17 knows (pkg/webhook/admission/pod, config/storagecontainers). */
const KSERVE_SCHEMES = [
  "gs",
  "s3",
  "pvc",
  "file",
  "https",
  "http",
  "hdfs",
  "webhdfs",
  "oci",
  "oci+native",
  "oci+fetch",
  "hf",
];

/** The `storageUri` of a valid source; empty where a connection or key says the place. */
export function storageUri(source: PlainModelSource, models: readonly CatalogueModel[] = catalogueModels): string {
  for (const [key, scheme] of Object.entries(SCHEMES)) {
    const place = source[key as keyof typeof SCHEMES];
    if (place !== undefined) return place.startsWith(scheme) ? place : scheme + place;
  }
  return source.uri ?? modelcarUri(source.model, source.tag, models) ?? "";
}

/** Exactly one source, in a form that KServe can load. Paths begin at the source. */
export function sourceIsLoadable(
  source: PlainModelSource,
  models: readonly CatalogueModel[] = catalogueModels,
): Problem[] {
  return [...onePlace(source, models), ...pathFits(source), ...companionsFit(source)];
}

/** Whether the model comes as an image, for which a connection is the key to its registry. */
export function isImage({ oci, model }: PlainModelSource): boolean {
  return oci !== undefined || model !== undefined;
}

function onePlace(source: PlainModelSource, models: readonly CatalogueModel[]): Problem[] {
  const given = PLACES.filter((key) => source[key] !== undefined);
  const counted = isImage(source) ? given.filter((key) => key !== "connection") : given;
  const [only] = counted;
  const names = PLACES.join(", ");
  if (only === undefined) return [{ path: [], message: `names no place; expected exactly one of ${names}` }];
  if (counted.length > 1)
    return [{ path: [], message: `names ${counted.join(" and ")}; expected exactly one of ${names}` }];
  if (only === "connection" || only === "storageKey") return [];
  if (only === "model") return at(["model"], modelProblem(source.model ?? "", models));
  const uri = storageUri(source, models);
  return isEventual(uri) ? [] : at([only], uriProblem(uri));
}

/** A path belongs to a bucket that something else names. */
function pathFits({ path, connection, storageKey }: PlainModelSource): Problem[] {
  if (path === undefined) {
    const message = "is missing; storageKey names a bucket only, so the path in it must be said";
    return storageKey === undefined ? [] : [{ path: ["path"], message }];
  }
  if (connection === undefined && storageKey === undefined) {
    return [{ path: ["path"], message: "belongs to connection or storageKey; every other place holds its own path" }];
  }
  if (isEventual(path)) return [];
  const scheme = /^[a-z][a-z0-9+]*:\/\/([^/]+\/)?/i.exec(path)?.[0];
  if (scheme !== undefined) {
    const message = `${quote(path)} names a scheme and a bucket, which the connection does; did you mean ${path.slice(scheme.length)}?`;
    return [{ path: ["path"], message }];
  }
  if (!path.startsWith("/")) return [];
  const message = `${quote(path)} begins with a slash, which no object's key does; did you mean ${path.replace(/^\/+/, "")}?`;
  return [{ path: ["path"], message }];
}

function companionsFit({ model, tag, huggingFace, tokenSecret }: PlainModelSource): Problem[] {
  const problems: Problem[] = [];
  if (tag !== undefined && model === undefined)
    problems.push({ path: ["tag"], message: "belongs to model; append it to the image instead, as :<tag>" });
  if (tokenSecret !== undefined && huggingFace === undefined)
    problems.push({ path: ["tokenSecret"], message: "is for huggingFace; no other place asks for its token" });
  return problems;
}

/** Plain KServe reads no connection annotations: what a Secret alone says is not known there. */
export function sourceFitsPlatform(
  source: PlainModelSource | undefined,
  platform: Loose<Platform> | undefined,
): Problem[] {
  if (platform?.kind !== "kserve" || source?.connection === undefined) return [];
  if (isImage(source) || source.path !== undefined) return [];
  const message =
    "needs path on plain KServe, which reads nothing but S3 credentials from a connection; write the URI of another place as uri";
  return [{ path: ["source", "connection"], message }];
}

function uriProblem(uri: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+]*):\/\/(?=.)/i.exec(uri)?.[1];
  if (scheme === undefined) {
    const hint = /^[\w.-]+\.[a-z]+(:\d+)?\//i.test(uri) ? `; did you mean oci://${uri}?` : "";
    return `${quote(uri)} has no scheme such as oci://, s3://, pvc:// or hf://${hint}`;
  }
  if (!KSERVE_SCHEMES.includes(scheme)) {
    const proposal = nearest(scheme, KSERVE_SCHEMES);
    const hint = proposal === undefined ? "" : `; did you mean ${proposal}://?`;
    return `${quote(uri)}: KServe loads nothing from ${scheme}:// (known: ${KSERVE_SCHEMES.join(", ")})${hint}`;
  }
  return scheme.startsWith("oci") ? imageProblem(uri.slice(scheme.length + 3)) : undefined;
}

/** A pinned image reference, as every registry accepts it. */
export function imageProblem(image: string): string | undefined {
  const [, repository = "", rest = ""] = /^([^@]*?)((?::[\w.-]+)?(?:@.+)?)$/.exec(image) ?? [];
  if (repository !== repository.toLowerCase()) {
    return `${quote(image)}: image names are lower case; did you mean ${repository.toLowerCase()}${rest}?`;
  }
  if (rest === "") return `${quote(image)} names neither a tag nor a digest, so it may change under you; append :<tag>`;
  if (!/^[a-z0-9][a-z0-9._/:-]*$/.test(repository)) return `${quote(image)} is not an image reference`;
  return undefined;
}
