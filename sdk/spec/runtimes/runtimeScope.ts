/** Who may use a runtime, and what that asks of the platform. */
import type { Platform } from "../platform/platform";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";

/**
 * Who may use a runtime.
 *
 * @requirement RT-17
 */
export const RuntimeScope = {
  /** Services of one namespace; goes before one of the cluster under the same name. */
  Namespace: "namespace",
  /** Services of the cluster. Plain KServe only: the dashboard of OpenShift AI offers templates instead. */
  Cluster: "cluster",
  /** OpenShift AI: an entry that the dashboard offers in every project, which then get a copy. */
  GlobalTemplate: "global-template",
  /** OpenShift AI: an entry that the dashboard offers in one project. */
  ProjectTemplate: "project-template",
} as const;
export type RuntimeScope = (typeof RuntimeScope)[keyof typeof RuntimeScope];

/** What services of a runtime reach. */
export const RuntimeEndpoint = {
  Rest: "rest",
  /** The container port is called `h2c`, by which KServe tells gRPC. */
  Grpc: "grpc",
} as const;
export type RuntimeEndpoint = (typeof RuntimeEndpoint)[keyof typeof RuntimeEndpoint];

/** What the conditions look at. */
export interface ScopedArgs {
  scope?: RuntimeScope | undefined;
  namespace?: string | undefined;
  platform?: Loose<Platform> | undefined;
  multiModel?: boolean | undefined;
}

export const scopeRules: readonly ((args: ScopedArgs) => Problem[])[] = [
  scopeFitsPlatform,
  namespaceFitsScope,
  oneModelPerPod,
];

function scopeFitsPlatform({ scope = "namespace", platform }: ScopedArgs): Problem[] {
  const onOpenShiftAI = platform?.kind !== "kserve";
  if (scope === "cluster" && onOpenShiftAI) {
    return at(
      ["scope"],
      '"cluster" is for plain KServe; on OpenShift AI use "global-template", which the dashboard offers in every project',
    );
  }
  if (scope.endsWith("-template") && !onOpenShiftAI) {
    return at(["scope"], `"${scope}" is for OpenShift AI; on plain KServe use "cluster" or "namespace"`);
  }
  return [];
}

function namespaceFitsScope({ scope = "namespace", namespace, platform }: ScopedArgs): Problem[] {
  if (scope === "cluster") {
    return at(
      ["namespace"],
      namespace === undefined
        ? undefined
        : 'cannot be combined with scope "cluster": such a runtime is in no namespace',
    );
  }
  const home = platform?.applicationsNamespace ?? "redhat-ods-applications";
  if (scope === "global-template") {
    if (namespace === undefined || namespace === home) return [];
    const message = `"${namespace}" is not the platform's own namespace, ${home}, where global templates lie; leave it out, or use scope "project-template"`;
    return at(["namespace"], message);
  }
  if (namespace !== undefined) return [];
  return at(["namespace"], "is missing; expected a namespace (lower case letters, digits, dashes; at most 63)");
}

/**
 * ModelMesh, whose pods swapped models, is gone from OpenShift AI 3.
 *
 * @requirement RT-12, RT-36
 */
function oneModelPerPod({ multiModel }: ScopedArgs): Problem[] {
  if (multiModel !== true) return [];
  const message =
    "true is for ModelMesh, whose pods swap models in and out and which OpenShift AI 3 no longer has; here a pod serves one model: leave it out";
  return at(["multiModel"], message);
}
