/** Requests to the Kubernetes API server, and watches. */
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "./kubeconfig";
import { numberAt, textAt } from "./objects";
import { rateLimit } from "./rateLimit";
import { isObject, type JsonObject } from "./wire";

export type Query = Record<string, string | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: JsonObject | JsonObject[];
  contentType?: string;
  signal?: AbortSignal;
}

export interface WatchEvent {
  type: string;
  object: JsonObject;
}

export interface ApiServer {
  request(method: string, path: string, options?: RequestOptions): Promise<JsonObject>;
  /** Events of one watch until the server or the signal ends it. */
  watch(path: string, query: Query, signal: AbortSignal): AsyncGenerator<WatchEvent>;
}

export interface ClientSettings {
  qps: number;
  burst: number;
  /** Of one request; 0 is none. */
  timeoutSeconds: number;
}

/** A refusal by the API server, in its own words. */
export class ApiError extends Error {
  readonly code: number;
  /** Kubernetes' machine-readable reason, such as `AlreadyExists`. */
  readonly reason: string;

  constructor(readonly status: JsonObject) {
    super(textAt(status, "message") ?? "the API server refused the request without saying why");
    this.name = "ApiError";
    this.code = numberAt(status, "code") ?? 500;
    // A path that no kind is served on any more answers with plain text.
    this.reason = textAt(status, "reason") ?? (this.code === 404 ? "NotFound" : "");
  }
}

export function isRefusal(error: unknown, ...reasons: string[]): error is ApiError {
  return error instanceof ApiError && reasons.includes(error.reason);
}

const RETRIES_WHEN_BUSY = 10;

export function apiServer(connection: Connection, settings: ClientSettings): ApiServer {
  const { request, Agent } = connection.server.startsWith("https:") ? https : http;
  const requests = new Agent({ keepAlive: true, maxSockets: 32, ...connection.tls });
  // Of their own, for a watch keeps its connection: many waiting resources must not hold up all others.
  const watches = new Agent(connection.tls);
  const turn = rateLimit(settings.qps, settings.burst);

  async function send(method: string, path: string, options: RequestOptions, agent = requests) {
    await turn();
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const contentType = options.contentType ?? "application/json";
    const headers = {
      accept: "application/json",
      "user-agent": "pulumi-resource-kubernetes",
      // Node sends the length of a DELETE's body only when told to.
      ...(body === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
      ...(await connection.headers()),
    };
    const url = new URL(connection.server.replace(/\/$/, "") + path + queryText(options.query));
    const timeout = agent === requests ? settings.timeoutSeconds * 1000 : 0;
    const more = options.signal === undefined ? {} : { signal: options.signal };
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const outgoing = request(url, { method, agent, headers, timeout, ...more }, resolve);
      outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer from ${url.host} within ${timeout} ms`)));
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as it was used again: it has seen nothing of this request.
        const stale = outgoing.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        if (stale) send(method, path, options, agent).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(body);
    });
  }

  return {
    async request(method, path, options = {}) {
      for (let attempt = 0; ; attempt++) {
        const response = await send(method, path, options);
        const answer = await readJson(response);
        const code = response.statusCode ?? 500;
        if (code < 400) return answer;
        const retryAfter = response.headers["retry-after"];
        const busy = code === 429 || (code >= 500 && retryAfter !== undefined);
        if (!busy || attempt >= RETRIES_WHEN_BUSY) throw new ApiError({ code, ...answer });
        await delay(Math.max(1, Number(retryAfter ?? 1)) * 1000, undefined, optionalSignal(options.signal));
      }
    },

    async *watch(path, query, signal) {
      const response = await send("GET", path, { query: { ...query, watch: "1" }, signal }, watches);
      if ((response.statusCode ?? 500) >= 400) throw new ApiError(await readJson(response));
      for await (const line of lines(response)) {
        const event: unknown = JSON.parse(line);
        if (!isObject(event) || !isObject(event.object)) continue;
        if (event.type === "ERROR") return;
        yield { type: textAt(event, "type") ?? "", object: event.object };
      }
    },
  };
}

async function* lines(response: http.IncomingMessage): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of response.setEncoding("utf8")) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((part) => part !== "");
  }
}

async function readJson(response: http.IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) ? answer : { message: text };
  } catch {
    return { message: text.trim() };
  }
}

function queryText(query: Query = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

function optionalSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
