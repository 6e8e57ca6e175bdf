import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findAccelerator } from "../../sdk/catalog/accelerators";
import { findModelByName } from "../../sdk/catalog/models";
import { manifest, runFit } from "./fitRun";

const main = join(__dirname, "../../cli/main.js");

describe("model-serving fit", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "fit-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** As a program of its own. */
  function start(...args: string[]) {
    return spawnSync(process.execPath, [main, "fit", ...args], { encoding: "utf8", cwd: folder });
  }

  const run = (...args: string[]): ReturnType<typeof runFit> => runFit(folder, ...args);

  function json(...args: string[]): Record<string, unknown> {
    const { stdout, stderr } = run(...args, "--format", "json");
    assert.equal(stderr, "");
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  const fp8 = ["--model", "RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "--vllm", "0.8.4", "--max-model-len", "8192"];
  const a100 = ["--accelerator", "NVIDIA-A100-SXM4-80GB"];

  it("answers in JSON with every field, and parts that add up to the budget", () => {
    const answer = json(...fp8, ...a100, "--gpu-memory-utilization", "0.95");
    assert.deepEqual(Object.keys(answer), [
      "verdict",
      "perGpuGiB",
      "kvCacheTokens",
      "fullLengthRequests",
      "reasons",
      "waysOut",
    ]);
    const memory = answer.perGpuGiB as Record<string, number>;
    assert.deepEqual(Object.keys(memory), [
      "usable",
      "budget",
      "weights",
      "activation",
      "nonTorch",
      "graphs",
      "kvCache",
      "errorBar",
    ]);
    const { budget = 0, weights = 0, activation = 0, nonTorch = 0, graphs = 0, kvCache = 0 } = memory;
    assert.ok(Math.abs(weights + activation + nonTorch + graphs + kvCache - budget) < 0.03);
    assert.deepEqual([answer.verdict, answer.waysOut], ["fits", []]);
    assert.equal(memory.usable, 79.14);
  });

  const codes: [string, string[], number, string][] = [
    ["fits", [...fp8, ...a100, "--gpu-memory-utilization", "0.95"], 0, "fits"],
    ["does not fit", [...fp8, ...a100, "--gpu-memory-utilization", "0.9"], 1, "does-not-fit"],
    ["is too close", [...fp8, ...a100, "--gpu-memory-utilization", "0.9", "--max-num-seqs", "170"], 0, "too-close"],
    ["is unknown", ["--model", "phi-4", "--accelerator", "Gaudi3"], 0, "unknown"],
  ];
  for (const [what, args, code, verdict] of codes) {
    it(`exits with ${code} when the model ${what}`, () => {
      const { status, stdout } = start(...args, "--format=json");
      assert.equal(status, code);
      assert.equal((JSON.parse(stdout) as { verdict: string }).verdict, verdict);
    });
  }

  it("gives null for figures that cannot be told", () => {
    const { perGpuGiB, kvCacheTokens, fullLengthRequests } = json("--model", "phi-4", "--accelerator", "Gaudi3");
    assert.deepEqual([perGpuGiB, kvCacheTokens, fullLengthRequests], [null, null, null]);
  });

  it("passes every option on", () => {
    const base = [
      "--model",
      "meta-llama/Llama-3.1-8B-Instruct",
      "--accelerator",
      "NVIDIA-H100-80GB-HBM3",
      "--max-model-len",
      "4096",
    ];
    const plain = JSON.stringify(json(...base, "--vllm", "0.21.0").perGpuGiB);
    const changes = [
      ["--tp", "2"],
      ["--pp", "2"],
      ["--vllm", "0.19.0"],
      ["--max-num-seqs", "8"],
      ["--max-num-batched-tokens", "16384"],
      ["--gpu-memory-utilization", "0.5"],
      ["--quantization", "fp8"],
      ["--enforce-eager"],
    ];
    for (const change of changes) {
      assert.notEqual(JSON.stringify(json(...base, ...change).perGpuGiB), plain, change.join(" "));
    }
    const tokens = json(...base).kvCacheTokens as number;
    assert.equal(Math.abs((json(...base, "--kv-cache-dtype", "fp8").kvCacheTokens as number) - 2 * tokens) <= 16, true);
    assert.match(JSON.stringify(json(...base, "--quantization", "awq").reasons), /not quantised/);
    assert.match(JSON.stringify(json(...base, "--max-model-len", "200000").reasons), /context of 131072/);
  });

  it("says which version and product it assumes", () => {
    const { reasons } = json("--model", "Llama-3.1-8B-Instruct", "--accelerator", "NVIDIA A100 80GB");
    assert.match(JSON.stringify(reasons), /vLLM 0\.21\.0 assumed/);
    assert.match(JSON.stringify(reasons), /is read as NVIDIA-A100-SXM4-80GB/);
  });

  const spoken: [string, string][] = [
    ["NVIDIA H100 80GB", "NVIDIA-H100-80GB-HBM3"],
    ["nvidia h100 sxm", "NVIDIA-H100-80GB-HBM3"],
    ["NVIDIA RTX 3090 24GB", "NVIDIA-GeForce-RTX-3090"],
    ["NVIDIA V100 32 GB", "Tesla-V100-SXM2-32GB"],
    ["A6000", "NVIDIA-RTX-A6000"],
    ["H100-MIG-3g.40gb", "NVIDIA-H100-80GB-HBM3"],
    ["H100 NVL MIG 3g.47GB", "NVIDIA-H100-NVL"],
    ["RTX PRO 6000 Blackwell", "NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition"],
  ];
  for (const [words, product] of spoken) {
    it(`takes "${words}" for ${product}`, () => {
      const { reasons } = json("--model", "phi-4", "--accelerator", words);
      assert.match(JSON.stringify(reasons), new RegExp(`is read as ${product}"`));
    });
  }

  const lengths: [string, number][] = [
    ["8k", 8000],
    ["8K", 8192],
    ["8.5k", 8500],
    ["8_192", 8192],
  ];
  for (const [written, tokens] of lengths) {
    it(`takes the length ${written} as vLLM does: ${tokens}`, () => {
      const { reasons } = json("--model", "phi-4", "--accelerator", "NVIDIA-L40S", "--max-model-len", written);
      assert.match(JSON.stringify(reasons), new RegExp(`one request of ${tokens} tokens`));
    });
  }

  it("takes a type and a method that vLLM takes, and says what of them it does not know", () => {
    const ask = ["--model", "phi-4", "--accelerator", "NVIDIA-L40S"];
    assert.match(JSON.stringify(json(...ask, "--dtype", "float32").reasons), /float32 doubles/);
    assert.match(JSON.stringify(json(...ask, "--quantization", "rtn", "--vllm", "0.8.4").reasons), /does not take/);
  });

  it("names all wrong options at once, with the nearest right spelling", () => {
    const { status, stdout, stderr } = run(
      "--model",
      "granit-3.1-8b-instruct",
      "--accelerator",
      "NVIDIA-A10O",
      "--tp",
      "x",
      "--vllm",
      "new",
      "--gpu-memory-utilization",
      "1.2",
      "--kv-cache-dtype",
      "fp9",
      "--format",
      "jsno",
    );
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /did you mean json\?/);
    assert.match(stderr, /--tp: found "x", expected a whole number above 0/);
    assert.match(stderr, /--gpu-memory-utilization: found "1\.2"/);
    assert.match(stderr, /--kv-cache-dtype: found "fp9".*did you mean fp8\?/);
    assert.match(stderr, /--accelerator: found "NVIDIA-A10O".*did you mean NVIDIA-A10/);
    assert.match(stderr, /--model: found "granit-3\.1-8b-instruct".*did you mean granite-3\.1-8b-instruct\?/);
    assert.match(stderr, /--vllm: found "new"/);
    assert.equal(stderr.trim().split("\n").length, 7);
  });

  const base = ["--model", "phi-4", "--accelerator", "NVIDIA-L40S"];
  const wrong: [string, string[], RegExp][] = [
    ["no model and no files", [], /expected --model with --accelerator, or files/],
    ["a model without accelerator", ["--model", "phi-4"], /--accelerator: expected with --model/],
    [
      "a name of several products",
      ["--model", "phi-4", "--accelerator", "H100"],
      /"H100" may be NVIDIA-H100-80GB-HBM3, /,
    ],
    [
      "a method that no release has",
      [...base, "--quantization", "fp9"],
      /--quantization: found "fp9", expected one of .*did you mean fp8\?/,
    ],
    ["a type that is none", [...base, "--dtype", "float64"], /--dtype: found "float64".*did you mean float16\?/],
    [
      "decimals before K",
      [...base, "--max-model-len", "8.5K"],
      /found "8\.5K", which has decimals before K; write 8\.5k for 8500, or 8704/,
    ],
    [
      "a letter before vLLM takes it",
      [...base, "--max-model-len", "8k", "--vllm", "0.8.3"],
      /from vLLM 0\.8\.4 on only; write 8000/,
    ],
    ["a letter where none may be", [...base, "--max-num-seqs", "1k"], /which must be a plain number: 1000/],
    ["a length to be found", [...base, "--max-model-len", "auto"], /expected a length/],
    ["a place for a model", ["--model", "pvc://a/b", "--accelerator", "L40S"], /"pvc:\/\/a\/b", which is a place/],
    ["a machine", ["--model", "phi-4", "--accelerator", "p5.48xlarge"], /is a machine; name its NVIDIA-H100/],
    ["a maker", ["--model", "phi-4", "--accelerator", "NVIDIA GPU"], /"NVIDIA GPU" names no product$/m],
    ["a resource", ["--model", "phi-4", "--accelerator", "nvidia.com/gpu"], /resource of many products/],
    [
      "a slice of no product",
      ["--model", "phi-4", "--accelerator", "nvidia.com/mig-3g.71gb"],
      /write one of NVIDIA-H200-MIG-3g\.71gb/,
    ],
    ["a slice that does not exist", ["--model", "phi-4", "--accelerator", "NVIDIA-A30-MIG-9g.1gb"], /expected one of/],
  ];
  for (const [what, args, message] of wrong) {
    it(`refuses ${what}`, () => {
      const { status, stderr } = run(...args);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  it("knows the models and accelerators of --catalog, by name and in manifests, and names mistakes in it once", () => {
    const own = { ...findModelByName("RedHatAI/Llama-3.1-8B-Instruct"), id: "acme/llama", image: undefined };
    const gpu = { ...findAccelerator("NVIDIA-L4")?.product, name: "ACME-L4", aliases: [], otherLabels: {} };
    const label = { key: "nvidia.com/gpu.product", value: "ACME-L4" };
    const additions = { models: [{ ...own, modelcar: undefined }], accelerators: [{ ...gpu, productLabel: label }] };
    writeFileSync(join(folder, "own.yaml"), JSON.stringify(additions));
    const named = ["--model", "acme/llama", "--accelerator", "ACME-L4", "--max-model-len", "8192", "--vllm", "0.21.0"];
    assert.match(run(...named).stderr, /found "ACME-L4".*\n.*found "acme\/llama"/);
    assert.equal(json(...named, "--catalog", "own.yaml").verdict, "fits");
    const selector = "nodeSelector: {nvidia.com/gpu.product: ACME-L4}";
    writeFileSync(join(folder, "m.yaml"), manifest({ uri: "hf://acme/llama", selector }));
    assert.match(run("m.yaml").stdout, /does not know the model/);
    assert.match(run("m.yaml", "--catalog", "own.yaml").stdout, /acme\/llama on 1 x ACME-L4/);
    writeFileSync(join(folder, "wrong.yaml"), "modles: []\n");
    assert.deepEqual(run("m.yaml", "--catalog", "wrong.yaml").stderr.match(/modles/g)?.length, 1);
  });

  it("judges a slice by its own memory", () => {
    const { perGpuGiB } = json("--model", "phi-4", "--accelerator", "NVIDIA-H100-80GB-HBM3-MIG-3g.40gb");
    assert.equal((perGpuGiB as { usable: number }).usable, 39.5);
  });

  it("prints a table for people: 100 columns, no colours in a pipe, the ways out", () => {
    const { stdout } = start(...fp8, ...a100, "--gpu-memory-utilization", "0.9");
    const lines = stdout.split("\n");
    assert.equal(lines[1], "✗ does not fit");
    assert.ok(lines.every((line) => line.length <= 100));
    assert.ok(!stdout.includes("\u001b"));
    assert.match(stdout, /weights +67\.70 +█{20,}/);
    assert.match(stdout, /KV cache +1\.84 ± 0\.30/);
    assert.match(stdout, /- lower --max-model-len to 4096/);
    assert.match(stdout, /- take NVIDIA-H100-NVL/);
  });

  it("tells in its help what it does not judge from files", () => {
    const help = run("--help").stdout.replace(/\s+/g, " ");
    assert.match(help, /"unknown".*several nodes \(workerSpec\), for every LLMInferenceService, and .* --config file/);
  });

  it("tells exit codes and the form of the JSON in its help", () => {
    assert.match(run("--help").stdout, /Exit code: 0 fits, too close to call or unknown, 1 does not fit, 2 bad input/);
  });
});
