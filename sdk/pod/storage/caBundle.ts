/**
 * Certificates of private authorities for the container that downloads.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/storage_initializer_injector.go`,
 * `pkg/controller/v1alpha2/llmisvc/workload_storage.go` (injectCaBundle).
 */
import type { InjectionContext } from "../clusterObjects";
import { variableNamed, withVariableDefault } from "../merge/environment";
import { added, field, text, type Traced, withField } from "../merge/traced";
import { withVolumeMount } from "./mounts";

/** A ConfigMap of certificates, and where the container sees it. */
export interface CaBundle {
  configMap: Traced;
  mountPath: string;
}

const CA_BUNDLE_VOLUME = "cabundle-cert";

/** The certificates that the settings or the credentials name. */
export function caBundleOf(container: Traced, { config, namespace }: InjectionContext): CaBundle | undefined {
  const { caBundleConfigMapName, caBundleVolumeMountPath = "/etc/ssl/custom-certs" } = config.storageInitializer;
  const named = field(variableNamed(container, "AWS_CA_BUNDLE_CONFIGMAP"), "value");
  const file = text(field(variableNamed(container, "AWS_CA_BUNDLE"), "value"));
  if (caBundleConfigMapName === undefined && named === undefined) return undefined;
  // KServe copies its own bundle under another name into every namespace but its own.
  const isOwn = text(namespace) === "kserve";
  return {
    configMap: named ?? added(isOwn ? (caBundleConfigMapName ?? "") : "global-ca-bundle"),
    mountPath: file === undefined ? caBundleVolumeMountPath : file.replace(/\/[^/]*$/, ""),
  };
}

/** The container with the mount, and with the variables that tell where it is. */
export function withCaBundle(container: Traced, { configMap, mountPath }: CaBundle): Traced {
  const mount = added({ name: CA_BUNDLE_VOLUME, mountPath, readOnly: true });
  const named = withVariableDefault(container, "CA_BUNDLE_CONFIGMAP_NAME", configMap);
  const placed = withVariableDefault(named, "CA_BUNDLE_VOLUME_MOUNT_POINT", added(mountPath));
  return withVolumeMount(placed, mount);
}

/** The volume that is mounted. */
export function caBundleVolume({ configMap }: CaBundle): Traced {
  const source = withField(added({}), "name", configMap);
  return withField(added({ name: CA_BUNDLE_VOLUME }), "configMap", source);
}
