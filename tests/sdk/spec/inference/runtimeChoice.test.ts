/** Which runtime a deployment gets, what it says of it, and what it refuses. */
import assert from "node:assert/strict";
import { modelDeploymentRules, modelDeploymentSchema } from "../../../../sdk/spec/inference/modelDeployment";
import { modelServerName, runtimeChoiceOf } from "../../../../sdk/spec/inference/runtimeChoice";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../../../sdk/spec/runtimes/servingRuntime";
import { formatPath } from "../../../../sdk/spec/schema/problem";
import { parseSpec, validate } from "../../../../sdk/spec/schema/validate";
import { type Case, table } from "../messageTable";

const FLOWERS = { namespace: "models", source: { s3: "bucket/iris" }, modelFormat: "sklearn" };
const GRANITE = {
  modelFormat: undefined,
  source: { oci: "example.com/granite:1" },
  resources: { requests: { cpu: 2, memory: "16Gi" } },
};
const KSERVE = { kind: "kserve" } as const;

const ovms = resolveServingRuntime(
  "own",
  parseSpec(servingRuntimeSchema, servingRuntimeRules, { namespace: "models", runtime: "kserve-ovms" }, "own"),
);

/** What is said, what the model is served by, on what grounds, and by which server. */
const choices: [what: string, model: object, because: string, server: string | undefined][] = [
  ["a format of one runtime", {}, 'mlserver-runtime: the only runtime of OpenShift AI for "sklearn"', "mlserver"],
  [
    "a format and an accelerator",
    { modelFormat: "tensorflow", accelerator: "NVIDIA-L4" },
    'kserve-ovms: the only runtime of OpenShift AI for "tensorflow" on nvidia.com/gpu',
    "ovms",
  ],
  [
    "plain KServe",
    { modelFormat: "paddle", platform: KSERVE },
    'kserve-paddleserver: the only runtime of KServe for "paddle"',
    undefined,
  ],
  [
    "a template that is named",
    { modelFormat: "onnx", runtimeTemplate: "kserve-ovms" },
    "kserve-ovms: the runtime of the catalogue that is named",
    "ovms",
  ],
  [
    "a runtime that exists, whatever else would fit",
    { runtimeName: "own" },
    "own: the existing runtime that is named",
    undefined,
  ],
  [
    "a language model",
    { ...GRANITE, accelerator: "NVIDIA-L4" },
    "vLLM for nvidia.com/gpu: the hardware decides",
    undefined,
  ],
  ["a language model on CPUs", GRANITE, "vLLM for CPUs: the hardware decides", undefined],
  [
    "a language model on a profile that is only named",
    { ...GRANITE, hardwareProfileName: "gpu" },
    "vLLM for CPUs: nothing is known of the named hardware profile, and no accelerator is said",
    undefined,
  ],
];

const refused: Case[] = [
  [
    "ONNX without a word of who serves it",
    { modelFormat: "onnx" },
    "runtimeTemplate: is missing; several runtimes fit: kserve-ovms, mlserver-runtime, mlserver-cuda-runtime; no hardware profile with an accelerator tells them apart; or name one that exists, in runtimeName",
  ],
  [
    "several runtimes on plain KServe",
    { platform: KSERVE },
    "runtimeTemplate: is missing; several runtimes fit: kserve-mlserver, kserve-sklearnserver, kserve-predictiveserver; no hardware profile with an accelerator tells them apart; or name one that exists, in runtimeName",
  ],
  [
    "an accelerator that no runtime of the format is for",
    { accelerator: "NVIDIA-L4" },
    'runtimeTemplate: is missing; no runtime for the format "sklearn" recommends nvidia.com/gpu; there are mlserver-runtime; or name one that exists, in runtimeName',
  ],
  [
    "a misspelt format",
    { modelFormat: "sklaern" },
    'runtimeTemplate: is missing; no runtime lists the format "sklaern"; there are kserve-ovms, mlserver-runtime, mlserver-cuda-runtime, guardrails-detector-huggingface-runtime, autogluon-runtime; did you mean the format sklearn?; or name one that exists, in runtimeName',
  ],
  [
    "a misspelt template",
    { runtimeTemplate: "kserve-ovm" },
    'runtimeTemplate: "kserve-ovm" is not a runtime of the catalogue; did you mean kserve-ovms?',
  ],
  [
    "a template for another format",
    { runtimeTemplate: "kserve-ovms" },
    'runtimeTemplate: "kserve-ovms" lists openvino_ir, onnx, tensorflow, paddle, pytorch, but not "sklearn"',
  ],
  [
    "a template for models of another type",
    { runtimeTemplate: "vllm-cuda-runtime" },
    'runtimeTemplate: "vllm-cuda-runtime" is for generative models, but this one is predictive',
  ],
  [
    "a template and a runtime that exists",
    { runtimeTemplate: "mlserver-runtime", runtimeName: "own" },
    "runtimeTemplate: cannot be combined with runtimeName; keep one of the two",
  ],
  [
    "a template for several nodes",
    { ...GRANITE, accelerator: "nvidia.com/gpu", runtimeTemplate: "vllm-multinode-runtime" },
    'runtimeTemplate: "vllm-multinode-runtime" spreads a model over several nodes; ModelDeployment keeps to one',
  ],
  [
    "a language model on a device of no runtime",
    { ...GRANITE, accelerator: "example.com/npu" },
    'image: is missing; the catalogue has no vLLM image for example.com/npu (example.com/npu), so name one, or a runtimeTemplate: no runtime for the format "vLLM" recommends example.com/npu; there are vllm-cuda-runtime, vllm-rocm-runtime, vllm-gaudi-runtime, vllm-cpu-x86-runtime, vllm-cpu-runtime, vllm-spyre-x86-runtime, vllm-spyre-s390x-runtime, vllm-spyre-ppc64le-runtime',
  ],
  [
    "a file for a server that picks its own",
    { modelFormat: "tensorflow", modelFile: "model.pb" },
    "modelFile: is for models on MLServer, and kserve-ovms starts ovms; leave it out",
  ],
  [
    "a file of a language model",
    { ...GRANITE, modelFile: "a.bin" },
    "modelFile: is for models on MLServer; leave it out",
  ],
  [
    "a file outside of the model, whose variable is set as well",
    { modelFile: "../secret", env: [{ name: "MLSERVER_MODEL_URI", value: "/mnt/models/a" }] },
    'modelFile: "../secret" is not a path below the model\'s folder, such as subfolder/model.pkl',
    "env[0].name: MLSERVER_MODEL_URI is what modelFile sets; keep one of the two",
  ],
  [
    "a file by the path in the container",
    { modelFile: "/mnt/models/model.pkl" },
    'modelFile: "/mnt/models/model.pkl": paths begin in the model\'s folder; did you mean model.pkl?',
  ],
  [
    "another quantisation than the checkpoint's",
    {
      modelFormat: undefined,
      source: { oci: "registry.redhat.io/rhelai1/modelcar-llama-3-3-70b-instruct-fp8-dynamic:1.5" },
      accelerator: "NVIDIA-H200",
      acceleratorCount: 4,
      resources: { requests: { cpu: 4, memory: "96Gi" } },
      vllm: { quantization: "fp8", maxModelLen: 4096 },
    },
    'vllm.quantization: "fp8", but RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic is a checkpoint of "compressed-tensors", so vLLM would not start; leave it out',
  ],
];

describe("choice of a runtime", () => {
  for (const [what, change, because, server] of choices) {
    /** @covers AS-1, AS-2, AS-5, AS-6, AS-10, IS-11, RT-34 */
    it(`is told for ${what}`, () => {
      const { problems, spec } = validate(modelDeploymentSchema, modelDeploymentRules("model", {}), {
        ...FLOWERS,
        ...change,
      });
      assert.deepEqual(problems, []);
      assert.equal(runtimeChoiceOf(spec!, {}).because, because);
      assert.equal(modelServerName(spec!, {}), server);
    });
  }

  /** @covers AS-6 */
  it("is none where a component is given, whose server is known", () => {
    const model = { ...FLOWERS, modelFormat: "onnx" };
    const rules = modelDeploymentRules("model", { runtime: ovms });
    assert.deepEqual(validate(modelDeploymentSchema, rules, model).problems, []);
    assert.equal(modelServerName(model, { runtime: ovms }), "ovms");
    const both = validate(modelDeploymentSchema, rules, { ...model, runtimeTemplate: "kserve-ovms" }).problems;
    assert.deepEqual(
      both.map(({ path, message }) => `${formatPath(path)}: ${message}`),
      ["runtimeTemplate: cannot be combined with runtime; keep one of the two"],
    );
  });

  /** @covers AS-3, AS-4, AS-5, RT-30, RT-33, VL-12 */
  table("deployment", modelDeploymentSchema, modelDeploymentRules("model", {}), FLOWERS, refused);
});
