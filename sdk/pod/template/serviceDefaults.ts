/**
 * What KServe itself changes in an InferenceService before it builds the pod: the defaulting webhook, and the
 * defaults that depend on the server of the chosen runtime.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/{inference_service_defaults,predictor_custom}.go`.
 */
import { annotations as keys, MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { ControllerConfig } from "../controllerConfig";
import { LEGACY_FRAMEWORKS, LEGACY_V2 } from "../legacyPredictor";
import { withVariableDefault, withVariables } from "../merge/environment";
import {
  added,
  append,
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
import { MODEL_MOUNT_PATH } from "./names";

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
  const modern = changeField(service, ["spec", "predictor"], withModel);
  const withMode = changeField(modern, ["metadata"], (metadata) =>
    withField(metadata, "annotations", withDeploymentMode(field(metadata, "annotations"), config)),
  );
  const withFormat = changeField(withMode, ["metadata"], (metadata) => withFormatNoted(metadata, modern));
  const defaulted = changeField(withFormat, ["spec", "predictor"], (predictor) =>
    field(predictor, "model") === undefined ? withCustomDefaults(predictor, config) : predictor,
  );
  const complete = COMPANIONS.reduce(
    (rest, name) => changeField(rest, ["spec", name], (component) => withCompanionDefaults(component, config)),
    defaulted,
  );
  if (config.autoMountServiceAccountToken) return complete;
  return ["predictor", ...COMPANIONS].reduce(
    (rest, name) =>
      changeField(rest, ["spec", name], (component) => withDefault(component, "automountServiceAccountToken", false)),
    complete,
  );
}

/** Components in pods of their own beside the predictor. */
const COMPANIONS = ["transformer", "explainer"];

function withFormatNoted(metadata: Traced, service: Traced): Traced {
  const format = field(service, "spec", "predictor", "model", "modelFormat", "name");
  const written = field(metadata, "annotations");
  if (format === undefined || field(written, "modelFormat") !== undefined) return metadata;
  return withField(metadata, "annotations", withField(written, "modelFormat", format));
}

/** `sklearn` and its like as `model`. */
function withModel(predictor: Traced): Traced {
  const framework = LEGACY_FRAMEWORKS.find((name) => isSet(field(predictor, name)));
  if (framework === undefined) return predictor;
  const written = field(predictor, framework);
  const format = added({ name: framework });
  const model = isUnknown(written) ? written : withField(withField(written, "name", undefined), "modelFormat", format);
  const defaulted =
    model !== undefined && LEGACY_V2.includes(framework) ? withDefault(model, "protocolVersion", "v2") : model;
  return withField(withField(predictor, framework, undefined), "model", defaulted);
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
  const containers = items(field(predictor, "containers"));
  const unnamed = containers.length === 1 || (text(field(containers[0], "name")) ?? "") === "";
  return changeFirstContainer(predictor, (first) => {
    const named = unnamed ? withField(first, "name", added(MAIN_CONTAINER)) : first;
    return withResourceDefaults(named, config);
  });
}

/** The first container of a transformer or an explainer is the main one, whatever it was called. */
function withCompanionDefaults(component: Traced, config: ControllerConfig): Traced {
  const art = changeField(component, ["art"], (one) => {
    const versioned = withDefault(one, "runtimeVersion", config.artExplainer.defaultImageVersion);
    return withResourceDefaults(withField(versioned, "name", added(MAIN_CONTAINER)), config);
  });
  return changeFirstContainer(art, (first) =>
    withResourceDefaults(withField(first, "name", added(MAIN_CONTAINER)), config),
  );
}

function changeFirstContainer(component: Traced, change: (first: Traced) => Traced): Traced {
  const containers = field(component, "containers");
  const [first, ...others] = items(containers);
  if (containers?.kind !== "list" || first === undefined || isUnknown(first)) return component;
  return withField(component, "containers", { ...containers, items: [change(first), ...others] });
}

function withResourceDefaults(container: Traced, config: ControllerConfig): Traced {
  const { cpuRequest, memoryRequest, cpuLimit, memoryLimit } = config.resource;
  let resources = field(container, "resources") ?? added({});
  resources = withDefaults(resources, "requests", { cpu: cpuRequest, memory: memoryRequest });
  resources = withDefaults(resources, "limits", { cpu: cpuLimit, memory: memoryLimit });
  return withField(container, "resources", resources);
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
    if (!hasStorage(model)) return withVariableDefault(model, "MLSERVER_LOAD_MODELS_AT_STARTUP", added("false"));
    const named = withVariableDefault(model, "MLSERVER_MODEL_NAME", field(service, "metadata", "name"));
    return withVariableDefault(named, "MLSERVER_MODEL_URI", added(MODEL_MOUNT_PATH));
  });
}

function withTorchServeDefaults(service: Traced): Traced {
  const protocol = field(service, "spec", "predictor", "model", "protocolVersion") ?? added("v1");
  const isV2 = ["v2", "grpc-v2"].includes(text(protocol) ?? "");
  const envelope = isUnknown(protocol) ? protocol : added(isV2 ? "kservev2" : "kserve");
  const variable = withField(added({ name: "PROTOCOL_VERSION" }), "value", protocol);
  return changeModel(withLabel(service, "serviceEnvelope", envelope), (model) => withVariables(model, [variable]));
}

function withLabel(service: Traced, name: string, value: Traced | undefined): Traced {
  return changeField(service, ["metadata"], (metadata) =>
    withField(metadata, "labels", withField(field(metadata, "labels"), name, value)),
  );
}

function hasStorage(model: Traced | undefined): boolean {
  return isSet(field(model, "storageUri")) || isSet(field(model, "storage"));
}

function changeModel(service: Traced, change: (model: Traced) => Traced): Traced {
  return changeField(service, ["spec", "predictor", "model"], change);
}
