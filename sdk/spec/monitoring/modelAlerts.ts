/** What a user may say of the alerts on a model. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { AlertId, alerts, Engine } from "../../monitoring/alerts";
import { choice, dnsLabel, flag, fraction, list, object, record, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** Bounds at which alerts fire. */
export interface AlertThresholds {
  /** Share of answers that are errors, up to 1. Default: 0.05. */
  errorRate?: number;
  /** Requests that wait, all replicas together. vLLM only. Default: 10. */
  waitingRequests?: number;
  /** Share of the KV cache in use, up to 1. vLLM only. Default: 0.95. */
  kvCacheUsage?: number;
  /** Seconds for one answer, 95th percentile. vLLM and OpenVINO. Default: 60. */
  latencySeconds?: number;
  /** Seconds until the first token, 95th percentile. vLLM only. Default: 10. */
  timeToFirstTokenSeconds?: number;
  /** Degrees Celsius of a GPU. Default: 85. */
  gpuCelsius?: number;
}

/** Which alerts there are, whatever model they are on. */
export interface ModelAlertsSettings {
  /** Bounds other than the usual. */
  thresholds?: AlertThresholds;
  /** Alerts on errors and heat of NVIDIA GPUs; needs their exporter. Default: false. */
  gpus?: boolean;
  /** Alerts to leave out. */
  disabled?: AlertId[];
  /** Labels by which Prometheus chooses its rules, such as `release: kube-prometheus-stack`. Default: none. */
  labels?: Record<string, Input<string>>;
  /** Address of your pages about alerts; the alert's name goes behind it. Default: none, the text says what to do. */
  runbookUrl?: string;
}

/**
 * Arguments of the ModelAlerts component.
 *
 * @requirement MO-17, BP-20
 */
export interface ModelAlertsArgs extends ModelAlertsSettings {
  /** Name of the object. Default: the component's name. */
  name?: string;
  /** Namespace of the model; the rules live there as well. */
  namespace: string;
  /** The InferenceService. */
  inferenceServiceName: string;
  /** Its server. Default: `vllm`. */
  engine?: Engine;
  /** Release of the server, such as `0.8.5`: metrics have changed their names. Default: the newest. */
  engineVersion?: string;
  /** What callers write as `model`. Default: the name of the service. */
  modelName?: string;
}

export const thresholdsSchema = object({
  errorRate: fraction(0, 1).optional(),
  waitingRequests: whole(1).optional(),
  kvCacheUsage: fraction(0, 1).optional(),
  latencySeconds: fraction(0, 86_400).optional(),
  timeToFirstTokenSeconds: fraction(0, 86_400).optional(),
  gpuCelsius: whole(1, 150).optional(),
}) satisfies SchemaOf<AlertThresholds>;

export const modelAlertsSchema = object({
  name: dnsLabel("a name").optional(),
  namespace: dnsLabel("a namespace"),
  inferenceServiceName: dnsLabel("the name of an InferenceService"),
  engine: choice(Object.values(Engine)).default("vllm"),
  engineVersion: textLike(/^v?\d+\.\d+(\.\d+)*([.+-]?[a-z]+[\d.]*)*$/, 'a release such as "0.8.5"').optional(),
  modelName: text("the name of a model").optional(),
  thresholds: thresholdsSchema.optional(),
  gpus: flag.default(false),
  disabled: list(choice(Object.values(AlertId)), "alerts").optional(),
  labels: record(text("a label value"), "label values").optional(),
  runbookUrl: textLike(/^https?:\/\/\S+$/, "an address", (value) => `https://${value}`).optional(),
}) satisfies SchemaOf<ModelAlertsArgs>;

export type ModelAlertsSpec = z.output<typeof modelAlertsSchema> & { name: string };

export const modelAlertsRules: readonly SpecRule<ModelAlertsArgs>[] = [
  ({ thresholds, engine = "vllm", gpus = false }) =>
    Object.entries(thresholds ?? {}).flatMap(([key, value]) => {
      const alert = alerts.find(({ threshold }) => threshold === key);
      if (alert === undefined || value === undefined) return [];
      const path = ["thresholds", key];
      if (!alert.engines.includes(engine)) {
        return [{ path, message: `${quote(value)} bounds nothing: ${engine} does not report it` }];
      }
      const blind = alert.accelerator !== undefined && !gpus;
      return blind ? [{ path, message: `${quote(value)} bounds nothing without gpus: true` }] : [];
    }),
  ({ disabled }) =>
    disabled !== undefined && Object.values(AlertId).every((id) => disabled.includes(id))
      ? [{ path: ["disabled"], message: "leaves out every alert; leave the component out instead" }]
      : [],
];
