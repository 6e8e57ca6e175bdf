/**
 * Labels and annotations of the pods of each component.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/{predictor,transformer,explainer}.go`,
 * `.../reconcilers/deployment/deployment_reconciler.go`.
 */
import type { ControllerConfig } from "../controllerConfig";
import { unionMaps } from "../merge/strategicMerge";
import { added, field, isSet, type Traced, unknown } from "../merge/traced";
import {
  agentAnnotations,
  batcherAnnotations,
  companionStorageAnnotations,
  loggerAnnotations,
  prefixed,
  storageAnnotations,
} from "./internalAnnotations";

/** What the metadata of a pod is made from. */
export interface MetadataInput {
  service: Traced;
  runtime: Traced | undefined;
  config: ControllerConfig;
  /** `metadata.generation` of the service; only the pods of a multi-node service carry it. */
  generation: number | undefined;
}

export interface PodMetadata {
  labels: Traced;
  annotations: Traced;
}

/** Components with a Deployment of their own beside the predictor. */
export type Companion = "transformer" | "explainer";

/** Runtime, then service, then predictor, each over the one before; the controller's own last. */
export function predictorMetadata(input: MetadataInput): PodMetadata {
  const { service, runtime, config } = input;
  const predictor = field(service, "spec", "predictor");
  return {
    labels: unionMaps(
      field(runtime, "spec", "labels"),
      field(service, "metadata", "labels"),
      field(predictor, "labels"),
      ownLabels(service, "predictor", "predictor"),
      isSet(field(predictor, "workerSpec")) ? generationLabel(input) : undefined,
    ),
    annotations: unionMaps(
      allowed(field(runtime, "spec", "annotations"), config),
      serviceAnnotations(service, config),
      allowed(field(predictor, "annotations"), config),
    ),
  };
}

/** The same with what the runtime says of its workers; nothing is kept from the pods of that. */
export function workerMetadata(input: MetadataInput): PodMetadata {
  const { service, runtime, config } = input;
  const predictor = field(service, "spec", "predictor");
  const worker = field(runtime, "spec", "workerSpec");
  return {
    labels: unionMaps(
      field(worker, "labels"),
      field(service, "metadata", "labels"),
      field(predictor, "labels"),
      ownLabels(service, "predictor", "predictor-worker"),
      generationLabel(input),
    ),
    annotations: unionMaps(
      field(worker, "annotations"),
      serviceAnnotations(service, config),
      allowed(field(predictor, "annotations"), config),
    ),
  };
}

/** Service, then component. */
export function companionMetadata({ service, config }: MetadataInput, name: Companion): PodMetadata {
  const component = field(service, "spec", name);
  return {
    labels: unionMaps(field(service, "metadata", "labels"), field(component, "labels"), ownLabels(service, name, name)),
    annotations: unionMaps(
      allowed(field(service, "metadata", "annotations"), config),
      companionStorageAnnotations(component),
      loggerAnnotations(field(component, "logger")),
      name === "transformer" ? batcherAnnotations(field(component, "batcher")) : undefined,
      allowed(field(component, "annotations"), config),
    ),
  };
}

function serviceAnnotations(service: Traced, config: ControllerConfig): Traced {
  const predictor = field(service, "spec", "predictor");
  return unionMaps(
    allowed(field(service, "metadata", "annotations"), config),
    loggerAnnotations(field(predictor, "logger")),
    batcherAnnotations(field(predictor, "batcher")),
    storageAnnotations(predictor),
    agentAnnotations(service),
  );
}

/** Without those that the administrator keeps from the pods. */
function allowed(map: Traced | undefined, { annotationDisallowedList }: ControllerConfig): Traced | undefined {
  if (map?.kind !== "map") return map;
  const kept = [...map.fields].filter(([key]) => !annotationDisallowedList.includes(key));
  return { ...map, fields: new Map(kept) };
}

function ownLabels(service: Traced, component: string, deployment: string): Traced {
  const name = field(service, "metadata", "name");
  const own = new Map([
    ["serving.kserve.io/inferenceservice", name ?? added("")],
    ["component", added(component)],
    ["app", prefixed("isvc.", name, `-${deployment}`)],
  ]);
  return { kind: "map", fields: own };
}

function generationLabel({ service, generation }: MetadataInput): Traced {
  const value = generation === undefined ? unknown(service.origin) : added(String(generation));
  return { kind: "map", fields: new Map([["isvc.generation", value]]) };
}
