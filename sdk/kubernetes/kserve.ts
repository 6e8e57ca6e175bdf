/**
 * KServe 0.17 custom resources of the groups `serving.kserve.io/v1alpha1` and `/v1beta1`, as plain data.
 * Upstream: kserve/kserve `pkg/apis/serving/{v1alpha1,v1beta1}`.
 */
import type {
  Affinity,
  Container,
  DeploymentStrategy,
  EnvVar,
  HorizontalPodAutoscalerBehavior,
  KubernetesObject,
  LocalObjectReference,
  ObjectMeta,
  PodSpec,
  Toleration,
  Volume,
} from "./core";

export const SERVING_V1ALPHA1 = "serving.kserve.io/v1alpha1";
export const SERVING_V1BETA1 = "serving.kserve.io/v1beta1";

/** The container of a runtime that serves the model; KServe merges the service's `model` block into this one. */
export const MAIN_CONTAINER = "kserve-container";

/** Annotation and label keys that KServe and Open Data Hub read. */
export const annotations = {
  deploymentMode: "serving.kserve.io/deploymentMode",
  autoscalerClass: "serving.kserve.io/autoscalerClass",
  enablePrometheusScraping: "serving.kserve.io/enable-prometheus-scraping",
  stop: "serving.kserve.io/stop",
  displayName: "openshift.io/display-name",
  description: "openshift.io/description",
  enableAuth: "security.opendatahub.io/enable-auth",
  authProxyType: "security.opendatahub.io/auth-proxy-type",
  topologyType: "opendatahub.io/topology-type",
  topologyConfigRef: "opendatahub.io/topology-config-ref",
  routingConfigRef: "opendatahub.io/routing-config-ref",
  /** What an AI asset endpoint is for, as free text. */
  genaiUseCase: "opendatahub.io/genai-use-case",
  recommendedAccelerators: "opendatahub.io/recommended-accelerators",
  hardwareProfileName: "opendatahub.io/hardware-profile-name",
  hardwareProfileNamespace: "opendatahub.io/hardware-profile-namespace",
  modelType: "opendatahub.io/model-type",
  runtimeVersion: "opendatahub.io/runtime-version",
  /** On the pods of a runtime: which metrics dashboard fits. */
  kserveRuntime: "opendatahub.io/kserve-runtime",
  /** On a runtime: the template it was made from, and whether that was global or of the project. */
  templateName: "opendatahub.io/template-name",
  templateDisplayName: "opendatahub.io/template-display-name",
  runtimeScope: "opendatahub.io/serving-runtime-scope",
  apiProtocol: "opendatahub.io/apiProtocol",
  modelServingSupport: "opendatahub.io/modelServingSupport",
  /** On a runtime: which server it is, which switches defaults of KServe on. */
  serverType: "serving.kserve.io/server-type",
  /** On an InferenceService: the Secret of its connection, and the path in that connection's bucket. */
  connections: "opendatahub.io/connections",
  connectionPath: "opendatahub.io/connection-path",
  /** On the Secret of a connection. */
  connectionType: "opendatahub.io/connection-type",
  connectionTypeProtocol: "opendatahub.io/connection-type-protocol",
  connectionTypeRef: "opendatahub.io/connection-type-ref",
  connectionHidden: "opendatahub.io/connection-hidden",
  prometheusPort: "prometheus.io/port",
  prometheusPath: "prometheus.io/path",
  /** On a HardwareProfile. */
  profileDisplayName: "opendatahub.io/display-name",
  profileDescription: "opendatahub.io/description",
  profileDisabled: "opendatahub.io/disabled",
  /** JSON list of the places of the dashboard that offer it; without it, all. */
  profileVisibility: "opendatahub.io/dashboard-feature-visibility",
  /** Read by Pulumi's Kubernetes provider, and by nobody else. */
  waitFor: "pulumi.com/waitFor",
  skipAwait: "pulumi.com/skipAwait",
} as const;

export const labels = {
  dashboard: "opendatahub.io/dashboard",
  /** On a Secret: Open Data Hub copies its S3 credentials into `storage-config`. */
  managed: "opendatahub.io/managed",
  /** Open Data Hub: `exposed` makes a Route. Plain KServe: `cluster-local` prevents an Ingress. */
  visibility: "networking.kserve.io/visibility",
  /** The model that an object belongs to, so that one selector finds all of them, pods included. */
  instance: "app.kubernetes.io/instance",
  managedBy: "app.kubernetes.io/managed-by",
  /** The InferenceService that a Route leads to. */
  inferenceServiceName: "inferenceservice-name",
  /** On the pods of an InferenceService. */
  inferenceService: "serving.kserve.io/inferenceservice",
  maasEndpoint: "opendatahub.io/maas-endpoint",
  /** Open Data Hub: offers the model in the playground. */
  genaiAsset: "opendatahub.io/genai-asset",
  queueName: "kueue.x-k8s.io/queue-name",
} as const;

/** `spec.supportedModelFormats[]` of a runtime. */
export interface SupportedModelFormat {
  /** Compared case-sensitively with `model.modelFormat.name`. */
  name: string;
  version?: string;
  /** Lets KServe pick this runtime for services that name none. */
  autoSelect?: boolean;
  /** >= 1; higher wins during auto-selection. */
  priority?: number;
}

/** Protocols a runtime can list; an empty list matches every service. */
export type Protocol = "v1" | "v2" | "grpc-v1" | "grpc-v2";

/** The pod parts that a runtime contributes to every service that uses it. */
export interface ServingRuntimePodSpec {
  containers: Container[];
  volumes?: Volume[];
  nodeSelector?: Record<string, string>;
  affinity?: Affinity;
  tolerations?: Toleration[];
  /** Copied to the pods (not `metadata.labels`). */
  labels?: Record<string, string>;
  /** Copied to the pods; where `prometheus.io/*` belongs. */
  annotations?: Record<string, string>;
  imagePullSecrets?: LocalObjectReference[];
  schedulerName?: string;
  hostIPC?: boolean;
}

/** The second pod of a multi-node runtime or service. */
export interface WorkerSpec extends PodSpec {
  pipelineParallelSize?: number;
  tensorParallelSize?: number;
}

/** Fields that only ModelMesh read; accepted, and without effect on the single-model path. */
interface ModelMeshFields {
  grpcEndpoint?: string;
  grpcDataEndpoint?: string;
  httpDataEndpoint?: string;
  replicas?: number;
  storageHelper?: { disabled?: boolean };
  builtInAdapter?: {
    serverType?: string;
    runtimeManagementPort?: number;
    memBufferBytes?: number;
    modelLoadingTimeoutMillis?: number;
    env?: EnvVar[];
  };
}

/** @requirement PL-10 */
export interface ServingRuntimeSpec extends ServingRuntimePodSpec, ModelMeshFields {
  supportedModelFormats?: SupportedModelFormat[];
  /** False for single-model serving, the only mode this project emits. */
  multiModel?: boolean;
  /** True: ignored by runtime selection and refused when named. */
  disabled?: boolean;
  protocolVersions?: Protocol[];
  workerSpec?: WorkerSpec;
}

export interface ServingRuntime extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA1;
  kind: "ServingRuntime";
  metadata: ObjectMeta & { namespace: string };
  spec: ServingRuntimeSpec;
}

export interface ClusterServingRuntime extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA1;
  kind: "ClusterServingRuntime";
  spec: ServingRuntimeSpec;
}

export interface ModelFormat {
  name: string;
  version?: string;
}

/** `model.storage`: credentials and path by a key of Secret `storage-config`. */
export interface ModelStorageSpec {
  key?: string;
  path?: string;
  schemaPath?: string;
  parameters?: Record<string, string>;
}

/** `spec.predictor.model`: what to serve, plus inline container fields merged over the runtime's main container. */
export interface ModelSpec extends Partial<Omit<Container, "name">> {
  modelFormat: ModelFormat;
  /** `metadata.name` of a ServingRuntime in the namespace or of a ClusterServingRuntime. */
  runtime?: string;
  /** Replaces the runtime image's tag. */
  runtimeVersion?: string;
  protocolVersion?: Protocol;
  storageUri?: string;
  storage?: ModelStorageSpec;
  /** Must stay empty; the webhook refuses any value. */
  name?: string;
}

/** A storage location with its own mount path (`spec.predictor.storageUris[]`). */
export interface StorageUri {
  uri: string;
  mountPath?: string;
}

/** The framework blocks of the v1beta1 API's first years; the defaulting webhook turns each into `model`. */
export type LegacyFramework =
  "sklearn" | "tensorflow" | "xgboost" | "pytorch" | "triton" | "onnx" | "huggingface" | "pmml" | "lightgbm" | "paddle";

/** What `predictor.sklearn` and its like may say: a model without its format. */
export type LegacyPredictorSpec = Omit<ModelSpec, "modelFormat" | "runtime">;

/** Sends requests and responses to a sink or a store. */
export interface LoggerSpec {
  url?: string;
  mode?: "all" | "request" | "response";
  metadataHeaders?: string[];
  metadataAnnotations?: string[];
  storage?: ModelStorageSpec & { serviceAccountName?: string };
  marshallerUrl?: string;
  batchSize?: number;
  batchInterval?: string;
}

/** Joins requests; latency in milliseconds. */
export interface BatcherSpec {
  maxBatchSize?: number;
  maxLatency?: number;
  timeout?: number;
}

/** At which value of a metric replicas are added; quantities as text. */
interface MetricTarget {
  type?: "Utilization" | "Value" | "AverageValue";
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}

/** One metric of an autoscaler: a resource for either class, the other two for KEDA; the field named by `type` is set. */
export interface ScalingMetric {
  type: "Resource" | "External" | "PodMetric";
  resource?: { name: "cpu" | "memory"; target: MetricTarget };
  external?: {
    metric: { backend?: "prometheus" | "graphite"; serverAddress?: string; query?: string; namespace?: string };
    authenticationRef?: { authenticationRef: { name: string }; authModes?: string };
    target: MetricTarget;
  };
  podmetric?: {
    metric: {
      backend?: "opentelemetry";
      serverAddress?: string;
      metricNames?: string[];
      query?: string;
      operationOverTime?: string;
    };
    target: MetricTarget;
  };
}

/** Fields of `spec.predictor`, `spec.transformer` and `spec.explainer` that govern scaling and rollout. */
export interface ComponentExtension {
  minReplicas?: number;
  maxReplicas?: number;
  scaleTarget?: number;
  scaleMetric?: "cpu" | "memory" | "concurrency" | "rps";
  scaleMetricType?: "Utilization" | "Value" | "AverageValue";
  autoScaling?: { metrics?: ScalingMetric[]; behavior?: HorizontalPodAutoscalerBehavior };
  containerConcurrency?: number;
  /** Seconds. */
  timeout?: number;
  canaryTrafficPercent?: number;
  deploymentStrategy?: DeploymentStrategy;
  logger?: LoggerSpec;
  batcher?: BatcherSpec;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/**
 * `spec.predictor`: an inline PodSpec (containers optional) with scaling fields and the model.
 *
 * @requirement PL-10
 */
export interface PredictorSpec
  extends ComponentExtension, Partial<Omit<PodSpec, "name">>, Partial<Record<LegacyFramework, LegacyPredictorSpec>> {
  model?: ModelSpec;
  storageUris?: StorageUri[];
  workerSpec?: WorkerSpec;
}

/** `spec.transformer`: pre- and post-processing in pods of its own; its first container is the one that serves. */
export interface TransformerSpec extends ComponentExtension, Partial<Omit<PodSpec, "name">> {
  storageUris?: StorageUri[];
}

/** `spec.explainer.art`: an explanation server by its image of `inferenceservice-config`. */
export interface ArtExplainerSpec extends Partial<Omit<Container, "name">> {
  type: string;
  storageUri?: string;
  runtimeVersion?: string;
  config?: Record<string, string>;
  storage?: ModelStorageSpec;
}

/** `spec.explainer`: either `art` or containers of its own. */
export interface ExplainerSpec extends TransformerSpec {
  art?: ArtExplainerSpec;
}

export interface InferenceServiceSpec {
  predictor: PredictorSpec;
  transformer?: TransformerSpec;
  explainer?: ExplainerSpec;
}

export interface InferenceService extends KubernetesObject {
  apiVersion: typeof SERVING_V1BETA1;
  kind: "InferenceService";
  metadata: ObjectMeta & { namespace: string };
  spec: InferenceServiceSpec;
}

/** Which downloader fetches models of some kind of location. Group `serving.kserve.io/v1alpha1`. */
export interface ClusterStorageContainer extends KubernetesObject {
  apiVersion: typeof SERVING_V1ALPHA1;
  kind: "ClusterStorageContainer";
  spec: {
    container: Container;
    /** One of the two each; a regular expression may match anywhere. */
    supportedUriFormats: { prefix?: string; regex?: string }[];
    /** Default: `initContainer`. */
    workloadType?: "initContainer" | "localModelDownloadJob";
    /** Whether it takes several locations at once (`storageUris`). Default: false. */
    supportsMultiModelDownload?: boolean;
  };
  disabled?: boolean;
}
