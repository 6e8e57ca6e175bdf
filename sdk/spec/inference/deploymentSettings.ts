/** What a deployment has that a service has not: name, namespace, environment, protection, defaults of administrators. */
import type { Input } from "@pulumi/pulumi";
import { choice, flag, object } from "../schema/fields";
import { DashboardStrategy } from "../platform/dashboard";
import type { Loose, SchemaOf } from "../schema/plain";

/** What a deployment is for; becomes the prefix of its names, so that it shows everywhere. */
export const DeploymentEnvironment = { Production: "prod", Test: "test", Development: "dev" } as const;
export type DeploymentEnvironment = (typeof DeploymentEnvironment)[keyof typeof DeploymentEnvironment];

/**
 * What an administrator has chosen for new deployments. The names are those of
 * `OdhDashboardConfig.spec.modelServing`, which itself only fills in the dashboard's form.
 *
 * @requirement AS-7, IS-18
 */
export interface ModelServingDefaults {
  /** Generative models without a runtime of their own choice are served by llm-d. Default: false. */
  isLLMdDefault?: boolean;
  /** Strategy of deployments that name none. Default: `rolling`. */
  deploymentStrategy?: DashboardStrategy;
}

/** What only a deployment as a whole has. */
export interface DeploymentSettings {
  /** Name of service and runtime, at most 48 characters with the environment. Default: the component's name. */
  name?: string;
  /** Namespace of all objects. */
  namespace: Input<string>;
  /** Whether the deployment makes the namespace, and removes it with everything in it. Default: false. */
  createNamespace?: boolean;
  /** Puts `prod-`, `test-` or `dev-` before the name, unless it begins so. Default: nothing. */
  environment?: DeploymentEnvironment;
  /** Whether Pulumi refuses to delete any part of the deployment. Default: false. */
  protect?: boolean;
  /** Version of the model, as people call it. Default: tag, digest or revision of the source. */
  modelVersion?: string;
  /** Default: none of them. */
  modelServing?: ModelServingDefaults;
}

export const modelServingSchema = object({
  isLLMdDefault: flag.optional(),
  deploymentStrategy: choice(Object.values(DashboardStrategy)).optional(),
}) satisfies SchemaOf<ModelServingDefaults>;

/**
 * The name under which a deployment is served.
 *
 * @requirement BP-1, BP-3, IS-1
 */
export function deploymentName(
  componentName: string,
  { name = componentName, environment }: Loose<DeploymentSettings>,
): string {
  return environment === undefined || name.startsWith(`${environment}-`) ? name : `${environment}-${name}`;
}

/** The version that a model's URI names: a tag or digest of an image, a revision of Hugging Face. */
export function versionOf(uri: string): string | undefined {
  const [, scheme = "", place = ""] = /^([a-z+]+):\/\/(.*)$/.exec(uri) ?? [];
  if (scheme.startsWith("oci")) return /@(sha256:[0-9a-f]+)$/.exec(place)?.[1] ?? /:([\w.-]+)$/.exec(place)?.[1];
  return scheme === "hf" ? /:([^/:]+)$/.exec(place)?.[1] : undefined;
}
