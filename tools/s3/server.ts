/**
 * A real S3 store with IAM on loopback: Versity's gateway on a folder. One door speaks TLS, one plain HTTP, so that a
 * client can show what each of them lets through.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { ensureCertificates } from "../cluster/certificates";
import { poll } from "../cluster/poll";
import { ensureTools } from "../toolchain/toolchain";

/** A running store. */
export interface S3Server {
  /** Address over TLS. */
  https: string;
  /** Address of the same buckets without TLS. */
  http: string;
  /** Address of IAM. */
  iam: string;
  /** Certificate that signs the address over TLS. */
  certificateAuthority: string;
  /** Keys of the account's owner. */
  owner: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

const START_MS = 15_000;

/** @param folder empty; holds data, users and certificates */
export async function startS3Server(folder: string): Promise<S3Server> {
  const { versitygw } = await ensureTools(["versitygw"]);
  const [data, users, socket] = ["data", "users", "iam.sock"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [data, users]) mkdirSync(path, { recursive: true });
  const { ca, cert, key } = await ensureCertificates(join(folder, "certificates"));
  const owner = { accessKeyId: "owner", secretAccessKey: "owner-of-the-store" };
  const [iamPort, httpsPort, httpPort] = (await freePorts(3)) as [number, number, number];
  const processes: ChildProcess[] = [];
  const start = async (port: number, options: string[], rest: string[]): Promise<void> => {
    const base = [
      "--quiet",
      "--port",
      `127.0.0.1:${port}`,
      "--access",
      owner.accessKeyId,
      "--secret",
      owner.secretAccessKey,
    ];
    // The whole environment: variables of the user's own stores must not steer this one.
    const child = spawn(versitygw, [...base, ...options, ...rest], {
      cwd: folder,
      env: {},
      stdio: ["ignore", "pipe", "pipe"],
    });
    processes.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    const failure = new Error(`the S3 server did not start: ${rest[0] ?? ""}`);
    await poll(START_MS, failure, async () => {
      if (child.exitCode !== null) throw new Error(`the S3 server ended: ${output.trim()}`);
      return isListening(port);
    });
  };
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map(end));
  };
  try {
    await start(iamPort, [], ["iam", "--dir", users, "--private-ports", socket]);
    const gateway = ["--iam-standalone-endpoint", socket, "--iam-cache-disable"];
    await start(httpsPort, [...gateway, "--cert", cert, "--key", key], ["posix", data]);
    await start(httpPort, gateway, ["posix", data]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    https: `https://127.0.0.1:${httpsPort}`,
    http: `http://127.0.0.1:${httpPort}`,
    iam: `http://127.0.0.1:${iamPort}`,
    certificateAuthority: readFileSync(ca, "utf8"),
    owner,
    stop,
  };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once("exit", () => {
      resolve();
    });
    child.kill("SIGTERM");
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            resolve((server.address() as AddressInfo).port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
