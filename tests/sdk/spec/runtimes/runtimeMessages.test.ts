import { servingRuntimeRules, servingRuntimeSchema } from "../../../../sdk/spec/runtimes/servingRuntime";
import { table, type Case } from "../messageTable";

const CUSTOM = { ports: [{ port: 8000 }], formats: [{ name: "own" }] };

const catalogue: Case[] = [
  [
    "a misspelt runtime",
    { runtime: "kserve-ovsm" },
    'runtime: "kserve-ovsm" is not a runtime of the catalogue; did you mean kserve-ovms?',
  ],
  [
    "a display name",
    { runtime: "vLLM AMD GPU ServingRuntime for KServe" },
    'runtime: "vLLM AMD GPU ServingRuntime for KServe" is not a runtime of the catalogue; did you mean vllm-rocm-runtime?',
  ],
  [
    "a display name of earlier releases",
    { runtime: "vLLM Spyre AI Accelerator ServingRuntime for KServe" },
    'runtime: "vLLM Spyre AI Accelerator ServingRuntime for KServe" is not a runtime of the catalogue; did you mean vllm-spyre-x86-runtime?',
  ],
  [
    "a runtime that is gone",
    { runtime: "caikit-standalone-runtime" },
    'runtime: "caikit-standalone-runtime" was removed in 3.0; set platform.version to an older release that still has it, or choose another runtime',
  ],
  [
    "a runtime without a known image",
    { runtime: "vllm-gaudi-runtime" },
    "image: is missing; the catalogue has no image of vllm for Intel Gaudi accelerator, so name one",
  ],
  [
    "a floating image",
    { image: "example.com/ovms" },
    'image: "example.com/ovms" names neither a tag nor a digest, so it may change under you; append :<tag>',
  ],
  [
    "a version without an image",
    { runtime: "vllm-cuda-runtime", serverVersion: "0.5.0" },
    "serverVersion: the catalogue has no image of vllm 0.5.0 for NVIDIA GPU, but those of 0.21.0, 0.18.0, 0.11.2, 0.8.4; name an image instead",
  ],
  [
    "a version and an image",
    { image: "example.com/ovms:1", serverVersion: "2025.1" },
    "serverVersion: cannot be combined with an image, which has one version; keep one of the two",
  ],
  [
    "hardware of another maker",
    { runtime: "vllm-cuda-runtime", accelerator: "amd.com/gpu" },
    'runtime: "vllm-cuda-runtime" serves on NVIDIA GPU, but the hardware is AMD GPU; did you mean vllm-rocm-runtime?',
  ],
  [
    "gRPC of a server without it",
    { runtime: "vllm-cuda-runtime", endpoint: "grpc" },
    'endpoint: "grpc" is not spoken by vllm-cuda-runtime, only REST',
  ],
  [
    "settings of another server",
    { vllm: { maxModelLen: 1 } },
    "vllm: holds settings of vLLM, but the runtime starts ovms; use args",
  ],
  [
    "an argument of the runtime",
    { args: ["--rest_port=80"] },
    'args[0]: "--rest_port=80" repeats --rest-port of the runtime; remove one of them',
  ],
  [
    "sizes in variables of several nodes",
    { runtime: "vllm-multinode-runtime", env: [{ name: "TENSOR_PARALLEL_SIZE", value: "2" }] },
    "env[0].name: TENSOR_PARALLEL_SIZE is set by KServe; use vllm.tensorParallelSize instead",
  ],
  [
    "accelerators of a node that no rank uses",
    { runtime: "vllm-multinode-runtime", acceleratorCount: 4, vllm: { tensorParallelSize: 2 } },
    "acceleratorCount: 4 accelerators of each node, but a tensor parallel size of 2: they must be equal",
  ],
  [
    "no format for NIM",
    { runtime: "nvidia-nim-runtime", image: "nvcr.io/nim/meta/llama:1" },
    "formats: is missing; nvidia-nim-runtime serves the model of its image, so name that",
  ],
  [
    "two priorities of one format",
    {
      formats: [
        { name: "a", autoSelect: true, priority: 1 },
        { name: "a", version: "2", autoSelect: true, priority: 2 },
      ],
    },
    'formats[1].priority: 2, but "a" has priority 1 above; KServe wants one priority for a format',
  ],
  [
    "a runtime and one of one's own",
    { custom: CUSTOM, image: "example.com/own:1" },
    "custom: cannot be combined with runtime; keep one of the two",
  ],
  ["warming up elsewhere than on Gaudi", { skipWarmup: true }, "skipWarmup: is for vLLM on Intel Gaudi; leave it out"],
  [
    "warming up said twice",
    {
      runtime: "vllm-gaudi-runtime",
      image: "a/b:1",
      skipWarmup: true,
      env: [{ name: "VLLM_SKIP_WARMUP", value: "true" }],
    },
    "env[0].name: VLLM_SKIP_WARMUP is what skipWarmup sets; keep one of the two",
  ],
  [
    "models that take turns in a pod",
    { multiModel: true },
    "multiModel: true is for ModelMesh, whose pods swap models in and out and which OpenShift AI 3 no longer has; here a pod serves one model: leave it out",
  ],
  [
    "a cluster's runtime on OpenShift AI",
    { scope: "cluster" },
    'scope: "cluster" is for plain KServe; on OpenShift AI use "global-template", which the dashboard offers in every project',
    'namespace: cannot be combined with scope "cluster": such a runtime is in no namespace',
  ],
  [
    "a template on plain KServe",
    { scope: "project-template", platform: { kind: "kserve" } },
    'scope: "project-template" is for OpenShift AI; on plain KServe use "cluster" or "namespace"',
  ],
  [
    "a global template in a project",
    { scope: "global-template" },
    'namespace: "models" is not the platform\'s own namespace, redhat-ods-applications, where global templates lie; leave it out, or use scope "project-template"',
  ],
  [
    "a missing namespace",
    { namespace: undefined },
    "namespace: is missing; expected a namespace (lower case letters, digits, dashes; at most 63)",
  ],
  [
    "an unknown scope",
    { scope: "project" },
    'scope: "project" is not "namespace" or "cluster" or "global-template" or "project-template"; did you mean project-template?',
  ],
];

const custom: Case[] = [
  ["no image", { image: undefined }, "image: is missing; the catalogue has no image of a custom runtime"],
  [
    "no ports and no formats",
    { custom: { ports: [], formats: [] } },
    "custom.ports: is empty; expected at least one of the ports",
    "custom.formats: is empty; expected at least one of the model formats",
  ],
  [
    "two ports without names, and one number",
    { custom: { ...CUSTOM, ports: [{ port: 8000 }, { port: 8000 }] } },
    "custom.ports[1].port: 8000 is that of another port already",
    "custom.ports[1].name: is missing; every port but the first needs a name",
  ],
  [
    "two ports of one name",
    { custom: { ...CUSTOM, ports: [{ port: 8000 }, { name: "http", port: 8001 }] } },
    'custom.ports[1].name: "http" is that of another port already',
  ],
  [
    "a port out of range",
    { custom: { ...CUSTOM, ports: [{ port: 80000 }] } },
    "custom.ports[0].port: 80000 is not a whole number from 1 to 65535",
  ],
  [
    "gRPC under the name of a REST port",
    { custom: { ...CUSTOM, ports: [{ name: "http", port: 9000 }], protocolVersions: ["grpc-v2"] } },
    'custom.ports[0].name: "http" serves gRPC only, which KServe tells by the name; did you mean h2c?',
  ],
  [
    "an unknown protocol",
    { custom: { ...CUSTOM, protocolVersions: ["v3"] } },
    'custom.protocolVersions[0]: "v3" is not "v1" or "v2" or "grpc-v1" or "grpc-v2"; did you mean v1?',
  ],
  [
    "a path without its slash",
    { custom: { ...CUSTOM, health: { ready: "health" } } },
    'custom.health.ready: "health" is not a path that begins with "/"; did you mean /health?',
  ],
  [
    "a version that is none",
    { custom: { ...CUSTOM, formats: [{ name: "a", version: "latest" }] } },
    'custom.formats[0].version: "latest" is not a version such as "1" or "2.3"',
  ],
  ["formats in two places", { formats: [{ name: "a" }] }, "formats: is said in custom; keep one of the two"],
  [
    "a choice that belongs to the format",
    { autoSelect: true },
    "autoSelect: is said of each format of a custom runtime",
  ],
  [
    "gRPC said apart from the port",
    { endpoint: "grpc" },
    "endpoint: is said by the first port of a custom runtime; call it h2c",
  ],
  [
    "settings of vLLM",
    { vllm: { enforceEager: true } },
    "vllm: holds settings of vLLM, but the runtime starts a server of your own; use args",
  ],
  ["a misspelt key", { custom: { ...CUSTOM, fromats: [] } }, "custom.fromats: unknown key; did you mean formats?"],
];

const vllm: Case[] = [
  [
    "an unknown preset",
    { vllm: { presets: ["smal"] } },
    'vllm.presets[0]: "smal" is not "small" or "large" or "quantized-large" or "production" or "development" or "cpu"; did you mean small?',
  ],
  [
    "a preset for other accelerators",
    { accelerator: "nvidia.com/gpu", acceleratorCount: 1, vllm: { presets: ["large"] } },
    "vllm.tensorParallelSize: 2 (tensor) x 1 (pipeline) = 2, but a replica has 1 accelerator: the server cannot start",
  ],
  [
    "a setting that the image is too old for",
    { accelerator: "nvidia.com/gpu", platform: { version: "2.20" }, vllm: { attentionBackend: "FLASHINFER" } },
    "vllm.attentionBackend: is --attention-backend, which came with 0.13.0; the image holds vLLM 0.8.4",
  ],
  [
    "an executor that does not exist",
    { vllm: { distributedExecutorBackend: "mpi" } },
    'vllm.distributedExecutorBackend: "mpi" is not "mp" or "ray" or "uni"; did you mean mp?',
  ],
  [
    "a quantisation with spaces",
    { vllm: { quantization: "fp 8" } },
    'vllm.quantization: "fp 8" is not a method of quantisation',
  ],
  [
    "an argument that is a preset's",
    { vllm: { presets: ["small"] }, args: ["--max-model-len=1"] },
    'args[0]: "--max-model-len=1" repeats --max-model-len of the runtime; use vllm.maxModelLen instead',
  ],
  ["formats of vLLM", { formats: [{ name: "vLLM" }] }, "formats: is for a runtime of the catalogue; vLLM serves vLLM"],
];

/** @covers RT-5, RT-12, RT-36, RT-37, VL-9 */
describe("messages on runtimes", () => {
  table(
    "of the catalogue",
    servingRuntimeSchema,
    servingRuntimeRules,
    { namespace: "models", runtime: "kserve-ovms" },
    catalogue,
  );
  table(
    "of one's own",
    servingRuntimeSchema,
    servingRuntimeRules,
    { namespace: "models", image: "example.com/own:1", custom: CUSTOM },
    custom,
  );
  table("of vLLM", servingRuntimeSchema, servingRuntimeRules, { namespace: "models" }, vllm);
});
