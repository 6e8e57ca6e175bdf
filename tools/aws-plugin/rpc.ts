/** The gRPC service that the engine talks to: nothing is made anywhere, all that is asked for is written down. */
import { appendFileSync } from "node:fs";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { compare } from "../plugin/compare";
import { covers, formatPath, parsePath } from "../plugin/propertyPath";
import {
  checkResponse,
  diffResponse,
  type Failure,
  serviceError,
  type ServiceOptions,
  unary,
  UnsupportedError,
} from "../plugin/service";
import {
  fromStruct,
  hasUnknown,
  isObject,
  isSecret,
  isUnknown,
  makeUnknown,
  reveal,
  toStruct,
  type Json,
  type JsonObject,
} from "../plugin/wire";
import { answer } from "./functions";
import { answerOf, identify, resourceType, withName } from "./resources";

/** One line of the record: what AWS would have been asked. */
export interface RecordedCall {
  call: "create" | "update" | "delete";
  type: string;
  name: string;
  id: string;
  /** Inputs; what is secret of them is not repeated. */
  inputs?: JsonObject;
}

/** @param record file that gets one {@link RecordedCall} a line */
export function awsService({ version }: ServiceOptions, record: string | undefined): IResourceProviderServer {
  let region = "us-east-1";
  const write = (call: RecordedCall["call"], urn: string, id: string, inputs?: JsonObject): void => {
    if (record === undefined) return;
    const shown = inputs === undefined ? {} : { inputs: withoutSecrets(inputs) as JsonObject };
    const line: RecordedCall = { call, ...identify(urn), id, ...shown };
    appendFileSync(record, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
  return {
    ...management(version),
    configure: unary((request) => {
      region = request.getVariablesMap().get("aws:config:region") ?? region;
      return new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true).setAcceptresources(false);
    }),
    check: unary((request) => {
      const inputs = withName(request.getUrn(), fromStruct(request.getNews()));
      return checkResponse(toStruct(inputs), documentFailures(request.getUrn(), inputs));
    }),
    diff: unary((request) => {
      const { type } = identify(request.getUrn());
      const { replaces, named } = resourceType(type);
      const [olds, news] = [request.getOldInputs(), request.getNews()].map((struct) => reveal(fromStruct(struct)));
      const ignored = request.getIgnorechangesList().map(parsePath);
      const changes = compare(olds, news)
        .filter(({ path }) => !ignored.some((pattern) => covers(pattern, path)))
        .map(({ path, kind }) => ({ path: formatPath(path), kind, replace: replaces.includes(String(path[0])) }));
      const isNamed = named === undefined || !changes.some(({ path }) => path === named);
      return diffResponse(changes).setDeletebeforereplace(isNamed && changes.some(({ replace }) => replace));
    }),
    create: unary((request) => {
      const inputs = fromStruct(request.getProperties());
      if (request.getPreview() && hasUnknown(inputs)) return preview(request.getUrn(), inputs);
      const { id, outputs } = answerOf(request.getUrn(), reveal(inputs) as JsonObject, region);
      if (request.getPreview()) return preview(request.getUrn(), inputs);
      write("create", request.getUrn(), id, inputs);
      return new rpc.CreateResponse().setId(id).setProperties(toStruct({ ...inputs, ...outputs }));
    }),
    read: unary((request) => {
      const response = new rpc.ReadResponse().setId(request.getId()).setProperties(request.getProperties());
      return response.setInputs(request.getInputs());
    }),
    update: unary((request) => {
      const inputs = fromStruct(request.getNews());
      const olds = fromStruct(request.getOlds());
      if (!request.getPreview()) write("update", request.getUrn(), request.getId(), inputs);
      const { outputs = {}, secrets = {} } = resourceType(identify(request.getUrn()).type);
      const kept = [...Object.keys(outputs), ...Object.keys(secrets)].map((key) => [key, olds[key] ?? null] as const);
      return new rpc.UpdateResponse().setProperties(toStruct({ ...inputs, ...Object.fromEntries(kept) }));
    }),
    delete: unary((request) => {
      write("delete", request.getUrn(), request.getId());
      return new Empty();
    }),
    invoke: unary((request) => {
      const found = answer(request.getTok(), reveal(fromStruct(request.getArgs())) as JsonObject, region);
      if (found === undefined) return refuse(`the function ${request.getTok()}`);
      return new rpc.InvokeResponse().setReturn(toStruct(found));
    }),
  };
}

type Management = Pick<
  IResourceProviderServer,
  | "handshake"
  | "getPluginInfo"
  | "getSchema"
  | "attach"
  | "cancel"
  | "checkConfig"
  | "diffConfig"
  | "getMapping"
  | "getMappings"
  | "construct"
  | "call"
  | "parameterize"
  | "list"
>;

/** The calls that are about the plugin and not about AWS. */
function management(version: string): Management {
  return {
    handshake: unary(() => new rpc.ProviderHandshakeResponse().setAcceptSecrets(true)),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(JSON.stringify({ name: "aws", version }))),
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    checkConfig: unary((request) => checkResponse(request.getNews(), [])),
    diffConfig: unary((request) => {
      const changes = compare(fromStruct(request.getOlds()), fromStruct(request.getNews()));
      return diffResponse(changes.map(({ path, kind }) => ({ path: formatPath(path), kind, replace: false })));
    }),
    getMapping: unary(() => new rpc.GetMappingResponse()),
    getMappings: unary(() => new rpc.GetMappingsResponse()),
    construct: unary((request) => refuse(`the component ${request.getType()}`)),
    call: unary((request) => refuse(`the method ${request.getTok()}`)),
    parameterize: unary(() => refuse("parameters")),
    list: (call) => {
      call.destroy(serviceError(new UnsupportedError("the stand-in for the AWS plugin does not list resources")));
    },
  };
}

function refuse(what: string): never {
  throw new UnsupportedError(`the stand-in for the AWS plugin does not support ${what}; install Pulumi's own plugin`);
}

/** What is known before there is anything: the inputs. */
function preview(urn: string, inputs: JsonObject): rpc.CreateResponse {
  const { outputs = {}, secrets = {} } = resourceType(identify(urn).type);
  const unknown = [...Object.keys(outputs), ...Object.keys(secrets)].map((key) => [key, makeUnknown()] as const);
  return new rpc.CreateResponse().setProperties(toStruct({ ...inputs, ...Object.fromEntries(unknown) }));
}

/** IAM and S3 refuse documents that are no JSON. */
function documentFailures(urn: string, inputs: JsonObject): Failure[] {
  const { documents = [] } = resourceType(identify(urn).type);
  return documents.flatMap((property) => {
    const text = reveal(inputs[property] ?? null);
    if (isUnknown(text)) return [];
    try {
      if (typeof text === "string" && isObject(JSON.parse(text))) return [];
    } catch {
      // Answered below.
    }
    return [{ property, reason: `${property} is not a JSON document` }];
  });
}

function withoutSecrets(value: Json): Json {
  if (isSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
