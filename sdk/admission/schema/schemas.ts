/** The schemas of KServe's CRDs, as tools/admission takes them from its module. */
import data from "./schemas.json";

/** The part of a CRD's schema that KServe uses; an unknown keyword in the data fails the tests. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, number>>;
  readonly items?: number;
  readonly additionalProperties?: number | boolean;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly anyOf?: readonly { type: string }[];
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** One kind of a CRD. */
export interface CustomKind {
  group: string;
  namespaced: boolean;
  /** Whether status is a subresource, which other writes leave alone. */
  status: boolean;
  schema: number;
}

const kinds: Readonly<Record<string, CustomKind>> = data.kinds;
const nodes: readonly Schema[] = data.nodes;

/** The kind behind `serving.kserve.io/v1beta1` and `InferenceService`; `undefined` for what KServe does not define. */
export function customKind(apiVersion: string, kind: string): CustomKind | undefined {
  return Object.hasOwn(kinds, `${apiVersion}/${kind}`) ? kinds[`${apiVersion}/${kind}`] : undefined;
}

/** A schema by its index. */
export function schemaAt(index: number): Schema {
  return nodes[index] ?? {};
}

/** The schema of a field; `undefined` for one that is not declared. */
export function fieldSchema(schema: Schema | undefined, name: string): Schema | undefined {
  const index = propertyOf(schema, name) ?? schema?.additionalProperties;
  return typeof index === "number" ? schemaAt(index) : undefined;
}

/** The index of a declared property, other than by additionalProperties. */
function propertyOf(schema: Schema | undefined, name: string): number | undefined {
  const { properties } = schema ?? {};
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

export function itemSchema(schema: Schema | undefined): Schema | undefined {
  return schema?.items === undefined ? undefined : schemaAt(schema.items);
}

/** The fields declared beside that of a path such as `spec.predictor.containers[name="a"].image`; none for undeclared parents. */
export function declaredBeside(kind: CustomKind, path: string): string[] {
  const steps = path
    .replaceAll(/\[[^\]]*\]/g, ".[]")
    .split(".")
    .slice(0, -1);
  const parent = steps.reduce<Schema | undefined>(
    (schema, step) => (step === "[]" ? itemSchema(schema) : fieldSchema(schema, step)),
    schemaAt(kind.schema),
  );
  return Object.keys(parent?.properties ?? {});
}
