/** One object of each kind that together say everything KServe's two defining kinds know, in our types. */
import type {
  ComponentExtension,
  InferenceService,
  LegacyFramework,
  ModelSpec,
  PredictorSpec,
  ServingRuntime,
  ServingRuntimeSpec,
} from "../../../sdk/kubernetes/kserve";

const CONTAINER = {
  name: "kserve-container",
  image: "registry.example.com/server:1",
  args: ["--port=8080"],
  ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  resources: { requests: { cpu: "1" }, limits: { cpu: "2", "nvidia.com/gpu": "1" } },
};

const TERMS = { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] };
const AFFINITY = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [TERMS] } } };
const TOLERATION = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };

/** `Required`: a field that our types gain must be said here. */
const runtimeSpec: Required<ServingRuntimeSpec> = {
  containers: [CONTAINER],
  supportedModelFormats: [{ name: "vLLM", version: "1", autoSelect: true, priority: 1 }],
  protocolVersions: ["v1", "v2", "grpc-v1", "grpc-v2"],
  multiModel: false,
  disabled: false,
  workerSpec: {
    containers: [{ name: "worker-container", image: "a" }],
    pipelineParallelSize: 2,
    tensorParallelSize: 1,
  },
  labels: { team: "a" },
  annotations: { "prometheus.io/port": "8080" },
  nodeSelector: { zone: "a" },
  affinity: AFFINITY,
  tolerations: [TOLERATION],
  volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }],
  imagePullSecrets: [{ name: "pull" }],
  schedulerName: "default-scheduler",
  hostIPC: false,
  grpcEndpoint: "port:8085",
  grpcDataEndpoint: "port:8001",
  httpDataEndpoint: "port:8000",
  replicas: 1,
  storageHelper: { disabled: true },
  builtInAdapter: {
    serverType: "triton",
    runtimeManagementPort: 8001,
    memBufferBytes: 1024,
    modelLoadingTimeoutMillis: 90000,
    env: [{ name: "A", value: "b" }],
  },
};

export const fullRuntime = (namespace: string): ServingRuntime => ({
  apiVersion: "serving.kserve.io/v1alpha1",
  kind: "ServingRuntime",
  metadata: { name: "full", namespace },
  spec: runtimeSpec,
});

export const scaling: Required<ComponentExtension> = {
  minReplicas: 1,
  maxReplicas: 2,
  scaleTarget: 80,
  scaleMetric: "cpu",
  scaleMetricType: "Utilization",
  autoScaling: {
    metrics: [
      { type: "Resource", resource: { name: "memory", target: { type: "Utilization", averageUtilization: 70 } } },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
  },
  containerConcurrency: 2,
  timeout: 600,
  canaryTrafficPercent: 10,
  deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  logger: { url: "http://sink", mode: "all", metadataHeaders: ["a"], metadataAnnotations: ["b"] },
  batcher: { maxBatchSize: 8, maxLatency: 100, timeout: 60 },
  labels: { team: "a" },
  annotations: { note: "b" },
};

const model: ModelSpec = {
  modelFormat: { name: "vLLM", version: "1" },
  runtime: "full",
  runtimeVersion: "2",
  protocolVersion: "v2",
  image: "registry.example.com/server:1",
  args: ["--max-model-len=4096"],
  command: ["serve"],
  env: [{ name: "A", value: "b" }],
  envFrom: [{ secretRef: { name: "more" } }],
  ports: CONTAINER.ports,
  resources: CONTAINER.resources,
  volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
  readinessProbe: { httpGet: { path: "/health", port: 8080 } },
  livenessProbe: { httpGet: { path: "/health", port: 8080 } },
  startupProbe: { httpGet: { path: "/health", port: 8080 } },
  securityContext: { runAsNonRoot: true },
};

/** Three ways to say where the model is, of which a service has one, and all that is left. */
export const predictors: Readonly<Record<string, PredictorSpec>> = {
  uri: {
    ...scaling,
    model: { ...model, storageUri: "oci://example.com/model:1" },
    volumes: runtimeSpec.volumes,
    nodeSelector: runtimeSpec.nodeSelector,
    affinity: AFFINITY,
    tolerations: [TOLERATION],
    imagePullSecrets: [{ name: "pull" }],
    serviceAccountName: "reader",
    priorityClassName: "serving",
    schedulerName: "default-scheduler",
  },
  connection: {
    model: { ...model, storage: { key: "a", path: "b", schemaPath: "c", parameters: { type: "s3" } } },
  },
  several: { model, storageUris: [{ uri: "s3://models/a", mountPath: "/mnt/a" }] },
  "several nodes": {
    model: { modelFormat: { name: "vLLM" }, storageUri: "pvc://models/a" },
    workerSpec: { pipelineParallelSize: 2, tensorParallelSize: 1, containers: [{ name: "worker-container" }] },
  },
  "own containers": { containers: [CONTAINER] },
};

export const FRAMEWORKS: readonly LegacyFramework[] = [
  "sklearn",
  "tensorflow",
  "xgboost",
  "pytorch",
  "triton",
  "onnx",
  "huggingface",
  "pmml",
  "lightgbm",
  "paddle",
];

export const fullService = (namespace: string, predictor: PredictorSpec, name = "full"): InferenceService => ({
  apiVersion: "serving.kserve.io/v1beta1",
  kind: "InferenceService",
  metadata: {
    name,
    namespace,
    annotations: {
      "serving.kserve.io/deploymentMode": "Standard",
      // The only one that several nodes may have.
      ...(predictor.workerSpec !== undefined && { "serving.kserve.io/autoscalerClass": "none" }),
    },
  },
  spec: { predictor },
});
