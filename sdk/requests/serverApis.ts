/** How each model server is asked: protocol, path and port. */
import { findServingRuntime, servingRuntimes } from "../catalog/servingRuntimes";
import table from "./serverApis.json";

/** What callers speak. */
export const ApiProtocol = {
  /** `/models`, `/chat/completions`, `/completions`, `/embeddings` below the path. */
  OpenAi: "openai",
  /** The Open Inference Protocol, version 2: `/models/<name>/infer` below the path. */
  V2: "v2",
} as const;
export type ApiProtocol = (typeof ApiProtocol)[keyof typeof ApiProtocol];

/** What a model server answers to, whichever runtime starts it. */
interface ServerProtocol {
  /** As the catalogue of runtimes calls it. */
  server: string;
  protocol: ApiProtocol;
  /** Prefix of all paths of the protocol. */
  apiPath: string;
  source: string;
}

/** How callers ask the server of a runtime. */
export interface ServerApi extends ServerProtocol {
  /** Port of its container, as the runtime starts it. */
  port: number;
}

const known = table as ServerProtocol[];

/** Names of the servers that are described. */
export const describedServers: readonly string[] = known.map(({ server }) => server);

/** A server of a format that is not vLLM's speaks version 2, like all of them here; vLLM never does. */
const UNKNOWN: ServerProtocol = {
  server: "unknown",
  protocol: "v2",
  apiPath: "/v2",
  source: "kserve/kserve docs/predict-api/v2",
};
/** Of runtimes that the catalogue does not know, those of this package among them. */
const USUAL_PORT = 8080;

/**
 * The server behind a runtime: the one that is said, as the catalogue knows the runtime, else by the format of the model.
 *
 * @param said name of the server, where the runtime is a copy that the catalogue does not know by its name
 * @requirement XA-15
 */
export function serverApiOf(runtimeName: string, modelFormat: string | undefined, said?: string): ServerApi {
  const runtime = findServingRuntime(runtimeName) ?? servingRuntimes.find(({ server }) => server === said);
  const usual = modelFormat === undefined || modelFormat === "vLLM" ? findProtocol("vllm") : undefined;
  const protocol = findProtocol(said ?? runtime?.server) ?? usual ?? UNKNOWN;
  return { ...protocol, port: runtime?.endpoints?.port ?? USUAL_PORT };
}

function findProtocol(server: string | undefined): ServerProtocol | undefined {
  return known.find((entry) => entry.server === server);
}
