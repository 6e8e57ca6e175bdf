import type { Gateway, GatewayClass, GatewayListener } from "../../sdk/kubernetes/gatewayApi";
import { GATEWAY_V1 } from "../../sdk/kubernetes/gatewayApi";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { RouteNamespaces } from "../../sdk/spec/platform/inferenceGateway";

/** A gateway and who may attach routes to it. */
export interface GatewayWish {
  name: string;
  namespace: string;
  className: string;
  hostname?: string | undefined;
  certificateSecret?: string | undefined;
  routesFrom: RouteNamespaces;
  namespaceLabels?: Record<string, string>;
  labels?: Record<string, string>;
}

/** The class by which a controller knows its gateways. */
export function gatewayClassManifest(name: string, controllerName: string): GatewayClass {
  return {
    apiVersion: GATEWAY_V1,
    kind: "GatewayClass",
    metadata: { name, labels: { ...MANAGED }, annotations: { "pulumi.com/waitFor": "condition=Accepted" } },
    spec: { controllerName },
  };
}

/**
 * A gateway with one listener: HTTPS where there is a certificate, else HTTP.
 *
 * @requirement PL-11
 */
export function gatewayManifest(gateway: GatewayWish): Gateway {
  const { certificateSecret, routesFrom: from, namespaceLabels = {} } = gateway;
  const secure = certificateSecret !== undefined;
  const listener: GatewayListener = present({
    name: secure ? "https" : "http",
    port: secure ? 443 : 80,
    protocol: secure ? ("HTTPS" as const) : ("HTTP" as const),
    hostname: gateway.hostname,
    tls: secure ? tlsOf(certificateSecret) : undefined,
    allowedRoutes: {
      namespaces: from === "Selector" ? { from, selector: { matchLabels: namespaceLabels } } : { from },
    },
  });
  return {
    apiVersion: GATEWAY_V1,
    kind: "Gateway",
    metadata: {
      name: gateway.name,
      namespace: gateway.namespace,
      labels: { ...gateway.labels, ...MANAGED },
      annotations: { "pulumi.com/waitFor": "condition=Programmed" },
    },
    spec: { gatewayClassName: gateway.className, listeners: [listener] },
  };
}

function tlsOf(name: string): NonNullable<GatewayListener["tls"]> {
  return { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name }] };
}
