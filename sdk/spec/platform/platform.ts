/** The serving platform a component writes for. */
import type { z } from "zod";
import { choice, dnsLabel, object, textLike } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";

/** Which controllers act on the objects. */
export const PlatformKind = {
  /** KServe as its project ships it, on any Kubernetes. */
  KServe: "kserve",
  /** OpenShift AI 3 or Open Data Hub: KServe with its model controller and dashboard. */
  OpenShiftAI: "openshift-ai",
} as const;
export type PlatformKind = (typeof PlatformKind)[keyof typeof PlatformKind];

/** What makes an exposed service reachable from outside the cluster. */
export const IngressKind = {
  /** The platform's controller: an Ingress or HTTPRoute on plain KServe, a Route on OpenShift AI. */
  Controller: "controller",
  /** A Route of our own: plain KServe on OpenShift with `disableIngressCreation`. */
  Route: "route",
} as const;
export type IngressKind = (typeof IngressKind)[keyof typeof IngressKind];

/** How KServe came onto the cluster; the two differ in the annotation that names the Secret with storage credentials. */
export const InstallKind = {
  /** Its manifests, as the project's quick start and Open Data Hub apply them. */
  Kustomize: "kustomize",
  /** Its Helm chart with that chart's defaults. */
  Helm: "helm",
} as const;
export type InstallKind = (typeof InstallKind)[keyof typeof InstallKind];

/** The serving platform. */
export interface Platform {
  /** Default: `openshift-ai`. */
  kind?: PlatformKind;
  /** Version of OpenShift AI, such as `2.20`; selects the default serving images. Default: the newest. */
  version?: string;
  /**
   * Namespace of the platform itself, where global hardware profiles live and no model may.
   * Default: `redhat-ods-applications`; `opendatahub` for the community build. OpenShift AI only.
   */
  applicationsNamespace?: string;
  /** What publishes exposed services. Default: `controller`. */
  ingress?: IngressKind;
  /** How KServe was installed. Default: `kustomize`. */
  install?: InstallKind;
}

export const platformSchema = object({
  kind: choice(Object.values(PlatformKind)).default("openshift-ai"),
  version: textLike(/^\d+\.\d+$/, 'a version such as "2.20"').optional(),
  applicationsNamespace: dnsLabel("a namespace").default("redhat-ods-applications"),
  ingress: choice(Object.values(IngressKind)).default("controller"),
  install: choice(Object.values(InstallKind)).default("kustomize"),
}) satisfies SchemaOf<Platform>;

/** A platform with its defaults. */
export type PlatformSpec = z.output<typeof platformSchema>;

/** Optional in every component; an absent platform is OpenShift AI. */
export const platformField = platformSchema.prefault({});

/** On OpenShift AI the controller removes or overwrites a Route of ours. */
export function ingressFitsPlatform({ platform }: { platform?: Loose<Platform> | undefined }): Problem[] {
  if (platform?.ingress !== "route" || platform.kind === "kserve") return [];
  const message =
    '"route" is for plain KServe; OpenShift AI makes its own Route: leave ingress out, or set kind to "kserve"';
  return [{ path: ["platform", "ingress"], message }];
}
