/** The queries that can be asked of one service, ready to be run. */
import type { MetricSource } from "./metrics";
import { promql, type QuerySubject, queries } from "./queries";

/** What is known of a service. */
export interface QueriedService extends QuerySubject {
  /** Its server; undefined for one whose metrics nobody described. */
  engine?: MetricSource | undefined;
  /** Release of the server, such as `0.8.5`. Default: the newest. */
  release?: string | undefined;
  /** Whether its number of replicas follows the load. */
  autoscaled?: boolean;
  /** Whether it runs on GPUs of NVIDIA, whose exporter answers. */
  gpus?: boolean;
  /** Whether its pods and Deployment are called as KServe calls those of an InferenceService. */
  standard?: boolean;
}

/**
 * PromQL by the name of the question: all that server, cluster and GPUs can answer, and nothing that would stay empty.
 *
 * @requirement PK-8
 */
export function serviceQueries(service: QueriedService): Record<string, string> {
  const { engine, release, autoscaled = false, gpus = false, standard = true, ...subject } = service;
  const found = queries.flatMap(({ id, engine: source }) => {
    const isAnswered =
      source === engine ||
      (standard && source === "kubernetes" && (autoscaled || !id.startsWith("autoscaler"))) ||
      (standard && source === "dcgm" && gpus);
    if (!isAnswered) return [];
    const expression = expressionOf(source, id, subject, source === engine ? release : undefined);
    return expression === undefined ? [] : [[id, expression] as const];
  });
  return Object.fromEntries(found);
}

/** Older releases of a server report less. */
function expressionOf(source: MetricSource, id: string, subject: QuerySubject, release?: string): string | undefined {
  try {
    return promql(source, id, subject, release);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
