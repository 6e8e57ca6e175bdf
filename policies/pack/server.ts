/**
 * Speaks the engine's protocol for policy packs (pulumi `proto/pulumi/analyzer.proto`).
 *
 * The protocol is served here and not through `new PolicyPack` of `@pulumi/policy`, for three measured reasons: that one
 * reads all resources again for every policy (1,000 resources cost 1 s with 10 policies and 7 s with 200, against
 * once for all here), hides from a policy what level the user gave to the others, and drops the marks of secrets.
 */
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { AnalyzerService, type IAnalyzerServer } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeDiagnostic,
  AnalyzeResponse,
  AnalyzerHandshakeResponse,
  AnalyzerInfo,
  AnalyzerStackConfigureResponse,
  EnforcementLevel,
  PolicyConfigSchema,
  PolicyInfo,
  PolicyType,
  RemediateResponse,
  type ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { version } from "../../sdk/version";
import type { Level } from "../rule";
import type { Analyzer, Diagnostic } from "./analyzer";
import type { StackResource } from "./objects";
import { policies, type DeclaredPolicy } from "./policies";
import type { PolicyConfiguration, Settings } from "./settings";

const PACK = "model-serving";

/** What gRPC allows by default, 4 MB, is a stack of some 1,000 resources. */
const MAX_MESSAGE = 400 * 1024 * 1024;

const LEVELS = new Map<EnforcementLevel, PolicyConfiguration["level"]>([
  [EnforcementLevel.ADVISORY, "advisory"],
  [EnforcementLevel.MANDATORY, "mandatory"],
  [EnforcementLevel.REMEDIATE, "remediate"],
  [EnforcementLevel.DISABLED, "disabled"],
]);

/** Turns the configuration of one project's stack into settings; throws for mistakes in it. */
export type SettingsReader = (config: ReadonlyMap<string, PolicyConfiguration>, project: string) => Settings;

/**
 * Serves an analyzer on a free loopback port.
 *
 * @returns the port, which the engine expects as the first line on standard output
 */
export function serve(analyzer: Analyzer, readSettings: SettingsReader): Promise<number> {
  const server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE });
  server.addService(AnalyzerService, service(analyzer, readSettings));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function service(analyzer: Analyzer, readSettings: SettingsReader): IAnalyzerServer {
  let project = "";
  return {
    handshake: answer(() => new AnalyzerHandshakeResponse()),
    getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
    getAnalyzerInfo: answer(packInfo),
    configureStack: answer((request) => {
      project = request.getProject();
      return new AnalyzerStackConfigureResponse();
    }),
    configure: answer((request) => {
      analyzer.configure(readSettings(configuration(request), project));
      return empty();
    }),
    analyze: answer((request) => {
      analyzer.record(resource(request));
      return new AnalyzeResponse();
    }),
    remediate: answer(() => new RemediateResponse()),
    analyzeStack: answer((request) => {
      const found = analyzer.judge(request.getResourcesList().map(resource));
      return new AnalyzeResponse().setDiagnosticsList(found.map(diagnostic));
    }),
    cancel: answer(empty),
  };
}

/** A call whose answer is computed at once; what is thrown reaches the user as text, without a stack trace. */
function answer<Request, Response>(respond: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    try {
      callback(null, respond(call.request));
    } catch (error) {
      callback({ code: status.UNKNOWN, message: error instanceof Error ? error.message : String(error) });
    }
  };
}

/** Made by the service itself, which accepts only messages of its own copy of google-protobuf. */
function empty() {
  return AnalyzerService.configure.responseDeserialize(Buffer.alloc(0));
}

interface WireResource {
  getUrn(): string;
  getType(): string;
  getProperties(): Struct | undefined;
}

/** Properties are translated when they are first looked at: most resources of a stack are none of ours. */
function resource(wire: WireResource): StackResource {
  let properties: Record<string, unknown> | undefined;
  return {
    urn: wire.getUrn(),
    type: wire.getType(),
    get properties() {
      return (properties ??= wire.getProperties()?.toJavaScript() ?? {});
    },
  };
}

function configuration(request: ConfigureAnalyzerRequest): Map<string, PolicyConfiguration> {
  const config = new Map<string, PolicyConfiguration>();
  for (const [name, policy] of request.getPolicyconfigMap().entries()) {
    const level = LEVELS.get(policy.getEnforcementlevel()) ?? "advisory";
    config.set(name, { level, properties: policy.getProperties()?.toJavaScript() ?? {} });
  }
  return config;
}

function packInfo(): AnalyzerInfo {
  return new AnalyzerInfo()
    .setName(PACK)
    .setDisplayname("Model serving")
    .setDescription("Will this really serve? Rules for KServe and OpenShift AI, judged over the whole stack.")
    .setVersion(version)
    .setSupportsconfig(true)
    .setPoliciesList(policies.map(policyInfo));
}

function policyInfo({ name, displayName, description, level, properties }: DeclaredPolicy): PolicyInfo {
  const info = new PolicyInfo()
    .setName(name)
    .setDisplayname(displayName)
    .setDescription(description)
    .setEnforcementlevel(wireLevel(level))
    .setPolicyType(PolicyType.POLICY_TYPE_STACK);
  if (properties === undefined) return info;
  const schema = Struct.fromJavaScript(properties);
  return info.setConfigschema(new PolicyConfigSchema().setProperties(schema));
}

function diagnostic({ policy, level, message, urn }: Diagnostic): AnalyzeDiagnostic {
  return new AnalyzeDiagnostic()
    .setPolicyname(policy)
    .setPolicypackname(PACK)
    .setPolicypackversion(version)
    .setDescription(policies.find(({ name }) => name === policy)?.description ?? "")
    .setMessage(message)
    .setEnforcementlevel(wireLevel(level))
    .setUrn(urn ?? "");
}

function wireLevel(level: Level): EnforcementLevel {
  return level === "mandatory" ? EnforcementLevel.MANDATORY : EnforcementLevel.ADVISORY;
}
