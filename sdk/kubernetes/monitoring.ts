/** Prometheus operator's kinds (`monitoring.coreos.com/v1`) as plain data: what this project emits of them. */
import type { KubernetesObject, ObjectMeta } from "./core";

export const MONITORING_V1 = "monitoring.coreos.com/v1";

/** Rewrites labels of a target before it is scraped. */
export interface Relabeling {
  sourceLabels?: string[];
  regex?: string;
  targetLabel: string;
  replacement: string;
  action: "replace";
}

export interface MetricsEndpoint {
  /** Name of the port: of the Service for a ServiceMonitor, of the container for a PodMonitor. */
  port: string;
  path: string;
  scheme: "http" | "https";
  interval: string;
  relabelings?: Relabeling[];
}

export interface ServiceMonitor extends KubernetesObject {
  apiVersion: typeof MONITORING_V1;
  kind: "ServiceMonitor";
  metadata: ObjectMeta & { namespace: string };
  spec: { selector: { matchLabels: Record<string, string> }; endpoints: MetricsEndpoint[] };
}

export interface PodMonitor extends KubernetesObject {
  apiVersion: typeof MONITORING_V1;
  kind: "PodMonitor";
  metadata: ObjectMeta & { namespace: string };
  spec: { selector: { matchLabels: Record<string, string> }; podMetricsEndpoints: MetricsEndpoint[] };
}

export interface AlertingRule {
  alert: string;
  expr: string;
  for: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface PrometheusRule extends KubernetesObject {
  apiVersion: typeof MONITORING_V1;
  kind: "PrometheusRule";
  metadata: ObjectMeta & { namespace: string };
  spec: { groups: { name: string; rules: AlertingRule[] }[] };
}
