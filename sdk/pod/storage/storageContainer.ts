/**
 * Which ClusterStorageContainer downloads a model.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/storage_initializer_injector.go` (GetStorageContainerSpec),
 * `pkg/apis/serving/v1alpha1/storage_container_types.go` (IsStorageUriSupported).
 */
import type { ClusterStorageContainer } from "../../kubernetes/kserve";
import { added, field, isUnknown, items, plain, text, trace, type Traced } from "../merge/traced";

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
  objects: readonly ClusterStorageContainer[] | undefined,
): StorageContainerMatch {
  const all = objects?.map((object) => trace(object, object)) ?? [added(SHIPPED_STORAGE_CONTAINER)];
  const answers = all.map((one) => ({ spec: field(one, "spec"), claims: claims(one, uri) }));
  const claimed = answers.filter((one) => one.claims !== false);
  if (claimed.length > 1 || claimed[0]?.claims === undefined) {
    return claimed.length === 0 ? { outcome: "matched", spec: undefined } : { outcome: "unknown" };
  }
  return { outcome: "matched", spec: claimed[0].spec };
}

/** Whether it takes several locations at once. */
export function takesSeveral(spec: Traced | undefined): boolean {
  const written = field(spec, "supportsMultiModelDownload");
  return spec === undefined || (written !== undefined && plain(written) === true);
}

/** `undefined` where it cannot be told. */
function claims(object: Traced, uri: string): boolean | undefined {
  const [disabled, workload] = [field(object, "disabled"), field(object, "spec", "workloadType")];
  const formats = field(object, "spec", "supportedUriFormats");
  if (disabled !== undefined && plain(disabled) === true) return false;
  if (workload !== undefined && !isUnknown(workload) && text(workload) !== "initContainer") return false;
  if (isUnknown(formats)) return undefined;
  const answers = items(formats).map((format) => formatClaims(format, uri));
  if (!answers.includes(true)) return answers.includes(undefined) ? undefined : false;
  return isUnknown(disabled) || isUnknown(workload) ? undefined : true;
}

function formatClaims(format: Traced, uri: string): boolean | undefined {
  const [prefix, regex] = [field(format, "prefix"), field(format, "regex")];
  if (isUnknown(format) || isUnknown(prefix) || isUnknown(regex)) return undefined;
  if ((text(prefix) ?? "") !== "") return uri.startsWith(text(prefix) ?? "");
  const pattern = text(regex) ?? "";
  if (pattern === "") return false;
  try {
    return new RegExp(pattern).test(uri);
  } catch {
    // Go's regular expressions know syntax that these do not.
    return undefined;
  }
}
