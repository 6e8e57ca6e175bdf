/** The alerts on a served model: when, how bad, and what to do. */
import type { AlertingRule } from "../kubernetes/monitoring";
import table from "./alerts.json";
import type { MetricSource } from "./metrics";
import { fillQuery, literally } from "./promql";
import { promql, variablesOf, type QuerySubject } from "./queries";

/** A model server that alerts and dashboards know. */
export const Engine = { Vllm: "vllm", Ovms: "ovms", MlServer: "mlserver" } as const;
export type Engine = (typeof Engine)[keyof typeof Engine];

/** The alerts. */
export const AlertId = {
  ServiceDown: "serviceDown",
  ReplicasMissing: "replicasMissing",
  MetricsMissing: "metricsMissing",
  ErrorRate: "errorRate",
  QueueLong: "queueLong",
  KvCacheFull: "kvCacheFull",
  AnswersSlow: "answersSlow",
  FirstTokenSlow: "firstTokenSlow",
  GpuError: "gpuError",
  GpuHot: "gpuHot",
} as const;
export type AlertId = (typeof AlertId)[keyof typeof AlertId];

/** One alert with its variables. */
export interface Alert {
  id: AlertId;
  /** Its name in Prometheus. */
  alert: string;
  severity: "critical" | "warning";
  /** How long the condition must hold. */
  wait: string;
  /** Servers that report what it needs. */
  engines: Engine[];
  /** The vendor of accelerators whose exporter it needs. */
  accelerator?: "nvidia";
  /** Name and usual value of the bound. */
  threshold?: string;
  default?: number;
  /** PromQL; `$query(source.id)` stands for a query, `engine` for the model's server. */
  expr: string;
  summary: string;
  /** What to do. */
  runbook: string;
}

export const alerts: readonly Alert[] = table as Alert[];

/** The service that alerts are about, and their bounds. */
export interface AlertSubject extends QuerySubject {
  engine: Engine;
  /** Release of the server. Default: the newest. */
  release?: string | undefined;
  thresholds?: Readonly<Record<string, number | undefined>>;
  /** Alerts on NVIDIA GPUs too. */
  gpus?: boolean;
  /** Without these. */
  disabled?: readonly AlertId[];
  /** Address of pages about the alerts; the alert's name goes behind it. */
  runbookUrl?: string | undefined;
}

/**
 * The rules for one service.
 *
 * @requirement MO-17, BP-20
 */
export function alertingRules(subject: AlertSubject): AlertingRule[] {
  const { engine, gpus = false, disabled = [] } = subject;
  return alerts
    .filter(({ engines, accelerator }) => engines.includes(engine) && (accelerator === undefined || gpus))
    .filter(({ id }) => !disabled.includes(id))
    .map((alert) => ruleOf(alert, subject));
}

function ruleOf(alert: Alert, subject: AlertSubject): AlertingRule {
  const { namespace, service, runbookUrl } = subject;
  const threshold = subject.thresholds?.[alert.threshold ?? ""] ?? alert.default;
  const worded = (text: string): string =>
    text
      .replaceAll("${threshold}", String(threshold))
      .replaceAll("${service}", service)
      .replaceAll("${namespace}", namespace);
  return {
    alert: alert.alert,
    expr: expressionOf(alert, subject, threshold),
    for: alert.wait,
    labels: { severity: alert.severity, namespace, inference_service: service },
    annotations: {
      summary: worded(alert.summary),
      description: worded(alert.runbook),
      ...(runbookUrl === undefined ? {} : { runbook_url: `${runbookUrl}${alert.alert}` }),
    },
  };
}

function expressionOf({ expr }: Alert, subject: AlertSubject, threshold: number | undefined): string {
  const { engine, release } = subject;
  const query = expr
    .replaceAll("${threshold}", String(threshold))
    .replace(/\$query\((\w+)\.(\w+)\)/g, (_, source: string, id: string) =>
      source === "engine" ? promql(engine, id, subject, release) : promql(source as MetricSource, id, subject),
    );
  return fillQuery(query, { ...variablesOf(subject), pods: `${literally(subject.service)}-predictor-.*` });
}
