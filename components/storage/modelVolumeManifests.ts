import type { Container, EnvVar } from "../../sdk/kubernetes/core";
import { annotations } from "../../sdk/kubernetes/kserve";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { Job, PersistentVolumeClaim } from "../../sdk/kubernetes/storage";
import type { ModelVolumeSpec, VolumeFillSpec } from "../../sdk/spec/storage/modelVolume";
import { volumeSize } from "../../sdk/spec/storage/modelVolume";

const MOUNT = "/mnt/volume";
/** User of the storage initializer's image; OpenShift gives every namespace a user of its own instead. */
const INITIALIZER_USER = 1000;
/** What KServe gives its storage initializer (config/configmap/inferenceservice.yaml). */
const RESOURCES = { requests: { cpu: "100m", memory: "100Mi" }, limits: { cpu: "1", memory: "1Gi" } };
/** A connection's keys, as variables that the storage initializer and every AWS SDK read. */
const S3_VARIABLES = {
  AWS_ACCESS_KEY_ID: "AWS_ACCESS_KEY_ID",
  AWS_SECRET_ACCESS_KEY: "AWS_SECRET_ACCESS_KEY",
  AWS_DEFAULT_REGION: "AWS_DEFAULT_REGION",
  AWS_ENDPOINT_URL: "AWS_S3_ENDPOINT",
};

/** The claim. It is not awaited: many classes provide nothing before the first pod mounts it. */
export function volumeClaim(volume: ModelVolumeSpec): PersistentVolumeClaim {
  const { name, namespace, storageClassName, accessMode } = volume;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace,
      labels: { ...MANAGED },
      annotations: { [annotations.skipAwait]: "true" },
    },
    spec: present({
      accessModes: [accessMode],
      storageClassName,
      resources: { requests: { storage: volumeSize(volume) ?? "" } },
    }),
  };
}

/**
 * The Job that copies a model onto the volume; Pulumi waits until it is done.
 *
 * Its security context is the one that OpenShift's restricted-v2 and the "restricted" pod security standard ask for.
 *
 * @requirement ST-14
 */
export function fillJob(volume: ModelVolumeSpec, fill: VolumeFillSpec): Job {
  const { name, namespace, platform } = volume;
  const container = fill.oci === undefined ? downloader(fill, targetOf(volume)) : copier(fill.oci, targetOf(volume));
  const pullSecret = fill.oci === undefined ? undefined : fill.secretName;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${name}-fill`, namespace, labels: { ...MANAGED } },
    spec: {
      backoffLimit: 3,
      template: {
        metadata: { labels: { ...MANAGED } },
        spec: present({
          restartPolicy: "Never",
          serviceAccountName: fill.serviceAccountName,
          imagePullSecrets: pullSecret === undefined ? undefined : [{ name: pullSecret }],
          securityContext: present({
            runAsNonRoot: true,
            seccompProfile: { type: "RuntimeDefault" },
            ...(platform.kind === "kserve" ? { runAsUser: INITIALIZER_USER, fsGroup: INITIALIZER_USER } : {}),
          }),
          containers: [container],
          volumes: [{ name: "model", persistentVolumeClaim: { claimName: name } }],
        }),
      },
    },
  };
}

function targetOf({ path }: ModelVolumeSpec): string {
  return path === undefined ? MOUNT : `${MOUNT}/${path.replace(/\/+$/, "")}`;
}

function downloader(fill: VolumeFillSpec, target: string): Container {
  const uri = fill.s3 === undefined ? prefixed("hf://", fill.huggingFace) : prefixed("s3://", fill.s3);
  return worker({ image: fill.image, args: [uri, target], env: nonEmpty(credentialsOf(fill)) });
}

function prefixed(scheme: string, place = ""): string {
  return place.startsWith(scheme) ? place : scheme + place;
}

/** ModelCars have a shell: KServe itself runs one in them. */
function copier(image: string, target: string): Container {
  const command = ["sh", "-c", 'mkdir -p "$0" && cp -rL /models/. "$0"', target];
  return worker({ image: image.replace(/^oci:\/\//, ""), command });
}

function worker(container: Partial<Container>): Container {
  return present({
    name: "copy",
    ...container,
    resources: RESOURCES,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [{ name: "model", mountPath: MOUNT }],
  });
}

function credentialsOf({ secretName, s3 }: VolumeFillSpec): EnvVar[] {
  if (secretName === undefined) return [];
  const keys = s3 === undefined ? { HF_TOKEN: "HF_TOKEN" } : S3_VARIABLES;
  return Object.entries(keys).map(([name, key]) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } }));
}
