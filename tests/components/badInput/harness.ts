/** Runs one component with wrong arguments and tells how it is refused, and what was registered all the same. */
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceOutputsRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { MockOptions, Registered } from "../mocks";
import { registered } from "../mocks";
import type { Subject } from "./subjects";

/** What comes of a program. */
export interface Outcome {
  resources: Registered[];
  /** What the constructor threw. */
  thrown: unknown;
  /** What failed once a late value was known; each message once. */
  late: string[];
  /** Names of the components that told their outputs. */
  outputs: string[];
}

/** What a cluster answers that the arguments do not say: a bucket that its provisioner made. */
export const STATE = {
  "kubernetes:core/v1:ConfigMap": { data: { BUCKET_NAME: "models-1f", BUCKET_HOST: "s3.openshift-storage.svc" } },
  "kubernetes:core/v1:Secret": {
    data: { AWS_ACCESS_KEY_ID: base64("AKIA12345678"), AWS_SECRET_ACCESS_KEY: base64("abcd1234") },
  },
};

/** Makes the component; nothing it does ends the process. */
export async function outcomeOf(
  { create }: Subject,
  name: string,
  args: unknown,
  options: MockOptions = {},
): Promise<Outcome> {
  let thrown: unknown;
  const late = new Set<string>();
  const outputs: string[] = [];
  const listeners = process.listeners("unhandledRejection");
  const collect = (reason: unknown): void => void late.add(messageOf(reason));
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  let resources: Registered[] = [];
  try {
    resources = await registered(
      () => {
        watchOutputs(outputs);
        try {
          new create(name, args);
        } catch (error) {
          thrown = error;
        }
      },
      { state: STATE, ...options },
    );
    // Rejections are told of once the queue of promises has run dry.
    await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    collect(error);
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
  return { resources, thrown, late: [...late], outputs };
}

/** The refusal as the user reads it. @throws Error when it is no refusal, or when something was registered */
export async function refusalOf(subject: Subject, name: string, args: unknown): Promise<string> {
  const { resources, thrown, late } = await outcomeOf(subject, name, args);
  if (!pulumi.RunError.isInstance(thrown)) {
    throw new Error(`no refusal: ${thrown instanceof Error ? (thrown.stack ?? "") : "nothing was thrown"}`);
  }
  if (thrown.stack !== undefined) throw new Error("the refusal has a stack");
  if (resources.length + late.length > 0) {
    throw new Error(`registered all the same: ${resources.map(({ type }) => type).join(", ")} ${late.join("\n")}`);
  }
  return thrown.message;
}

function watchOutputs(outputs: string[]): void {
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor)) throw new Error("no mock monitor");
  const register = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback: never) => {
    outputs.push(request.getUrn().split("::").at(-1) ?? "");
    register(request, callback);
  };
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
