/** A plugin's process: prints the port it listens on, and nothing else, on stdout. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { ServiceOptions } from "./service";

/** As the engine's own limit for messages. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
const PARENT_CHECK_MS = 500;

/**
 * Serves a provider until the engine ends or goes away.
 *
 * @param version of the SDK, which asks the engine for a plugin of the same
 */
export function serve(version: string, provider: (options: ServiceOptions) => IResourceProviderServer): void {
  // Flags of the engine's own logging may come before its address.
  const engine = process.argv
    .slice(2)
    .filter((argument) => !argument.startsWith("-"))
    .at(-1);
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, provider({ version: version.replace(/^v/, ""), engine }));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });

  // An engine that is killed cannot end its plugins; a process without its parent has nobody left to serve.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      process.exit(0);
    });
  }
}
