import assert from "node:assert/strict";
import { findModelByName } from "../../../../sdk/catalog/models";
import { serverArgument } from "../../../../sdk/catalog/serverArguments";
import { findVllmPreset, vllmPresets } from "../../../../sdk/catalog/vllmPresets";
import {
  useAllAccelerators,
  VllmPreset,
  vllmArguments,
  worldSize,
  type VllmSettings,
} from "../../../../sdk/spec/runtimes/vllm";
import { quantizationFits } from "../../../../sdk/spec/runtimes/vllmRules";
import { createdRuntime } from "../../../components/runtimes/runtimes";
import { modelObjects } from "../../../components/manifests";
import type { ServingRuntime } from "../../../../sdk/kubernetes/kserve";

describe("settings of vLLM", () => {
  const cases: [string, VllmSettings, string[]][] = [
    ["nothing", {}, []],
    [
      "the numbers of the guides",
      { maxModelLen: 4096, gpuMemoryUtilization: 0.9, maxNumSeqs: 128, dtype: "float16" },
      ["--max-model-len=4096", "--max-num-seqs=128", "--gpu-memory-utilization=0.9", "--dtype=float16"],
    ],
    ["switches", { enforceEager: true, enablePrefixCaching: true }, ["--enforce-eager", "--enable-prefix-caching"]],
    ["switches that are off", { enforceEager: false, enablePrefixCaching: false }, ["--no-enable-prefix-caching"]],
    [
      "words",
      { quantization: "compressed-tensors", attentionBackend: "FLASHINFER", distributedExecutorBackend: "mp" },
      ["--quantization=compressed-tensors", "--attention-backend=FLASHINFER", "--distributed-executor-backend=mp"],
    ],
    ["the preset for small models", { presets: ["small"] }, ["--max-model-len=4096", "--gpu-memory-utilization=0.9"]],
    ["the preset for large models", { presets: ["large"] }, ["--max-model-len=2048", "--tensor-parallel-size=2"]],
    [
      "a preset for production on top",
      { presets: ["small", "production"] },
      ["--max-model-len=4096", "--max-num-seqs=256", "--gpu-memory-utilization=0.9"],
    ],
    [
      "a later preset before an earlier one",
      { presets: ["small", "cpu"] },
      ["--max-model-len=2048", "--gpu-memory-utilization=0.9"],
    ],
    [
      "what is said before what is recommended",
      { presets: ["small"], maxModelLen: 8192 },
      ["--max-model-len=8192", "--gpu-memory-utilization=0.9"],
    ],
    ["no preset", { presets: [] }, []],
  ];
  for (const [what, settings, expected] of cases) {
    /** @covers VL-4, VL-5, VL-6, VL-7, VL-10, VL-14, VL-11, VL-17, VL-18, VL-19, VL-25 */
    it(`${what}: ${expected.join(" ")}`, () => {
      assert.deepEqual(vllmArguments(settings), expected);
    });
  }

  it("are all arguments of the newest vLLM", () => {
    const every: VllmSettings = {
      maxModelLen: 1,
      gpuMemoryUtilization: 1,
      maxNumSeqs: 1,
      dtype: "auto",
      tensorParallelSize: 1,
      pipelineParallelSize: 1,
      enablePrefixCaching: true,
      enforceEager: true,
      quantization: "fp8",
      attentionBackend: "X",
      distributedExecutorBackend: "mp",
    };
    for (const argument of vllmArguments(every)) {
      const [flag = ""] = argument.slice(2).split("=");
      assert.equal(serverArgument("vllm", flag, "0.21.0")?.status, "exists", flag);
    }
  });

  /** @covers BP-4 */
  it("are small for development, and grow from there", () => {
    const preset = (name: string) => findVllmPreset(name)?.vllm ?? assert.fail(name);
    const [development, small] = [preset("development"), preset("small")];
    assert.ok((development.maxModelLen ?? Infinity) < (small.maxModelLen ?? 0));
    assert.ok((development.maxNumSeqs ?? Infinity) < (preset("production").maxNumSeqs ?? 0));
    const settings: VllmSettings = { presets: ["development"], maxModelLen: 8192 };
    assert.deepEqual(vllmArguments(settings), ["--max-model-len=8192", "--max-num-seqs=128"]);
  });

  it("have a preset for each name, of settings that exist", () => {
    assert.deepEqual(vllmPresets.map(({ name }) => name).sort(), Object.values(VllmPreset).sort());
    assert.equal(worldSize({ presets: ["large"] }), 2);
    assert.deepEqual(useAllAccelerators({ presets: ["large"] }, 4), { maxModelLen: 2048, tensorParallelSize: 2 });
  });

  const container = (args: object) =>
    (createdRuntime({ namespace: "models", ...args }) as ServingRuntime).spec.containers[0]!;

  /** @covers VL-29, RT-14 */
  it("bring CPU and memory with their preset, unless some are given", () => {
    const gpu = { accelerator: "nvidia.com/gpu" };
    const resources = (args: object) => container(args).resources;
    assert.deepEqual(
      [{ presets: ["small"] }, { presets: ["large"] }, { presets: ["quantized-large"] }].map((vllm) =>
        resources({ ...gpu, vllm }),
      ),
      [
        { requests: { cpu: "2", memory: "16Gi" }, limits: { cpu: "4", memory: "24Gi" } },
        { requests: { cpu: "8", memory: "80Gi" }, limits: { cpu: "16", memory: "96Gi" } },
        { requests: { cpu: "4", memory: "12Gi" }, limits: { cpu: "8", memory: "16Gi" } },
      ],
    );
    assert.deepEqual(resources({ vllm: { presets: ["cpu"] } }), {
      requests: { cpu: "8", memory: "32Gi" },
      limits: { cpu: "16", memory: "48Gi" },
    });
    assert.deepEqual(resources({ vllm: { presets: ["cpu"] }, resources: { requests: { cpu: 1 } } }), {
      requests: { cpu: "1" },
      limits: { cpu: "1" },
    });
  });

  /** @covers RT-6, RT-7, RT-8, RT-9, RT-10, RT-46, VL-1, VL-2, VL-3 */
  it("follow the arguments of every vLLM runtime, which keep their placeholder", () => {
    const runtime = createdRuntime({ namespace: "models", accelerator: "nvidia.com/gpu", vllm: { maxModelLen: 4096 } });
    const { spec } = runtime as ServingRuntime;
    const [only] = spec.containers;
    assert.deepEqual(only?.args, [
      "--port=8080",
      "--model=/mnt/models",
      "--served-model-name={{.Name}}",
      "--max-model-len=4096",
    ]);
    assert.deepEqual(only.command, ["python3", "-m", "vllm.entrypoints.openai.api_server"]);
    assert.deepEqual(only.env, [{ name: "HF_HOME", value: "/tmp/hf_home" }]);
    assert.deepEqual(only.ports, [{ name: "http", containerPort: 8080, protocol: "TCP" }]);
    assert.equal(only.readinessProbe?.httpGet?.port, 8080);
    assert.equal(spec.annotations?.["prometheus.io/port"], "8080");
    assert.ok(!("protocolVersions" in spec));
  });

  /** @covers VL-8, VL-9, VL-16, RT-15 */
  it("divide a model among all accelerators, which share memory, without naming an executor", () => {
    const gpus = (count: number) =>
      createdRuntime({ namespace: "models", accelerator: "nvidia.com/gpu", acceleratorCount: count }) as ServingRuntime;
    const two = gpus(2).spec;
    const { args = [], resources } = two.containers[0]!;
    assert.ok(args.includes("--tensor-parallel-size=2"));
    assert.ok(!args.some((argument) => argument.startsWith("--distributed-executor-backend")));
    assert.equal(resources?.limits?.["nvidia.com/gpu"], "2");
    assert.deepEqual(two.volumes, [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "16Gi" } }]);
    assert.deepEqual(gpus(1).spec.volumes, [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }]);
    const onCpu = createdRuntime({ namespace: "models" }) as ServingRuntime;
    assert.equal(onCpu.spec.volumes, undefined);
  });

  /** @covers VL-28 */
  it("go to the nodes of the GPU model that is named", () => {
    const { service } = modelObjects("llm", {
      namespace: "models",
      source: { oci: "example.com/llm:1" },
      accelerator: "NVIDIA-A100-SXM4-80GB",
      resources: { requests: { cpu: 8, memory: "64Gi" } },
    });
    assert.deepEqual(service.spec.predictor.nodeSelector, { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" });
  });

  /** @covers VL-12 */
  it("name no quantisation, or that of the checkpoint", () => {
    const checkpoint = { id: "org/model-fp8", quantization: { method: "compressed-tensors" } } as never;
    assert.deepEqual(vllmArguments({ maxModelLen: 1 }), ["--max-model-len=1"]);
    assert.deepEqual(quantizationFits("compressed-tensors", checkpoint), []);
    assert.deepEqual(quantizationFits(undefined, checkpoint), []);
    assert.deepEqual(quantizationFits("fp8", checkpoint), [
      {
        path: ["vllm", "quantization"],
        message:
          '"fp8", but org/model-fp8 is a checkpoint of "compressed-tensors", so vLLM would not start; leave it out',
      },
    ]);
    assert.deepEqual(quantizationFits("fp8", findModelByName("granite-3.1-8b-instruct")), []);
  });
});
