/** The queries that dashboards and alerts are made of. */
import { nearest } from "../catalog/nearest";
import { metricName, type MetricSource } from "./metrics";
import { fillQuery, literally, type QueryVariables } from "./promql";
import table from "./queries.json";

/** What a query is about. */
export type QueryGroup =
  "requests" | "latency" | "tokens" | "queue" | "cache" | "resources" | "loading" | "scaling" | "accelerators";

/** A query with variables, for all releases of its server. */
export interface Query {
  /** What it asks; the same for every server that can answer it. */
  id: string;
  engine: MetricSource;
  group: QueryGroup;
  title: string;
  unit: string;
  /** PromQL with variables; `$metric(key)` stands for the name the metric has in a release. */
  expr: string;
  note?: string;
}

export const queries: readonly Query[] = table as Query[];

/** The service a query asks about. */
export interface QuerySubject {
  namespace: string;
  /** Name of the InferenceService, whose pods and Deployment are called after it. */
  service: string;
  /** What callers write as `model`. Default: the service's name, as the runtimes here serve it. */
  modelName?: string;
  /** Duration over which rates are taken. Default: `5m`. */
  rateInterval?: string;
}

/**
 * PromQL for one service and one release of its server.
 *
 * @requirement MO-1, MO-7, MO-8, MO-15, MO-18
 * @param release of the server, such as `0.8.5`; the newest when left out
 * @throws RangeError for a query that the server cannot answer
 */
export function promql(engine: MetricSource, id: string, subject: QuerySubject, release?: string): string {
  const { namespace, service, modelName = service, rateInterval = "5m" } = subject;
  return fillQuery(queryTemplate(engine, id, release), {
    namespace,
    model_name: modelName,
    rate_interval: rateInterval,
    pods: podsOf(service),
    deployment: deploymentOf(service),
  });
}

/** The query with its variables still in it, for tools that fill them themselves. */
export function queryTemplate(engine: MetricSource, id: string, release?: string): string {
  const { expr } = findQuery(engine, id);
  return expr.replace(/\$metric\((\w+)\)/g, (_, key: string) => metricName(engine, key, release));
}

/** What the variables of a query stand for, by service. */
export function variablesOf({ namespace, service, modelName = service }: QuerySubject): QueryVariables {
  return { namespace, model_name: modelName, pods: podsOf(service), deployment: deploymentOf(service) };
}

/** @throws RangeError for a query that the server cannot answer */
export function findQuery(engine: MetricSource, id: string): Query {
  const known = queries.filter((query) => query.engine === engine);
  const found = known.find((query) => query.id === id);
  if (found !== undefined) return found;
  const proposal = nearest(
    id,
    known.map((query) => query.id),
  );
  const hint = proposal === undefined ? "" : `; did you mean ${proposal}?`;
  throw new RangeError(`${engine} answers no query ${JSON.stringify(id)}${hint}`);
}

/** Whether a server can answer a query. */
export function answers(engine: MetricSource, id: string): boolean {
  return queries.some((query) => query.engine === engine && query.id === id);
}

/** Regular expression of the names of a predictor's pods. */
function podsOf(service: string): string {
  return `${literally(service)}-predictor-.*`;
}

function deploymentOf(service: string): string {
  return `${service}-predictor`;
}
