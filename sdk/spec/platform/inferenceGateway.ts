/** What a user may say of the gateway in front of LLMInferenceServices. */
import { choice, dnsLabel, object, record, text, textLike } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";

/** Which namespaces may attach routes to the gateway. */
export const RouteNamespaces = {
  /** Those with the labels of `namespaceLabels`. */
  Selector: "Selector",
  /** The gateway's own only. */
  Same: "Same",
  All: "All",
} as const;
export type RouteNamespaces = (typeof RouteNamespaces)[keyof typeof RouteNamespaces];

/** The gateway `openshift-ai-inference` and its class. */
export interface InferenceGateway {
  /** Default: `create` where the feature `distributedInference` is on, else `skip`. */
  provision?: Provision;
  /** Host name of the listener. Default: any. */
  hostname?: string;
  /** Secret in `openshift-ingress` with the certificate. Default: none, and the listener is plain HTTP on port 80. */
  certificateSecret?: string;
  /** Default: `Selector`. */
  routesFrom?: RouteNamespaces;
  /** Labels of the namespaces that may attach routes. Default: `inference-gateway-access: "true"`. */
  namespaceLabels?: Record<string, string>;
}

export const inferenceGatewaySchema = object({
  provision: provision.optional(),
  hostname: textLike(/^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "a host name").optional(),
  certificateSecret: dnsLabel("the name of a Secret").optional(),
  routesFrom: choice(Object.values(RouteNamespaces)).default("Selector"),
  namespaceLabels: record(text("a label value"), "label values").default({ "inference-gateway-access": "true" }),
}) satisfies SchemaOf<InferenceGateway>;
