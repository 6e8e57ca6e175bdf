/** How the number of replicas follows the load: who moves it, between which bounds, by which measure. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { isEventual } from "../schema/eventual";
import { choice, dnsLabel, list, object, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { within } from "../schema/problem";

/** Who moves the number of replicas. Upstream: KServe `pkg/constants/constants.go` AutoscalerClassType. */
export const AutoscalerClass = {
  /** The horizontal pod autoscaler, by CPU or memory; KServe makes it. */
  Hpa: "hpa",
  /** KEDA, by queries to Prometheus; KServe makes the ScaledObject. KEDA must be installed. */
  Keda: "keda",
  /** Somebody else's autoscaler for the Deployment `<name>-predictor`; KServe makes none. */
  External: "external",
} as const;
export type AutoscalerClass = (typeof AutoscalerClass)[keyof typeof AutoscalerClass];

/** Metrics of the horizontal pod autoscaler. */
export const ScaleMetric = { Cpu: "cpu", Memory: "memory" } as const;
export type ScaleMetric = (typeof ScaleMetric)[keyof typeof ScaleMetric];

/** What vLLM says of its load. Upstream: vllm `vllm/v1/metrics/loggers.py`. */
export const VllmMetric = {
  /** Requests that wait for their turn, over all replicas; the target is how many a replica may have waiting. */
  QueueLength: "queueLength",
  /** Filled share of the KV cache, summed over the replicas; the target is the share of one, such as `0.8`. */
  KvCacheUsage: "kvCacheUsage",
  /** Finished requests a second, over all replicas; the target is what one replica serves. */
  RequestRate: "requestRate",
} as const;
export type VllmMetric = (typeof VllmMetric)[keyof typeof VllmMetric];

/** How KEDA proves itself to Prometheus. Upstream: KEDA TriggerAuthentication and the Prometheus scaler's `authModes`. */
export interface MetricAuthentication {
  /** TriggerAuthentication of the model's namespace. */
  name: Input<string>;
  /** `bearer`, `basic`, `tls`, or several with commas between them. Default: none said. */
  modes?: string;
}

/** A query to Prometheus; KEDA divides its answer by the target to get the number of replicas. */
export interface PrometheusMetric {
  /** A measure of vLLM. Either this or `query`. */
  vllm?: VllmMetric;
  /** PromQL that answers with one number. Either this or `vllm`. */
  query?: Input<string>;
  /** What one replica shall carry, as a decimal number: `5`, `0.8`. */
  target: string;
  /** Address of Prometheus, such as `http://prometheus.monitoring:9090`. */
  serverAddress: Input<string>;
  /** Namespace parameter of the request, which the tenancy port of OpenShift's Thanos asks for. Default: none. */
  tenant?: Input<string>;
  /** Default: none; the address answers anyone. */
  authentication?: MetricAuthentication;
}

/** Bounds within which the horizontal pod autoscaler moves the number of replicas. */
export interface PodAutoscaling {
  /** At least 1. */
  minReplicas: number;
  maxReplicas: number;
  /** Default: `cpu`. */
  metric?: ScaleMetric;
  /** Percent of the request at which replicas are added, 1 to 100. Default: 80. */
  target?: number;
}

/**
 * Bounds within which an autoscaler moves the number of replicas.
 *
 * @requirement DS-10, DS-11, DS-12
 */
export interface Autoscaling {
  /** Default: `hpa`. Changing it restarts the pods: it is an annotation. */
  autoscalerClass?: AutoscalerClass;
  /** At least 1; 0 with `keda`. */
  minReplicas: number;
  maxReplicas: number;
  /** With `hpa`. Default: `cpu`. */
  metric?: ScaleMetric;
  /** With `hpa`: percent of the request at which replicas are added, 1 to 100. Default: 80. */
  target?: number;
  /** With `keda`: at least one; the one that asks for most replicas counts. */
  prometheus?: PrometheusMetric[];
  /** With `keda`: seconds for which more replicas must be asked for, 0 to 3600. Default: that of KServe's configuration. */
  scaleUpStabilizationSeconds?: number;
  /** With `keda`: seconds for which fewer replicas must do, 0 to 3600. Default: that of KServe's configuration. */
  scaleDownStabilizationSeconds?: number;
}

const GPU_ADVICE =
  'the horizontal pod autoscaler sees no GPUs; use autoscalerClass "keda" with prometheus: [{ vllm: "kvCacheUsage" or "queueLength", ... }]';
const CLASS_ADVICE = {
  none: "a fixed number of replicas is said by replicas, without autoscaling",
  kpa: "it belongs to Knative, and services here run in Standard mode",
};

const authenticationSchema = object({
  name: dnsLabel("the name of a TriggerAuthentication"),
  modes: textLike(
    /^(bearer|basic|tls)(,(bearer|basic|tls))*$/,
    '"bearer", "basic", "tls" or several of them',
  ).optional(),
}) satisfies SchemaOf<MetricAuthentication>;

export const prometheusMetricSchema = object({
  vllm: choice(Object.values(VllmMetric)).optional(),
  query: text("a PromQL query").optional(),
  target: textLike(/^\d+(\.\d+)?$/, 'a decimal number as text, such as "5" or "0.8"'),
  serverAddress: textLike(/^https?:\/\/[^\s/]+/, "an address such as http://prometheus.monitoring:9090", withScheme),
  tenant: dnsLabel("a namespace").optional(),
  authentication: authenticationSchema.optional(),
}) satisfies SchemaOf<PrometheusMetric>;

export const podAutoscalingSchema = object({
  minReplicas: whole(1),
  maxReplicas: whole(1),
  metric: choice(Object.values(ScaleMetric)).default("cpu"),
  target: whole(1, 100).default(80),
}) satisfies SchemaOf<PodAutoscaling>;

export const autoscalingSchema = object({
  autoscalerClass: choice(Object.values(AutoscalerClass), CLASS_ADVICE).default("hpa"),
  minReplicas: whole(0),
  maxReplicas: whole(1),
  metric: choice(Object.values(ScaleMetric), { gpu: GPU_ADVICE }).optional(),
  target: whole(1, 100).optional(),
  prometheus: list(prometheusMetricSchema, "Prometheus metrics").optional(),
  scaleUpStabilizationSeconds: whole(0, 3600).optional(),
  scaleDownStabilizationSeconds: whole(0, 3600).optional(),
}) satisfies SchemaOf<Autoscaling>;

/** Autoscaling with its defaults. */
export type AutoscalingSpec = z.output<typeof autoscalingSchema>;

const OWNERS = {
  metric: ["hpa"],
  target: ["hpa"],
  prometheus: ["keda"],
  scaleUpStabilizationSeconds: ["keda"],
  scaleDownStabilizationSeconds: ["keda"],
} as const satisfies Partial<Record<keyof Autoscaling, AutoscalerClass[]>>;

/** The conditions between the fields. Paths begin at the autoscaling. */
export function autoscalingProblems(autoscaling: Loose<Autoscaling>): Problem[] {
  return [...boundsInOrder(autoscaling), ...fieldsOfClass(autoscaling), ...metricsAreSound(autoscaling)];
}

/** @requirement IS-22, DS-17 */
function boundsInOrder({ autoscalerClass = "hpa", minReplicas, maxReplicas }: Loose<Autoscaling>): Problem[] {
  const problems: Problem[] = [];
  if (minReplicas === 0 && autoscalerClass !== "keda") {
    const message = '0: the horizontal pod autoscaler keeps at least 1; scaling to zero takes autoscalerClass "keda"';
    problems.push({
      path: ["minReplicas"],
      message: autoscalerClass === "hpa" ? message : "0 is not a whole number of at least 1",
    });
  }
  if (minReplicas !== undefined && maxReplicas !== undefined && minReplicas > maxReplicas) {
    problems.push({ path: ["maxReplicas"], message: `${maxReplicas} is less than minReplicas, ${minReplicas}` });
  }
  return problems;
}

function fieldsOfClass(autoscaling: Loose<Autoscaling>): Problem[] {
  const { autoscalerClass = "hpa" } = autoscaling;
  return Object.entries(OWNERS)
    .filter(([key, classes]) => autoscaling[key as keyof Autoscaling] !== undefined && classes[0] !== autoscalerClass)
    .map(([key, [owner]]) => ({
      path: [key],
      message: `belongs to autoscalerClass "${owner}", not "${autoscalerClass}"`,
    }));
}

function metricsAreSound({ autoscalerClass, minReplicas, prometheus }: Loose<Autoscaling>): Problem[] {
  if (autoscalerClass !== "keda") return [];
  const metrics = prometheus ?? [];
  if (metrics.length === 0) {
    const message =
      'is missing; KEDA scales by queries, so name at least one, such as { vllm: "queueLength", target: "5", serverAddress }';
    return [{ path: ["prometheus"], message }];
  }
  return [
    ...metrics.flatMap((metric, index) => within(["prometheus", index], oneQuery(metric ?? {}))),
    ...wakes(metrics, minReplicas),
  ];
}

function oneQuery({ vllm, query, target }: Loose<PrometheusMetric>): Problem[] {
  const problems: Problem[] = [];
  if ((vllm === undefined) === (query === undefined)) {
    problems.push({ path: [], message: "expected either vllm, a measure of vLLM, or query, PromQL of your own" });
  }
  if (query !== undefined && !isEventual(query) && query.trim() === "") {
    problems.push({ path: ["query"], message: "is empty" });
  }
  if (target !== undefined && Number(target) === 0) {
    problems.push({ path: ["target"], message: "0 would ask for endlessly many replicas; expected more than 0" });
  }
  return problems;
}

/** A server that is not there reports nothing, so its own metrics cannot bring it back. */
function wakes(metrics: Loose<PrometheusMetric[]>, minReplicas: number | undefined): Problem[] {
  if (minReplicas !== 0 || metrics.some((metric) => metric?.query !== undefined)) return [];
  const message =
    "0: at zero replicas vLLM reports no metrics, so the model would never come back; set 1, or add a query that sees requests without it, such as one of the gateway";
  return [{ path: ["minReplicas"], message }];
}

function withScheme(address: string): string | undefined {
  return address.includes("://") ? undefined : `http://${address}`;
}

/** The PromQL of a measure. vLLM labels its metrics with the served name, Prometheus with the namespace of the pods. */
export function vllmQuery(metric: VllmMetric, service: { name: string; namespace: string }): string {
  const selector = `{namespace="${service.namespace}",model_name="${service.name}"}`;
  switch (metric) {
    case "queueLength":
      return `sum(vllm:num_requests_waiting${selector})`;
    case "kvCacheUsage":
      return `sum(vllm:kv_cache_usage_perc${selector})`;
    case "requestRate":
      return `sum(rate(vllm:request_success_total${selector}[2m]))`;
  }
}
