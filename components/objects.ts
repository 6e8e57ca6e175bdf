/** From a plain manifest to the Pulumi resource of its kind. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Restore } from "./specification";

/** A manifest whose values may be Outputs. Secrets belong into `data` and `stringData` of a Secret, and nowhere else. */
export interface EventualManifest {
  apiVersion: string;
  kind: string;
  metadata: pulumi.Input<object>;
  [field: string]: unknown;
}

type Constructor = new (name: string, args: never, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/** Kinds with a type token of their own in Pulumi's Kubernetes package; every other kind is a custom resource. */
const CONSTRUCTORS: Readonly<Record<string, Constructor>> = {
  "v1/ConfigMap": k8s.core.v1.ConfigMap,
  "v1/Namespace": k8s.core.v1.Namespace,
  "v1/PersistentVolumeClaim": k8s.core.v1.PersistentVolumeClaim,
  "v1/ResourceQuota": k8s.core.v1.ResourceQuota,
  "v1/Secret": k8s.core.v1.Secret,
  "v1/Service": k8s.core.v1.Service,
  "v1/ServiceAccount": k8s.core.v1.ServiceAccount,
  "apps/v1/Deployment": k8s.apps.v1.Deployment,
  "autoscaling/v2/HorizontalPodAutoscaler": k8s.autoscaling.v2.HorizontalPodAutoscaler,
  "batch/v1/Job": k8s.batch.v1.Job,
  "networking.k8s.io/v1/Ingress": k8s.networking.v1.Ingress,
  "networking.k8s.io/v1/NetworkPolicy": k8s.networking.v1.NetworkPolicy,
  "rbac.authorization.k8s.io/v1/ClusterRole": k8s.rbac.v1.ClusterRole,
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": k8s.rbac.v1.ClusterRoleBinding,
  "rbac.authorization.k8s.io/v1/Role": k8s.rbac.v1.Role,
  "rbac.authorization.k8s.io/v1/RoleBinding": k8s.rbac.v1.RoleBinding,
};

/** A manifest with the Outputs back in it, each where it stands, so that one of them makes nothing else unknown. */
export function restoreManifest(manifest: object, restore: Restore): EventualManifest {
  return restore(manifest) as EventualManifest;
}

/** Groups of Kubernetes itself: Pulumi's plugin knows their kinds under other tokens than those of custom resources. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "v1",
  ...Object.keys(CONSTRUCTORS).map((key) => key.slice(0, key.lastIndexOf("/"))),
]);

/**
 * Registers the object of a manifest under a logical name. Its own name is always written, so that what exists can be
 * imported in its place.
 *
 * @requirement MP-6
 */
export function createObject(
  name: string,
  manifest: EventualManifest,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { apiVersion, kind, ...fields } = manifest;
  const known = CONSTRUCTORS[`${apiVersion}/${kind}`];
  if (known !== undefined) return new known(name, fields as never, opts);
  if (BUILT_IN.has(apiVersion)) throw new Error(`${apiVersion} ${kind} has no constructor in components/objects.ts`);
  return new k8s.apiextensions.CustomResource(name, { apiVersion, kind, ...fields }, opts);
}

/** An object of which addresses are read once its controller has reported them. */
export interface ReportingObject extends pulumi.CustomResource {
  readonly status: pulumi.Output<ReportedStatus | undefined>;
}

/** What KServe reports of a service, and a router of a Route. */
export interface ReportedStatus {
  url?: string;
  ingress?: { host?: string }[];
  conditions?: { type: string; status: string }[];
}

/** Registers an object whose status is an output. */
export function createReporting(
  name: string,
  manifest: EventualManifest,
  opts: pulumi.CustomResourceOptions,
): ReportingObject {
  // Only what is an input, be it undefined, is there as an output as well.
  return createObject(name, { ...manifest, status: undefined }, opts) as ReportingObject;
}

/** Address of a Route; undefined until the router has admitted it. */
export function routeUrl(status: ReportedStatus | undefined): string | undefined {
  const host = status?.ingress?.find((ingress) => ingress.host !== undefined)?.host;
  return host === undefined ? undefined : `https://${host}`;
}
