import { labels } from "../../sdk/kubernetes/kserve";
import type { MetricsEndpoint, PodMonitor, ServiceMonitor } from "../../sdk/kubernetes/monitoring";
import { MONITORING_V1 } from "../../sdk/kubernetes/monitoring";
import { ownership } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { RuntimeMonitorSpec } from "../../sdk/spec/monitoring/runtimeMonitor";

/**
 * The monitor of one server.
 *
 * @requirement MO-14
 */
export function runtimeMonitorManifest(monitor: RuntimeMonitorSpec): PodMonitor | ServiceMonitor {
  const { inferenceServiceName: service } = monitor;
  const metadata = {
    name: monitor.name,
    namespace: monitor.namespace,
    labels: { ...monitor.labels, ...ownership(service ?? monitor.name) },
  };
  const selector = {
    matchLabels: service === undefined ? (monitor.matchLabels ?? {}) : labelsOf(monitor.kind, service),
  };
  const endpoint = endpointOf(monitor);
  return monitor.kind === "PodMonitor"
    ? {
        apiVersion: MONITORING_V1,
        kind: "PodMonitor",
        metadata,
        spec: { selector, podMetricsEndpoints: [endpoint] },
      }
    : { apiVersion: MONITORING_V1, kind: "ServiceMonitor", metadata, spec: { selector, endpoints: [endpoint] } };
}

/** KServe labels pods and Services of a service alike; the predictor is told from transformers by its component. */
function labelsOf(kind: RuntimeMonitorSpec["kind"], service: string): Record<string, string> {
  const ofService = { [labels.inferenceService]: service };
  return kind === "PodMonitor" ? { ...ofService, component: "predictor" } : ofService;
}

/** A port that no container declares cannot be named: the pods are found by one that is, and the address is changed. */
function endpointOf({ port, path, interval, metricsPort }: RuntimeMonitorSpec): MetricsEndpoint {
  return present({
    port,
    path,
    scheme: "http" as const,
    interval,
    relabelings:
      metricsPort === undefined
        ? undefined
        : [
            {
              sourceLabels: ["__address__"],
              regex: "(.+):\\d+",
              targetLabel: "__address__",
              replacement: `$1:${metricsPort}`,
              action: "replace" as const,
            },
          ],
  });
}
