import { findAccelerator } from "../../sdk/catalog/accelerators";
import type { KubernetesObject, Secret, Toleration } from "../../sdk/kubernetes/core";
import type { NimAccount, NimCache, NimService } from "../../sdk/kubernetes/nim";
import { MANAGED, ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { NimSpec } from "../../sdk/spec/platform/nim";

/** Names that the platform's templates refer to. */
const KEY_SECRET = "nvidia-nim-secrets";
const PULL_SECRET = "ngc-secret";
const PORT = 8000;

type Service = NimSpec["services"][string];

/** The Secret that holds the key. */
export function keySecretName({ apiKeySecret }: NimSpec): string {
  return apiKeySecret ?? KEY_SECRET;
}

/** The Secret by which images are pulled. */
export function pullSecretName({ pullSecret }: NimSpec): string {
  return pullSecret ?? PULL_SECRET;
}

/**
 * The key under both names by which it is read: `api_key` by the Account's controller, `NGC_API_KEY` by the containers.
 *
 * @param apiKey the key, or the text that stands for it
 */
export function keySecretManifest({ namespace }: NimSpec, apiKey: string): Secret & { type: "Opaque" } {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: KEY_SECRET, namespace, labels: { ...MANAGED, "opendatahub.io/managed": "true" } },
    type: "Opaque",
    stringData: { api_key: apiKey, NGC_API_KEY: apiKey },
  };
}

/** Docker's configuration for NVIDIA's registry; the user is the same for all keys. */
export function registryConfig(apiKey: string): string {
  const auth = Buffer.from(`$oauthtoken:${apiKey}`).toString("base64");
  return JSON.stringify({ auths: { "nvcr.io": { username: "$oauthtoken", password: apiKey, auth } } });
}

/** @param config see {@link registryConfig}, or the text that stands for it */
export function pullSecretManifest({ namespace }: NimSpec, config: string): Secret & { type: string } {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: PULL_SECRET, namespace, labels: { ...MANAGED } },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": config },
  };
}

/**
 * The account of a namespace with NVIDIA; the platform makes the runtime's template from it.
 *
 * @requirement PL-4
 */
export function accountManifest(spec: NimSpec): NimAccount {
  const { namespace, modelListConfig } = spec;
  return {
    apiVersion: "nim.opendatahub.io/v1",
    kind: "Account",
    metadata: {
      name: spec.accountName,
      namespace,
      labels: { ...MANAGED },
      annotations: { "pulumi.com/waitFor": "condition=AccountStatus" },
    },
    spec: present({
      apiKeySecret: { name: keySecretName(spec), namespace },
      modelListConfig: modelListConfig === undefined ? undefined : { name: modelListConfig, namespace },
      validationRefreshRate: spec.validationRefreshRate,
      nimConfigRefreshRate: spec.modelListRefreshRate,
    }),
  };
}

/** The volume in which OpenShift AI's NIM keeps models. */
export function modelCacheManifest(namespace: string, cache: NonNullable<NimSpec["modelCache"]>): KubernetesObject {
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: "nim-pvc",
      namespace,
      labels: { ...MANAGED, "opendatahub.io/managed": "true" },
      // A volume of a class that waits for its first pod is bound by that pod only.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: present({
      accessModes: [cache.access],
      storageClassName: cache.storageClass,
      resources: { requests: { storage: cache.size } },
    }),
  };
  return claim;
}

/** What NVIDIA's operator loads before a service starts. */
export function nimCacheManifest(name: string, service: Service, spec: NimSpec): NimCache {
  const { storage, profiles } = service;
  return {
    apiVersion: "apps.nvidia.com/v1alpha1",
    kind: "NIMCache",
    metadata: {
      name,
      namespace: spec.namespace,
      labels: ownership(name),
      annotations: { "pulumi.com/waitFor": "jsonpath={.status.state}=Ready" },
    },
    spec: present({
      source: {
        ngc: present({
          modelPuller: `${service.image}:${service.tag}`,
          pullSecret: pullSecretName(spec),
          authSecret: keySecretName(spec),
          model: profiles === undefined || profiles.length === 0 ? undefined : { profiles },
        }),
      },
      storage: {
        pvc: present({
          create: true as const,
          size: storage.size,
          volumeAccessMode: storage.access,
          storageClass: storage.storageClass,
        }),
      },
      tolerations: nonEmpty(tolerationsOf(service)),
      nodeSelector: nonEmpty(service.nodeSelector),
    }),
  };
}

/** A model served by NVIDIA's operator from its cache. */
export function nimServiceManifest(name: string, service: Service, spec: NimSpec): NimService {
  const resource = findAccelerator(service.accelerator)?.resource ?? service.accelerator;
  const devices = { [resource]: String(service.gpus) };
  return {
    apiVersion: "apps.nvidia.com/v1alpha1",
    kind: "NIMService",
    metadata: {
      name,
      namespace: spec.namespace,
      labels: ownership(name),
      annotations: { "pulumi.com/waitFor": "jsonpath={.status.state}=Ready" },
    },
    spec: present({
      image: {
        repository: service.image,
        tag: service.tag,
        pullPolicy: "IfNotPresent" as const,
        pullSecrets: [pullSecretName(spec)],
      },
      authSecret: keySecretName(spec),
      storage: { nimCache: { name } },
      replicas: service.replicas,
      resources: { requests: devices, limits: devices },
      tolerations: nonEmpty(tolerationsOf(service)),
      nodeSelector: nonEmpty(nodesOf(service)),
      expose: { service: { type: "ClusterIP" as const, port: PORT } },
    }),
  };
}

function tolerationsOf(service: Service): Toleration[] | undefined {
  return service.tolerations ?? findAccelerator(service.accelerator)?.tolerations;
}

function nodesOf(service: Service): Record<string, string> | undefined {
  const label = findAccelerator(service.accelerator)?.product?.productLabel;
  return service.nodeSelector ?? (label === undefined ? undefined : { [label.key]: label.value });
}
