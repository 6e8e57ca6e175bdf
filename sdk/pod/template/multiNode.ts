/**
 * A multi-node service: a head and workers that form one Ray cluster, and how many accelerators each of them gets.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go` (multiNodeProcess,
 * computeRayNodeAndGPUs), `.../reconcilers/deployment/deployment_reconciler.go` (addGPUResourceToDeployment).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { ControllerConfig } from "../controllerConfig";
import { decode } from "../merge/decode";
import { withVariable } from "../merge/environment";
import { mergeContainers, mergePods } from "../merge/strategicMerge";
import {
  added,
  field,
  isUnknown,
  itemNamed,
  items,
  type Origin,
  text,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import type { Problem } from "../problem";
import { changeNamed } from "../storage/mounts";
import { gpuResources, quantityOf, withGpus } from "./gpuResources";
import { INTERNAL, MODEL_MOUNT_PATH, WORKER_CONTAINER } from "./names";
import { type RayGroup, rayGroup } from "./rayGroup";

/** Head and worker pods before their defaults, and what KServe computes for both. */
export interface MultiNode {
  head: Traced;
  worker: Traced;
  /** Number of worker pods. */
  workers: Traced;
  /** Accelerators that the Deployments give to head and worker, set after everything else. */
  headGpus: Traced;
  workerGpus: Traced;
}

/** What of the service and its runtime matters here. */
export interface MultiNodeInput {
  service: Traced;
  runtime: Traced;
  /** Of the head. */
  annotations: Traced;
  /** `metadata.generation` of the service; the workers find the head by it. */
  generation: number | undefined;
  config: ControllerConfig;
}

/** The two pods; `undefined`, with a problem, where KServe gives up. */
export function multiNode(head: Traced, input: MultiNodeInput, problems: Problem[]): MultiNode | undefined {
  const { service, runtime, config } = input;
  const own = field(service, "spec", "predictor", "workerSpec");
  const base = field(runtime, "spec", "workerSpec");
  if (base === undefined) {
    problems.push({ at: own ?? service, message: "the service has a workerSpec, its runtime has none" });
    return undefined;
  }
  const worker = workerPod(own, base, problems);
  if (worker === undefined) return undefined;
  const [tensor, pipeline] = ["tensorParallelSize", "pipelineParallelSize"].map(
    (size) => field(own, size) ?? field(base, size) ?? added(1),
  );
  const types = gpuResources(undefined, config);
  const asked = [head, worker].map((pod) => quantityOf(items(field(pod, "containers"))[0], types));
  const group = computeGroup([tensor, pipeline, ...asked], own?.origin);
  if (typeof group === "string") {
    problems.push({ at: own ?? service, message: group });
    return undefined;
  }
  const sizes = { PIPELINE_PARALLEL_SIZE: asText(pipeline), TENSOR_PARALLEL_SIZE: asText(tensor) };
  const nodes = { RAY_NODE_COUNT: asText(group.nodes) };
  const name = field(service, "metadata", "name");
  const place = startsLocal(input.annotations) ? { MODEL_DIR: added(MODEL_MOUNT_PATH) } : {};
  return {
    head: withVariables(head, MAIN_CONTAINER, {
      ...sizes,
      ...nodes,
      REQUEST_GPU_COUNT: asText(group.headGpus),
      MODEL_NAME: name,
      ...place,
    }),
    worker: withVariables(worker, WORKER_CONTAINER, {
      ...nodes,
      REQUEST_GPU_COUNT: asText(group.workerGpus),
      ISVC_NAME: name,
      HEAD_SVC: headService(name, input.generation),
    }),
    workers: group.workers,
    headGpus: group.headGpus,
    workerGpus: group.workerGpus,
  };
}

/** The pod with its accelerators as the Deployment asks for them. */
export function withDeploymentGpus(
  pod: Traced,
  container: string,
  count: Traced,
  { annotations, config }: Pick<MultiNodeInput, "annotations" | "config">,
): Traced {
  const types = gpuResources(annotations, config);
  const containers = changeNamed(field(pod, "containers"), container, (one) => withGpus(one, count, types));
  return withField(pod, "containers", containers);
}

/** The head where the group cannot be computed: its environment and its accelerators are not known. */
export function withUnknownSize(pod: Traced, worker: Traced | undefined): Traced {
  const gap = unknown(worker?.origin);
  const containers = changeNamed(field(pod, "containers"), MAIN_CONTAINER, (container) =>
    withField(withField(container, "resources", gap), "env", gap),
  );
  return withField(pod, "containers", containers);
}

/** Placeholders are not filled in the worker's container. */
function workerPod(own: Traced | undefined, base: Traced, problems: Problem[]): Traced | undefined {
  const written = itemNamed(field(base, "containers"), WORKER_CONTAINER);
  if (written === undefined) {
    problems.push({ at: base, message: `failed to find ${WORKER_CONTAINER} in ServingRuntime containers` });
    return undefined;
  }
  const [patch] = items(field(own, "containers"));
  const container = mergeContainers(decode(written) ?? written, decode(patch) ?? added({}));
  const bare = ["containers", "pipelineParallelSize", "tensorParallelSize"].reduce<Traced>(
    (rest, key) => withField(rest, key, undefined),
    own ?? added({}),
  );
  const pod = mergePods(decode(base), decode(bare) ?? added({}));
  return withField(pod, "containers", { kind: "list", items: [container] });
}

interface TracedGroup {
  nodes: Traced;
  workers: Traced;
  headGpus: Traced;
  workerGpus: Traced;
}

function computeGroup(counts: readonly (Traced | undefined)[], origin: Origin | undefined): TracedGroup | string {
  const gap = counts.find(isUnknown);
  if (gap !== undefined) {
    const any = unknown(gap.origin ?? origin);
    return { nodes: any, workers: any, headGpus: any, workerGpus: any };
  }
  const [tensor = 1, pipeline = 1, head = 0, worker = 0] = counts.map(numberOf);
  const group: RayGroup | string = rayGroup(tensor * pipeline, head, worker);
  if (typeof group === "string") return group;
  const computed = (value: number): Traced => ({ ...added(value), origin });
  return {
    nodes: computed(group.nodes),
    workers: computed(group.nodes - 1),
    headGpus: computed(group.headGpus),
    workerGpus: computed(group.workerGpus),
  };
}

function numberOf(count: Traced | undefined): number {
  return count?.kind === "leaf" && typeof count.value === "number" ? count.value : 0;
}

function withVariables(pod: Traced, container: string, variables: Record<string, Traced | undefined>): Traced {
  const changed = changeNamed(field(pod, "containers"), container, (one) =>
    Object.entries(variables).reduce((rest, [name, value]) => withVariable(rest, name, value), one),
  );
  return withField(pod, "containers", changed);
}

function asText(count: Traced | undefined): Traced | undefined {
  if (count?.kind !== "leaf" || typeof count.value !== "number") return count;
  return { ...count, value: String(count.value) };
}

/** A model on a claim or in an image is where the server can name it. */
function startsLocal(annotations: Traced): boolean {
  return /^(pvc|oci)(:\/\/|$)/.test(text(field(annotations, `${INTERNAL}/storage-initializer-sourceuri`)) ?? "");
}

function headService(name: Traced | undefined, generation: number | undefined): Traced {
  if (generation === undefined || name === undefined || isUnknown(name)) return unknown(name?.origin);
  return { kind: "leaf", value: `${text(name) ?? ""}-head-${generation}`, origin: name.origin };
}
