/** Cases for what presets and Configs do in ways of their own, and cases of which KServe makes nothing. */

interface Parts {
  spec?: object;
  model?: object;
  annotations?: Record<string, string>;
  configs?: object[];
  /** Suffixes of the Configs that the service refers to; default: all of them. */
  refs?: string[];
}

function llmCase({ spec, model, annotations, configs = [], refs }: Parts): object {
  const names = refs ?? configs.map((_, index) => `c${index}`);
  return {
    service: {
      apiVersion: "serving.kserve.io/v1alpha2",
      kind: "LLMInferenceService",
      metadata: { name: "llm-case", namespace: "llm-cases", ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        model: { uri: "pvc://claim", ...model },
        ...spec,
        ...(names.length === 0 ? {} : { baseRefs: names.map((name) => ({ name: `llm-case-${name}` })) }),
      },
    },
    configs: configs.map((config, index) => ({
      apiVersion: "serving.kserve.io/v1alpha2",
      kind: "LLMInferenceServiceConfig",
      metadata: { name: `llm-case-c${index}`, namespace: "llm-cases" },
      spec: config,
    })),
  };
}

const worker = { worker: { containers: [{ name: "main" }] } };
const server = { containers: [{ name: "main", image: "mine/server:1" }] };
const dataParallel = { parallelism: { data: 4, dataLocal: 2, tensor: 2 } };

const scaled = (wva: object) => ({ scaling: { maxReplicas: 2, wva } });

export const specialCases: readonly object[] = [
  // The Config's name for the model wins over the service's own.
  llmCase({ model: { name: "own" }, configs: [{ model: { uri: "hf://a/b", name: "base" } }] }),
  // The last Config wins over the first.
  llmCase({
    configs: [
      { replicas: 2, labels: { a: "1", b: "1" } },
      { replicas: 3, labels: { a: "2" } },
    ],
  }),
  // Workers of a Config make the service a group, when the service has the sizes that the templates read.
  llmCase({ spec: dataParallel, configs: [worker] }),
  // Prefill from a Config.
  llmCase({ configs: [{ prefill: { replicas: 2 } }] }),
  // Without a Config for pipeline parallelism there is none; with one in the namespace there is.
  {
    ...llmCase({ spec: { parallelism: { pipeline: 2 }, ...worker } }),
    configs: [
      {
        apiVersion: "serving.kserve.io/v1alpha2",
        kind: "LLMInferenceServiceConfig",
        metadata: { name: "kserve-config-llm-worker-pipeline-parallel", namespace: "llm-cases" },
        spec: { worker: server, annotations: { from: "own pipeline preset" } },
      },
    ],
  },
  // Stopped.
  llmCase({ annotations: { "serving.kserve.io/stop": "TRUE" } }),
  // Autoscaling that this version only accepts.
  llmCase({ spec: { scaling: { minReplicas: 2, maxReplicas: 4, wva: { hpa: {} } } } }),
  // A sidecar of the service's own makes KServe make an account; without a router it gets no pool.
  llmCase({
    spec: {
      template: { initContainers: [{ name: "llm-d-routing-sidecar", image: "mine/sidecar:1" }], containers: [] },
    },
  }),
  llmCase({
    spec: {
      prefill: {},
      router: { scheduler: { replicas: 3 } },
      template: { serviceAccountName: "reader", containers: [] },
    },
  }),
  llmCase({
    spec: { prefill: { ...dataParallel, ...worker }, router: { scheduler: { pool: { ref: { name: "theirs" } } } } },
  }),
  // Uneven sizes, and zero as a number that is given.
  llmCase({ spec: { parallelism: { data: 5, dataLocal: 2 }, ...worker } }),
  llmCase({
    spec: {
      replicas: 0,
      template: { containers: [{ name: "main", args: ["{{ if .Spec.Replicas }}given{{ end }}"] }] },
    },
  }),
  // Inline configurations merge as long as nothing in them is nested.
  llmCase({
    spec: { router: { scheduler: { config: { inline: { kind: "B", plugins: [] } } } } },
    configs: [{ router: { scheduler: { config: { inline: { kind: "A", apiVersion: "v1" } } } } }],
  }),
  llmCase({ model: { uri: "ftp://host/model" }, spec: { storageInitializer: { enabled: false } } }),
];

/** With a text that KServe's message and ours have in common. */
export const refusedCases: readonly { refused: object; message: RegExp }[] = [
  { refused: llmCase({ refs: ["missing"] }), message: /failed to get LLMInferenceServiceConfig "refused-\d+-missing"/ },
  {
    refused: llmCase({ spec: { parallelism: { pipeline: 2 }, ...worker } }),
    message: /failed to get LLMInferenceServiceConfig "kserve-config-llm-worker-pipeline-parallel"/,
  },
  { refused: llmCase({ spec: worker }), message: /when worker is specified, parallelism must be configured/ },
  {
    refused: llmCase({ spec: { ...worker, parallelism: { tensor: 2 } } }),
    message: /when worker is specified, parallelism/,
  },
  { refused: llmCase({ spec: { parallelism: { data: 2 } } }), message: /dataLocal must be set when data is set/ },
  {
    refused: llmCase({ spec: { prefill: { parallelism: { dataLocal: 2 } } } }),
    message: /data must be set when dataLocal is set/,
  },
  {
    refused: llmCase({ spec: { parallelism: { data: 2, dataLocal: 1, pipeline: 2 } } }),
    message: /cannot set both pipeline/,
  },
  {
    refused: llmCase({ spec: { router: { scheduler: { replicas: 0 } } } }),
    message: /scheduler replicas must be greater than zero/,
  },
  {
    refused: llmCase({ spec: { router: { scheduler: { config: {} } } } }),
    message: /either inline or ref is required/,
  },
  {
    refused: llmCase({ spec: { router: { gateway: {}, route: { http: { refs: [{ name: "r" }] } } } } }),
    message: /cannot be used with a managed gateway/,
  },
  // The sizes of a Config are not those that the templates of the presets read.
  {
    refused: llmCase({ configs: [{ ...worker, ...dataParallel }] }),
    message: /nil pointer evaluating \*v1alpha2\.ParallelismSpec\./,
  },
  {
    refused: llmCase({ spec: { template: { containers: [{ name: "main", args: ['{{ ChildName .Name "-x" }}'] }] } } }),
    message: /failed to parse template config: .*unexpected/,
  },
  {
    refused: llmCase({ spec: { template: { containers: [{ name: "main", args: ["{{ .Name"] }] } } }),
    message: /failed to parse template config: /,
  },
  {
    refused: llmCase({ spec: { template: { containers: [{ name: "main", args: ["{{ if .Name }}x"] }] } } }),
    message: /failed to parse template config: .*unexpected/,
  },
  {
    refused: llmCase({ spec: { template: { containers: [{ name: "main", args: ["{{ .Labels.team }}"] }] } } }),
    message: /map has no entry for key "team"/,
  },
  { refused: llmCase({ model: { uri: "ftp://host/model" } }), message: /unsupported schema in model URI: ftp/ },
  { refused: llmCase({ model: { uri: "model" } }), message: /invalid model URI: model/ },
  {
    refused: llmCase({
      spec: { router: { scheduler: { config: { inline: { plugins: [{ type: "a" }] } } } } },
      configs: [{ router: { scheduler: { config: { inline: { plugins: [{ type: "b" }] } } } } }],
    }),
    message: /unable to find api field in struct RawExtension for the json field "plugins"/,
  },
  // A template without containers removes those of the preset.
  {
    refused: llmCase({ spec: { router: { scheduler: { template: { hostIPC: true } } } } }),
    message: /containers: Required value/,
  },
  { refused: llmCase({ spec: scaled({}) }), message: /either hpa or keda must be specified/ },
  { refused: llmCase({ spec: scaled({ hpa: {}, keda: {} }) }), message: /hpa and keda are mutually exclusive/ },
  {
    refused: llmCase({ spec: { ...scaled({ hpa: {} }), replicas: 1 } }),
    message: /replicas and scaling are mutually exclusive/,
  },
  { refused: llmCase({ spec: { scaling: { wva: { hpa: {} } } } }), message: /maxReplicas is required when scaling/ },
  {
    refused: llmCase({ spec: { scaling: { maxReplicas: 2 } } }),
    message: /wva is required when scaling is configured/,
  },
  {
    refused: llmCase({ spec: { scaling: { minReplicas: 3, maxReplicas: 2, wva: { hpa: {} } } } }),
    message: /minReplicas cannot exceed maxReplicas/,
  },
];
