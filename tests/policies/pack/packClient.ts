/** Talks to a running policy pack as the engine does. */
import { spawn, type ChildProcess } from "node:child_process";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type AnalyzeDiagnostic,
  type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

type Properties = Record<string, JavaScriptValue>;

export interface TestResource {
  urn: string;
  type: string;
  properties: Properties;
}

/** Configuration as in a file for `--policy-pack-config`, for one policy. */
export interface TestConfig {
  level?: EnforcementLevel;
  properties?: Properties;
}

export interface TestPack {
  process: ChildProcess;
  info(): Promise<AnalyzerInfo.AsObject>;
  /** What the engine does before a program runs. */
  configure(config: Record<string, TestConfig>, project?: string): Promise<void>;
  analyze(resource: TestResource): Promise<AnalyzeDiagnostic.AsObject[]>;
  analyzeStack(resources: TestResource[]): Promise<AnalyzeDiagnostic.AsObject[]>;
  close(): void;
}

/** Starts a pack and waits for its port. */
export async function startPack(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<TestPack> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], ...options });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => {
      resolve(data.toString().trim());
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`the pack ended with ${String(code)}`));
    });
  });
  const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.max_send_message_length": 400 * 1024 * 1024,
  });
  return {
    process: child,
    info: async () => (await call<AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done))).toObject(),
    configure: async (config, project = "test") => {
      await call((done) => client.configureStack(new AnalyzerStackConfigureRequest().setProject(project), done));
      await call((done) => client.configure(configureRequest(config), done));
    },
    analyze: async (resource) => {
      const request = new AnalyzeRequest().setUrn(resource.urn).setType(resource.type);
      request.setProperties(Struct.fromJavaScript(resource.properties));
      const response = await call<AnalyzeResult>((done) => client.analyze(request, done));
      return response.getDiagnosticsList().map((diagnostic) => diagnostic.toObject());
    },
    analyzeStack: async (resources) => {
      const request = new AnalyzeStackRequest().setResourcesList(resources.map(wireResource));
      const response = await call<AnalyzeResult>((done) => client.analyzeStack(request, done));
      return response.getDiagnosticsList().map((diagnostic) => diagnostic.toObject());
    },
    close: () => {
      client.close();
      child.kill();
    },
  };
}

interface AnalyzeResult {
  getDiagnosticsList(): AnalyzeDiagnostic[];
}

function configureRequest(config: Record<string, TestConfig>): ConfigureAnalyzerRequest {
  const request = new ConfigureAnalyzerRequest();
  for (const [name, { level = EnforcementLevel.MANDATORY, properties = {} }] of Object.entries(config)) {
    const policy = new PolicyConfig().setEnforcementlevel(level).setProperties(Struct.fromJavaScript(properties));
    request.getPolicyconfigMap().set(name, policy);
  }
  return request;
}

function wireResource({ urn, type, properties }: TestResource): AnalyzerResource {
  return new AnalyzerResource().setUrn(urn).setType(type).setProperties(Struct.fromJavaScript(properties));
}

function call<Response>(
  start: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
