/** How each model server is asked: protocol, path and port. */
import { findServingRuntime } from "../catalog/servingRuntimes";
import table from "./servers.json";

/** What callers speak. */
export const ApiProtocol = {
  /** `/models`, `/chat/completions`, `/completions`, `/embeddings` below the path. */
  OpenAi: "openai",
  /** The Open Inference Protocol, version 2: `/models/<name>/infer` below the path. */
  V2: "v2",
} as const;
export type ApiProtocol = (typeof ApiProtocol)[keyof typeof ApiProtocol];

/** One model server. */
export interface ModelServer {
  /** As the catalogue of runtimes calls it. */
  server: string;
  protocol: ApiProtocol;
  /** Prefix of all paths of the protocol. */
  apiPath: string;
  /** Port of its container. */
  port: number;
  /** Answers 200 once the model is loaded. */
  health: string;
  source: string;
}

/** Every server that is described. */
export const modelServers = table as readonly ModelServer[];

/** A server of a format that is not vLLM's speaks version 2, like all of them here; vLLM never does. */
const UNKNOWN: ModelServer = {
  server: "unknown",
  protocol: "v2",
  apiPath: "/v2",
  port: 8080,
  health: "/v2/health/ready",
  source: "kserve/kserve docs/predict-api/v2",
};

/** The entry of a server; undefined for one that nobody described. */
export function findModelServer(server: string): ModelServer | undefined {
  return modelServers.find((entry) => entry.server === server);
}

/**
 * The server behind a runtime: the one that is said, as the catalogue knows the runtime, else by the format of the model.
 *
 * @requirement XA-15
 */
export function modelServerOf(runtimeName: string, modelFormat: string | undefined, said?: string): ModelServer {
  const server = said ?? findServingRuntime(runtimeName)?.server;
  const found = server === undefined ? undefined : findModelServer(server);
  if (found !== undefined) return found;
  const usual = modelFormat === undefined || modelFormat === "vLLM" ? findModelServer("vllm") : undefined;
  return usual ?? UNKNOWN;
}
