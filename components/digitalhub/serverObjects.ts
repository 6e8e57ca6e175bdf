import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { ReportingObject } from "../objects";
import { createObject, createReporting, restoreManifest, routeUrl } from "../objects";
import type { Restore } from "../specification";
import type { ServeSpec } from "./serverSpec";

/** Logical names below the component's, by kind; what carries the server has the component's own. */
const SUFFIX: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: "-autoscaler" };

/**
 * Registers the objects of a server: first the Deployment, whose pods are awaited, then what leads to them.
 *
 * @returns the resources by kind
 */
export function createServer(
  name: string,
  manifests: readonly KubernetesObject[],
  restore: Restore,
  patience: number,
  opts: pulumi.CustomResourceOptions,
): Map<string, pulumi.CustomResource> {
  const made = new Map<string, pulumi.CustomResource>();
  const seconds = `${patience}s`;
  for (const manifest of manifests) {
    const { kind } = manifest;
    const create = kind === "Route" ? createReporting : createObject;
    const before = kind === "Deployment" ? [] : [made.get("Deployment")].filter((resource) => resource !== undefined);
    const resource = create(
      name + (SUFFIX[kind] ?? ""),
      restoreManifest(manifest, restore),
      pulumi.mergeOptions(opts, { dependsOn: before, customTimeouts: { create: seconds, update: seconds } }),
    );
    made.set(kind, resource);
  }
  return made;
}

/** Address from outside; a Route without a host of its own is given one by its cluster. */
export function publicUrl(
  exposure: ServeSpec["exposure"],
  route: pulumi.CustomResource | undefined,
  restore: Restore,
): pulumi.Output<string | undefined> {
  const { ingress, httpRoute } = exposure ?? {};
  if (ingress !== undefined) {
    const scheme = ingress.tlsSecretName === undefined ? "http" : "https";
    return pulumi.output(restore(`${scheme}://${ingress.host}`));
  }
  if (httpRoute?.host !== undefined) return pulumi.output(restore(`http://${httpRoute.host}`));
  if (route === undefined) return pulumi.output(undefined);
  return pulumi.output((route as ReportingObject).status).apply(routeUrl);
}
