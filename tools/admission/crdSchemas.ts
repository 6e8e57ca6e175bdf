/** The schemas of KServe's CRDs without descriptions, every distinct part once. */
import { load } from "js-yaml";
import { kserveCrds } from "../cluster/kserve";

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
}

interface Crd {
  metadata: { name: string };
  spec: {
    group: string;
    scope: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: JsonSchema }; subresources?: { status?: object } }[];
  };
}

/** The text of sdk/admission/schema/schemas.json; a schema refers to its parts by their index in `nodes`. */
export function crdSchemas(kserveDir: string, version: string): string {
  const nodes: string[] = [];
  const indices = new Map<string, number>();
  const add = (schema: JsonSchema): number => {
    const { properties, items, additionalProperties, ...rest } = schema;
    const node = {
      ...Object.fromEntries(Object.entries(rest).filter(([keyword]) => keyword !== "description")),
      ...(properties && { properties: mapValues(properties, add) }),
      ...(items && { items: add(items) }),
      ...(typeof additionalProperties === "object" && { additionalProperties: add(additionalProperties) }),
    };
    const text = JSON.stringify(node);
    const index = indices.get(text) ?? nodes.push(text) - 1;
    indices.set(text, index);
    return index;
  };
  const kinds = kserveCrds(kserveDir).flatMap(({ text }) => {
    const { spec } = load(text) as Crd;
    return spec.versions.map(({ name, schema, subresources }) => {
      const kind = {
        group: spec.group,
        namespaced: spec.scope === "Namespaced",
        status: subresources?.status !== undefined,
        schema: add(schema.openAPIV3Schema),
      };
      return `${JSON.stringify(`${spec.group}/${name}/${spec.names.kind}`)}: ${JSON.stringify(kind)}`;
    });
  });
  const from = `"madeFrom": ${JSON.stringify(`config/crd/full of KServe ${version}`)}`;
  return `{\n${from},\n"kinds": {\n${kinds.join(",\n")}\n},\n"nodes": [\n${nodes.join(",\n")}\n]\n}\n`;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
