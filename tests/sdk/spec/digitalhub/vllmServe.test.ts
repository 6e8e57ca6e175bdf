import { vllmServeRules, vllmServeSchema } from "../../../../sdk/spec/digitalhub/vllmServe";
import { table } from "../messageTable";

const RIGHT = { namespace: "serving", url: "hf://Qwen/Qwen2.5-0.5B", accelerator: "nvidia.com/gpu" };
const STORE = "store://demo/model/huggingface/qwen";
const LONG = "a".repeat(63);
const CREDENTIAL =
  "would be readable by everyone who may read the object; put it into secrets, or into a Secret of yours that envFrom names";

/** @covers DH-15, DH-16, DH-17, DH-18, DH-19, DH-20, DH-22, DH-23, DH-33 */
describe("arguments of VllmServe", () => {
  table("that are wrong", vllmServeSchema, vllmServeRules("qwen"), RIGHT, [
    [
      "the one name that ends vLLM",
      { name: "vllm" },
      'name: "vllm" as the name of a Service gives every pod of the namespace a variable VLLM_PORT, at which vLLM ends; did you mean vllm-server?',
    ],
    [
      "a name that begins with a digit",
      { name: "7b-chat" },
      'name: "7b-chat" is not a server name (a lower case letter, then letters, digits, dashes; at most 63); did you mean b-chat?',
    ],
    [
      "a name of 64 characters",
      { name: `${LONG}a` },
      `name: "${LONG}a" is not a server name (a lower case letter, then letters, digits, dashes; at most 63); did you mean ${LONG}?`,
    ],
    ["a name of 63 characters, which is right", { name: LONG }],
    [
      "DigitalHub's spelling",
      { model_name: "x", use_cpu_image: true, enable_telemetry: true },
      "model_name: unknown key; DigitalHub's model_name is called modelName here; did you mean modelName?",
      "use_cpu_image: unknown key; DigitalHub's use_cpu_image is called useCpuImage here; did you mean useCpuImage?",
      "enable_telemetry: unknown key; DigitalHub's enable_telemetry is called enableTelemetry here; did you mean enableTelemetry?",
    ],
    ["another task", { task: "texts" }, 'task: "texts" is not "text" or "speech" or "pooling"; did you mean text?'],
    [
      "no hardware",
      { accelerator: undefined },
      'accelerator: is missing; name one, such as "nvidia.com/gpu", or set useCpuImage: true to serve on CPU',
    ],
    [
      "hardware that the catalogue does not know",
      { accelerator: "NVIDIA-A100-SXM4-80G" },
      'accelerator: "NVIDIA-A100-SXM4-80G" is not in the catalogue of accelerators (a resource name such as nvidia.com/gpu stands for any device); did you mean NVIDIA-A100-SXM4-80GB?',
    ],
    [
      "a GPU image on CPU",
      { useCpuImage: true, image: "docker.io/vllm/vllm-openai:v0.21.0" },
      'image: "docker.io/vllm/vllm-openai:v0.21.0" is built for NVIDIA GPU, but the hardware is CPU',
    ],
    ["an accelerator that the CPU image leaves out, which is right", { useCpuImage: true, acceleratorCount: 2 }],
    [
      "a bare id",
      { url: "Qwen/Qwen2.5-0.5B" },
      'url: "Qwen/Qwen2.5-0.5B" has no scheme; a model is loaded from hf://, huggingface://, pvc://, s3://; did you mean hf://Qwen/Qwen2.5-0.5B?',
    ],
    ["half an id", { url: "hf://qwen" }, 'url: "hf://qwen" is not hf://<organisation>/<model>'],
    [
      "a place that vLLM does not read",
      { url: "ftp://a/b" },
      'url: "ftp://a/b": a model is loaded from hf://, huggingface://, pvc://, s3://',
    ],
    [
      "a store that nobody looks up",
      { url: STORE },
      `url: "${STORE}" is resolved by DigitalHub only; add storePaths: { "${STORE}": <path of that model> }`,
    ],
    ["a store that somebody looked up, which is right", { url: STORE, storePaths: { [STORE]: "s3://lake/qwen/" } }],
    [
      "another thing of the store, and one that is not asked for",
      { storePaths: { "store://demo/artifact/artifact/x": "s3://a/b", [STORE]: "s3://lake/qwen/" } },
      'storePaths["store://demo/artifact/artifact/x"]: is not store://<project>/model/huggingface/<name>',
      `storePaths["${STORE}"]: is not the url of the model or of an adapter`,
    ],
    [
      "Hugging Face in a DigitalHub of today",
      { digitalHubVersion: "0.15.0", adapters: [{ name: "sql", url: "hf://acme/sql" }] },
      'url: "hf://Qwen/Qwen2.5-0.5B": since 0.15.0 DigitalHub takes store://<project>/model/huggingface/<name> only; log the model there, use KubeAiText, or leave digitalHubVersion out',
      'adapters[0].url: "hf://acme/sql": since 0.15.0 DigitalHub takes store://<project>/model/huggingface/<name> only; log the model there, use KubeAiText, or leave digitalHubVersion out',
    ],
    ["Hugging Face in a DigitalHub of before, which is right", { digitalHubVersion: "0.14.9" }],
    [
      "an image that DigitalHub refuses",
      { digitalHubVersion: "0.14.0", image: "quay.io/modh/vllm:rhoai-2.20-cuda" },
      'image: "quay.io/modh/vllm:rhoai-2.20-cuda": DigitalHub takes images of vllm/vllm-openai only',
    ],
    [
      "adapters with the model's name and one another's",
      {
        modelName: "qwen",
        adapters: [
          { name: "qwen", url: "hf://acme/a" },
          { name: "b", url: "s3://acme/b" },
          { name: "b", url: "hf://acme/b" },
        ],
      },
      'adapters[1].url: "s3://acme/b": an adapter is loaded from hf://, huggingface://, pvc://',
      'adapters[0].name: "qwen" is the name of the model itself',
      'adapters[2].name: "b" is named twice',
    ],
    [
      "telemetry to nowhere",
      { enableTelemetry: true },
      'otlpEndpoint: is missing; say where traces go, such as "http://collector:4317"',
    ],
    [
      "a collector without telemetry",
      { otlpEndpoint: "http://collector:4317" },
      "otlpEndpoint: counts only with enableTelemetry: true",
    ],
    [
      "what the component says itself, and a flag with a space",
      { args: ["--port=80", "--max-num-seqs 4"] },
      'args[1]: "--max-num-seqs 4" is one token to the server; did you mean --max-num-seqs=4?',
      'args[0]: "--port=80" repeats --port of VllmServe; remove one of them',
    ],
    [
      "GPUs that would stay idle",
      { acceleratorCount: 4, vllm: { tensorParallelSize: 2 }, sharedMemory: "8Gi" },
      "vllm.tensorParallelSize: 2 (tensor) x 1 (pipeline) = 2, but a replica has 4 accelerators: 2 would stay idle",
    ],
    [
      "less memory than is shared",
      { acceleratorCount: 2 },
      "sharedMemory: 16Gi (the default for several accelerators) leaves nothing of the memory limit, 16Gi",
    ],
    ["a token in the clear", { env: [{ name: "HF_TOKEN", value: "hf_x" }] }, `env[0].value: ${CREDENTIAL}`],
    [
      "an autoscaler without a request to reckon with",
      { autoscaling: { minReplicas: 1, maxReplicas: 2 } },
      'autoscaling.metric: "cpu" is scaled in percent of what a pod requests; give resources.requests.cpu',
    ],
    [
      "a cache of a size that its claim has already",
      { cache: { size: "20Gi", claimName: "models" } },
      "cache: names size and claimName; the claim has its size already, so keep one of the two",
    ],
    [
      "a user where the cluster assigns one",
      { identity: { assignedByCluster: true, userId: 1001 } },
      "identity.userId: cannot be combined with assignedByCluster",
    ],
    [
      "an exposure without a way and without a key",
      { exposure: { auth: "apiKey" } },
      "exposure: names no way in; expected exactly one of route, ingress, httpRoute",
      'exposure.auth: "apiKey" needs the key itself; add secrets: { VLLM_API_KEY: <secret> }',
    ],
    [
      "two ways from outside",
      { exposure: { auth: "none", route: {}, ingress: { host: "a.example.com" } } },
      "exposure: names route and ingress; expected exactly one of route, ingress, httpRoute",
    ],
  ]);
});
