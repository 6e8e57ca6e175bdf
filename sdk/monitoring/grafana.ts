/** Dashboards as Grafana reads them: a JSON model with panels, made from the same queries as everything else. */
import type { Engine } from "./alerts";
import type { MetricSource } from "./metrics";
import { fillQuery } from "./promql";
import { findQuery, queries, queryTemplate, type Query } from "./queries";

/** Time ranges that the dashboards offer. */
export const TimeRange = { Hour: "1h", Day: "24h", Week: "7d", Month: "30d" } as const;
export type TimeRange = (typeof TimeRange)[keyof typeof TimeRange];

/** Intervals at which they can read anew. */
export const RefreshInterval = {
  Seconds15: "15s",
  Seconds30: "30s",
  Minute: "1m",
  Minutes5: "5m",
  Minutes15: "15m",
  Minutes30: "30m",
  Hour: "1h",
  Hours2: "2h",
  Day: "1d",
} as const;
export type RefreshInterval = (typeof RefreshInterval)[keyof typeof RefreshInterval];

export interface GrafanaTarget {
  refId: string;
  expr: string;
  legendFormat: string;
  datasource: { type: "prometheus"; uid: string };
}

export interface GrafanaPanel {
  id: number;
  type: "timeseries" | "row";
  title: string;
  description?: string;
  gridPos: { h: number; w: number; x: number; y: number };
  datasource?: { type: "prometheus"; uid: string };
  fieldConfig?: { defaults: { unit: string; min: number }; overrides: [] };
  targets?: GrafanaTarget[];
}

export interface GrafanaVariable {
  name: string;
  label: string;
  type: "datasource" | "query";
  query: string;
  regex?: string;
  datasource?: { type: "prometheus"; uid: string };
  refresh?: number;
}

/** What this project writes of Grafana's dashboard model. */
export interface GrafanaDashboard {
  uid: string;
  title: string;
  tags: string[];
  schemaVersion: number;
  editable: boolean;
  time: { from: string; to: string };
  refresh: string;
  timepicker: { refresh_intervals: string[] };
  links: { title: string; type: "link"; url: string; includeVars: boolean; keepTime: boolean }[];
  templating: { list: GrafanaVariable[] };
  panels: GrafanaPanel[];
}

export interface DashboardWish {
  engine: Engine;
  /** Release of the server. Default: the newest. */
  release?: string | undefined;
  /** Default: `1h`. */
  range?: TimeRange | undefined;
  /** Default: `30s`. */
  refresh?: RefreshInterval | undefined;
  /** Adds NVIDIA's GPUs. */
  gpus?: boolean | undefined;
}

const TITLES: Readonly<Record<Engine, string>> = { vllm: "vLLM", ovms: "OpenVINO Model Server", mlserver: "MLServer" };
/** Units as Grafana spells them. */
const UNITS: Readonly<Record<string, string>> = {
  ratio: "percentunit",
  percent: "percent",
  milliseconds: "ms",
  seconds: "s",
  celsius: "celsius",
  watts: "watt",
};
const SOURCE = { type: "prometheus", uid: "${datasource}" } as const;
const SCHEMA_VERSION = 39;

type Graph = [title: string, ...queries: [MetricSource, string, string][]];

/**
 * The dashboard of a server: the four graphs that OpenShift AI shows of every model, then what the server alone can
 * tell. One dashboard serves all its models: which one is chosen at the top.
 *
 * @requirement MO-1, MO-2, MO-3, MO-12, MO-15
 */
export function grafanaDashboard({
  engine,
  release,
  range = "1h",
  refresh = "30s",
  gpus,
}: DashboardWish): GrafanaDashboard {
  const rows: [string, Graph[]][] = [
    ["Endpoint performance", endpointGraphs(engine)],
    ["Server", serverGraphs(engine)],
    ["Replicas", [scalingGraph(), one("kubernetes", "modelLoadTime", "{{pod}}")]],
    ["Accelerators", gpus === true ? gpuGraphs() : []],
  ];
  return {
    uid: `model-serving-${engine}`,
    title: `Model serving: ${TITLES[engine]}`,
    tags: ["model-serving", engine],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    time: { from: `now-${range}`, to: "now" },
    refresh,
    timepicker: { refresh_intervals: Object.values(RefreshInterval) },
    links: Object.values(TimeRange).map((length) => ({
      title: `Last ${length}`,
      type: "link",
      url: `?from=now-${length}&to=now`,
      includeVars: true,
      keepTime: false,
    })),
    templating: { list: variables(engine, release) },
    panels: layOut(
      rows.filter(([, graphs]) => graphs.length > 0),
      release,
    ),
  };
}

function endpointGraphs(engine: Engine): Graph[] {
  return [
    ["Requests", [engine, "requestsSucceeded", "succeeded"], [engine, "requestsFailed", "failed"]],
    one(engine, "meanResponseTime", "mean"),
    one("kubernetes", "cpuUtilisation", "{{pod}}"),
    one("kubernetes", "memoryUtilisation", "{{pod}}"),
  ];
}

const IN_ENDPOINT_ROW = ["requests", "requestsSucceeded", "requestsFailed", "meanResponseTime"];

function serverGraphs(engine: Engine): Graph[] {
  return queries
    .filter((query) => query.engine === engine && !IN_ENDPOINT_ROW.includes(query.id))
    .map(({ id, title }) => [title, [engine, id, "{{model_name}}"]]);
}

function gpuGraphs(): Graph[] {
  return queries
    .filter((query) => query.engine === "dcgm")
    .map(({ id, title }) => [title, ["dcgm", id, "{{Hostname}} GPU {{gpu}}"]]);
}

function scalingGraph(): Graph {
  return [
    "Replicas",
    ["kubernetes", "replicasAvailable", "available"],
    ["kubernetes", "replicasWanted", "wanted"],
    ["kubernetes", "autoscalerDesired", "wanted by the autoscaler"],
    ["kubernetes", "autoscalerMaximum", "most"],
  ];
}

function one(source: MetricSource, id: string, legend: string): Graph {
  return [findQuery(source, id).title, [source, id, legend]];
}

const [WIDTH, HEIGHT, COLUMNS] = [12, 8, 2];

function layOut(rows: [string, Graph[]][], release: string | undefined): GrafanaPanel[] {
  const panels: GrafanaPanel[] = [];
  let y = 0;
  for (const [title, graphs] of rows) {
    panels.push({ id: panels.length + 1, type: "row", title, gridPos: { h: 1, w: WIDTH * COLUMNS, x: 0, y: y++ } });
    for (const [index, graph] of graphs.entries()) {
      const gridPos = {
        h: HEIGHT,
        w: WIDTH,
        x: (index % COLUMNS) * WIDTH,
        y: y + Math.floor(index / COLUMNS) * HEIGHT,
      };
      panels.push({ id: panels.length + 1, ...panelOf(graph, release), gridPos });
    }
    y += Math.ceil(graphs.length / COLUMNS) * HEIGHT;
  }
  return panels;
}

function panelOf([title, ...asked]: Graph, release: string | undefined): Omit<GrafanaPanel, "id" | "gridPos"> {
  const known = asked.map(([source, id]) => findQuery(source, id));
  const notes = known.flatMap(({ note }) => (note === undefined ? [] : [note]));
  return {
    type: "timeseries",
    title,
    ...(notes.length === 0 ? {} : { description: notes.join(" ") }),
    datasource: SOURCE,
    fieldConfig: { defaults: { unit: unitOf(known), min: 0 }, overrides: [] },
    targets: asked.map(([source, id, legendFormat], index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      expr: grafanaQuery(source, id, release),
      legendFormat,
      datasource: SOURCE,
    })),
  };
}

function unitOf([query]: readonly Query[]): string {
  return UNITS[query?.unit ?? ""] ?? "short";
}

/** Grafana fills in the rest, from what is chosen at the top. */
function grafanaQuery(source: MetricSource, id: string, release: string | undefined): string {
  const isServer = source !== "kubernetes" && source !== "dcgm";
  return fillQuery(queryTemplate(source, id, isServer ? release : undefined), {
    rate_interval: "$__rate_interval",
    pods: "${service}-predictor-.*",
    deployment: "${service}-predictor",
  });
}

/** A metric that a server reports from its start, and the label that names the model. */
const NAMING: Readonly<Record<Engine, [query: string, label: string]>> = {
  vllm: ["requestsRunning", "model_name"],
  ovms: ["requestsRunning", "name"],
  mlserver: ["requestsSucceeded", "model"],
};

function variables(engine: Engine, release: string | undefined): GrafanaVariable[] {
  const [id, label] = NAMING[engine];
  const metric = /[\w:]+(?=\{)/.exec(queryTemplate(engine, id, release))?.[0] ?? "";
  const query = { type: "query", datasource: SOURCE, refresh: 2 } as const;
  const deployments = `kube_deployment_spec_replicas{namespace="$\{namespace}",deployment=~".*-predictor"}`;
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
    { name: "namespace", label: "Namespace", ...query, query: `label_values(${metric}, namespace)` },
    {
      name: "service",
      label: "Service",
      ...query,
      query: `label_values(${deployments}, deployment)`,
      regex: "/(.*)-predictor/",
    },
    {
      name: "model_name",
      label: "Model",
      ...query,
      query: `label_values(${metric}{namespace="$\{namespace}",pod=~"$\{service}-predictor-.*"}, ${label})`,
    },
  ];
}
