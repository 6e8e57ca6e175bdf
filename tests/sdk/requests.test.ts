import assert from "node:assert/strict";
import { serverApiOf } from "../../sdk/requests/serverApis";
import type { Tensor } from "../../sdk/requests/v2";
import { v2InferenceRequest, v2Outputs } from "../../sdk/requests/v2";
import { SpecError } from "../../sdk/spec/schema/problem";

const input: Tensor = { name: "predict", shape: [1, 4], datatype: "FP32", data: [5.1, 3.5, 1.4, 0.2] };
const question = { url: "https://iris.example.com/", model: "iris", inputs: [input] };

describe("requests", () => {
  /** @covers XA-16 */
  it("of protocol version 2 have the path and the body that the protocol describes", () => {
    assert.deepEqual(v2InferenceRequest(question), {
      method: "POST",
      url: "https://iris.example.com/v2/models/iris/infer",
      headers: { "Content-Type": "application/json" },
      body: '{"inputs":[{"name":"predict","shape":[1,4],"datatype":"FP32","data":[5.1,3.5,1.4,0.2]}]}',
    });
    const { url, headers, body } = v2InferenceRequest({ ...question, version: "1", id: "7", token: "t", model: "a/b" });
    assert.equal(url, "https://iris.example.com/v2/models/a%2Fb/versions/1/infer");
    assert.equal(headers.Authorization, "Bearer t");
    assert.match(body, /^\{"id":"7","inputs":/);
  });

  /** @covers XA-16 */
  it("are answered by outputs, or by what the server says is wrong", () => {
    const answer = { model_name: "iris", outputs: [{ name: "predict", shape: [1], datatype: "INT64", data: [0] }] };
    assert.deepEqual(v2Outputs(JSON.stringify(answer)).predict?.data, [0]);
    assert.throws(
      () => v2Outputs('{"error":"model iris not found"}'),
      new Error("the model server refused the request: model iris not found"),
    );
    assert.throws(() => v2Outputs("{}"), new Error("no outputs in the response: {}"));
  });

  it("that no server could answer are refused, with every mistake at once", () => {
    const inputs: Tensor[] = [
      { ...input, shape: [2, 4] },
      { ...input, datatype: "FP16" as never, shape: [-1] },
      { name: "n", shape: [2], datatype: "UINT8", data: [255, 256] },
      { name: "t", shape: [1], datatype: "BYTES", data: [1] },
    ];
    assert.throws(
      () => v2InferenceRequest({ ...question, inputs }),
      (error: SpecError) => {
        assert.deepEqual(
          error.problems.map(({ path, message }) => `${path.join(".")}: ${message}`),
          [
            'inputs.0.data: 4 elements of "predict"; shape [2,4] takes 8',
            'inputs.1.shape: [-1] of "predict": expected whole numbers of at least 1; a request says every size',
            'inputs.1.datatype: "FP16" is no type that JSON carries (known: BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP32, FP64, BYTES)',
            "inputs.2.data.1: 256 is not UINT8",
            "inputs.3.data.0: 1 is not BYTES",
          ],
        );
        return true;
      },
    );
    assert.throws(() => v2InferenceRequest({ ...question, inputs: [] }), SpecError);
  });

  /** @covers XA-15 */
  it("go to the path and the port of the server behind the runtime", () => {
    const apis: [runtime: string, format: string | undefined, path: string, port: number][] = [
      ["vllm-cuda-runtime", "vLLM", "/v1", 8080],
      ["vllm-spyre-x86-runtime", "vLLM", "/v1", 8000],
      ["granite", undefined, "/v1", 8080],
      ["kserve-ovms", "onnx", "/v2", 8888],
      ["kserve-openvino", "openvino", "/v2", 8080],
      ["mlserver-runtime", "sklearn", "/v2", 8080],
      ["kserve-tritonserver", "tensorrt", "/v2", 8080],
      ["kserve-huggingfaceserver", "huggingface", "/openai/v1", 8080],
      ["nvidia-nim-runtime", "llama", "/v1", 8000],
      ["own", "sklearn", "/v2", 8080],
    ];
    for (const [runtime, format, path, port] of apis) {
      const api = serverApiOf(runtime, format);
      assert.deepEqual([api.apiPath, api.port], [path, port], runtime);
    }
    assert.equal(serverApiOf("vllm-cuda-runtime", "vLLM").protocol, "openai");
  });
});
