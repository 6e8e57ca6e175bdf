/** Messages to the engine, shown beside the resource they are about. */
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export interface EngineLog {
  /** Kept, and printed when the run ends. */
  warn(urn: string, message: string): void;
  /** Shown while the resource is being worked on, until the next one; empty clears it. */
  status(urn: string, message: string): void;
}

/** A log that goes nowhere, for a provider that no engine started. */
export const silent: EngineLog = { warn: () => undefined, status: () => undefined };

/** @param address of the engine's gRPC service, as the engine passes it to a plugin */
export function engineLog(address: string): EngineLog {
  const client = new EngineClient(address, credentials.createInsecure());
  const shown = new Map<string, string>();
  const send = (urn: string, severity: LogSeverity, message: string, ephemeral: boolean): void => {
    const request = new LogRequest().setUrn(urn).setSeverity(severity).setMessage(message).setEphemeral(ephemeral);
    // A message that gets lost is no reason to fail the resource.
    client.log(request, () => undefined);
  };
  return {
    warn: (urn, message) => {
      send(urn, LogSeverity.WARNING, message, false);
    },
    status: (urn, message) => {
      if ((shown.get(urn) ?? "") === message) return;
      shown.set(urn, message);
      send(urn, LogSeverity.INFO, message, true);
    },
  };
}
