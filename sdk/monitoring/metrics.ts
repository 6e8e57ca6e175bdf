/** What model servers, accelerators and Kubernetes report to Prometheus, by version of the server. */
import { compareReleases, parseRelease } from "../catalog/versions";
import table from "./metrics.json";

/** Who reports a metric. */
export const MetricSource = {
  Vllm: "vllm",
  Ovms: "ovms",
  MlServer: "mlserver",
  /** NVIDIA's exporter of GPU metrics. */
  Dcgm: "dcgm",
  /** Kubelets and kube-state-metrics. */
  Kubernetes: "kubernetes",
} as const;
export type MetricSource = (typeof MetricSource)[keyof typeof MetricSource];

/** A metric under one of the names it has had. */
export interface Metric {
  engine: MetricSource;
  /** What it measures, the same for every server and version. */
  key: string;
  /** As Prometheus stores it; histograms and summaries have `_bucket`, `_sum` and `_count` behind it. */
  name: string;
  type: "counter" | "gauge" | "histogram" | "summary";
  unit: string;
  /** Labels of the server; the scrape adds `namespace`, `pod` and others. */
  labels: string[];
  /** First release with this name; absent: since ever. */
  since?: string;
  /** First release without it; absent: still there. */
  before?: string;
  note?: string;
  source: string;
}

export const metrics: readonly Metric[] = table as Metric[];

/**
 * Name of a metric in a release of its server; without a release, in the newest.
 *
 * @throws RangeError for a metric that the server does not report, or a release that is none
 */
export function metricName(engine: MetricSource, key: string, release?: string): string {
  const names = metrics.filter((metric) => metric.engine === engine && metric.key === key);
  const found = release === undefined ? names.at(-1) : names.find((metric) => covers(metric, release));
  if (found === undefined) throw new RangeError(`${engine} reports no metric ${JSON.stringify(key)}`);
  return found.name;
}

function covers({ since, before }: Metric, text: string): boolean {
  const release = parseRelease(text);
  if (release === undefined) throw new RangeError(`${JSON.stringify(text)} is not a release such as "0.11.0"`);
  const begun = since === undefined || compareReleases(release, since) >= 0;
  return begun && (before === undefined || compareReleases(release, before) < 0);
}
