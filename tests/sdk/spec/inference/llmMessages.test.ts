import { writtenLlmSchema } from "../../../../sdk/spec/inference/llmInferenceService";
import { llmInferenceServiceRules } from "../../../../sdk/spec/inference/llmRules";
import { table } from "../messageTable";

const RIGHT = {
  namespace: "models",
  source: { huggingFace: "org/model" },
  accelerator: "nvidia.com/gpu",
  parallelism: { tensor: 2 },
  prefill: { replicas: 1 },
};
const PLAIN = { platform: { kind: "kserve" } };

/** @covers DS-9, IS-34, PL-11 */
describe("messages on LLMInferenceServices", () => {
  table("llm inference service", writtenLlmSchema, llmInferenceServiceRules("granite"), RIGHT, [
    [
      "dots in the name",
      { name: "llama-3.1" },
      'name: "llama-3.1" is not a service name (lower case letters, digits, dashes; a letter first; no dots); did you mean llama-3-1?',
    ],
    [
      "a long name",
      { name: "a".repeat(64) },
      `name: "${"a".repeat(64)}" has 64 characters; the labels of its pods hold at most 63`,
    ],
    [
      "the strategy of an InferenceService",
      { deploymentStrategy: { type: "Recreate" } },
      "deploymentStrategy: belongs to InferenceServices; an LLMInferenceService rolls by rolloutStrategy: { maxSurge, maxUnavailable }, and has no Recreate",
    ],
    [
      "a rollout that cannot move",
      { rolloutStrategy: { maxSurge: "0", maxUnavailable: "0%" } },
      "rolloutStrategy: maxSurge and maxUnavailable are both 0, so no pod could ever be replaced",
    ],
    [
      "a place it cannot load from",
      { source: { uri: "gs://bucket/model" } },
      'source.uri: "gs://bucket/model": an LLMInferenceService loads from hf://, s3://, pvc:// and oci:// only',
    ],
    [
      "workers without a spread",
      { worker: {} },
      "worker: when worker is specified, parallelism must be configured for either data parallelism or pipeline parallelism",
    ],
    [
      "data and pipeline parallelism",
      { parallelism: { data: 4, dataLocal: 2, pipeline: 2 } },
      "parallelism: cannot set both pipeline parallelism and data parallelism (data or dataLocal) simultaneously",
    ],
    [
      "data without its local part",
      { parallelism: { data: 4 } },
      "parallelism.data: dataLocal must be set when data is set",
    ],
    [
      "a local part without data, in prefill",
      { prefill: { parallelism: { dataLocal: 4 } } },
      "prefill.parallelism.dataLocal: data must be set when dataLocal is set",
    ],
    [
      "fixed and scaled replicas",
      { replicas: 2, scaling: { maxReplicas: 4 } },
      "scaling: replicas and scaling are mutually exclusive; use scaling for autoscaled deployments or replicas for static deployments",
    ],
    [
      "bounds in the wrong order",
      { scaling: { minReplicas: 5, maxReplicas: 4 } },
      "scaling.minReplicas: minReplicas cannot exceed maxReplicas (5 > 4)",
    ],
    ["no upper bound", { scaling: {} }, "scaling.maxReplicas: is missing; expected a whole number of at least 1"],
    [
      "routes that exist and one to be made",
      { router: { route: { refs: ["own"], spec: {} } } },
      "router.route: cannot use both custom HTTPRoute refs ('spec.router.route.http.refs') and an inline route spec ('spec.router.route.http.spec')",
    ],
    [
      "routes that exist with a managed gateway",
      { router: { gateway: {}, route: { refs: ["own"] } } },
      "router.route.refs: custom HTTP routes ('spec.router.route.http.refs') cannot be used with a managed gateway ('spec.router.gateway')",
    ],
    [
      "gateway and ingress",
      { router: { gateway: {}, ingress: {} } },
      "router.ingress: cannot be combined with gateway; keep one of the two",
    ],
    [
      "two configurations of the scheduler",
      { router: { scheduler: { config: {}, configRef: { name: "a", key: "b" } } } },
      "router.scheduler.config: cannot be combined with configRef; keep one of the two",
    ],
    [
      "no scheduler replicas",
      { router: { scheduler: { replicas: 0 } } },
      "router.scheduler.replicas: 0 is not a whole number of at least 1",
    ],
    [
      "accelerators of no kind",
      { accelerator: undefined, acceleratorCount: 2, prefill: { acceleratorCount: 1 } },
      "acceleratorCount: 2 accelerators of which kind? Name one in accelerator",
      "prefill.acceleratorCount: 1 accelerators of which kind? Name one in accelerator",
    ],
    [
      "adapters of one name, or of the model's",
      {
        modelName: "base",
        lora: [
          { name: "sql", source: { uri: "hf://a/b" } },
          { name: "sql", source: { uri: "hf://a/c" } },
          { name: "base", source: { uri: "http://a/c" } },
        ],
      },
      'lora[1].name: "sql" is named twice',
      'lora[2].source.uri: "http://a/c": an LLMInferenceService loads from hf://, s3://, pvc:// and oci:// only',
      'lora[2].name: "base" is the base model\'s name',
    ],
    [
      "flags by their variable",
      { env: [{ name: "VLLM_ADDITIONAL_ARGS", value: "--a" }] },
      "env[0].name: VLLM_ADDITIONAL_ARGS is what args becomes; use args instead",
    ],
    [
      "two tokens in one argument of a worker",
      { parallelism: { pipeline: 2 }, worker: { args: ["--max-model-len 4096"] } },
      'worker.args[0]: "--max-model-len 4096" is one token to the server; did you mean --max-model-len=4096?',
    ],
    [
      "limits below requests, in prefill",
      { prefill: { resources: { requests: { cpu: 4 }, limits: { cpu: 2 } } } },
      "prefill.resources.limits.cpu: 2 is less than the 4 cores requested",
    ],
    ["tokens without authentication", { tokens: ["a"] }, 'tokens: are only checked with auth "token"'],
    ["a token named twice", { auth: "token", tokens: ["a", "a"] }, 'tokens[1]: "a" is named twice'],
    [
      "what only OpenShift AI knows, on plain KServe",
      { ...PLAIN, auth: "token", topology: "workload-single-node", aiAsset: {}, connectionName: "c" },
      "aiAsset: needs OpenShift AI; plain KServe has no playground",
      "auth: needs OpenShift AI; plain KServe checks no tokens: leave auth out",
      "connectionName: needs OpenShift AI; plain KServe does not know it",
      "topology: needs OpenShift AI; plain KServe does not know it",
    ],
    ["a misspelt key of the router", { router: { gatway: {} } }, "router.gatway: unknown key; did you mean gateway?"],
  ]);
});
