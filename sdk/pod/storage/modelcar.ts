/**
 * An `oci://` model: its image runs as a sidecar, and the server reads the files through the shared process namespace.
 * Upstream: kserve/kserve `pkg/utils/storage.go` (ConfigureModelcarToContainer), `pkg/webhook/admission/pod/storage_initializer_injector.go` (InjectModelcar).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { StorageInitializerConfig } from "../controllerConfig";
import { withVariable } from "../merge/environment";
import { added, append, field, itemNamed, type Traced, withField } from "../merge/traced";
import { canonicalQuantity } from "../quantity";
import { MODEL_MOUNT_PATH, TRANSFORMER_CONTAINER, WORKER_CONTAINER } from "../template/names";
import { changeNamed, withVolume, withVolumeMount } from "./mounts";

export const OCI_PREFIX = "oci://";

const VOLUME = "kserve-provision-location";
const SIDECAR = "modelcar";
/** The folder in which the sidecar makes the link that is the model. */
const PARENT = "/mnt";

/** The pod with sidecar and prefetching init container for a model's image; unchanged when it has no server. */
export function withModelcar(spec: Traced, uri: Traced, image: string, config: StorageInitializerConfig): Traced {
  const containers = field(spec, "containers");
  const server = [MAIN_CONTAINER, WORKER_CONTAINER].find((name) => itemNamed(containers, name) !== undefined);
  if (server === undefined) return spec;
  const servers = [server, TRANSFORMER_CONTAINER].filter((name) => itemNamed(containers, name) !== undefined);
  return servers.reduce((rest, name) => withModelcarIn(rest, name, uri, image, config), spec);
}

/** The same for the container of a name, which must be there. */
export function withModelcarIn(
  spec: Traced,
  name: string,
  uri: Traced,
  image: string,
  config: StorageInitializerConfig,
): Traced {
  const volume = { ...added({ name: VOLUME, emptyDir: {} }), origin: uri.origin };
  const mounted = withVolume(spec, volume);
  const changed = changeNamed(field(mounted, "containers"), name, (one) => withModelMounted(one, uri, config));
  const result = withField(withField(mounted, "containers", changed), "shareProcessNamespace", added(true));
  if (itemNamed(changed, SIDECAR) !== undefined) return result;
  const withSidecar = withField(result, "containers", append(changed, sidecar(uri, image, config)));
  return withField(
    withSidecar,
    "initContainers",
    append(field(withSidecar, "initContainers"), prefetch(uri, image, config)),
  );
}

function withModelMounted(container: Traced, uri: Traced, { uidModelcar }: StorageInitializerConfig): Traced {
  let result = withVariable(container, "MODEL_INIT_MODE", added("async"));
  if (itemNamed(field(result, "volumeMounts"), VOLUME) === undefined) {
    result = withVolumeMount(result, { ...added({ name: VOLUME, mountPath: PARENT }), origin: uri.origin });
  }
  // Upstream replaces the whole security context.
  if (uidModelcar !== undefined) result = withField(result, "securityContext", added({ runAsUser: uidModelcar }));
  return result;
}

function sidecar(uri: Traced, image: string, config: StorageInitializerConfig): Traced {
  const { uidModelcar } = config;
  const container = added({
    name: SIDECAR,
    args: ["sh", "-c", `ln -sf /proc/$$$$/root/models ${MODEL_MOUNT_PATH} && sleep infinity`],
    resources: resources(config),
    volumeMounts: [{ name: VOLUME, mountPath: PARENT }],
    terminationMessagePolicy: "FallbackToLogsOnError",
    ...(uidModelcar === undefined ? {} : { securityContext: { runAsUser: uidModelcar } }),
  });
  return withImage(container, uri, image);
}

function prefetch(uri: Traced, image: string, config: StorageInitializerConfig): Traced {
  const check = [
    `echo 'Pre-fetching modelcar ${image}: '`,
    `[ -d /models ] && [ "$$(ls -A /models)" ]`,
    "echo 'OK ... Prefetched and valid (/models exists)' || (echo 'NOK ... Prefetched but modelcar is invalid (/models does not exist or is empty)' && exit 1)",
  ];
  const container = added({
    name: `${SIDECAR}-init`,
    args: ["sh", "-c", check.join(" && ")],
    resources: resources(config),
    terminationMessagePolicy: "FallbackToLogsOnError",
  });
  return withImage(container, uri, image);
}

function withImage(container: Traced, { origin }: Traced, image: string): Traced {
  return { ...withField(container, "image", { kind: "leaf", value: image, origin }), origin };
}

function resources({ cpuModelcar, memoryModelcar }: StorageInitializerConfig): object {
  const amounts = { cpu: canonicalQuantity(cpuModelcar), memory: canonicalQuantity(memoryModelcar) };
  return { limits: amounts, requests: amounts };
}
