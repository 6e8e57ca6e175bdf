/** What a user may say of upstream KServe, on any Kubernetes. */
import type { z } from "zod";
import type { ChartSettings } from "../installation/chart";
import { chartRepository, chartSettingsSchema } from "../installation/chart";
import { bytes, choice, cores, dnsLabel, flag, list, object, record, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import type { ResourceAmounts } from "../schema/pods";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";
import type { SpecRule } from "../schema/validate";
import { RouteNamespaces } from "./inferenceGateway";

/** How services are deployed unless they say otherwise. */
export const KServeDeploymentMode = {
  /** Deployments, Services and autoscalers of Kubernetes itself. */
  Standard: "Standard",
  /** Knative, which must be there, with scaling to zero. */
  Knative: "Knative",
} as const;
export type KServeDeploymentMode = (typeof KServeDeploymentMode)[keyof typeof KServeDeploymentMode];

/** How clients reach exposed services. */
export const UrlScheme = { Http: "http", Https: "https" } as const;
export type UrlScheme = (typeof UrlScheme)[keyof typeof UrlScheme];

/** The Gateway that exposes services. Upstream: Gateway API `gateway.networking.k8s.io/v1`. */
export interface KServeGateway {
  /** Default: `create`. */
  provision?: Provision;
  /** Default: `kserve-ingress-gateway`. */
  name?: string;
  /** Default: KServe's namespace. */
  namespace?: string;
  /** GatewayClass of the controller that serves it, such as `eg` of Envoy Gateway. */
  className: string;
  /** Makes the class as well, for this controller, such as `gateway.envoyproxy.io/gatewayclass-controller`. */
  controllerName?: string;
  /** Host name of the listener. Default: any. */
  hostname?: string;
  /** Secret with the certificate; without one the listener is plain HTTP. */
  certificateSecret?: string;
  /** Default: `All`. */
  routesFrom?: RouteNamespaces;
  /** Labels of the namespaces that may attach routes, with `Selector`. */
  namespaceLabels?: Record<string, string>;
}

/** How services are exposed: by a Gateway, by an Ingress of a class, or not at all. */
export interface KServeIngress {
  /** Services are `<name>-<namespace>.<domain>`. Default: the chart's, `example.com`. */
  domain?: string;
  /** Further domains of the same services. */
  additionalDomains?: string[];
  /** Default: `https` with a Gateway that has a certificate, else `http`. */
  urlScheme?: UrlScheme;
  /** HTTPRoutes to a Gateway. Excludes `className` and `disabled`. */
  gateway?: KServeGateway;
  /** Ingresses of this class. Excludes `gateway` and `disabled`. */
  className?: string;
  /** Nothing is exposed. Excludes `gateway` and `className`. Default: false. */
  disabled?: boolean;
}

/** What a predictor gets that does not say what it needs. */
export interface DefaultResources {
  requests?: ResourceAmounts;
  limits?: ResourceAmounts;
}

/** Models as container images. */
export interface ModelcarSettings {
  /** Whether `oci://` models are served from their image. Default: true. */
  enabled?: boolean;
  /** User of the container. Default: the chart's. */
  uid?: number;
  /** CPU cores of the container. Default: the chart's. */
  cpu?: number;
  /** Memory of the container. Default: the chart's. */
  memory?: string;
}

/** The parts of KServe and what they build on. */
export interface KServeParts {
  /** Certificates of the webhooks. Default: `create`. */
  certManager?: Provision;
  /** InferenceServices: the custom resources and their controller. Default: `create`. */
  inferenceServices?: Provision;
  /** The project's own ClusterServingRuntimes. Default: `skip`. */
  servingRuntimes?: Provision;
  /** LLMInferenceServices (llm-d): the custom resources and their controller. Default: `skip`. */
  llmInferenceServices?: Provision;
  /** Models kept on the disks of nodes. Default: `skip`. */
  localModelCache?: Provision;
  /** Custom resources of Gateway API; most gateways bring them. Default: `existing`. */
  gatewayApi?: Provision;
  /** Custom resources of InferencePools. Default: `create` with LLMInferenceServices, else `skip`. */
  inferenceExtension?: Provision;
  /** Groups of pods over several nodes. Default: `create` with LLMInferenceServices, else `skip`. */
  leaderWorkerSet?: Provision;
}

/** Arguments of the KServe component. */
export interface KServeArgs {
  /** Version of KServe's charts, such as `v0.20.0`. Default: the catalogue's. */
  version?: string;
  /** Default: `kserve`. */
  namespace?: string;
  parts?: KServeParts;
  /** Default: `Standard`. */
  deploymentMode?: KServeDeploymentMode;
  /** Default: nothing is exposed. */
  ingress?: KServeIngress;
  modelcar?: ModelcarSettings;
  /** Default: the chart's, one core and 2Gi. */
  defaultResources?: DefaultResources;
  /** Further annotations of InferenceServices that must not reach their pods, beside Pulumi's own. */
  annotationsKeptFromPods?: string[];
  /** Repository or registry of all of KServe's own charts, for mirrors. Default: the catalogue's. */
  chartRepository?: string;
  /** The controller's chart. */
  chart?: ChartSettings;
  /** cert-manager's chart. */
  certManagerChart?: ChartSettings;
  /** The chart of the LLMInferenceServices' controller. */
  llmChart?: ChartSettings;
}

const amounts = object({ cpu: cores.optional(), memory: bytes.optional() }) satisfies SchemaOf<ResourceAmounts>;

const host = textLike(/^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "a domain");

const gatewaySchema = object({
  provision: provision.default("create"),
  name: dnsLabel("the name of a gateway").default("kserve-ingress-gateway"),
  namespace: dnsLabel("a namespace").optional(),
  className: text("the name of a GatewayClass"),
  controllerName: textLike(/^[a-z0-9.-]+\/\S+$/, "the name of a controller such as example.com/gateways").optional(),
  hostname: host.optional(),
  certificateSecret: dnsLabel("the name of a Secret").optional(),
  routesFrom: choice(Object.values(RouteNamespaces)).default("All"),
  namespaceLabels: record(text("a label value"), "label values").optional(),
}) satisfies SchemaOf<KServeGateway>;

const ingressSchema = object({
  domain: host.optional(),
  additionalDomains: list(host, "domains").default([]),
  urlScheme: choice(Object.values(UrlScheme)).optional(),
  gateway: gatewaySchema.optional(),
  className: dnsLabel("the name of an IngressClass").optional(),
  disabled: flag.optional(),
}) satisfies SchemaOf<KServeIngress>;

const partsSchema = object({
  certManager: provision.default("create"),
  inferenceServices: provision.default("create"),
  servingRuntimes: provision.default("skip"),
  llmInferenceServices: provision.default("skip"),
  localModelCache: provision.default("skip"),
  gatewayApi: provision.default("existing"),
  inferenceExtension: provision.optional(),
  leaderWorkerSet: provision.optional(),
}) satisfies SchemaOf<KServeParts>;

const modelcarSchema = object({
  enabled: flag.default(true),
  uid: whole(0).optional(),
  cpu: cores.optional(),
  memory: bytes.optional(),
}) satisfies SchemaOf<ModelcarSettings>;

const defaultResourcesSchema = object({
  requests: amounts.prefault({}),
  limits: amounts.prefault({}),
}) satisfies SchemaOf<DefaultResources>;

export const kserveSchema = object({
  version: textLike(/^v\d+\.\d+\.\d+(-\S+)?$/, 'a version such as "v0.20.0"', (value) => `v${value}`).optional(),
  namespace: dnsLabel("a namespace").default("kserve"),
  parts: partsSchema.prefault({}),
  deploymentMode: choice(Object.values(KServeDeploymentMode), {
    RawDeployment: "KServe calls it Standard now",
    Serverless: "KServe calls it Knative now",
  }).default("Standard"),
  ingress: ingressSchema.prefault({}),
  modelcar: modelcarSchema.prefault({}),
  defaultResources: defaultResourcesSchema.prefault({}),
  annotationsKeptFromPods: list(text("the key of an annotation"), "keys of annotations").default([]),
  chartRepository: chartRepository.optional(),
  chart: chartSettingsSchema.optional(),
  certManagerChart: chartSettingsSchema.optional(),
  llmChart: chartSettingsSchema.optional(),
}) satisfies SchemaOf<KServeArgs>;

/** KServe with the defaults of its schema. */
export type KServeSpec = z.output<typeof kserveSchema>;

export const kserveRules: readonly SpecRule<KServeArgs>[] = [
  ({ ingress }): Problem[] => {
    const given = [
      ingress?.gateway !== undefined && "gateway",
      ingress?.className !== undefined && "className",
      ingress?.disabled === true && "disabled",
    ].filter((key) => key !== false);
    if (given.length < 2) return [];
    return [
      { path: ["ingress"], message: `expected one of gateway, className and disabled, found ${given.join(" and ")}` },
    ];
  },
  ({ ingress }) => {
    const gateway = ingress?.gateway;
    if (gateway?.routesFrom !== "Selector" || Object.keys(gateway.namespaceLabels ?? {}).length > 0) return [];
    const message = "is missing; expected the labels of the namespaces that may attach routes";
    return [{ path: ["ingress", "gateway", "namespaceLabels"], message }];
  },
  ({ ingress }) => {
    const gateway = ingress?.gateway;
    if (gateway?.controllerName === undefined || (gateway.provision ?? "create") === "create") return [];
    const message = "makes a GatewayClass, which only a gateway that is created needs; leave it out";
    return [{ path: ["ingress", "gateway", "controllerName"], message }];
  },
  ({ parts }) => {
    const llm = parts?.llmInferenceServices === "create";
    const problems: Problem[] = [];
    const needed = ["inferenceExtension", "leaderWorkerSet", "gatewayApi"] as const;
    for (const part of needed.filter((name) => llm && parts[name] === "skip")) {
      problems.push({ path: ["parts", part], message: "LLMInferenceServices need it; expected create or existing" });
    }
    if (parts?.certManager === "skip" && (parts.inferenceServices ?? "create") === "create") {
      problems.push({
        path: ["parts", "certManager"],
        message: "KServe's webhooks need certificates; expected create or existing",
      });
    }
    if (parts?.servingRuntimes === "create" && parts.inferenceServices === "skip") {
      problems.push({
        path: ["parts", "servingRuntimes"],
        message: "runtimes need the custom resources of InferenceServices, which are skipped",
      });
    }
    return problems;
  },
  ({ ingress, parts }) => {
    if (ingress?.gateway === undefined || parts?.gatewayApi !== "skip") return [];
    return [{ path: ["parts", "gatewayApi"], message: "a gateway needs it; expected create or existing" }];
  },
];
