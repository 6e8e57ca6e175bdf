/**
 * What templates can refer to: the service as written (without what Configs add, except the model's name) and a few
 * global settings. Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/config_merge.go` (ReplaceVariables).
 */
import { field, isUnknown, text, type Traced } from "../merge/traced";
import type { Scope, Value } from "./goTemplate";

/** A Go field: its name in JSON, whether it may be nil, and its own fields. */
interface GoField {
  json: string;
  pointer?: true;
  /** Name of the Go type, for messages. */
  type?: string;
  fields?: GoFields;
  /** Text of the zero value. */
  zero?: string;
  /** A map of texts, whose keys follow in the path. */
  isMap?: true;
}
type GoFields = Readonly<Record<string, GoField>>;

const PARALLELISM: GoFields = {
  Tensor: { json: "tensor", pointer: true },
  Pipeline: { json: "pipeline", pointer: true },
  Data: { json: "data", pointer: true },
  DataLocal: { json: "dataLocal", pointer: true },
  DataRPCPort: { json: "dataRPCPort", pointer: true },
  Expert: { json: "expert", zero: "false" },
};
const WORKLOAD: GoFields = {
  Replicas: { json: "replicas", pointer: true },
  Parallelism: { json: "parallelism", pointer: true, type: "*v1alpha2.ParallelismSpec", fields: PARALLELISM },
};
const METADATA: GoFields = {
  Name: { json: "name" },
  Namespace: { json: "namespace" },
  Labels: { json: "labels", isMap: true },
  Annotations: { json: "annotations", isMap: true },
};
const SERVICE: GoFields = {
  ObjectMeta: { json: "metadata", fields: METADATA },
  Spec: {
    json: "spec",
    fields: {
      Model: { json: "model", fields: { Name: { json: "name", pointer: true }, URI: { json: "uri" } } },
      ...WORKLOAD,
      WorkloadSpec: { json: "", fields: WORKLOAD },
      Prefill: { json: "prefill", pointer: true, type: "*v1alpha2.WorkloadSpec", fields: WORKLOAD },
    },
  },
};

/** The scope of a service whose spec has its model's name. */
export function templateScope(service: Traced): Scope {
  return (path) => {
    const [first = ""] = path;
    const whole = METADATA[first] === undefined ? path : ["ObjectMeta", ...path];
    return evaluate(service, SERVICE, whole);
  };
}

function evaluate(node: Traced | undefined, fields: GoFields, path: readonly string[]): Value {
  const [name = "", ...rest] = path;
  const known = fields[name];
  if (known === undefined) return { kind: "unknown", origin: node?.origin };
  const inner = known.json === "" ? node : field(node, known.json);
  if (isUnknown(inner)) return { kind: "unknown", origin: inner?.origin };
  if (known.isMap === true) return entry(inner, rest);
  if (known.fields === undefined) return rest.length === 0 ? scalar(inner, known) : { kind: "unknown" };
  if (inner === undefined && known.pointer === true && rest.length > 0) {
    return {
      kind: "failed",
      message: `failed to merge config: nil pointer evaluating ${known.type ?? ""}.${rest[0] ?? ""}`,
    };
  }
  return rest.length === 0 ? { kind: "unknown" } : evaluate(inner, known.fields, rest);
}

function entry(map: Traced | undefined, path: readonly string[]): Value {
  const [key = ""] = path;
  if (path.length !== 1) return { kind: "unknown", origin: map?.origin };
  const found = field(map, key);
  if (isUnknown(found)) return { kind: "unknown", origin: found?.origin };
  if (found === undefined)
    return { kind: "failed", message: `failed to merge config: map has no entry for key ${JSON.stringify(key)}` };
  return scalar(found, { json: key });
}

function scalar(node: Traced | undefined, { pointer, zero = "" }: GoField): Value {
  if (node === undefined) {
    return pointer === true
      ? { kind: "value", text: "<nil>", truth: false }
      : { kind: "value", text: zero, truth: false };
  }
  if (node.kind !== "leaf" || typeof node.value === "symbol" || node.value === null) return { kind: "unknown" };
  const isTrue = pointer === true || (node.value !== 0 && node.value !== false && text(node) !== "");
  return { kind: "value", text: String(node.value), truth: isTrue };
}
