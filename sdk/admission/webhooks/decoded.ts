/** The shapes that KServe's webhooks see after Go has read an object: types hold, what was left out is absent or zero. */

export interface DecodedMetadata {
  name?: string;
  namespace?: string;
  annotations?: Record<string, string>;
}

export interface DecodedContainer {
  name?: string;
  env?: { name?: string; value?: string }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
}

export interface DecodedStorage {
  path?: string;
  parameters?: Record<string, string>;
  key?: string;
}

/** A block of a predictor such as `model` or `sklearn`, or the `art` explainer. */
export interface DecodedModel extends DecodedContainer {
  modelFormat?: { name?: string };
  storageUri?: string;
  runtimeVersion?: string;
  protocolVersion?: string;
  storage?: DecodedStorage;
}

export interface DecodedMetricTarget {
  type?: string;
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}

export interface DecodedMetric {
  type?: string;
  resource?: { name?: string; target?: DecodedMetricTarget };
  external?: { metric?: { query?: string }; target?: DecodedMetricTarget };
  podmetric?: { metric?: { query?: string }; target?: DecodedMetricTarget };
}

export interface DecodedStorageUri {
  uri?: string;
  mountPath?: string;
}

/** What predictor, transformer and explainer share. */
export interface DecodedComponent {
  containers?: DecodedContainer[];
  storageUris?: DecodedStorageUri[];
  minReplicas?: number;
  maxReplicas?: number;
  scaleTarget?: number;
  scaleMetric?: string;
  autoScaling?: { metrics?: DecodedMetric[] };
  containerConcurrency?: number;
  deploymentStrategy?: object;
  logger?: { mode?: string; storage?: DecodedStorage };
  automountServiceAccountToken?: boolean;
}

export interface DecodedWorker {
  containers?: DecodedContainer[];
  pipelineParallelSize?: number;
  tensorParallelSize?: number;
}

export interface DecodedPredictor extends DecodedComponent {
  sklearn?: DecodedModel;
  xgboost?: DecodedModel;
  tensorflow?: DecodedModel;
  pytorch?: DecodedModel;
  triton?: DecodedModel;
  onnx?: DecodedModel;
  huggingface?: DecodedModel;
  pmml?: DecodedModel;
  lightgbm?: DecodedModel;
  paddle?: DecodedModel;
  model?: DecodedModel;
  workerSpec?: DecodedWorker;
}

export interface DecodedExplainer extends DecodedComponent {
  art?: DecodedModel;
}

export interface DecodedService {
  metadata?: DecodedMetadata;
  spec?: { predictor?: DecodedPredictor; transformer?: DecodedComponent; explainer?: DecodedExplainer };
  status?: { deploymentMode?: string };
}

export interface DecodedModelFormat {
  name?: string;
  version?: string;
  autoSelect?: boolean;
  priority?: number;
}

export interface DecodedRuntimeSpec {
  supportedModelFormats?: DecodedModelFormat[];
  multiModel?: boolean;
  disabled?: boolean;
  protocolVersions?: string[];
  workerSpec?: DecodedWorker;
  containers?: DecodedContainer[];
  annotations?: Record<string, string>;
}

export interface DecodedRuntime {
  kind?: string;
  metadata?: DecodedMetadata;
  spec?: DecodedRuntimeSpec;
}

export interface DecodedGraph {
  metadata?: DecodedMetadata;
  spec?: {
    nodes?: Record<
      string,
      {
        routerType?: string;
        steps?: {
          name?: string;
          nodeName?: string;
          serviceName?: string;
          serviceUrl?: string;
          weight?: number;
        }[];
      }
    >;
  };
}

export interface DecodedTrainedModel {
  metadata?: DecodedMetadata;
  spec?: { model?: { storageUri?: string; memory?: string } };
}
