/** Objects that the API server takes: what the random mistakes are made in. */
import * as fc from "fast-check";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { pairs } from "../pod/arbitraries/pairs";

/** The namespace of every object until {@link inNamespaceOf} moves it. */
export const NAMESPACE = "pairs";
export const NAME = "pair";

function service(predictor: object, annotations: Record<string, string> = {}, rest: object = {}): KubernetesObject {
  const metadata = { name: NAME, namespace: NAMESPACE, annotations };
  const object = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata };
  return { ...object, ...{ spec: { predictor, ...rest } } };
}

function runtime(spec: object, kind = "ServingRuntime"): KubernetesObject {
  const metadata = { name: NAME, ...(kind === "ServingRuntime" ? { namespace: NAMESPACE } : {}) };
  return { apiVersion: "serving.kserve.io/v1alpha1", kind, metadata, ...{ spec } };
}

const model = { modelFormat: { name: "vLLM" }, storageUri: "pvc://claim/models/g" };
const gpu = { resources: { limits: { "nvidia.com/gpu": "1" }, requests: { cpu: "500m" } } };
const main = { name: "kserve-container", image: "quay.io/modh/vllm:1", ...gpu };
const worker = { name: "worker-container", image: "quay.io/modh/vllm:1", ...gpu };
const standard = { "serving.kserve.io/deploymentMode": "Standard" };
const query = { backend: "prometheus", serverAddress: "http://prometheus:9090", query: "sum(up)" };

const services: readonly KubernetesObject[] = [
  service(
    { model: { ...model, ...gpu }, workerSpec: { pipelineParallelSize: 2, tensorParallelSize: 4 } },
    {
      "serving.kserve.io/autoscalerClass": "none",
    },
  ),
  service({ model, workerSpec: { containers: [worker] } }, { "serving.kserve.io/autoscalerClass": "none" }),
  ...["sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface", "pmml", "lightgbm", "paddle"].map(
    (block) => service({ [block]: { storageUri: "gs://m/x", protocolVersion: "v1", ...gpu }, minReplicas: 1 }),
  ),
  service({ pytorch: { storageUri: "s3://m/x" } }, { "serving.kserve.io/deploymentMode": "ModelMesh" }),
  service({ model }, standard, { transformer: { containers: [{ image: "t:1" }], minReplicas: 1, maxReplicas: 2 } }),
  service({ model }, standard, { explainer: { art: { type: "SquareAttack", storageUri: "gs://m/e" } } }),
  service(
    {
      model,
      maxReplicas: 4,
      autoScaling: {
        metrics: [
          { type: "External", external: { metric: query, target: { type: "Value", value: "2" } } },
          { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "2Gi" } } },
        ],
      },
    },
    { "serving.kserve.io/autoscalerClass": "keda" },
  ),
  service(
    {
      model,
      maxReplicas: 3,
      scaleMetric: "cpu",
      scaleTarget: 70,
      autoScaling: {
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
        ],
      },
    },
    { "serving.kserve.io/autoscalerClass": "hpa" },
  ),
  service(
    { model, scaleMetric: "concurrency", scaleTarget: 5, containerConcurrency: 10, canaryTrafficPercent: 10 },
    {
      "serving.kserve.io/deploymentMode": "Knative",
    },
  ),
  service({
    model: { modelFormat: { name: "onnx", version: "1" } },
    storageUris: [
      { uri: "s3://a/b", mountPath: "/mnt/models/a" },
      { uri: "hf://c/d", mountPath: "/mnt/models/b" },
      { uri: "pvc://e", mountPath: "/mnt/e" },
    ],
  }),
  service({ model, logger: { mode: "all", url: "http://sink" }, batcher: { maxBatchSize: 4 }, timeout: 60 }),
  service({ model: { ...model, storage: { key: "k", parameters: { type: "s3" } } } }),
  service({ containers: [main, { name: "transformer-container", image: "t:1" }] }),
];

const format = { name: "vLLM", version: "1", autoSelect: true, priority: 3 };
const runtimes: readonly KubernetesObject[] = ["ServingRuntime", "ClusterServingRuntime"].flatMap((kind) => [
  runtime({ supportedModelFormats: [format], protocolVersions: ["v2", "grpc-v2"], containers: [main] }, kind),
  runtime({ supportedModelFormats: [format], multiModel: true, containers: [main], disabled: false }, kind),
  runtime(
    {
      supportedModelFormats: [{ name: "huggingface", version: "1", autoSelect: true, priority: 9 }],
      containers: [main],
      workerSpec: { pipelineParallelSize: 2, tensorParallelSize: 1, containers: [worker] },
      annotations: { "prometheus.io/port": "8080" },
    },
    kind,
  ),
]);

const others: readonly KubernetesObject[] = [
  {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "InferenceGraph",
    metadata: { name: NAME, namespace: NAMESPACE },
    ...{
      spec: {
        nodes: {
          root: {
            routerType: "Splitter",
            steps: [
              { serviceName: "a", weight: 40 },
              { serviceName: "b", name: "two", weight: 60 },
            ],
          },
        },
      },
    },
  },
  {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "TrainedModel",
    metadata: { name: NAME, namespace: NAMESPACE },
    ...{
      spec: {
        inferenceService: "pair",
        model: { storageUri: "gs://m/x", framework: "sklearn", memory: "256Mi" },
      },
    },
  },
];

/** A valid object of any kind. */
export const validObjects: fc.Arbitrary<KubernetesObject> = fc.oneof(
  { weight: 3, arbitrary: pairs.map(({ service: one }) => plainObject(one)) },
  { weight: 2, arbitrary: pairs.map(({ service: one, runtime: other }) => plainObject(other ?? one)) },
  { weight: 6, arbitrary: fc.constantFrom(...services) },
  { weight: 3, arbitrary: fc.constantFrom(...runtimes) },
  { weight: 1, arbitrary: fc.constantFrom(...others) },
);

/** Valid objects of one kind that are written by hand. */
export const writtenObjects: readonly KubernetesObject[] = [...services, ...runtimes, ...others];

function plainObject(value: object): KubernetesObject {
  return JSON.parse(JSON.stringify(value)) as KubernetesObject;
}
