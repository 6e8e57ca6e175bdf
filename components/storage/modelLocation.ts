/** What a service says of the place its model is loaded from. */
import type { CatalogueModel } from "../../sdk/catalog/models";
import type { ModelStorageSpec } from "../../sdk/kubernetes/kserve";
import { annotations } from "../../sdk/kubernetes/kserve";
import { present } from "../../sdk/kubernetes/present";
import type { InstallKind, PlatformSpec } from "../../sdk/spec/platform/platform";
import type { PlainModelSource } from "../../sdk/spec/storage/modelSource";
import { isImage, storageUri } from "../../sdk/spec/storage/modelSource";

/** Annotation that names the Secret with storage credentials, by how KServe was installed. */
const STORAGE_SECRET: Readonly<Record<InstallKind, string>> = {
  kustomize: "serving.kserve.io/storageSecretName",
  helm: "serving.kserve.io/secretName",
};

/** The parts of an InferenceService that follow from the source; each field only where the source calls for it. */
export interface ModelLocation {
  /** Of the service's metadata. They follow the source alone, so nothing else ever changes them. */
  annotations: Record<string, string>;
  /** Of the predictor's model. */
  storageUri?: string;
  storage?: ModelStorageSpec;
  /** Of the predictor. */
  serviceAccountName?: string;
  imagePullSecrets: string[];
}

/**
 * Annotations and predictor fields of a source.
 *
 * On OpenShift AI the fields that its connection webhook fills in are written as the webhook would write them, so
 * that it changes nothing and later previews are empty. Plain KServe has no such webhook: there an annotation names
 * the connection's own Secret instead of `storage-config`.
 *
 * @requirement ST-1, ST-3, ST-7, ST-11, ST-13, ST-15, ST-16, ST-17, ST-20, ST-21, ST-24, ST-26, ST-27, ST-28, MC-18
 */
export function modelLocation(
  source: PlainModelSource,
  platform: Pick<PlatformSpec, "kind" | "install">,
  models?: readonly CatalogueModel[],
): ModelLocation {
  const { connection, path, storageKey, tokenSecret } = source;
  const uri = storageUri(source, models);
  const fromBucket = connection !== undefined && path !== undefined;
  const onOpenShiftAI = platform.kind === "openshift-ai";
  const credentials = tokenSecret ?? (onOpenShiftAI || !fromBucket ? undefined : connection);
  return present({
    annotations: present({
      [annotations.connections]: onOpenShiftAI ? connection : undefined,
      [annotations.connectionPath]: onOpenShiftAI && fromBucket ? path : undefined,
      ...(credentials === undefined ? {} : { [STORAGE_SECRET[platform.install]]: credentials }),
    }),
    storageUri: uri === "" ? undefined : uri,
    storage: storageOf(storageKey ?? (fromBucket ? connection : undefined), path),
    serviceAccountName: onOpenShiftAI && fromBucket ? serviceAccountOf(connection) : undefined,
    imagePullSecrets: isImage(source) && connection !== undefined ? [connection] : [],
  });
}

/** The ServiceAccount that goes with a connection, as OpenShift AI's webhook names it. */
export function serviceAccountOf(connection: string): string {
  return `${connection}-sa`;
}

function storageOf(key: string | undefined, path: string | undefined): ModelStorageSpec | undefined {
  return key === undefined ? undefined : present({ key, path });
}
