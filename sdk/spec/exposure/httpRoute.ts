/** What a user may say of a Gateway API HTTPRoute to a Service that KServe does not publish. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { dnsLabel, flag, list, object, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** A listener of a Gateway. Upstream: gateway.networking.k8s.io/v1 ParentReference. */
export interface GatewayListener {
  /** Name of the Gateway. */
  name: string;
  /** Its namespace; the Gateway must allow routes of the Service's. Default: that of the Service. */
  namespace?: string;
  /** Name of its listener, which must be one with TLS. Default: `https`. */
  sectionName?: string;
}

/**
 * Arguments of the HttpRoute component. KServe with Gateway API makes routes of its own; this one is for Services
 * outside KServe and for `disableIngressCreation`.
 */
export interface HttpRouteArgs {
  /** Name of the object. Default: the component's name. */
  name?: string;
  /** Namespace of the Service. */
  namespace: Input<string>;
  /** The Service to reach. */
  serviceName: string;
  /** Number of its port for HTTP. */
  port: number;
  /**
   * Number of its port for gRPC, if the model server has one. The Service must mark that port with
   * `appProtocol: kubernetes.io/h2c`. Default: none.
   */
  grpcPort?: number;
  /** The Gateway that publishes it; TLS ends there. */
  gateway: GatewayListener;
  /** Host names. Default: all those of the listener. */
  hostnames?: string[];
  /** Beginning of the paths to publish. Default: `/`. */
  pathPrefix?: string;
  /** Seconds after which the Gateway gives up on an answer. Default: 300. */
  timeoutSeconds?: number;
  /** Whether the Gateway knows time-outs of routes: GKE's refuses them. Default: true. */
  gatewayKnowsTimeouts?: boolean;
  /** Whether Pulumi waits until the Gateway has accepted the route. Default: true. */
  awaitReady?: boolean;
}

/** A host name, or `*` before a domain. */
export const hostname = textLike(
  /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  "a host name such as models.example.com",
  (value) =>
    value
      .toLowerCase()
      .replace(/^https?:\/\//, "")
      .replace(/[:/].*$/, ""),
);

export const gatewayListenerSchema = object({
  name: dnsLabel("the name of a Gateway"),
  namespace: dnsLabel("a namespace").optional(),
  sectionName: dnsLabel("the name of a listener").default("https"),
}) satisfies SchemaOf<GatewayListener>;

export const httpRouteSchema = object({
  name: dnsLabel("a route name").optional(),
  namespace: dnsLabel("a namespace"),
  serviceName: dnsLabel("the name of a Service"),
  port: whole(1, 65535),
  grpcPort: whole(1, 65535).optional(),
  gateway: gatewayListenerSchema,
  hostnames: list(hostname, "host names").optional(),
  pathPrefix: textLike(/^\/\S*$/, "a path that begins with /", (value) => `/${value}`).default("/"),
  timeoutSeconds: whole(1).default(300),
  gatewayKnowsTimeouts: flag.default(true),
  awaitReady: flag.default(true),
}) satisfies SchemaOf<HttpRouteArgs>;

/** An HTTPRoute with its defaults. */
export type HttpRouteSpec = z.output<typeof httpRouteSchema> & { name: string };

export const httpRouteRules: readonly SpecRule<HttpRouteArgs>[] = [
  ({ port, grpcPort }) =>
    grpcPort !== undefined && grpcPort === port
      ? [{ path: ["grpcPort"], message: `${port} is the port for HTTP already; leave grpcPort out if both share it` }]
      : [],
  ({ hostnames }) => repeated(hostnames, "hostnames"),
  ({ gateway }) => {
    if (gateway?.sectionName !== "http") return [];
    const message = '"http" is a listener in the clear; name one with TLS, such as https';
    return [{ path: ["gateway", "sectionName"], message }];
  },
];

/** Texts that stand in a list twice. */
export function repeated(values: readonly (string | undefined)[] | undefined, field: string): Problem[] {
  return (values ?? []).flatMap((value, index, all) =>
    all.indexOf(value) === index ? [] : [{ path: [field, index], message: `${quote(value)} is named twice` }],
  );
}
