import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { EventualManifest } from "../objects";
import { createObject } from "../objects";
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
  restore: <Data>(data: Data) => pulumi.Input<Data>,
  patience: number,
  opts: pulumi.CustomResourceOptions,
): Map<string, pulumi.CustomResource> {
  const made = new Map<string, pulumi.CustomResource>();
  const seconds = `${patience}s`;
  for (const { apiVersion, kind, metadata, ...fields } of manifests) {
    const manifest: EventualManifest = { apiVersion, kind, metadata: restore(metadata), ...restored(fields, restore) };
    // Only what is an input, be it undefined, is there as an output as well.
    if (kind === "Route") manifest.status = undefined;
    const before = kind === "Deployment" ? [] : [made.get("Deployment")].filter((resource) => resource !== undefined);
    const resource = createObject(
      name + (SUFFIX[kind] ?? ""),
      manifest,
      pulumi.mergeOptions(opts, { dependsOn: before, customTimeouts: { create: seconds, update: seconds } }),
    );
    made.set(kind, resource);
  }
  return made;
}

function restored(fields: object, restore: <Data>(data: Data) => pulumi.Input<Data>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, restore(value as unknown)]));
}

/** Address from outside; a Route without a host of its own is given one by its cluster. */
export function publicUrl(
  exposure: ServeSpec["exposure"],
  route: pulumi.CustomResource | undefined,
  restore: <Data>(data: Data) => pulumi.Input<Data>,
): pulumi.Output<string | undefined> {
  const { ingress, httpRoute } = exposure ?? {};
  if (ingress !== undefined) {
    const scheme = ingress.tlsSecretName === undefined ? "http" : "https";
    return pulumi.output(restore(`${scheme}://${ingress.host}`));
  }
  if (httpRoute?.host !== undefined) return pulumi.output(restore(`http://${httpRoute.host}`));
  if (route === undefined) return pulumi.output(undefined);
  const { status } = route as unknown as { status?: pulumi.Output<RouteStatus | undefined> };
  return pulumi.output(status).apply((known) => {
    const host = known?.ingress?.find((ingressOf) => ingressOf.host !== undefined)?.host;
    return host === undefined ? undefined : `https://${host}`;
  });
}

interface RouteStatus {
  ingress?: { host?: string }[];
}
