import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, manifest, node, runFit } from "./fitRun";

describe("model-serving fit on files", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "fit-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const run = (...args: string[]): ReturnType<typeof runFit> => runFit(folder, ...args);

  function judge(text: string, ...args: string[]) {
    writeFileSync(join(folder, "m.yaml"), text);
    return run("m.yaml", "--format", "json", ...args);
  }
  const one = (text: string, ...args: string[]): Record<string, unknown> =>
    (JSON.parse(judge(text, ...args).stdout) as Record<string, unknown>[])[0] ?? {};

  it("takes model, accelerator, version and arguments from the effective pod", () => {
    const { status, stdout } = judge(
      `${manifest()}---${manifest({ name: "second", args: ["--gpu-memory-utilization=0.6"] })}`,
    );
    assert.equal(status, 1);
    const answers = JSON.parse(stdout) as Record<string, unknown>[];
    assert.deepEqual(
      answers.map(({ name, namespace, verdict }) => [name, namespace, verdict]),
      [
        ["llama", "models", "fits"],
        ["second", "models", "does-not-fit"],
      ],
    );
    assert.equal((answers[0]?.perGpuGiB as { usable: number }).usable, 39.38);
  });

  const effective: [string, Manifest, string[], string, RegExp][] = [
    ["more ranks than GPUs", { args: ["--tensor-parallel-size=2"] }, [], "does-not-fit", /the pod has 1/],
    ["a short length written with k", { args: ["--max-model-len=8K"] }, [], "fits", /8192 tokens/],
    ["a length that is no number", { args: ["--max-model-len=auto"] }, [], "unknown", /the longest length that fits/],
    ["thousands with decimals", { args: ["--max-model-len=8.5k"] }, [], "fits", /8500 tokens/],
    [
      "decimals before K",
      { args: ["--max-model-len=8.5K"] },
      [],
      "does-not-fit",
      /write 8\.5k for 8500.*Decimals are not/,
    ],
    [
      "a letter that the release does not take",
      { args: ["--max-model-len=8k"], image: "vllm/vllm-openai:v0.8.3" },
      [],
      "does-not-fit",
      /from vLLM 0\.8\.4 on only; write 8000.*invalid int value: '8k'/,
    ],
    ["a letter where none may be", { args: ["--max-num-seqs=1k"] }, [], "does-not-fit", /must be a plain number: 1000/],
    ["a share that is none", { args: ["--gpu-memory-utilization=90"] }, [], "does-not-fit", /Got 90/],
    ["a file of flags", { args: ["--config=/x.yaml"] }, [], "unknown", /--config \/x\.yaml names a file of more/],
    [
      "a file of flags in two words",
      { args: ["--config", "/x.yaml"] },
      [],
      "unknown",
      /--config \/x\.yaml names a file/,
    ],
    [
      "a file of flags beside a wrong one",
      { args: ["--config=/x", "--tpp=1"] },
      [],
      "does-not-fit",
      /does not take --tpp/,
    ],
    ["words that no release takes", { args: ["--quantization=foo"] }, [], "unknown", /a plugin may add it/],
    ["a harmless value of a flag", { args: ["--load-format=safetensors"] }, [], "fits", /GiB are left/],
    [
      "another engine by its variable",
      { env: "[{name: VLLM_USE_V1, value: '0'}]", image: "vllm/vllm-openai:v0.9.1" },
      [],
      "unknown",
      /VLLM_USE_V1=0/,
    ],
    ["copies of the server", { args: ["--data-parallel-size=2"] }, [], "does-not-fit", /data parallel size 2 needs 2/],
    [
      "a shell that decides",
      { command: "[sh, -c, 'vllm serve $X']" },
      [],
      "unknown",
      /spec\.containers\[kserve-container\]\.command\[2\] of ServingRuntime models\/llama is decided by a shell/,
    ],
    [
      "two kinds of accelerators",
      { predictor: "containers: [{name: x, resources: {limits: {}}}]", resource: "amd.com/gpu: 1, nvidia.com/gpu" },
      [],
      "unknown",
      /amd\.com\/gpu and nvidia/,
    ],
    [
      "a product label that is none",
      { selector: "nodeSelector: {nvidia.com/gpu.product: NVIDIA-A10O}" },
      [],
      "unknown",
      /selects nvidia\.com\/gpu\.product NVIDIA-A10O.*did you mean NVIDIA-A10/,
    ],
    [
      "time-slicing in a label",
      { selector: "nodeSelector: {nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB-SHARED}" },
      [],
      "unknown",
      /pods share NVIDIA-A100-SXM4-80GB/,
    ],
    ["a shared device by its resource", { resource: "nvidia.com/gpu.shared" }, [], "unknown", /pods share/],
    [
      "a slice in a label",
      { selector: "nodeSelector: {nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB-MIG-1g.10gb}" },
      [],
      "does-not-fit",
      /loading takes|nothing is left/,
    ],
    [
      "a slice in the resource",
      { selector: "nodeSelector: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}", resource: "nvidia.com/mig-3g.40gb" },
      [],
      "fits",
      /39\.50 GiB is derived/,
    ],
    ["more GPUs than ranks", { gpus: 4 }, [], "fits", /has 4 accelerators, and the server uses 1/],
    [
      "a misspelt flag",
      { args: ["--max-modle-len=8192", "--enable-lora"] },
      [],
      "does-not-fit",
      /did you mean --max-model-len\?.*unrecognized arguments: --max-modle-len/,
    ],
    [
      "prompts that are not cut",
      { args: ["--no-enable-chunked-prefill"] },
      [],
      "unknown",
      /--no-enable-chunked-prefill/,
    ],
    ["prompts that are cut", { args: ["--enable-chunked-prefill", "--max-model-len=8k"] }, [], "fits", /8000/],
    ["a flag that is gone", { args: ["--num-scheduler-steps=8"] }, [], "does-not-fit", /0\.10\.1 no longer does/],
    [
      "a flag that is not there yet",
      { args: ["--max-num-active-seqs=8"] },
      [],
      "does-not-fit",
      /0\.31\.0 is the first/,
    ],
    ["a key of a flag", { args: ["--compilation-config.level=3", "--max-model-len=8k"] }, [], "fits", /8000/],
    ["the beginning of a flag", { args: ["--max-model=8192"] }, [], "unknown", /is short for --max-model-len; write/],
    [
      "a runtime that is nowhere",
      { runtime: "lama" },
      [],
      "unknown",
      /the runtime \\"lama\\" is neither.*did you mean llama\?/,
    ],
    ["a runtime like no other", { runtime: "nope" }, [], "unknown", /\\"nope\\" is neither in the files.*--cluster/],
    ["a model on a volume", { uri: "pvc://models/llama" }, [], "unknown", /pvc:\/\/models\/llama holds.*--model/],
    [
      "what a volume holds, told beside it",
      { uri: "pvc://models/llama" },
      ["--model", "phi-4"],
      "fits",
      /GiB are left/,
    ],
    [
      "a model told beside another",
      {},
      ["--model", "phi-4"],
      "fits",
      /the service names meta-llama\/Llama-3\.1-8B-Instruct; --model is judged/,
    ],
    [
      "a model that the server downloads",
      { args: ["--model=microsoft/phi-4", "--max-model-len=8k"] },
      [],
      "fits",
      /8000 tokens/,
    ],
    ["a misspelt model", { uri: "hf://microsoft/phy-4" }, [], "unknown", /did you mean microsoft\/phi-4\?/],
    ["a flag that moves memory about", { args: ["--enable-lora"] }, [], "unknown", /--enable-lora/],
    [
      "the override of the context",
      { args: ["--max-model-len=140000"], env: "[{name: VLLM_ALLOW_LONG_MAX_MODEL_LEN, value: '1'}]" },
      ["--accelerator", "NVIDIA-H200"],
      "fits",
      /140000/,
    ],
    ["an image whose version is not known", { image: "example.com/vllm:1" }, [], "unknown", /name it with --vllm/],
    ["a version given beside it", { image: "example.com/vllm:1" }, ["--vllm", "0.11.0"], "fits", /8192/],
    [
      "a model that is not known",
      { uri: "s3://bucket/model" },
      [],
      "unknown",
      /which model s3:\/\/bucket\/model holds cannot be told/,
    ],
    ["another server", { image: "example.com/triton:1", command: "[tritonserver]" }, [], "unknown", /not vLLM/],
    ["no word on the product", { selector: "" }, [], "unknown", /name it with --accelerator/],
    ["a product given beside it", { selector: "" }, ["--accelerator", "L40S"], "fits", /8192/],
    [
      "a reference with capitals",
      { uri: "oci://r.example/a/modelcar-gemma-2-9b-it-FP8:1.5" },
      [],
      "does-not-fit",
      /upper-case/,
    ],
  ];
  for (const [what, written, args, verdict, reason] of effective) {
    it(`reads ${what}`, () => {
      const answer = one(manifest(written), ...args);
      assert.equal(answer.verdict, verdict, JSON.stringify(answer.reasons));
      assert.match(JSON.stringify(answer.reasons), reason);
    });
  }

  it("takes the product from the nodes of the cluster when they agree, and says when they do not", () => {
    const text = manifest({ selector: "" });
    writeFileSync(join(folder, "one.yaml"), node("a", "NVIDIA-L40S"));
    writeFileSync(join(folder, "two.yaml"), `${node("a", "NVIDIA-L40S")}${node("b", "NVIDIA-A100-SXM4-40GB")}`);
    assert.equal(one(text, "--cluster", "one.yaml").verdict, "fits");
    const { verdict, reasons } = one(text, "--cluster", "two.yaml");
    assert.equal(verdict, "fits");
    assert.match(JSON.stringify(reasons), /may run on NVIDIA-L40S, NVIDIA-A100-SXM4-40GB \(fits\)/);
  });

  it("shows the worst of several products, from nodes and from affinity", () => {
    const args = ["--max-model-len=70000", "--gpu-memory-utilization=0.5"];
    writeFileSync(join(folder, "two.yaml"), `${node("a", "NVIDIA-A100-SXM4-80GB")}${node("b", "NVIDIA-L40S")}`);
    const values = "[NVIDIA-A100-SXM4-80GB, NVIDIA-L40S]";
    const affinity = `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: ${values}}]}]}}}`;
    for (const answer of [
      one(manifest({ selector: "", args }), "--cluster", "two.yaml"),
      one(manifest({ selector: affinity, args })),
    ]) {
      assert.equal(answer.verdict, "does-not-fit");
      assert.match(JSON.stringify(answer.reasons), /NVIDIA-L40S, NVIDIA-A100-SXM4-80GB \(fits\); the worst is shown/);
    }
  });

  it("asks for the accelerators that the ranks need, and then it fits", () => {
    const args = ["--tensor-parallel-size=2", "--max-model-len=8192"];
    const few = one(manifest({ args }));
    assert.deepEqual(few.waysOut, ["ask for 2 accelerators", "set --tensor-parallel-size 1, with 1 accelerator"]);
    assert.equal(one(manifest({ args, gpus: 2 })).verdict, "fits");
    assert.equal(one(manifest({ args: ["--tensor-parallel-size=1", "--max-model-len=8192"] })).verdict, "fits");
  });

  it("takes --model for the one service of several whose storage says nothing", () => {
    const named = manifest({ name: "named" });
    const [first, second] = ["first", "second"].map((name) => manifest({ name, uri: `pvc://models/${name}` }));
    const { stdout } = judge(`${named}---${first ?? ""}`, "--model", "phi-4");
    const answers = JSON.parse(stdout) as { name: string; verdict: string; reasons: string[] }[];
    assert.deepEqual(
      answers.map(({ name, verdict }) => [name, verdict]),
      [
        ["named", "fits"],
        ["first", "fits"],
      ],
    );
    assert.doesNotMatch(JSON.stringify(answers[0]?.reasons), /in its place/);
    const several = judge(`${first ?? ""}---${second ?? ""}`, "--model", "phi-4");
    assert.equal(several.status, 2);
    assert.match(several.stderr, /--model: .*none of models\/first, models\/second names its own/);
    const none = judge(`${named}---${manifest({ name: "other" })}`, "--model", "phi-4");
    assert.match(none.stderr, /each of them names its own/);
  });

  it("says that it does not judge LLMInferenceServices, and leaves none out", () => {
    const llm = `
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata: {name: llm, namespace: models}
spec: {model: {uri: "hf://microsoft/phi-4"}}
`;
    const answers = JSON.parse(judge(`${manifest()}---${llm}`).stdout) as Record<string, unknown>[];
    assert.deepEqual(
      answers.map(({ kind, name, verdict }) => [kind, name, verdict]),
      [
        ["InferenceService", "llama", "fits"],
        ["LLMInferenceService", "llm", "unknown"],
      ],
    );
  });

  for (const uri of [
    "https://u:hunter2@h/x?sig=hunter2",
    "s3://KEY:hunter2/x@bucket/x?X-Amz-Signature=hunter2",
    "hf://user:hunter2@x/y",
    "https://u:hunter2 z@h/x",
  ]) {
    for (const format of ["text", "json"]) {
      it(`prints no credential of ${uri} as ${format}`, () => {
        writeFileSync(join(folder, "m.yaml"), manifest({ uri }));
        const { stdout, stderr } = run("m.yaml", "--format", format);
        assert.match(stdout, /\[secret\]@/);
        assert.doesNotMatch(stdout + stderr, /hunter2/);
      });
    }
  }

  it("names all that the server refuses at once", () => {
    const args = [
      "--tensor-parallel-size=2",
      "--max-model-len=999999",
      "--quantization=awq",
      "--bogus",
      "--max-num-seqs=x",
    ];
    const { verdict, reasons } = one(manifest({ args }));
    assert.equal(verdict, "does-not-fit");
    const told = (reasons as string[]).join("\n");
    for (const part of [/--bogus/, /--max-num-seqs x/, /the pod has 1/, /max-model-len 999999/, /awq/]) {
      assert.match(told, part);
    }
  });

  it("refuses files without a service", () => {
    const { status, stderr } = judge(node("a", "NVIDIA-L40S"));
    assert.equal(status, 2);
    assert.match(stderr, /holds no InferenceService/);
  });
});
