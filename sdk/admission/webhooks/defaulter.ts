/**
 * What KServe's defaulting webhook makes of a service it has read. The part that the effective pod needs as well is
 * {@link admit}; this adds the rewriting of old-style predictors and the defaults of the other components.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/inference_service_defaults.go`.
 */
import { annotations as keys } from "../../kubernetes/kserve";
import { admit } from "../../pod/template/serviceDefaults";
import type { ControllerConfig } from "../../pod/controllerConfig";
import { added, plain } from "../../pod/merge/traced";
import { UNKNOWN } from "../../pod/unknown";
import { isObject, type Json } from "../schema/coerce";
import { componentsOf } from "./components";
import type { DecodedModel, DecodedPredictor, DecodedService } from "./decoded";

/** Blocks in the order in which upstream looks for one; only the first becomes `model`. */
const BLOCKS = [
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
] as const;
/** Formats whose protocol was always v2. */
const V2_BLOCKS: readonly string[] = ["triton", "onnx", "huggingface"];
const OTHER_COMPONENTS = ["transformer", "explainer"] as const;

/** Where an unknown value hides what the webhook would do; it then cannot be told what becomes of the service. */
export function undecidedPlaces({ metadata, spec }: DecodedService): string[] {
  const places: [string, unknown][] = [
    ["metadata", metadata],
    ["metadata.annotations", metadata?.annotations],
    ["spec", spec],
  ];
  for (const name of ["predictor", ...OTHER_COMPONENTS] as const) {
    const component: DecodedPredictor | undefined = spec?.[name];
    const at = `spec.${name}`;
    places.push([at, component], [`${at}.containers`, component?.containers]);
    places.push(
      ...[...BLOCKS, "model" as const].map((block) => [`${at}.${block}`, component?.[block]] as [string, unknown]),
    );
    const containers: unknown = component?.containers;
    const list: readonly unknown[] = Array.isArray(containers) ? containers : [];
    places.push(...list.map((container, index) => [`${at}.containers[${index}]`, container] as [string, unknown]));
  }
  return places.filter(([, value]) => value === UNKNOWN).map(([path]) => path);
}

/** The service as the webhook sends it back, still in the form it was read in. */
export function defaulted(service: DecodedService, config: ControllerConfig): Json {
  const mode = service.metadata?.annotations?.[keys.deploymentMode];
  const isModelMesh = mode === "ModelMesh";
  const spec = service.spec ?? {};
  const predictor = isModelMesh ? spec.predictor : withModel(spec.predictor ?? {});
  const rewritten: DecodedService = { ...service, spec: { ...spec, ...(predictor && { predictor }) } };
  const counts = componentsOf(rewritten).map(({ implementations }) => implementations.length);
  // The shared part defaults the first container of any predictor; upstream only does where it is the one implementation.
  const admitted = plain(admit(added({ ...rewritten, metadata: service.metadata ?? {} }), config));
  const result = isObject(admitted) ? admitted : {};
  const keepsPredictor = isModelMesh || counts[0] !== 1;
  return withOtherComponents(keepsPredictor ? withPredictor(result, predictor) : result, service, config);
}

function withPredictor(service: Json, predictor: DecodedPredictor | undefined): Json {
  return isObject(service.spec) ? { ...service, spec: { ...service.spec, predictor } } : service;
}

/** An old-style block becomes `model`, in place of one that is there. */
export function withModel(predictor: DecodedPredictor): DecodedPredictor {
  const block = BLOCKS.find((name) => predictor[name] !== undefined);
  const { model } = predictor;
  if (block === undefined) {
    const isTriton = model?.modelFormat?.name === "triton" && model.protocolVersion === undefined;
    return isTriton ? { ...predictor, model: { ...model, protocolVersion: "v2" } } : predictor;
  }
  const { [block]: written, ...rest } = predictor;
  const isV2 = V2_BLOCKS.includes(block) && written?.protocolVersion === undefined;
  const made: DecodedModel = { modelFormat: { name: block }, ...written, ...(isV2 && { protocolVersion: "v2" }) };
  return { ...rest, model: made };
}

/** Transformer and explainer: name and resources of the first container, or of the block. */
function withOtherComponents(service: Json, written: DecodedService, config: ControllerConfig): Json {
  let spec = isObject(service.spec) ? service.spec : {};
  for (const name of OTHER_COMPONENTS) {
    const component = written.spec?.[name];
    if (component === undefined) continue;
    const [first, ...others] = component.containers ?? [];
    const { automountServiceAccountToken: automount } = component;
    const automounts = automount === undefined && !config.autoMountServiceAccountToken;
    const containers = first === undefined ? {} : { containers: [{ ...first, name: "kserve-container" }, ...others] };
    spec = {
      ...spec,
      [name]: { ...component, ...containers, ...(automounts && { automountServiceAccountToken: false }) },
    };
  }
  return { ...service, spec };
}
