/** A configured provider: its cluster, and its line to the engine. */
import { apiServer, type ApiServer } from "./apiServer";
import type { Configuration } from "./configuration";
import { discovery, type Discovery } from "./discovery";
import type { EngineLog } from "../plugin/engineLog";
import { messageOf } from "../plugin/initializationError";
import { connectionOf, readKubeconfig } from "./kubeconfig";

export interface Cluster {
  api: ApiServer;
  discovery: Discovery;
}

export interface Session {
  configuration: Configuration;
  /** The cluster, or why it cannot be reached. */
  cluster: Cluster | { unreachable: string };
  /** Where objects go that name no namespace. */
  namespace: string;
  log: EngineLog;
  /** Aborted when the engine asks to cancel. */
  cancelled: AbortSignal;
}

const HOW_LONG_TO_TRY = 10_000;

/** An unreachable cluster is no error yet: previews and refreshes may do without. */
export async function openSession(
  configuration: Configuration,
  log: EngineLog,
  cancelled: AbortSignal,
): Promise<Session> {
  const base = { configuration, log, cancelled };
  const namespace = configuration.namespace ?? "default";
  try {
    const config = readKubeconfig(configuration.kubeconfig);
    const connection = await connectionOf(config, configuration.choice);
    const api = apiServer(connection, configuration.client);
    await api.request("GET", "/version", { signal: AbortSignal.timeout(HOW_LONG_TO_TRY) });
    const cluster = { api, discovery: discovery(api) };
    return { ...base, cluster, namespace: configuration.namespace ?? connection.namespace ?? "default" };
  } catch (error) {
    return { ...base, cluster: { unreachable: explain(error) }, namespace };
  }
}

/** @throws Error when the cluster cannot be reached */
export function clusterOf(session: Session): Cluster {
  if ("unreachable" in session.cluster) {
    throw new Error(`configured Kubernetes cluster is unreachable: ${session.cluster.unreachable}`);
  }
  return session.cluster;
}

export function reachable(session: Session): Cluster | undefined {
  return "unreachable" in session.cluster ? undefined : session.cluster;
}

/** Connection errors to several addresses of a host have an empty message of their own. */
function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join("; ");
  return messageOf(error);
}
