/** What a user may say of the network around a model. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { Platform } from "../platform/platform";
import { platformField } from "../platform/platform";
import { dnsLabel, flag, list, object, record, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** Pods that may call the model: those of a namespace, or those with labels, or those with labels of a namespace. */
export interface Caller {
  /** Namespace by name. Default: that of the model. */
  namespace?: string;
  /** Namespaces by labels. Excludes `namespace`. */
  namespaceLabels?: Record<string, string>;
  /** Labels of the pods. Default: every pod of the namespace. */
  podLabels?: Record<string, string>;
}

/** What the model's pods may reach. Everything else is denied. */
export interface Egress {
  /**
   * Networks from which models, tokenizers and images are downloaded, such as `10.20.0.0/16`. An empty list: none, for
   * models in the image or on a volume. Default: everywhere, since object stores have no fixed addresses.
   */
  downloadCidrs?: string[];
  /** Ports of those. Default: 443. */
  downloadPorts?: number[];
  /** Namespaces with object stores of the cluster, by name. Default: none. */
  storageNamespaces?: string[];
  /** Port of the API server, which token authentication asks. Default: 6443; 443 is open as a download port. */
  apiServerPort?: number;
}

/** Who may reach a model, and what it may reach. */
export interface NetworkPoliciesSettings {
  /** Pods that may call the model. Default: none. */
  callers?: Caller[];
  /** Whether routers and gateways may: needed for access from outside. Default: true. */
  allowRouter?: boolean;
  /**
   * Namespaces of the gateway's pods, by name. Default: the routers of OpenShift. On plain KServe they must be named,
   * such as `istio-system`, `envoy-gateway-system` or `ingress-nginx`.
   */
  gatewayNamespaces?: string[];
  /** Namespaces of Prometheus, by name. Default: those of OpenShift's monitoring; else `monitoring`. */
  monitoringNamespaces?: string[];
  /** What the pods may reach. Default: everything. */
  egress?: Egress;
}

/**
 * Arguments of the NetworkPolicies component.
 *
 * @requirement XA-19, BP-9
 */
export interface NetworkPoliciesArgs extends NetworkPoliciesSettings {
  /** Beginning of the objects' names, at most 50 characters. Default: the component's name. */
  name?: string;
  /** Namespace of the model. */
  namespace: Input<string>;
  /** The InferenceService whose pods are guarded. Excludes `podLabels`. */
  inferenceServiceName?: string;
  /** Labels of the pods that are guarded, for other servers. Default: every pod of the namespace. */
  podLabels?: Record<string, string>;
  /** Default: OpenShift AI. */
  platform?: Platform;
}

const labelRecord = record(text("a label value"), "label values");
const namespaces = list(dnsLabel("a namespace"), "namespaces");
const cidr = textLike(
  /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}\/([12]?\d|3[0-2])|[0-9a-fA-F:]*:[0-9a-fA-F:]*\/(12[0-8]|1[01]\d|\d?\d))$/,
  "a network such as 10.20.0.0/16",
  (value) => `${value}/32`,
);

export const callerSchema = object({
  namespace: dnsLabel("a namespace").optional(),
  namespaceLabels: labelRecord.optional(),
  podLabels: labelRecord.optional(),
}) satisfies SchemaOf<Caller>;

export const egressSchema = object({
  downloadCidrs: list(cidr, "networks").optional(),
  downloadPorts: list(whole(1, 65535), "ports").default([443]),
  storageNamespaces: namespaces.default([]),
  apiServerPort: whole(1, 65535).default(6443),
}) satisfies SchemaOf<Egress>;

export const networkPoliciesSchema = object({
  name: dnsLabel("a name").optional(),
  namespace: dnsLabel("a namespace"),
  inferenceServiceName: dnsLabel("the name of an InferenceService").optional(),
  podLabels: labelRecord.optional(),
  callers: list(callerSchema, "callers").default([]),
  allowRouter: flag.default(true),
  gatewayNamespaces: namespaces.optional(),
  monitoringNamespaces: namespaces.optional(),
  egress: egressSchema.optional(),
  platform: platformField,
}) satisfies SchemaOf<NetworkPoliciesArgs>;

/** Policies with their defaults. */
export type NetworkPoliciesSpec = z.output<typeof networkPoliciesSchema> & { name: string };

/** The longest suffix that the names of the objects get is `-monitoring`, and a label value ends at 63. */
const LONGEST_NAME = 50;

/** @param componentName name of the objects where the arguments give none */
export function networkPoliciesRules(componentName: string): readonly SpecRule<NetworkPoliciesArgs>[] {
  return [
    ({ name = componentName }) =>
      name.length <= LONGEST_NAME
        ? []
        : [
            {
              path: ["name"],
              message: `has ${name.length} characters; at most ${LONGEST_NAME} leave room for the policies' names`,
            },
          ],
    ({ inferenceServiceName, podLabels }) =>
      inferenceServiceName === undefined || podLabels === undefined
        ? []
        : [{ path: ["podLabels"], message: "excludes inferenceServiceName; keep one of the two" }],
    ({ callers }) => (callers ?? []).flatMap((caller, index) => callerProblems(caller, index)),
    gatewayIsNamed,
    ({ egress }) =>
      egress?.downloadPorts?.length === 0
        ? [
            {
              path: ["egress", "downloadPorts"],
              message: "is empty, which opens every port; name some, or empty downloadCidrs",
            },
          ]
        : [],
  ];
}

function callerProblems(caller: Loose<Caller> | undefined, index: number): Problem[] {
  if (caller === undefined) return [];
  const { namespace, namespaceLabels, podLabels } = caller;
  if (namespace !== undefined && namespaceLabels !== undefined) {
    return [{ path: ["callers", index, "namespaceLabels"], message: "excludes namespace; keep one of the two" }];
  }
  const isEmpty = (labels: object | undefined): boolean => labels === undefined || Object.keys(labels).length === 0;
  if (namespace !== undefined || !isEmpty(namespaceLabels) || !isEmpty(podLabels)) return [];
  const message = "admits every pod; name a namespace, or give namespaceLabels or podLabels";
  return [{ path: ["callers", index], message }];
}

function gatewayIsNamed({ platform, allowRouter, gatewayNamespaces }: Loose<NetworkPoliciesArgs>): Problem[] {
  const named = gatewayNamespaces !== undefined && gatewayNamespaces.length > 0;
  if (allowRouter === false) {
    return named
      ? [{ path: ["gatewayNamespaces"], message: "are shut out by allowRouter: false; keep one of the two" }]
      : [];
  }
  if (platform?.kind !== "kserve" || named) return [];
  const message =
    "is missing; expected the namespaces of the gateway's pods, such as istio-system, or allowRouter: false";
  return [{ path: ["gatewayNamespaces"], message }];
}
