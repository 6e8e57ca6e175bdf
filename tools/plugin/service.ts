/** What every provider's gRPC service is made of. */
import { Metadata, status, type handleUnaryCall, type ServiceError } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { ChangeKind } from "./compare";
import { InitializationError, messageOf } from "./initializationError";
import { toStruct } from "./wire";

export interface ServiceOptions {
  /** Of the plugin; the SDK asks for the same. */
  version: string;
  /** Of the engine's gRPC service; undefined when no engine started the plugin. */
  engine: string | undefined;
}

/** What is wrong with an input, by its name. */
export interface Failure {
  property: string;
  reason: string;
}

export interface PropertyChange {
  path: string;
  kind: ChangeKind;
  replace: boolean;
}

/** Something of the official plugin that a stand-in has not. */
export class UnsupportedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnsupportedError";
  }
}

export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(serviceError(error));
        },
      );
  };
}

export function serviceError(error: unknown): ServiceError {
  const message = messageOf(error);
  const code = error instanceof UnsupportedError ? status.UNIMPLEMENTED : status.UNKNOWN;
  const metadata = new Metadata();
  if (error instanceof InitializationError) {
    const details = new Any();
    details.pack(initializationDetail(error).serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const answer = new Status().setCode(code).setMessage(message).setDetailsList([details]);
    metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  }
  return Object.assign(new Error(message), { code, details: message, metadata });
}

function initializationDetail(error: InitializationError): rpc.ErrorResourceInitFailed {
  const detail = new rpc.ErrorResourceInitFailed().setId(error.id).setReasonsList(error.reasons);
  detail.setProperties(toStruct(error.properties));
  return error.inputs === undefined ? detail : detail.setInputs(toStruct(error.inputs));
}

export function checkResponse(inputs: ReturnType<rpc.CheckRequest["getNews"]>, failures: Failure[]): rpc.CheckResponse {
  const list = failures.map(({ property, reason }) => new rpc.CheckFailure().setProperty(property).setReason(reason));
  return new rpc.CheckResponse().setInputs(inputs).setFailuresList(list);
}

export function diffResponse(changes: PropertyChange[]): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = rpc.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const response = new rpc.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setHasdetaileddiff(true)
    .setReplacesList(changes.filter((change) => change.replace).map((change) => change.path));
  for (const { path, kind, replace } of changes) {
    const property = new rpc.PropertyDiff().setKind(kinds[kind][replace ? 1 : 0]).setInputdiff(kind === "delete");
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}
