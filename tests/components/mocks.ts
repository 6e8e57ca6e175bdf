/** Runs a program against a monitor that only writes down what it is asked to register. */
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

/** A resource the program registered. */
export interface Registered {
  type: string;
  name: string;
  /** As serialised; a value known only after apply is `{ __pulumiUnknown: true }`. */
  inputs: Inputs;
  /** `type name` of the resource it belongs to; undefined at the top. */
  parent: string | undefined;
  /** `type name` of every resource it explicitly or implicitly waits for. */
  dependencies: string[];
  createTimeout: string;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
}

/** Serialised inputs, as far as tests read them. */
export interface Inputs {
  [key: string]: unknown;
  metadata?: {
    name?: string;
    namespace?: unknown;
    labels?: Record<string, unknown>;
    annotations?: Record<string, unknown>;
  };
}

export interface MockOptions {
  /** Whether values that only the cluster knows stay unknown. */
  preview?: boolean;
  /** Outputs beyond the inputs, by type. */
  state?: Record<string, object>;
}

/** Everything a program registers, in the order of registration. */
export async function registered(
  program: () => void | Promise<void>,
  options: MockOptions = {},
): Promise<Registered[]> {
  const inputs = new Map<string, Inputs>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        inputs.set(label(args.type, args.name), args.inputs as Inputs);
        const state = { ...(args.inputs as object), ...options.state?.[args.type] };
        return { id: options.preview === true ? undefined : `${args.name}-id`, state };
      },
      call: (args) => args.inputs as Record<string, unknown>,
    },
    "project",
    "stack",
    options.preview ?? false,
  );
  const requests = watchRequests();
  await program();
  await pulumi.runtime.disconnect();
  return requests.map((request) => ({
    type: request.getType(),
    name: request.getName(),
    inputs: inputs.get(label(request.getType(), request.getName())) ?? {},
    parent: request.getParent() === "" ? undefined : ofUrn(request.getParent()),
    dependencies: request.getDependenciesList().map(ofUrn).sort(),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
    protect: request.getProtect() ?? false,
  }));
}

/** The only resource of a kind, such as `InferenceService`; custom resources only. */
export function objectOf(resources: readonly Registered[], kind: string): Registered {
  const found = resources.filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return only;
}

/** The value of an Output that is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}

function watchRequests(): RegisterResourceRequest[] {
  const requests: RegisterResourceRequest[] = [];
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor)) throw new Error("no mock monitor");
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback: Parameters<typeof register>[1]) => {
    requests.push(request);
    return register(request, callback);
  };
  return requests;
}

function label(type: string, name: string): string {
  return `${type} ${name}`;
}

function ofUrn(urn: string): string {
  const [, , chain = "", name = ""] = urn.split("::");
  return label(chain.split("$").at(-1) ?? "", name);
}
