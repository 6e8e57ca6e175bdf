/**
 * What KServe itself changes in an InferenceService before it builds the pod: the defaulting webhook, and the
 * defaults that depend on the server of the chosen runtime.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/{inference_service_defaults,predictor_custom}.go`.
 */
import { annotations as keys, MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { ControllerConfig } from "../controllerConfig";
import {
  added,
  changeField,
  field,
  isSet,
  isUnknown,
  items,
  text,
  type Traced,
  withDefault,
  withField,
} from "../merge/traced";

/** Where the storage initializer and the ModelCar put the model. */
export const MODEL_MOUNT_PATH = "/mnt/models";

const SERVER_TYPE_ANNOTATION = "serving.kserve.io/server-type";
/** Runtimes whose server is known by their name alone; the annotation goes first. */
const SERVER_BY_RUNTIME: Readonly<Record<string, string>> = {
  "kserve-mlserver": "mlserver",
  "kserve-tritonserver": "tritonserver",
  "kserve-torchserve": "torchserve",
};
const MODEL_CLASSES: Readonly<Record<string, string>> = {
  xgboost: "mlserver_xgboost.XGBoostModel",
  lightgbm: "mlserver_lightgbm.LightGBMModel",
  mlflow: "mlserver_mlflow.MLflowRuntime",
};
const DEFAULT_MODEL_CLASS = "mlserver_sklearn.SKLearnModel";
const MODE_SPELLINGS: Readonly<Record<string, string>> = { RawDeployment: "Standard", Serverless: "Knative" };

/** The service as the defaulting webhook stores it. */
export function admit(service: Traced, config: ControllerConfig): Traced {
  const withMode = changeField(service, ["metadata"], (metadata) =>
    withField(metadata, "annotations", withDeploymentMode(field(metadata, "annotations"), config)),
  );
  const format = field(withMode, "spec", "predictor", "model", "modelFormat", "name");
  const withFormat = changeField(withMode, ["metadata"], (metadata) => {
    const written = field(metadata, "annotations");
    if (format === undefined || field(written, "modelFormat") !== undefined) return metadata;
    return withField(metadata, "annotations", withField(written, "modelFormat", format));
  });
  return changeField(withFormat, ["spec", "predictor"], (predictor) => {
    const defaulted = field(predictor, "model") === undefined ? withCustomDefaults(predictor, config) : predictor;
    if (config.autoMountServiceAccountToken) return defaulted;
    return withDefault(defaulted, "automountServiceAccountToken", false);
  });
}

/** The service with the defaults for the runtime's server: MLServer, Triton and TorchServe have some. */
export function withServerDefaults(service: Traced, runtime: Traced | undefined): Traced {
  const written = field(runtime, "metadata", "annotations", SERVER_TYPE_ANNOTATION);
  const server = text(written) ?? SERVER_BY_RUNTIME[text(field(runtime, "metadata", "name")) ?? ""];
  if (server === "mlserver") return withMlServerDefaults(service);
  if (server === "torchserve") return withTorchServeDefaults(service);
  if (server === "tritonserver" && !hasStorage(field(service, "spec", "predictor", "model"))) {
    return changeModel(service, (model) => withField(model, "args", append(field(model, "args"), EXPLICIT_MODE)));
  }
  return service;
}

const EXPLICIT_MODE = added("--model-control-mode=explicit");

function withDeploymentMode(annotations: Traced | undefined, config: ControllerConfig): Traced | undefined {
  const written = field(annotations, keys.deploymentMode);
  if (written?.kind === "leaf" && typeof written.value === "string") {
    const mode = MODE_SPELLINGS[written.value] ?? written.value;
    return withField(annotations, keys.deploymentMode, { ...written, value: mode });
  }
  if (written !== undefined || !["Standard", "ModelMesh"].includes(config.defaultDeploymentMode)) return annotations;
  return withField(annotations, keys.deploymentMode, added(config.defaultDeploymentMode));
}

/** A predictor of plain containers: its only container is the main one, and its first one gets resources. */
function withCustomDefaults(predictor: Traced, config: ControllerConfig): Traced {
  const containers = field(predictor, "containers");
  const [first, ...others] = items(containers);
  if (containers?.kind !== "list" || first === undefined) return predictor;
  const unnamed = others.length === 0 || (text(field(first, "name")) ?? "") === "";
  const named = unnamed ? withField(first, "name", added(MAIN_CONTAINER)) : first;
  const { cpuRequest, memoryRequest, cpuLimit, memoryLimit } = config.resource;
  let resources = field(named, "resources") ?? added({});
  resources = withDefaults(resources, "requests", { cpu: cpuRequest, memory: memoryRequest });
  resources = withDefaults(resources, "limits", { cpu: cpuLimit, memory: memoryLimit });
  const sized = withField(named, "resources", resources);
  return withField(predictor, "containers", { ...containers, items: [sized, ...others] });
}

function withDefaults(resources: Traced, list: string, defaults: Record<string, string | undefined>): Traced {
  let amounts = field(resources, list) ?? added({});
  for (const [name, amount] of Object.entries(defaults)) {
    if (amount !== undefined) amounts = withDefault(amounts, name, amount);
  }
  return withField(resources, list, amounts);
}

function withMlServerDefaults(service: Traced): Traced {
  const format = field(service, "spec", "predictor", "model", "modelFormat", "name");
  const modelClass = isUnknown(format) ? format : added(MODEL_CLASSES[text(format) ?? ""] ?? DEFAULT_MODEL_CLASS);
  const labelled = withLabel(service, "modelClass", modelClass);
  return changeModel(labelled, (model) => {
    if (!hasStorage(model)) return withEnvDefault(model, "MLSERVER_LOAD_MODELS_AT_STARTUP", added("false"));
    const named = withEnvDefault(model, "MLSERVER_MODEL_NAME", field(service, "metadata", "name"));
    return withEnvDefault(named, "MLSERVER_MODEL_URI", added(MODEL_MOUNT_PATH));
  });
}

function withTorchServeDefaults(service: Traced): Traced {
  const protocol = field(service, "spec", "predictor", "model", "protocolVersion") ?? added("v1");
  const isV2 = ["v2", "grpc-v2"].includes(text(protocol) ?? "");
  const envelope = isUnknown(protocol) ? protocol : added(isV2 ? "kservev2" : "kserve");
  const variable = withField(added({ name: "PROTOCOL_VERSION" }), "value", protocol);
  return changeModel(withLabel(service, "serviceEnvelope", envelope), (model) =>
    withField(model, "env", append(field(model, "env"), variable)),
  );
}

function withLabel(service: Traced, name: string, value: Traced | undefined): Traced {
  return changeField(service, ["metadata"], (metadata) =>
    withField(metadata, "labels", withField(field(metadata, "labels"), name, value)),
  );
}

function withEnvDefault(model: Traced, name: string, value: Traced | undefined): Traced {
  const env = field(model, "env");
  if (items(env).some((variable) => text(field(variable, "name")) === name)) return model;
  return withField(model, "env", append(env, withField(added({ name }), "value", value)));
}

function append(list: Traced | undefined, item: Traced): Traced {
  if (list !== undefined && isUnknown(list)) return list;
  return { kind: "list", items: [...items(list), item], origin: list?.origin };
}

function hasStorage(model: Traced | undefined): boolean {
  return isSet(field(model, "storageUri")) || isSet(field(model, "storage"));
}

function changeModel(service: Traced, change: (model: Traced) => Traced): Traced {
  return changeField(service, ["spec", "predictor", "model"], change);
}
