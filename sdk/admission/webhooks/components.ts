/**
 * The components of an InferenceService and their implementations.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/{predictor,transformer,explainer,component}.go`.
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type {
  DecodedComponent,
  DecodedContainer,
  DecodedExplainer,
  DecodedModel,
  DecodedPredictor,
  DecodedService,
} from "./decoded";
import type { Denial } from "./rule";

/** The blocks of a predictor in the order in which upstream asks for them, with the name in its messages. */
const PREDICTOR_BLOCKS = [
  "xgboost",
  "pytorch",
  "triton",
  "sklearn",
  "tensorflow",
  "onnx",
  "pmml",
  "lightgbm",
  "paddle",
  "huggingface",
  "model",
] as const;

const PREDICTOR_FIELDS =
  "SKLearn, XGBoost, Tensorflow, PyTorch, Triton, ONNX, HuggingFace, PMML, LightGBM, Paddle, Model, StorageUris, WorkerSpec, PodSpec";

/** One way to serve: a block, or plain containers. */
export type Implementation =
  | { kind: (typeof PREDICTOR_BLOCKS)[number] | "art"; block: DecodedModel }
  | { kind: "containers"; containers: DecodedContainer[] };

/** A component with what its type decides. */
export interface Component {
  path: string;
  spec: DecodedComponent;
  implementations: Implementation[];
  /** The end of the message for any number of implementations but one. */
  exactlyOne: string;
}

/** Predictor, transformer and explainer, those that are given. */
export function componentsOf({ spec }: DecodedService): Component[] {
  const { predictor = {}, transformer, explainer } = spec ?? {};
  return [
    predictorComponent(predictor),
    ...(transformer === undefined ? [] : [transformerComponent(transformer)]),
    ...(explainer === undefined ? [] : [explainerComponent(explainer)]),
  ];
}

export function predictorComponent(spec: DecodedPredictor): Component {
  const implementations: Implementation[] = PREDICTOR_BLOCKS.flatMap((kind) => {
    const block = spec[kind];
    return block === undefined ? [] : [{ kind, block }];
  });
  const { containers = [] } = spec;
  const mains = containers.filter(({ name }) => name === MAIN_CONTAINER);
  // One for each container of that name.
  implementations.push(...mains.map(() => ({ kind: "containers", containers }) as const));
  if (implementations.length === 0 && containers.length > 0) implementations.push({ kind: "containers", containers });
  const exactlyOne = `[${PREDICTOR_FIELDS}] must be specified in PredictorSpec`;
  return { path: "spec.predictor", spec, implementations, exactlyOne };
}

function transformerComponent(spec: DecodedComponent): Component {
  const exactlyOne = "[PodSpec, ComponentExtensionSpec] must be specified in TransformerSpec";
  return { path: "spec.transformer", spec, implementations: containersOf(spec), exactlyOne };
}

function explainerComponent(spec: DecodedExplainer): Component {
  const { art } = spec;
  const implementations = [...(art === undefined ? [] : [{ kind: "art" as const, block: art }]), ...containersOf(spec)];
  const exactlyOne = "[ART, PodSpec, ComponentExtensionSpec] must be specified in ExplainerSpec";
  return { path: "spec.explainer", spec, implementations, exactlyOne };
}

function containersOf({ containers = [] }: DecodedComponent): Implementation[] {
  return containers.length === 0 ? [] : [{ kind: "containers", containers }];
}

export function exactlyOneImplementation({ implementations, exactlyOne, path }: Component): Denial | undefined {
  return implementations.length === 1 ? undefined : { message: `exactly one of ${exactlyOne}`, field: path };
}

/** The variable of a container, when it is there. */
export function variable(container: DecodedContainer | undefined, name: string): string | undefined {
  const found = container?.env?.find((one) => one.name === name);
  return found === undefined ? undefined : (found.value ?? "");
}

/** Where the implementation that upstream takes loads its model from. */
export function storageUriOf({ implementations: [first], path }: Component): string | undefined {
  if (first === undefined) return undefined;
  if (first.kind === "art") return first.block.storageUri === "" ? undefined : first.block.storageUri;
  if (first.kind !== "containers") return first.block.storageUri;
  const { containers } = first;
  const main = path === "spec.predictor" ? containers.find(({ name }) => name === MAIN_CONTAINER) : containers[0];
  return variable(main, "STORAGE_URI");
}
