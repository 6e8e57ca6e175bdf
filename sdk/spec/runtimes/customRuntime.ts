/** What a user says of a model server that the catalogue does not hold. */
import type { Input } from "@pulumi/pulumi";
import { choice, list, object, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import { atLeastOne, formatsAgree, formatsSchema, type RuntimeFormat } from "./runtimeFormats";

/** Inference protocols of KServe. */
export const InferenceProtocol = { V1: "v1", V2: "v2", GrpcV1: "grpc-v1", GrpcV2: "grpc-v2" } as const;
export type InferenceProtocol = (typeof InferenceProtocol)[keyof typeof InferenceProtocol];

/** What a model does. */
export const ServedModelType = { Generative: "generative", Predictive: "predictive" } as const;
export type ServedModelType = (typeof ServedModelType)[keyof typeof ServedModelType];

/** A port of the serving container. Upstream: Kubernetes core/v1 ContainerPort. */
export interface RuntimePort {
  /** Default: `http`; `h2c` for gRPC, which KServe needs to route it. At most 15 characters. */
  name?: string;
  /** Number of the port, from 1 to 65535. */
  port: number;
}

/** Where a server tells how it is. */
export interface HealthPaths {
  /** Path that answers 200 while the server lives. Default: that of `ready`. */
  live?: string;
  /** Path that answers 200 once the model is loaded. */
  ready: string;
  /** Port of both. Default: the first port of the runtime. */
  port?: number;
}

/** Where a server shows its metrics. */
export interface MetricsEndpoint {
  /** Default: the first port of the runtime. */
  port?: number;
  /** Default: `/metrics`. */
  path?: string;
}

/** A model server of one's own: Triton, or anything else in a container. */
export interface CustomRuntime {
  /** Command of the container. Default: that of the image. */
  command?: Input<string>[];
  /** Ports of the container; services reach the first one. */
  ports: RuntimePort[];
  /** Kinds of model it serves, at least one. */
  formats: RuntimeFormat[];
  /** Protocols it speaks. Default: none listed, which matches every service. */
  protocolVersions?: InferenceProtocol[];
  /** Paths for the probes. Default: no probes but KServe's own, which only opens the port. */
  health?: HealthPaths;
  /** Default: no metrics are collected. */
  metrics?: MetricsEndpoint;
  /** Server type, such as `tritonserver` or `mlserver`, which switches defaults of KServe on. Default: none. */
  serverType?: string;
  /** Models it is offered for in the dashboard. Default: both types. */
  modelTypes?: ServedModelType[];
}

const port = whole(1, 65535);
const path = textLike(/^\//, 'a path that begins with "/"', (value) => `/${value}`);

export const customRuntimeSchema = object(
  {
    command: list(text("a word of the command"), "words").optional(),
    ports: atLeastOne(
      object({
        name: textLike(/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/, "the name of a port (at most 15 characters)").optional(),
        port,
      }),
      "ports",
    ),
    formats: formatsSchema,
    protocolVersions: list(choice(Object.values(InferenceProtocol)), "protocols").optional(),
    health: object({ live: path.optional(), ready: path, port: port.optional() }).optional(),
    metrics: object({ port: port.optional(), path: path.default("/metrics") }).optional(),
    serverType: text("a server type").optional(),
    modelTypes: list(choice(Object.values(ServedModelType)), "model types").optional(),
  },
  "a runtime of one's own",
) satisfies SchemaOf<CustomRuntime>;

/**
 * What KServe's webhook and routing ask of a runtime. Paths begin at the custom runtime.
 *
 * @requirement RT-13, RT-37
 */
export function customIsSound({ ports = [], formats = [], protocolVersions = [] }: Loose<CustomRuntime>): Problem[] {
  const names = ports.map((one, index) => one?.name ?? (index === 0 ? usualPortName(protocolVersions) : undefined));
  return [
    ...within(["ports"], repeats(names, "name")),
    ...within(
      ["ports"],
      repeats(
        ports.map((one) => one?.port),
        "port",
      ),
    ),
    ...names.flatMap((name, index) =>
      at(
        ["ports", index, "name"],
        name === undefined ? "is missing; every port but the first needs a name" : undefined,
      ),
    ),
    ...within(["formats"], formatsAgree(formats)),
    ...grpcIsNamed(ports[0]?.name, protocolVersions),
  ];
}

/** Name of the first port where nobody gives one: KServe tells gRPC by the name. */
export function usualPortName(protocols: readonly (string | undefined)[]): string {
  return isGrpcOnly(protocols) ? "h2c" : "http";
}

function isGrpcOnly(protocols: readonly (string | undefined)[]): boolean {
  return protocols.length > 0 && protocols.every((protocol) => protocol?.startsWith("grpc") === true);
}

function repeats(keys: readonly (string | number | undefined)[], field: string): Problem[] {
  return keys.flatMap((value, index) =>
    value === undefined || keys.indexOf(value) === index
      ? []
      : at([index, field], `${quote(value)} is that of another port already`),
  );
}

function grpcIsNamed(name: string | undefined, protocols: readonly (string | undefined)[]): Problem[] {
  if (!isGrpcOnly(protocols) || name === undefined || /h2c|grpc/.test(name)) return [];
  return at(["ports", 0, "name"], `${quote(name)} serves gRPC only, which KServe tells by the name; did you mean h2c?`);
}
