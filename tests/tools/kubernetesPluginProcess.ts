/** The plugin as a process, spoken to as the engine does. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";

export const pluginMain = join(__dirname, "..", "..", "tools", "kubernetes-plugin", "main.js");

export interface DiffResult {
  changed: boolean;
  /** Path to kind of change, such as `update` or `update-replace`. */
  detail: Record<string, string>;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface Outcome {
  id: string;
  properties: JsonObject;
}

/** What the plugin answers when something exists but is not right. */
export class InitFailure extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly properties: JsonObject,
    readonly reasons: string[],
  ) {
    super(message);
  }
}

export interface Options {
  preview?: boolean;
  timeout?: number;
  ignoreChanges?: string[];
  seed?: string;
}

const KINDS = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/** A running plugin. */
export class Plugin {
  private constructor(
    readonly process: ChildProcess,
    readonly client: ResourceProviderClient,
  ) {}

  /**
   * @param configuration of the provider; left out, the plugin stays unconfigured
   * @param engine its address, if any
   */
  static async start(configuration?: Record<string, string>, engine: string[] = [], env = {}): Promise<Plugin> {
    const child = spawn(process.execPath, [pluginMain, ...engine], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const plugin = new Plugin(child, new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()));
    if (configuration !== undefined) await plugin.configure(configuration);
    return plugin;
  }

  async stop(): Promise<void> {
    this.client.close();
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill("SIGINT");
    await once(this.process, "exit");
  }

  async configure(configuration: Record<string, string>): Promise<void> {
    const request = new rpc.ConfigureRequest().setAcceptsecrets(true);
    for (const [key, value] of Object.entries(configuration)) {
      request.getVariablesMap().set(`kubernetes:config:${key}`, value);
    }
    await call<rpc.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async check(urn: string, news: JsonObject, olds?: JsonObject, options: Options = {}): Promise<JsonObject> {
    const request = new rpc.CheckRequest().setUrn(urn).setNews(struct(news));
    if (olds !== undefined) request.setOlds(struct(olds));
    request.setRandomseed(Buffer.from(options.seed ?? "seed"));
    const response = await call<rpc.CheckResponse>((done) => this.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return properties(response.getInputs());
  }

  async diff(urn: string, olds: JsonObject, news: JsonObject, options: Options = {}): Promise<DiffResult> {
    const request = new rpc.DiffRequest().setUrn(urn).setId("id").setOlds(struct(olds)).setNews(struct(news));
    request.setIgnorechangesList(options.ignoreChanges ?? []);
    const response = await call<rpc.DiffResponse>((done) => this.client.diff(request, done));
    const changes = response.getDetaileddiffMap();
    const paths = [...changes.keys()] as string[];
    return {
      changed: response.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME,
      detail: Object.fromEntries(paths.map((path) => [path, KINDS[changes.get(path)!.getKind()]!])),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: JsonObject, options: Options = {}): Promise<Outcome> {
    const request = new rpc.CreateRequest().setUrn(urn).setProperties(struct(inputs));
    request.setPreview(options.preview ?? false).setTimeout(options.timeout ?? 0);
    const response = await call<rpc.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), properties: properties(response.getProperties()) };
  }

  /** Creates what a check made of a manifest, as the engine does. */
  async make(urn: string, manifest: JsonObject, options: Options = {}): Promise<Outcome> {
    return this.create(urn, await this.check(urn, manifest), options);
  }

  async update(urn: string, olds: Outcome, news: JsonObject, options: Options = {}): Promise<Outcome> {
    const request = new rpc.UpdateRequest().setUrn(urn).setId(olds.id);
    request
      .setOlds(struct(olds.properties))
      .setNews(struct(news))
      .setIgnorechangesList(options.ignoreChanges ?? []);
    request.setPreview(options.preview ?? false).setTimeout(options.timeout ?? 0);
    const response = await call<rpc.UpdateResponse>((done) => this.client.update(request, done));
    return { id: olds.id, properties: properties(response.getProperties()) };
  }

  async read(
    urn: string,
    id: string,
    state: JsonObject = {},
    inputs: JsonObject = {},
  ): Promise<Outcome & { inputs: JsonObject }> {
    const request = new rpc.ReadRequest().setUrn(urn).setId(id).setProperties(struct(state)).setInputs(struct(inputs));
    const response = await call<rpc.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: response.getId(),
      properties: properties(response.getProperties()),
      inputs: properties(response.getInputs()),
    };
  }

  async delete(urn: string, olds: Outcome, options: Options = {}): Promise<void> {
    const request = new rpc.DeleteRequest().setUrn(urn).setId(olds.id).setProperties(struct(olds.properties));
    request.setTimeout(options.timeout ?? 0);
    await call<Empty>((done) => this.client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await call<Empty>((done) => this.client.cancel(new Empty(), done));
  }
}

export interface EngineMessage {
  severity: LogSeverity;
  text: string;
  ephemeral: boolean;
}

/** The part of an engine that a plugin talks to. */
export async function listenAsEngine() {
  const messages: EngineMessage[] = [];
  const server = new Server();
  server.addService(EngineService, {
    log: ({ request }: { request: LogRequest }, done: (error: null, response: Empty) => void) => {
      messages.push({
        severity: request.getSeverity(),
        text: request.getMessage(),
        ephemeral: request.getEphemeral(),
      });
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const stop = (): void => {
    server.forceShutdown();
  };
  return { address: `127.0.0.1:${port}`, messages, stop };
}

/** The URN of a resource of this type token, such as `v1:ConfigMap`. */
export function urn(token: string, name = "test"): string {
  const group = /^[^/:]+:/.test(token) ? `core/${token}` : token;
  return `urn:pulumi:test::plugin::kubernetes:${group}::${name}`;
}

type Done<T> = (error: ServiceError | null, response: T) => void;

export function call<T>(start: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error === null) resolve(response);
      else reject(failure(error));
    });
  });
}

/** An error as the engine reads it: with its details, when it has any. */
function failure(error: ServiceError): Error {
  const [binary] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(binary)) return new Error(error.details);
  const [packed] = Status.deserializeBinary(binary).getDetailsList();
  const detail = packed?.unpack(
    (bytes: Uint8Array) => rpc.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (detail === undefined || detail === null) return new Error(error.details);
  return new InitFailure(error.details, detail.getId(), properties(detail.getProperties()), detail.getReasonsList());
}

function struct(value: JsonObject): Struct {
  return Struct.fromJavaScript(value);
}

function properties(value: Struct | undefined): JsonObject {
  return value?.toJavaScript() ?? {};
}
