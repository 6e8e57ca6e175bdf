/** Where a model is loaded from. */
import type { Input } from "@pulumi/pulumi";
import { nearest } from "../../catalog/nearest";
import { isEventual } from "../schema/eventual";
import { object, text } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";

/** Where a model is loaded from: exactly one of the properties. */
export interface ModelSource {
  /** A ModelCar, a container image with the files in `/models`: `registry.example.com/models/granite:1.5`. */
  oci?: Input<string>;
  /** `bucket/path` of an S3 store whose credentials the service account holds. */
  s3?: Input<string>;
  /** `claim/path` of a PersistentVolumeClaim in the same namespace. */
  pvc?: Input<string>;
  /** `organisation/model` or `organisation/model:revision` on Hugging Face. */
  huggingFace?: Input<string>;
  /** Any other URI that KServe accepts, with its scheme. */
  uri?: Input<string>;
}

export const modelSourceSchema = object(
  {
    oci: text("an image reference").optional(),
    s3: text("bucket/path").optional(),
    pvc: text("claim/path").optional(),
    huggingFace: text("organisation/model").optional(),
    uri: text("a URI").optional(),
  },
  "a model source",
) satisfies SchemaOf<ModelSource>;

/** A source as it was written, without Outputs. */
export type PlainModelSource = Loose<ModelSource>;

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

/** The `storageUri` of a valid source. */
export function storageUri(source: PlainModelSource): string {
  for (const [key, scheme] of Object.entries(SCHEMES)) {
    const place = source[key as keyof typeof SCHEMES];
    if (place !== undefined) return place.startsWith(scheme) ? place : scheme + place;
  }
  return source.uri ?? "";
}

/** Exactly one source, in a form that KServe can load. Paths begin at the source. */
export function sourceIsLoadable(source: PlainModelSource): Problem[] {
  const given = Object.keys(source).filter((key) => source[key as keyof ModelSource] !== undefined);
  const only = given[0];
  const names = Object.keys(modelSourceSchema.shape).join(", ");
  if (only === undefined) return [{ path: [], message: `names no place; expected exactly one of ${names}` }];
  if (given.length > 1)
    return [{ path: [], message: `names ${given.join(" and ")}; expected exactly one of ${names}` }];
  const uri = storageUri(source);
  const message = isEventual(uri) ? undefined : uriProblem(uri);
  return message === undefined ? [] : [{ path: [only], message }];
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
