/**
 * The Deployments of a service, one per component, as far as their pods are concerned.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/*.go`,
 * `.../reconcilers/{raw,deployment}/*.go`.
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { InjectionContext } from "../clusterObjects";
import { added, field, isSet, isUnknown, type Traced } from "../merge/traced";
import type { Problem } from "../problem";
import { withStorageUris } from "../storage/modelStorage";
import { readStorageKey } from "../storage/storageKey";
import { companionPod } from "./companion";
import { prefixed } from "./internalAnnotations";
import {
  type Companion,
  companionMetadata,
  type MetadataInput,
  type PodMetadata,
  predictorMetadata,
  workerMetadata,
} from "./metadata";
import { type MultiNode, multiNode, withDeploymentGpus, withUnknownSize } from "./multiNode";
import { WORKER_CONTAINER } from "./names";
import { withPodDefaults } from "./podDefaults";
import { predictorPod } from "./predictor";
import { replicaRange, rolloutStrategy, workerRange, workerStrategy } from "./rollout";

/** The parts of a service that run in pods of their own. */
export type Component = "predictor" | "worker" | Companion;

/** A Deployment: its pod template, its size, how it is replaced. */
export interface Template extends PodMetadata {
  component: Component;
  /** Of the Deployment. */
  name: Traced;
  spec: Traced;
  replicas: Traced;
  strategy: Traced;
  /** What keeps the controller from making it, or the webhook from letting its pods in. */
  problems: Problem[];
}

/** A service after admission, its runtime, and what both are judged with. */
export interface TemplateInput extends MetadataInput {
  objects: InjectionContext["objects"];
}

/** Every Deployment, the predictor's first. */
export function deployments(input: TemplateInput): Template[] {
  const companions = (["transformer", "explainer"] as const).flatMap((name) => companionTemplate(input, name) ?? []);
  return [...predictorTemplates(input), ...companions];
}

/** The predictor's, and with a `workerSpec` that of its workers. */
export function predictorTemplates(input: TemplateInput): [Template, ...Template[]] {
  const { service, runtime, config } = input;
  const predictor = field(service, "spec", "predictor");
  const problems: Problem[] = [];
  const metadata = predictorMetadata(input);
  const bare = predictorPod(service, runtime, problems);
  const worker = field(predictor, "workerSpec");
  const shared = { ...input, runtime: runtime ?? added({}), annotations: metadata.annotations };
  const group = isSet(worker) && !isUnknown(worker) ? multiNode(bare, shared, problems) : undefined;
  const isWhole = !isSet(worker) || group !== undefined;
  const head = group?.head ?? (isWhole ? bare : withUnknownSize(bare, worker));
  const spec = finished(head, "predictor", metadata, input, problems);
  const template: Template = {
    component: "predictor",
    name: deploymentName(service, "predictor"),
    ...metadata,
    spec: group === undefined ? spec : withDeploymentGpus(spec, MAIN_CONTAINER, group.headGpus, shared),
    replicas: replicaRange(predictor, metadata.annotations),
    strategy: rolloutStrategy(predictor, config),
    problems,
  };
  return group === undefined ? [template] : [template, workerTemplate(group, input)];
}

function workerTemplate(group: MultiNode, input: TemplateInput): Template {
  const { service, config } = input;
  const problems: Problem[] = [];
  const metadata = workerMetadata(input);
  const spec = finished(group.worker, "predictor", metadata, input, problems);
  return {
    component: "worker",
    name: deploymentName(service, "predictor-worker"),
    ...metadata,
    spec: withDeploymentGpus(spec, WORKER_CONTAINER, group.workerGpus, { annotations: metadata.annotations, config }),
    replicas: workerRange(group.workers, metadata.annotations),
    strategy: workerStrategy(field(service, "spec", "predictor"), config),
    problems,
  };
}

function companionTemplate(input: TemplateInput, name: Companion): Template | undefined {
  const { service, config } = input;
  const pod = companionPod(service, name, config);
  if (pod === undefined) return undefined;
  const component = field(service, "spec", name);
  const metadata = companionMetadata(input, name);
  const problems: Problem[] = [];
  return {
    component: name,
    name: deploymentName(service, name),
    ...metadata,
    spec: finished(pod, name, metadata, input, problems),
    replicas: replicaRange(component, metadata.annotations),
    strategy: rolloutStrategy(component, config),
    problems,
  };
}

/** The pod with its models and its defaults; credentials of the models are always the predictor's. */
function finished(
  pod: Traced,
  component: string,
  { annotations }: PodMetadata,
  { service, config, objects }: TemplateInput,
  problems: Problem[],
): Traced {
  const storage = readStorageKey(field(service, "spec", "predictor", "model", "storage"));
  const context = { config, objects, namespace: field(service, "metadata", "namespace"), problems };
  const storageUris = field(service, "spec", component, "storageUris");
  return withPodDefaults(withStorageUris(pod, storageUris, { annotations, storage }, context));
}

function deploymentName(service: Traced, suffix: string): Traced {
  return prefixed("", field(service, "metadata", "name"), `-${suffix}`);
}
