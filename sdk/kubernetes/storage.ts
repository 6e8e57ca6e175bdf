/** Claims of storage as plain data: core/v1 volumes, batch/v1 Jobs that fill them, and buckets of objectbucket.io/v1alpha1. */
import type { KubernetesObject, ObjectMeta, PodSpec } from "./core";

export interface PersistentVolumeClaimSpec {
  accessModes: string[];
  storageClassName?: string;
  resources: { requests: { storage: string } };
}

export interface PersistentVolumeClaim extends KubernetesObject {
  apiVersion: "v1";
  kind: "PersistentVolumeClaim";
  metadata: ObjectMeta & { namespace: string };
  spec: PersistentVolumeClaimSpec;
}

export interface Job extends KubernetesObject {
  apiVersion: "batch/v1";
  kind: "Job";
  metadata: ObjectMeta & { namespace: string };
  spec: { backoffLimit: number; template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
}

/** A bucket of OpenShift Data Foundation or Rook. Upstream: kube-object-storage/lib-bucket-provisioner. */
export interface ObjectBucketClaim extends KubernetesObject {
  apiVersion: "objectbucket.io/v1alpha1";
  kind: "ObjectBucketClaim";
  metadata: ObjectMeta & { namespace: string };
  /** Exactly one of the two names. */
  spec: { storageClassName: string; bucketName?: string; generateBucketName?: string };
}
