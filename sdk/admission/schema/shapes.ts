/** Types as server-side apply sees them: those of a CRD's schema, and that of `metadata`, which CRDs leave open. */
import { fieldSchema, itemSchema, type Schema } from "./schemas";

export interface Shape {
  readonly kind: "map" | "list" | "string" | "boolean" | "numeric" | "scalar" | "any";
  /** The type of a field of a map; `undefined` for one that is not declared. */
  field?(name: string): Shape | undefined;
  readonly items?: Shape | undefined;
  /** How items of a list are told apart: by these fields, or by their value. Default: by position. */
  readonly keys?: readonly string[];
  readonly isSet?: boolean;
  readonly default?: unknown;
}

const KINDS: Readonly<Record<string, Shape["kind"]>> = {
  object: "map",
  array: "list",
  string: "string",
  boolean: "boolean",
  integer: "numeric",
  number: "numeric",
};

const shapes = new Map<Schema, Shape>();

/** The type that a schema declares. */
export function shapeOf(schema: Schema): Shape {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const made = makeShape(schema);
  shapes.set(schema, made);
  return made;
}

function makeShape(schema: Schema): Shape {
  if (schema["x-kubernetes-int-or-string"] === true) return { kind: "any", default: schema.default };
  const kind = KINDS[schema.type ?? ""] ?? "any";
  const items = itemSchema(schema);
  const listType = schema["x-kubernetes-list-type"];
  const acceptsAll = schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
  return {
    kind,
    default: schema.default,
    field: (name) => {
      const declared = fieldSchema(schema, name);
      if (declared !== undefined) return shapeOf(declared);
      return acceptsAll ? { kind: "any" } : undefined;
    },
    ...(items && { items: shapeOf(items) }),
    isSet: listType === "set",
    ...(listType === "map" && { keys: schema["x-kubernetes-list-map-keys"] ?? [] }),
  };
}

const text: Shape = { kind: "string" };
const number: Shape = { kind: "numeric" };
const texts: Shape = { kind: "map", field: () => text };

function record(fields: Readonly<Record<string, Shape>>): Shape {
  return { kind: "map", field: (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined) };
}

const owner = record({
  apiVersion: text,
  kind: text,
  name: text,
  uid: { ...text, default: "" },
  controller: { kind: "boolean" },
  blockOwnerDeletion: { kind: "boolean" },
});

/** Upstream: kubernetes `staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go` (ObjectMeta). */
export const METADATA_SHAPE: Shape = record({
  ...Object.fromEntries(
    ["name", "generateName", "namespace", "selfLink", "uid", "resourceVersion"].map((name) => [name, text]),
  ),
  ...Object.fromEntries(["generation", "deletionGracePeriodSeconds"].map((name) => [name, number])),
  creationTimestamp: { kind: "scalar" },
  deletionTimestamp: { kind: "scalar" },
  labels: texts,
  annotations: texts,
  finalizers: { kind: "list", items: text, isSet: true },
  ownerReferences: { kind: "list", items: owner, keys: ["uid"] },
  managedFields: { kind: "list", items: { kind: "any" } },
});
