/** Requests of the Open Inference Protocol, version 2, which OpenVINO, MLServer and Triton speak. */
import { nearest } from "../catalog/nearest";
import type { Path, Problem } from "../spec/schema/problem";
import { quote, SpecError } from "../spec/schema/problem";

/** Element types that JSON can carry. FP16 and BF16 need the binary extension. */
export const TensorType = {
  Bool: "BOOL",
  Uint8: "UINT8",
  Uint16: "UINT16",
  Uint32: "UINT32",
  Uint64: "UINT64",
  Int8: "INT8",
  Int16: "INT16",
  Int32: "INT32",
  Int64: "INT64",
  Fp32: "FP32",
  Fp64: "FP64",
  /** Texts. */
  Bytes: "BYTES",
} as const;
export type TensorType = (typeof TensorType)[keyof typeof TensorType];

export type TensorElement = number | boolean | string;

/** One input or output. */
export interface Tensor {
  name: string;
  /** Size of each dimension. */
  shape: number[];
  datatype: TensorType;
  /** All elements in row-major order. */
  data: TensorElement[];
}

/** What to send, for whichever HTTP client. */
export interface InferenceRequest {
  method: "POST";
  url: string;
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** An inference request in plain data. */
export interface InferenceQuestion {
  /** Address of the service, without a path, such as the `url` or `internalUrl` of a deployment. */
  url: string;
  /** Name the server knows the model by. */
  model: string;
  /** Version of the model. Default: the server chooses. */
  version?: string;
  inputs: Tensor[];
  /** Comes back in the response. */
  id?: string;
  /** Bearer token, where the service wants one. */
  token?: string;
}

/**
 * The request that asks a predictive model.
 *
 * @requirement XA-16
 * @throws SpecError with everything that the server would refuse
 */
export function v2InferenceRequest(question: InferenceQuestion): InferenceRequest {
  const { url, model, version, inputs, id, token } = question;
  const problems = inputs.flatMap((tensor, index) => tensorProblems(tensor, ["inputs", index]));
  if (inputs.length === 0) problems.push({ path: ["inputs"], message: "is empty; a model predicts from at least one" });
  if (model === "") problems.push({ path: ["model"], message: '"" is not the name of a model' });
  if (problems.length > 0) throw new SpecError(`inference request to ${quote(model)}`, problems);
  const versioned = version === undefined ? "" : `/versions/${encodeURIComponent(version)}`;
  return {
    method: "POST",
    url: `${url.replace(/\/+$/, "")}/v2/models/${encodeURIComponent(model)}${versioned}/infer`,
    headers: {
      "Content-Type": "application/json",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ ...(id === undefined ? {} : { id }), inputs }),
  };
}

/**
 * The outputs of a response, by name.
 *
 * @requirement XA-16
 * @throws Error with the server's own words, when it refused
 */
export function v2Outputs(body: string): Record<string, Tensor> {
  const response = JSON.parse(body) as { error?: string; outputs?: Tensor[] };
  if (response.error !== undefined) throw new Error(`the model server refused the request: ${response.error}`);
  if (response.outputs === undefined) throw new Error(`no outputs in the response: ${quote(response)}`);
  return Object.fromEntries(response.outputs.map((tensor) => [tensor.name, tensor]));
}

function tensorProblems({ name, shape, datatype, data }: Tensor, path: Path): Problem[] {
  const problems: Problem[] = [];
  const size = shape.reduce((product, length) => product * length, 1);
  if (shape.some((length) => !Number.isInteger(length) || length < 1)) {
    const message = `${quote(shape)} of ${quote(name)}: expected whole numbers of at least 1; a request says every size`;
    problems.push({ path: [...path, "shape"], message });
  } else if (size !== data.length) {
    const message = `${data.length} elements of ${quote(name)}; shape ${quote(shape)} takes ${size}`;
    problems.push({ path: [...path, "data"], message });
  }
  const types: string[] = Object.values(TensorType);
  if (!types.includes(datatype)) {
    const proposal = nearest(datatype, types);
    const hint = proposal === undefined ? ` (known: ${types.join(", ")})` : `; did you mean ${proposal}?`;
    return [
      ...problems,
      { path: [...path, "datatype"], message: `${quote(datatype)} is no type that JSON carries${hint}` },
    ];
  }
  const wrong = data.findIndex((element) => !isOf(element, datatype));
  if (wrong >= 0) {
    problems.push({ path: [...path, "data", wrong], message: `${quote(data[wrong])} is not ${datatype}` });
  }
  return problems;
}

function isOf(element: TensorElement, datatype: TensorType): boolean {
  if (datatype === "BYTES") return typeof element === "string";
  if (datatype === "BOOL") return typeof element === "boolean";
  if (typeof element !== "number" || !Number.isFinite(element)) return false;
  const integer = /^(U?)INT(\d+)$/.exec(datatype);
  if (integer === null) return true;
  const bits = Number(integer[2]);
  const [low, high] = integer[1] === "U" ? [0, 2 ** bits] : [-(2 ** (bits - 1)), 2 ** (bits - 1)];
  return Number.isInteger(element) && element >= low && element < high;
}
