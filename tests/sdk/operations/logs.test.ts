import assert from "node:assert/strict";
import { diagnoseLog } from "../../../sdk/operations/diagnosis/logs";

/** Lines as the servers print them; the abridged parts are those that differ from start to start. */
const LINES: readonly (readonly [line: string, rules: readonly string[]])[] = [
  [
    "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.",
    ["fit/weights", "fit/kv-one-request"],
  ],
  [
    "ValueError: To serve at least one request with the model's max seq len (131072), 16.00 GiB KV cache is needed, which is larger than the available KV cache memory (4.20 GiB). Based on the available memory, the estimated maximum model length is 34400.",
    ["fit/kv-one-request"],
  ],
  [
    "ValueError: To serve at least one request with the models's max seq len (131072), (16.00 GiB KV cache is needed, which is larger",
    ["fit/kv-one-request"],
  ],
  [
    "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (33024).",
    ["fit/kv-one-request"],
  ],
  ["ValueError: Cannot auto-fit max_model_len: not enough GPU memory available", ["fit/weights"]],
  [
    "ValueError: Free memory on device cuda:0 (20.1/79.1 GiB) on startup is less than desired GPU memory utilization (0.9, 71.19 GiB).",
    ["fit/utilisation-shared"],
  ],
  [
    "ValueError: Total number of attention heads (40) must be divisible by tensor parallel size (3).",
    ["gpu/heads-divisible"],
  ],
  [
    "ValueError: World size (2) is larger than the number of available GPUs (1) in this node.",
    ["gpu/world-size-le-gpus"],
  ],
  [
    "RuntimeError: Tensor parallel size (2) cannot be larger than the number of available GPUs (1).",
    ["gpu/world-size-le-gpus"],
  ],
  [
    "ValueError: The number of required GPUs exceeds the total number of available GPUs in the placement group.",
    ["gpu/multinode-layout"],
  ],
  [
    "ValueError: User-specified max_model_len (200000) is greater than the derived max_model_len (max_position_embeddings=131072",
    ["fit/max-model-len"],
  ],
  [
    "ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0. Your Tesla T4 GPU has compute capability 7.5.",
    ["gpu/dtype-supported"],
  ],
  [
    "ValueError: The model type 'gemma2' does not support float16. Reason: Numerical instability.",
    ["gpu/dtype-supported"],
  ],
  [
    "ValueError: Quantization method specified in the model config (compressed-tensors) does not match the quantization method specified in the `quantization` argument (fp8).",
    ["model/quantization-matches"],
  ],
  [
    "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 75. Current capability: 70.",
    ["gpu/quant-capability"],
  ],
  [
    "RuntimeError: Quantization scheme is not supported for the current GPU. Min capability: 80.",
    ["gpu/quant-capability"],
  ],
  [
    "ValueError: Weight input_size_per_partition = 3696 is not divisible by min_thread_k = 128. Consider reducing tensor_parallel_size",
    ["gpu/heads-divisible"],
  ],
  ["RuntimeError: CUDA out of memory occurred when warming up sampler with 1024 dummy requests.", ["fit/weights"]],
  ["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB.", ["fit/weights"]],
  ["api_server.py: error: unrecognized arguments: --device=cpu", ["runtime/known-flag"]],
  [
    "api_server.py: error: unrecognized arguments: --max-model-lenght=4096",
    ["runtime/known-flag", "runtime/flag-typo"],
  ],
  ["RuntimeError: Failed to infer device type", ["image/matches-accelerator"]],
  ["ValueError: VLLM_PORT 'tcp://172.30.1.2:80' appears to be a URI.", ["name/service-not-vllm"]],
  ["PermissionError: [Errno 13] Permission denied: '/.cache'", ["security/writable-home"]],
  [
    "botocore.exceptions.NoCredentialsError: Unable to locate credentials",
    ["storage/key-resolves", "storage/secret-shape"],
  ],
  ["huggingface_hub.errors.GatedRepoError: 401 Client Error.", ["storage/hf-token-for-gated"]],
  ["OSError: [Errno 28] No space left on device", ["storage/ephemeral-fits-model", "gpu/shm-for-tp"]],
];

describe("diagnosis of a log", () => {
  for (const [line, rules] of LINES) {
    /** @covers TR-16 */
    it(`knows ${line.slice(0, 70)}`, () => {
      const [found, ...others] = diagnoseLog(`INFO 01-01 00:00:00 starting\n(EngineCore_DP0 pid=1)   ${line}\n`);
      assert.deepEqual(found?.rules, rules);
      assert.deepEqual(others, []);
      assert.ok(found.cause !== "" && found.wayOut !== "" && found.evidence.endsWith(line));
    });
  }

  it("says a cause once, and in the order of the lines", () => {
    const log = [LINES[7]![0], LINES[0]![0], LINES[7]![0]].join("\n");
    assert.deepEqual(
      diagnoseLog(log).map(({ evidence }) => evidence),
      [LINES[7]![0], LINES[0]![0]],
    );
  });

  const healthy = [
    "INFO: Model loading took 15.0 GiB memory and 12.3 seconds",
    "INFO: GPU KV cache size: 340,000 tokens, Maximum concurrency for 4,096 tokens per request: 83.00x",
    "WARNING: Your GPU does not have native support for FP8 computation but FP8 quantization is being used.",
    "",
  ];
  it("finds nothing in what a healthy start prints", () => {
    assert.deepEqual(diagnoseLog(healthy.join("\n")), []);
  });
});
