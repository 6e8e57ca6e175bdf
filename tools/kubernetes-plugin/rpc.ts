/** The gRPC service that the engine talks to (pulumi proto/pulumi/provider.proto). */
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import type { Autonaming } from "./check";
import { checkConfiguration, diffConfiguration, readConfiguration } from "./configuration";
import { engineLog, silent, type EngineLog } from "../plugin/engineLog";
import {
  checkResponse,
  diffResponse,
  type ServiceOptions,
  serviceError,
  unary,
  UnsupportedError,
} from "../plugin/service";
import { operationsOf } from "./operations";
import { openSession, type Session } from "./session";
import { fromStruct, toStruct } from "./wire";

export function providerService({ version, engine }: ServiceOptions): IResourceProviderServer {
  let log: EngineLog = engine === undefined ? silent : engineLog(engine);
  let session: Session | undefined;
  const cancel = new AbortController();
  const configured = (): Session => {
    if (session === undefined) throw new Error("the provider has not been configured");
    return session;
  };

  return {
    handshake: unary(() =>
      new rpc.ProviderHandshakeResponse().setAcceptSecrets(true).setSupportsAutonamingConfiguration(true),
    ),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(JSON.stringify({ name: "kubernetes", version }))),
    attach: unary((request) => {
      log = engineLog(request.getAddress());
      return new Empty();
    }),
    cancel: unary(() => {
      cancel.abort();
      return new Empty();
    }),

    checkConfig: unary((request) =>
      checkResponse(request.getNews(), checkConfiguration(fromStruct(request.getNews()))),
    ),
    diffConfig: unary((request) => {
      const { changes, replaces } = diffConfiguration(fromStruct(request.getOlds()), fromStruct(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
      const response = new rpc.DiffResponse().setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
      return response.setDiffsList(changes).setReplacesList(replaces);
    }),
    configure: unary(async (request) => {
      const variables = new Map(request.getVariablesMap().toArray());
      session = await openSession(readConfiguration(variables, process.env), log, cancel.signal);
      const response = new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
      return response.setSupportsAutonamingConfiguration(true);
    }),

    check: unary(async (request) => {
      const naming = request.getAutonaming();
      const olds = request.getOlds();
      const urn = request.getUrn();
      const { inputs, failures } = await operationsOf(urn).check(configured(), {
        urn,
        olds: olds === undefined || olds.getFieldsMap().getLength() === 0 ? undefined : fromStruct(olds),
        news: fromStruct(request.getNews()),
        seed: request.getRandomseed_asU8(),
        ...(naming === undefined ? {} : { autonaming: autonaming(naming) }),
      });
      return checkResponse(toStruct(inputs), failures);
    }),
    diff: unary(async (request) => {
      const result = await operationsOf(request.getUrn()).diff(configured(), {
        urn: request.getUrn(),
        olds: fromStruct(request.getOlds()),
        news: fromStruct(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
      });
      return diffResponse(result.changes).setDeletebeforereplace(result.deleteBeforeReplace);
    }),
    create: unary(async (request) => {
      const created = await operationsOf(request.getUrn()).create(configured(), {
        urn: request.getUrn(),
        properties: fromStruct(request.getProperties()),
        timeout: request.getTimeout(),
        preview: request.getPreview(),
      });
      return new rpc.CreateResponse().setId(created.id).setProperties(toStruct(created.properties));
    }),
    read: unary(async (request) => {
      const found = await operationsOf(request.getUrn()).read(configured(), {
        urn: request.getUrn(),
        id: request.getId(),
        properties: fromStruct(request.getProperties()),
        inputs: fromStruct(request.getInputs()),
      });
      const response = new rpc.ReadResponse().setId(found.id);
      return found.id === ""
        ? response
        : response.setProperties(toStruct(found.properties)).setInputs(toStruct(found.inputs));
    }),
    update: unary(async (request) => {
      const properties = await operationsOf(request.getUrn()).update(configured(), {
        urn: request.getUrn(),
        olds: fromStruct(request.getOlds()),
        news: fromStruct(request.getNews()),
        timeout: request.getTimeout(),
        ignoreChanges: request.getIgnorechangesList(),
        preview: request.getPreview(),
      });
      return new rpc.UpdateResponse().setProperties(toStruct(properties));
    }),
    delete: unary(async (request) => {
      await operationsOf(request.getUrn()).remove(configured(), {
        urn: request.getUrn(),
        id: request.getId(),
        properties: fromStruct(request.getProperties()),
        timeout: request.getTimeout(),
      });
      return new Empty();
    }),

    getMapping: unary(() => new rpc.GetMappingResponse()),
    getMappings: unary(() => new rpc.GetMappingsResponse()),
    invoke: unary((request) => refuse(`the function ${request.getTok()}`)),
    construct: unary((request) => refuse(`the component ${request.getType()}`)),
    call: unary((request) => refuse(`the method ${request.getTok()}`)),
    parameterize: unary(() => refuse("parameterization by CRDs")),
    list: (call) => {
      call.destroy(
        serviceError(new UnsupportedError(`${official} listing resources; install Pulumi's own plugin for that`)),
      );
    },
  };
}

const official = "the stand-in for the Kubernetes plugin does not support";

function refuse(what: string): never {
  throw new UnsupportedError(`${official} ${what}; install Pulumi's own plugin for that`);
}

function autonaming(options: rpc.CheckRequest.AutonamingOptions): Autonaming {
  const { DISABLE, ENFORCE } = rpc.CheckRequest.AutonamingOptions.Mode;
  const mode = options.getMode();
  return {
    mode: mode === DISABLE ? "disable" : mode === ENFORCE ? "enforce" : "propose",
    name: options.getProposedName(),
  };
}
