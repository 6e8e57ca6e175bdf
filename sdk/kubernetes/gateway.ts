/** Gateway API (`gateway.networking.k8s.io/v1`): gateways and their classes, as plain data. */
import type { KubernetesObject, ObjectMeta } from "./core";

export const GATEWAY_V1 = "gateway.networking.k8s.io/v1";

export interface GatewayClass extends KubernetesObject {
  apiVersion: typeof GATEWAY_V1;
  kind: "GatewayClass";
  spec: { controllerName: string };
}

export interface GatewayListener {
  name: string;
  port: number;
  protocol: "HTTP" | "HTTPS";
  hostname?: string;
  tls?: { mode: "Terminate"; certificateRefs: { group: ""; kind: "Secret"; name: string }[] };
  allowedRoutes: {
    namespaces: { from: "All" | "Same" | "Selector"; selector?: { matchLabels: Record<string, string> } };
  };
}

export interface Gateway extends KubernetesObject {
  apiVersion: typeof GATEWAY_V1;
  kind: "Gateway";
  metadata: ObjectMeta & { namespace: string };
  spec: { gatewayClassName: string; listeners: GatewayListener[] };
}
