/** Gateway API (`gateway.networking.k8s.io/v1`) as plain data: gateways, their classes and HTTPRoutes. */
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

export interface ParentReference {
  name: string;
  namespace?: string;
  /** Listener of the Gateway. */
  sectionName?: string;
}

export interface BackendReference {
  name: string;
  port: number;
}

export interface HttpRouteRule {
  /** Absent: every request. */
  matches?: { path: { type: "PathPrefix"; value: string } }[];
  backendRefs: BackendReference[];
  /** Durations such as `300s`. */
  timeouts?: { request?: string; backendRequest?: string };
}

export interface HttpRoute extends KubernetesObject {
  apiVersion: typeof GATEWAY_V1;
  kind: "HTTPRoute";
  metadata: ObjectMeta & { namespace: string };
  spec: { parentRefs: ParentReference[]; hostnames?: string[]; rules: HttpRouteRule[] };
}
