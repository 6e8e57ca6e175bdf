/**
 * What brings the model into a pod.
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/workload_storage.go` (attachModelArtifacts).
 */
import type { ServiceAccount } from "../../kubernetes/core";
import { LLM_MAIN_CONTAINER } from "../../kubernetes/llmInferenceService";
import type { InjectionContext } from "../clusterObjects";
import { added, append, field, isUnknown, itemNamed, text, type Traced, withField } from "../merge/traced";
import { caBundleOf, caBundleVolume, withCaBundle } from "../storage/caBundle";
import { withAccountCredentials } from "../storage/credentials";
import { containerOf } from "../storage/initializer";
import { OCI_PREFIX, withModelcarIn } from "../storage/modelcar";
import { withUnknownModel } from "../storage/modelStorage";
import { changeNamed, type ModelMount, parseClaim, withModelMount, withVolume } from "../storage/mounts";
import { MODEL_MOUNT_PATH, STORAGE_INITIALIZER } from "../template/names";

/** The service account whose credentials a download uses. */
export interface Account {
  /** Absent: the namespace's default one. */
  name: Traced | undefined;
  /** KServe makes it for this service, so it has no credentials. */
  isMade: boolean;
}

/** A service with its combined spec. */
export interface ModelSource {
  service: Traced;
  spec: Traced;
}

/** The pod with the model of the service at `/mnt/models` of its main container. */
export function withModelArtifacts(
  pod: Traced,
  { service, spec }: ModelSource,
  account: Account,
  context: InjectionContext,
): Traced {
  const uri = field(spec, "model", "uri") ?? { ...added(""), origin: field(service, "spec")?.origin };
  if (isUnknown(uri)) return withUnknownModel(pod, uri);
  const written = text(uri) ?? "";
  const scheme = /^([^:]*:\/\/)/.exec(written)?.[1];
  if (scheme === undefined) return refused(pod, `invalid model URI: ${written}`, uri, context);
  const enabled = field(spec, "storageInitializer", "enabled");
  if (isUnknown(enabled) && enabled !== undefined) return withUnknownModel(pod, enabled);
  if (enabled?.kind === "leaf" && enabled.value === false) return pod;
  if (scheme === OCI_PREFIX) return withImage(pod, uri, written.slice(scheme.length), context);
  if (scheme === "pvc://") {
    const { claim, path } = parseClaim(written);
    const mount = { volume: "kserve-pvc-source", mountPath: MODEL_MOUNT_PATH, subPath: path, claim };
    return withModelMount(pod, { ...mount, readOnly: true, origin: uri.origin }, [LLM_MAIN_CONTAINER]);
  }
  if (scheme !== "hf://" && scheme !== "s3://") {
    return refused(pod, `unsupported schema in model URI: ${written}`, uri, context);
  }
  return withDownload(pod, uri, service, account, context);
}

function withImage(pod: Traced, uri: Traced, image: string, context: InjectionContext): Traced {
  const { storageInitializer } = context.config;
  if (!storageInitializer.enableModelcar) return refused(pod, "OCI modelcars is not enabled", uri, context);
  if (itemNamed(field(pod, "containers"), LLM_MAIN_CONTAINER) === undefined) {
    return refused(pod, `no container found with name ${LLM_MAIN_CONTAINER}`, uri, context);
  }
  return withModelcarIn(pod, LLM_MAIN_CONTAINER, uri, image, storageInitializer);
}

function withDownload(pod: Traced, uri: Traced, service: Traced, account: Account, context: InjectionContext): Traced {
  const { origin } = uri;
  const args = [uri, added(MODEL_MOUNT_PATH)];
  const own = { ...containerOf(STORAGE_INITIALIZER, context.config.storageInitializer, args), origin };
  const mount: ModelMount = {
    volume: "kserve-provision-location",
    mountPath: MODEL_MOUNT_PATH,
    readOnly: true,
    origin,
  };
  const initialized = withField(pod, "initContainers", append(field(pod, "initContainers"), own));
  const mounted = withModelMount(initialized, mount, [STORAGE_INITIALIZER, LLM_MAIN_CONTAINER]);
  const container = itemNamed(field(mounted, "initContainers"), STORAGE_INITIALIZER);
  if (container === undefined) return mounted;
  const annotations = field(service, "metadata", "annotations") ?? added({});
  const given = withAccountCredentials(container, account.name, annotations, knowing(account, service, context));
  const bundle = text(uri)?.startsWith("s3://") === true ? caBundleOf(given.container, context) : undefined;
  const complete = bundle === undefined ? given.container : withCaBundle(given.container, bundle);
  const volumes = [...given.volumes, ...(bundle === undefined ? [] : [caBundleVolume(bundle)])];
  const changed = changeNamed(field(mounted, "initContainers"), STORAGE_INITIALIZER, () => complete);
  return withField(volumes.reduce(withVolume, mounted), "initContainers", changed);
}

/** The context with the account that does not exist yet. */
function knowing({ name, isMade }: Account, service: Traced, context: InjectionContext): InjectionContext {
  const own = text(name);
  if (!isMade || own === undefined) return context;
  const namespace = text(field(service, "metadata", "namespace")) ?? "default";
  const made: ServiceAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: own, namespace } };
  const { objects } = context;
  return { ...context, objects: { ...objects, serviceAccounts: [made, ...(objects.serviceAccounts ?? [])] } };
}

function refused(pod: Traced, message: string, at: Traced, { problems }: InjectionContext): Traced {
  if (!problems.some((known) => known.message === message)) problems.push({ message, at });
  return pod;
}
