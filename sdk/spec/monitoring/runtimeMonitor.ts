/** What a user may say of the monitor that finds a model's metrics. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { Platform } from "../platform/platform";
import { platformSchema } from "../platform/platform";
import { choice, dnsLabel, object, record, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { SpecRule } from "../schema/validate";

/** What Prometheus looks for. */
export const MonitorKind = {
  /** Pods: finds every replica, and ports that no Service has. */
  Pod: "PodMonitor",
  /** Endpoints of a Service. */
  Service: "ServiceMonitor",
} as const;
export type MonitorKind = (typeof MonitorKind)[keyof typeof MonitorKind];

/** How metrics are read, whatever model they are of. */
export interface RuntimeMonitorSettings {
  /** Default: `PodMonitor`. */
  kind?: MonitorKind;
  /** Named port through which the pods are found. Default: `http`. */
  port?: string;
  /** Number of the port with the metrics, where it is another: 8082 for MLServer. Default: that of `port`. */
  metricsPort?: number;
  /** Path of the metrics. Default: `/metrics`; NIM: `/v1/metrics`. */
  path?: string;
  /** How often they are read. Default: `30s`. */
  interval?: string;
  /** Labels by which Prometheus chooses its monitors, such as `release: kube-prometheus-stack`. Default: none. */
  labels?: Record<string, string>;
}

/**
 * Arguments of the RuntimeMonitor component. Plain KServe with Prometheus operator only: OpenShift AI's controller makes
 * `<service>-metrics` itself.
 *
 * @requirement MO-14
 */
export interface RuntimeMonitorArgs extends RuntimeMonitorSettings {
  /** Name of the object. Default: the component's name. */
  name?: string;
  /** Namespace of the model. */
  namespace: Input<string>;
  /** The InferenceService whose pods are watched. Excludes `matchLabels`. */
  inferenceServiceName?: string;
  /** Labels of the pods or of the Service, for other servers. */
  matchLabels?: Record<string, string>;
  /** Default: plain KServe. */
  platform?: Platform;
}

const labelRecord = record(text("a label value"), "label values");

export const runtimeMonitorSchema = object({
  name: dnsLabel("a name").optional(),
  namespace: dnsLabel("a namespace"),
  inferenceServiceName: dnsLabel("the name of an InferenceService").optional(),
  matchLabels: labelRecord.optional(),
  kind: choice(Object.values(MonitorKind)).default("PodMonitor"),
  port: textLike(/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/, "the name of a port").default("http"),
  metricsPort: whole(1, 65535).optional(),
  path: textLike(/^\/\S*$/, "a path that begins with /", (value) => `/${value}`).default("/metrics"),
  interval: textLike(/^\d+(ms|[smh])$/, 'a duration such as "30s"').default("30s"),
  labels: labelRecord.optional(),
  platform: platformSchema.prefault({ kind: "kserve" }),
}) satisfies SchemaOf<RuntimeMonitorArgs>;

export type RuntimeMonitorSpec = z.output<typeof runtimeMonitorSchema> & { name: string };

export const runtimeMonitorRules: readonly SpecRule<RuntimeMonitorArgs>[] = [
  ({ platform, inferenceServiceName }) => {
    if (platform?.kind !== "openshift-ai" || inferenceServiceName === undefined) return [];
    const message = `OpenShift AI makes ${inferenceServiceName}-metrics itself, and everything would be counted twice; leave this monitor out`;
    return [{ path: ["inferenceServiceName"], message }];
  },
  ({ inferenceServiceName, matchLabels }) => {
    if (inferenceServiceName !== undefined && matchLabels !== undefined) {
      return [{ path: ["matchLabels"], message: "excludes inferenceServiceName; keep one of the two" }];
    }
    const isEmpty = matchLabels === undefined || Object.keys(matchLabels).length === 0;
    if (inferenceServiceName !== undefined || !isEmpty) return [];
    return [{ path: [], message: "watches nothing; give inferenceServiceName or matchLabels" }];
  },
  ({ kind, metricsPort }) =>
    kind === "ServiceMonitor" && metricsPort !== undefined
      ? [
          {
            path: ["metricsPort"],
            message: "is no port of the Service; use kind PodMonitor, which finds ports of pods",
          },
        ]
      : [],
];
