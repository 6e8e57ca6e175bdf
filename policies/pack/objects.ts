/** Kubernetes objects out of the resources of a stack. */
import { UNKNOWN } from "../../sdk/pod/unknown";
import type { SourcedObject } from "../world/source";
import { plainProperties } from "./properties";

/** A resource of a stack, as far as this pack looks at it. */
export interface StackResource {
  urn: string;
  /** Type token, such as `kubernetes:serving.kserve.io/v1beta1:InferenceService`. */
  type: string;
  /** Properties in wire form. */
  properties: Record<string, unknown>;
}

/** What a stack contributes to the world. */
export interface StackObjects {
  objects: SourcedObject[];
  /** Secret texts that no message may contain. */
  secrets: string[];
}

/** What the API server adds to the metadata of a stored object. */
const SERVER_METADATA = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/**
 * The Kubernetes objects among resources, whichever way they got into the stack: a typed or a custom resource, a child
 * of a YAML file, a chart or a component. A Helm release has no children in the stack and is not looked into.
 */
export function objectsOfStack(resources: readonly StackResource[]): StackObjects {
  const found = resources.filter(isKubernetesObject).map(({ urn, properties }) => {
    const { value, secrets } = plainProperties(properties);
    return { sourced: { object: asWritten(value), source: { from: "stack" as const, urn } }, secrets };
  });
  return { objects: found.map(({ sourced }) => sourced), secrets: found.flatMap(({ secrets }) => secrets) };
}

/** Patches hold a part of an object of somebody else; as an object they would look incomplete. */
export function isKubernetesObject({ type, properties }: StackResource): boolean {
  return (
    type.startsWith("kubernetes:") && !type.endsWith("Patch") && "apiVersion" in properties && "kind" in properties
  );
}

function asWritten(properties: Record<string, unknown>): Record<string, unknown> {
  const { metadata = {}, ...rest } = without(properties, ["status"]);
  if (typeof metadata !== "object" || metadata === null) return { ...rest, metadata };
  const kept = without(metadata as Record<string, unknown>, SERVER_METADATA);
  // A name that is left out is one the provider makes up when it creates the object.
  const name: unknown = kept.name ?? kept.generateName ?? UNKNOWN;
  return { ...rest, metadata: { ...kept, name } };
}

function without(object: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
