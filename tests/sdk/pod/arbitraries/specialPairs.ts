/** Pairs for what KServe does by name, and pairs of which it makes nothing; see {@link named} for the names. */

interface Spec {
  runtimeName?: string;
  format?: string;
  container?: object;
  model?: object;
  predictor?: object;
  annotations?: Record<string, string>;
}

function pair({ runtimeName = "pair", format = "vLLM", container, model, predictor, annotations }: Spec): {
  service: object;
  runtime: object;
} {
  return {
    runtime: {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "ServingRuntime",
      metadata: { name: runtimeName, namespace: "pairs" },
      spec: {
        supportedModelFormats: [{ name: format }],
        containers: [{ name: "kserve-container", image: "kserve/server:v1", ...container }],
      },
    },
    service: {
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata: { name: "pair", namespace: "pairs", ...(annotations === undefined ? {} : { annotations }) },
      spec: { predictor: { model: { modelFormat: { name: format }, runtime: runtimeName, ...model }, ...predictor } },
    },
  };
}

const gpu = { resources: { limits: { "nvidia.com/gpu": "1" } } };

export const specialPairs: readonly { service: object; runtime: object }[] = [
  pair({ runtimeName: "kserve-huggingfaceserver", container: gpu }),
  pair({
    runtimeName: "kserve-torchserve",
    container: { image: "pytorch/torchserve:1-gpu" },
    model: { ...gpu, protocolVersion: "v2" },
  }),
  pair({
    runtimeName: "kserve-tensorflow-serving",
    model: { resources: { limits: { "nvidia.com/mig-1g.5gb": "1" } } },
  }),
  pair({
    runtimeName: "kserve-mlserver",
    format: "lightgbm",
    model: { storageUri: "s3://m/x", env: [{ name: "MLSERVER_MODEL_NAME", value: "own" }] },
  }),
  pair({ runtimeName: "kserve-tritonserver", format: "triton", container: { args: ["--a"] } }),
  pair({ predictor: { annotations: { "serving.kserve.io/autoscalerClass": "none" }, minReplicas: 3 } }),
  pair({ annotations: { "serving.kserve.io/autoscalerClass": "none" }, predictor: { minReplicas: 0 } }),
  pair({ predictor: { minReplicas: 0, maxReplicas: 0 } }),
  pair({
    container: {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
        { name: "C", value: "3" },
      ],
    },
    model: {
      env: [
        { name: "D", value: "4" },
        { name: "C", value: "" },
        { name: "A", value: "5" },
      ],
    },
  }),
];

/** With the text that the controller, or the real API server behind it, answers. */
export const refusedPairs: readonly { pair: { service: object; runtime: object }; refusal: RegExp }[] = [
  { pair: pair({ container: { args: ["--chat-template={{ messages }}"] } }), refusal: /replace placeholders/ },
  { pair: pair({ container: { args: ['{{index .Labels "a"}}'] } }), refusal: /replace placeholders/ },
  { pair: pair({ model: { args: ["{{.Name"] } }), refusal: /replace placeholders/ },
  {
    pair: pair({ model: { args: ["{{.Annotations.note}}"] }, annotations: { note: "two\nlines" } }),
    refusal: /replace placeholders/,
  },
  { pair: pair({ container: { name: "server" } }), refusal: /failed to find kserve-container/ },
];
