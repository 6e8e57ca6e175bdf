/** The layers of a stack in stand-up order; each makes the components of its parts, and says what the next waits for. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServingStackSpec } from "../../sdk/spec/stack/servingStack";
import { Accelerators } from "../accelerators/accelerators";
import { after } from "../children";
import { KServe } from "../platform/kserve";
import { KubeAI } from "../platform/kubeAI";
import { OpenShiftAI } from "../platform/openShiftAI";
import { Queues } from "../platform/queues";
import { HardwareProfile } from "../profiles/hardwareProfile";
import { ServingRuntime } from "../runtimes/servingRuntime";
import { ModelBucket } from "../storage/modelBucket";
import { ModelConnection } from "../storage/modelConnection";
import { ModelVolume } from "../storage/modelVolume";
import {
  bucketArguments,
  namespaceManifest,
  profileArguments,
  runtimeArguments,
  volumeArguments,
  connectionArguments,
} from "./stackArguments";

/** What every layer builds with. */
export interface StackContext {
  /** Begins the logical names of everything. */
  name: string;
  spec: ServingStackSpec;
  /** Arguments with the Outputs back in place. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows which component it fills in
  filled: <Args extends object>(settings: object) => Args;
  opts: pulumi.CustomResourceOptions;
}

/** The namespace of the stack; nothing where it exists. */
export function namespaceLayer({ name, spec, opts }: StackContext): k8s.core.v1.Namespace[] {
  const own = namespaceManifest(spec);
  return own === undefined ? [] : [new k8s.core.v1.Namespace(name, { metadata: own.metadata }, opts)];
}

/**
 * Platforms, then the operators of accelerators, then queues: one after the other, since they share operators.
 *
 * @requirement AC-15
 */
export function platformLayer(context: StackContext): pulumi.Resource[] {
  const { name, spec, filled, opts } = context;
  const made: pulumi.Resource[] = [];
  const { openShiftAI, kserve, kubeAI } = spec.install ?? {};
  if (openShiftAI !== undefined) made.push(new OpenShiftAI(`${name}-platform`, filled(openShiftAI), opts));
  if (kserve !== undefined) made.push(new KServe(`${name}-kserve`, filled(kserve), opts));
  if (kubeAI !== undefined) {
    const { secrets, ...settings } = kubeAI;
    // Of the values, none may come to lie in the state in the clear.
    const covered = secrets === undefined ? {} : { secrets: coveredValues(filled(secrets)) };
    made.push(new KubeAI(`${name}-kubeai`, { ...filled(settings), ...covered }, opts));
  }
  if (spec.accelerators !== undefined) {
    made.push(new Accelerators(`${name}-accelerators`, filled(spec.accelerators), after(opts, made)));
  }
  if (spec.queues !== undefined) made.push(new Queues(`${name}-queues`, filled(spec.queues), after(opts, made)));
  return made;
}

/** The names of Secrets that exist decide what is made, and are no secrets. */
function coveredValues(secrets: Readonly<Record<string, pulumi.Input<string>>>): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([key, value]) => [key, key.endsWith("Secret") ? value : pulumi.secret(value)]),
  );
}

/** What models name. */
export interface StackParts {
  profiles: Map<string, HardwareProfile>;
  connections: Map<string, ModelConnection>;
  buckets: Map<string, ModelBucket>;
  volumes: Map<string, ModelVolume>;
  runtimes: Map<string, ServingRuntime>;
}

/**
 * Profiles, storage and runtimes, for the models to use.
 *
 * @requirement IS-28
 */
export function partsLayer(
  { name, spec, filled, opts }: StackContext,
  namespace: readonly pulumi.Resource[],
): StackParts {
  const inside = after(opts, namespace);
  const connections = made(connectionArguments(spec), (part, args) => {
    return new ModelConnection(`${name}-${part}`, filled(args), inside);
  });
  const buckets = made(bucketArguments(spec), (part, args) => {
    return new ModelBucket(`${name}-${part}`, filled(args), inside);
  });
  // A volume may be filled with the keys of a connection.
  const withKeys = after(inside, [...connections.values()]);
  return {
    connections,
    buckets,
    profiles: made(profileArguments(spec), (part, args) => new HardwareProfile(`${name}-${part}`, filled(args), opts)),
    volumes: made(volumeArguments(spec), (part, args) => {
      return new ModelVolume(`${name}-${part}`, filled(args), withKeys);
    }),
    runtimes: made(runtimeArguments(spec), (part, args) => {
      return new ServingRuntime(`${name}-${part}`, filled(args), inside);
    }),
  };
}

function made<Args, Component>(
  parts: Iterable<readonly [string, Args]>,
  make: (name: string, args: Args) => Component,
): Map<string, Component> {
  return new Map([...parts].map(([name, args]) => [name, make(name, args)]));
}
