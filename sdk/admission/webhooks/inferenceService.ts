/**
 * The rules of the validating webhook for InferenceServices, in upstream's order.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/inference_service_validation.go`.
 */
import { annotations as keys } from "../../kubernetes/kserve";
import {
  type Component,
  componentsOf,
  exactlyOneImplementation,
  type Implementation,
  predictorComponent,
  variable,
} from "./components";
import type { DecodedService } from "./decoded";
import { multiNodeServiceDenial } from "./multiNode";
import { annotationPath, type Denial, firstDenial, type Rule } from "./rule";
import { extensionDenial, scalingDenial } from "./scaling";
import { storageUrisDenial } from "./storageUris";

const NAME = "[a-z]([-a-z0-9]*[a-z0-9])?";
const NAME_PATTERN = new RegExp(`^${NAME}$`);
const AUTOSCALERS = ["hpa", "external", "keda", "none"];
const TRANSFORMER_CONTAINER = "transformer-container";
/** The blocks whose container may carry no name, as upstream goes through them. */
const UNNAMED = [
  "sklearn",
  "xgboost",
  "tensorflow",
  "pytorch",
  "triton",
  "onnx",
  "huggingface",
  "pmml",
  "lightgbm",
  "paddle",
  "model",
] as const;

/** The rules for a service; given the stored one, also what an update may not change. */
export function inferenceServiceRules(previous: DecodedService | undefined): readonly Rule<ServiceView>[] {
  const mode = previous?.status?.deploymentMode ?? "";
  return mode === "" ? RULES : [keepsMode(mode), ...RULES];
}

/** A service with its components, which most rules ask for. */
export interface ServiceView extends DecodedService {
  components(): readonly Component[];
}

export function serviceView({ metadata, spec }: DecodedService): ServiceView {
  let components: readonly Component[] | undefined;
  const view = { ...(metadata && { metadata }), ...(spec && { spec }) };
  return { ...view, components: () => (components ??= componentsOf(view)) };
}

function keepsMode(stored: string): Rule<ServiceView> {
  return ({ metadata }) => {
    const asked = metadata?.annotations?.[keys.deploymentMode];
    if (asked === undefined || asked === stored) return undefined;
    const message = `update rejected: deploymentMode cannot be changed from '${stored}' to '${asked}'`;
    return { message, field: annotationPath(keys.deploymentMode) };
  };
}

const COMPONENT_RULES: readonly ((component: Component, view: ServiceView) => Denial | undefined)[] = [
  exactlyOneImplementation,
  implementationDenial,
  extensionDenial,
  (component, { metadata }) => scalingDenial(component, metadata?.annotations ?? {}),
];

const RULES: readonly Rule<ServiceView>[] = [
  nameDenial,
  autoscalerDenial,
  multiNodeServiceDenial,
  collocationDenial,
  namedBlockDenial,
  storageDenial,
  ...[0, 1, 2].flatMap((position) =>
    COMPONENT_RULES.map((rule) => (view: ServiceView) => {
      const component = view.components()[position];
      return component === undefined ? undefined : rule(component, view);
    }),
  ),
];

function nameDenial({ metadata }: DecodedService): Denial | undefined {
  const name = metadata?.name ?? "";
  if (NAME_PATTERN.test(name)) return undefined;
  const characters = "lower case alphanumeric characters or '-', and must start with alphabetical character";
  const examples = `(e.g. "my-name" or "abc-123", regex used for validation is '${NAME}')`;
  const rule = `a InferenceService name must consist of ${characters}. ${examples}`;
  return { message: `the InferenceService "${name}" is invalid: ${rule}`, field: "metadata.name" };
}

function autoscalerDenial({ metadata }: DecodedService): Denial | undefined {
  const scaler = metadata?.annotations?.[keys.autoscalerClass];
  if (scaler === undefined || AUTOSCALERS.includes(scaler)) return undefined;
  return {
    message: `[${scaler}] is not a supported autoscaler class type`,
    field: annotationPath(keys.autoscalerClass),
  };
}

/** A transformer beside the model in one pod downloads nothing. */
function collocationDenial({ spec }: DecodedService): Denial | undefined {
  const containers = spec?.predictor?.containers ?? [];
  const index = containers.findIndex(({ name }) => name === TRANSFORMER_CONTAINER);
  if (variable(containers[index], "STORAGE_URI") === undefined) return undefined;
  const message = "storage uri should not be specified in transformer container";
  return { message, field: `spec.predictor.containers[${index}].env` };
}

function namedBlockDenial({ spec }: DecodedService): Denial | undefined {
  const named = UNNAMED.find((block) => (spec?.predictor?.[block]?.name ?? "") !== "");
  if (named === undefined) return undefined;
  return { message: "the 'name' field is not allowed in standard predictor", field: `spec.predictor.${named}.name` };
}

function storageDenial(view: ServiceView): Denial | undefined {
  const [predictor, ...others] = view.components();
  const ordered = [...others, predictor ?? predictorComponent({})];
  return firstDenial(ordered, storageUrisDenial);
}

/** The implementation that upstream takes; there is exactly one by now. */
function implementationDenial({ implementations: [first], path }: Component): Denial | undefined {
  if (first === undefined) return undefined;
  if (first.kind !== "containers") return blockDenial(first, path);
  const protocol = path === "spec.predictor" ? variable(first.containers[0], "PROTOCOL") : undefined;
  if (protocol === undefined || ["v1", "v2"].includes(protocol)) return undefined;
  // Upstream mixes up the two.
  return { message: `invalid protocol v1, v2. Must be one of [${protocol}]`, field: `${path}.containers[0].env` };
}

const SPEC_PREFIXES = ["s3://", "hdfs://", "webhdfs://"];
const GPU_SUFFIX = "-gpu";

/** Old-style blocks are rewritten to `model` before this, except for ModelMesh. */
function blockDenial(
  { kind, block }: Exclude<Implementation, { kind: "containers" }>,
  path: string,
): Denial | undefined {
  const field = `${path}.${kind}`;
  if (kind === "pytorch" || kind === "tensorflow") {
    const name = kind === "pytorch" ? "PyTorch" : "Tensorflow";
    const end = kind === "pytorch" ? ". " : "";
    const limits = Object.keys(block.resources?.limits ?? {});
    const wants = limits.some((limit) => limit === "nvidia.com/gpu" || limit.startsWith("nvidia.com/mig"));
    const has = block.runtimeVersion?.includes(GPU_SUFFIX) ?? wants;
    const [first, second] = wants ? ["not GPU enabled but", "are"] : ["GPU enabled but", "are not"];
    const message = `${name} RuntimeVersion is ${first} GPU resources ${second} requested${end}`;
    if (wants !== has) return { message, field: `${field}.runtimeVersion` };
  }
  if (kind === "onnx" && block.storageUri !== undefined) {
    const extension = /\.[^./]*$/.exec(block.storageUri)?.[0] ?? "";
    if (extension !== ".onnx" && extension !== "") {
      const message = `expected storageUri file extension: '.onnx' but got '${extension}'`;
      return { message, field: `${field}.storageUri` };
    }
  }
  const checksStorage = ["pytorch", "tensorflow", "onnx", "pmml", "huggingface", "art"].includes(kind);
  return checksStorage ? storageSpecDenial(block, field) : undefined;
}

function storageSpecDenial({ storage, storageUri }: DecodedServiceBlock, field: string): Denial | undefined {
  if (storage === undefined) return undefined;
  const prefixes = SPEC_PREFIXES.join(", ");
  const isSupported = (uri: string): boolean => SPEC_PREFIXES.some((prefix) => uri.startsWith(prefix));
  if (storageUri !== undefined && storageUri !== "") {
    const otherwise = "or match https://{}.blob.core.windows.net/{}/{} or be an absolute or relative local path";
    const message = `storageUri, must be one of: [${prefixes}] ${otherwise}. StorageUri [${storageUri}] is not supported`;
    return isSupported(storageUri) ? undefined : { message, field: `${field}.storageUri` };
  }
  const type = storage.parameters?.type;
  if (type === undefined || isSupported(`${type}://`)) return undefined;
  const message = `storage.spec.type, must be one of: [${prefixes}]. storage.spec.type [${type}] is not supported`;
  return { message, field: `${field}.storage.parameters.type` };
}

type DecodedServiceBlock = Exclude<Implementation, { kind: "containers" }>["block"];
