/** Gateway API's HTTPRoute (`gateway.networking.k8s.io/v1`) as plain data: what this project emits of it. */
import type { KubernetesObject, ObjectMeta } from "./core";

export const GATEWAY_V1 = "gateway.networking.k8s.io/v1";

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
  matches: { path: { type: "PathPrefix"; value: string } }[];
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
