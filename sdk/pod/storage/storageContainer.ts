/**
 * Which ClusterStorageContainer downloads a model.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/storage_initializer_injector.go` (GetStorageContainerSpec),
 * `pkg/apis/serving/v1alpha1/storage_container_types.go` (IsStorageUriSupported).
 */
import type { ClusterStorageContainer } from "../../kubernetes/kserve";
import { recordOf } from "../jsonFields";
import { added, field, plain, trace, type Traced } from "../merge/traced";
import { UNKNOWN } from "../unknown";

/** The one that KServe 0.17.0 ships. */
export const SHIPPED_STORAGE_CONTAINER: ClusterStorageContainer = {
  apiVersion: "serving.kserve.io/v1alpha1",
  kind: "ClusterStorageContainer",
  metadata: { name: "default" },
  spec: {
    container: {
      name: "storage-initializer",
      image: "kserve/storage-initializer:latest",
      imagePullPolicy: "IfNotPresent",
      resources: { requests: { memory: "100Mi", cpu: "100m" }, limits: { memory: "1Gi", cpu: "1" } },
    },
    supportedUriFormats: [
      ...["gs://", "s3://", "hdfs://", "hf://", "webhdfs://"].map((prefix) => ({ prefix })),
      { regex: "https://(.+?).blob.core.windows.net/(.+)" },
      { regex: "https://(.+?).file.core.windows.net/(.+)" },
      { regex: "https?://(.+)/(.+)" },
    ],
    workloadType: "initContainer",
  },
};

export type StorageContainerMatch =
  /** `spec` is absent when no container claims the location: then the initializer is KServe's own. */
  | { outcome: "matched"; spec: Traced | undefined }
  /** Several match, of which KServe takes any, or it depends on what is not known yet. */
  | { outcome: "unknown" };

/** The container for a location. */
export function storageContainerFor(
  uri: string,
  objects: readonly ClusterStorageContainer[] = [SHIPPED_STORAGE_CONTAINER],
): StorageContainerMatch {
  const claimed = objects
    .map((object) => ({ object, claims: claims(object, uri) }))
    .filter((one) => one.claims !== false);
  const [first, ...others] = claimed;
  if (first === undefined) return { outcome: "matched", spec: undefined };
  if (first.claims === undefined || others.length > 0) return { outcome: "unknown" };
  const { object } = first;
  // The shipped one is nobody's to edit.
  const traced = object === SHIPPED_STORAGE_CONTAINER ? SHIPPED : trace(object, object);
  return { outcome: "matched", spec: field(traced, "spec") };
}

const SHIPPED = added(SHIPPED_STORAGE_CONTAINER);

/** Whether it takes several locations at once. */
export function takesSeveral(spec: Traced | undefined): boolean {
  const written = field(spec, "supportsMultiModelDownload");
  return spec === undefined || (written !== undefined && plain(written) === true);
}

/** `undefined` where it cannot be told. */
function claims(object: ClusterStorageContainer, uri: string): boolean | undefined {
  const spec: unknown = object.spec;
  const { disabled } = recordOf(object);
  const { workloadType = "initContainer", supportedUriFormats: formats } = recordOf(spec);
  if (disabled === true || (workloadType !== UNKNOWN && workloadType !== "initContainer")) return false;
  if (spec === UNKNOWN || formats === UNKNOWN) return undefined;
  const answers = Array.isArray(formats) ? formats.map((format) => formatClaims(format, uri)) : [];
  if (!answers.includes(true)) return answers.includes(undefined) ? undefined : false;
  return disabled === UNKNOWN || workloadType === UNKNOWN ? undefined : true;
}

function formatClaims(format: unknown, uri: string): boolean | undefined {
  const { prefix, regex } = recordOf(format);
  if ([format, prefix, regex].includes(UNKNOWN)) return undefined;
  if (typeof prefix === "string" && prefix !== "") return uri.startsWith(prefix);
  if (typeof regex !== "string" || regex === "") return false;
  try {
    return new RegExp(regex).test(uri);
  } catch {
    // Go's regular expressions know syntax that these do not.
    return undefined;
  }
}
