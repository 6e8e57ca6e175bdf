/** `networking.k8s.io/v1` as plain data: Ingress and NetworkPolicy. */
import type { KubernetesObject, ObjectMeta } from "./core";

export const NETWORKING_V1 = "networking.k8s.io/v1";

export interface IngressSpec {
  ingressClassName?: string;
  tls?: { hosts: string[]; secretName: string }[];
  rules: {
    host: string;
    http: { paths: { path: string; pathType: "Prefix" | "Exact"; backend: IngressBackend }[] };
  }[];
}

export interface IngressBackend {
  service: { name: string; port: { number?: number; name?: string } };
}

export interface Ingress extends KubernetesObject {
  apiVersion: typeof NETWORKING_V1;
  kind: "Ingress";
  metadata: ObjectMeta & { namespace: string };
  spec: IngressSpec;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: "In" | "NotIn" | "Exists" | "DoesNotExist"; values?: string[] }[];
}

/** Both selectors together: pods of those namespaces. */
export interface PolicyPeer {
  namespaceSelector?: LabelSelector;
  podSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface PolicyPort {
  protocol: "TCP" | "UDP";
  port: number;
}

export interface NetworkPolicySpec {
  podSelector: LabelSelector;
  policyTypes: ("Ingress" | "Egress")[];
  ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[];
  egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[];
}

export interface NetworkPolicy extends KubernetesObject {
  apiVersion: typeof NETWORKING_V1;
  kind: "NetworkPolicy";
  metadata: ObjectMeta & { namespace: string };
  spec: NetworkPolicySpec;
}
