/**
 * The pod that really runs: what KServe 0.17.0 in Standard mode writes into the Deployment of an InferenceService.
 *
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go` and
 * `.../reconcilers/deployment/deployment_reconciler.go`. The cluster test compares every field with the real controller.
 * What the pod webhook adds to each single pod (ModelCar sidecar, storage initializer, agent) is not part of it, nor are
 * workers of a multi-node service, transformers and explainers of their own, and the old forms of a predictor (`sklearn`).
 */
import type { Container, DeploymentStrategy, PodSpec } from "../kubernetes/core";
import type { HardwareProfile } from "../kubernetes/hardwareProfile";
import {
  type ClusterServingRuntime,
  type InferenceService,
  MAIN_CONTAINER,
  type ServingRuntime,
} from "../kubernetes/kserve";
import { admit, withServerDefaults } from "./template/serviceDefaults";
import { buildContainers, mapItems, withContainerDefaults, withVariable } from "./template/containers";
import { type ControllerConfig, DEFAULT_CONTROLLER_CONFIG } from "./controllerConfig";
import { decode } from "./merge/decode";
import { applyHardwareProfile } from "./template/hardwareProfile";
import { mergePods } from "./merge/strategicMerge";
import { podAnnotations, podLabels } from "./template/metadata";
import type { Problem as TracedProblem } from "./template/placeholders";
import { replicaRange, rolloutStrategy } from "./template/rollout";
import { withStorageUris } from "./storage/initializer";
import {
  added,
  changeField,
  field,
  isSet,
  itemNamed,
  items,
  type Origin,
  plain,
  select,
  text,
  trace,
  type Traced,
  unknown,
  withDefault,
  withField,
} from "./merge/traced";

export type { Origin } from "./merge/traced";

export interface EffectivePodInput {
  service: InferenceService;
  /** The runtime that {@link resolveRuntime} finds; absent for a predictor of plain containers. */
  runtime?: ServingRuntime | ClusterServingRuntime | undefined;
  /** The profile that the service's annotations name, where the hardware profile webhook is installed. */
  hardwareProfile?: HardwareProfile | undefined;
  /** Default: KServe 0.17.0 as shipped. */
  config?: ControllerConfig | undefined;
}

/** Something in the objects that keeps the controller from making a Deployment; what the API server refuses is not told. */
export interface PodProblem {
  message: string;
  /** Where the user wrote it. */
  origin?: Origin;
}

/**
 * A pod template with its replicas and strategy. A value known only after apply is the symbol `UNKNOWN` in its place;
 * read through `guard` to have it noticed.
 */
export interface EffectivePod {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: PodSpec;
  /** The container that serves the model; the same as the one of that name in `spec.containers`. */
  main: Container;
  /** How many pods the Deployment or its autoscaler keeps. */
  replicas: { min: number; max: number };
  strategy: DeploymentStrategy;
  problems: PodProblem[];
  /**
   * The user-written field a value came from, such as
   * `origin('spec.containers[kserve-container].resources.limits["nvidia.com/gpu"]')`; paths start with `labels`,
   * `annotations`, `spec`, `main`, `replicas` or `strategy`. Undefined where a controller put the value, or there is none.
   */
  origin(path: string): Origin | undefined;
}

/** Merges service, runtime and hardware profile as the controllers do. Never throws. */
export function effectivePod(input: EffectivePodInput): EffectivePod {
  const config = input.config ?? DEFAULT_CONTROLLER_CONFIG;
  const problems: TracedProblem[] = [];
  const runtime = input.runtime && trace(input.runtime, input.runtime);
  const service = admittedService(input, config, runtime);
  const predictor = field(service, "spec", "predictor");
  const annotations = podAnnotations(service, runtime, config);
  const spec = buildSpec(service, runtime, annotations, problems);
  const fields = {
    labels: podLabels(service, runtime),
    annotations,
    spec,
    main: itemNamed(field(spec, "containers"), MAIN_CONTAINER) ?? items(field(spec, "containers"))[0] ?? added({}),
    replicas: replicaRange(predictor, annotations),
    strategy: rolloutStrategy(predictor, config),
  };
  const root: Traced = { kind: "map", fields: new Map<string, Traced>(Object.entries(fields)) };
  return {
    labels: plain(fields.labels) as Record<string, string>,
    annotations: plain(fields.annotations) as Record<string, string>,
    spec: plain(fields.spec) as PodSpec,
    main: plain(fields.main) as Container,
    replicas: plain(fields.replicas) as { min: number; max: number },
    strategy: plain(fields.strategy) as DeploymentStrategy,
    problems: problems.map(({ message, at }) =>
      at.origin === undefined ? { message } : { message, origin: at.origin },
    ),
    origin: (path) => select(root, path)?.origin,
  };
}

function admittedService(input: EffectivePodInput, config: ControllerConfig, runtime: Traced | undefined): Traced {
  const written = trace(input.service, input.service);
  const profile = input.hardwareProfile;
  const profiled = profile === undefined ? written : applyHardwareProfile(written, trace(profile, profile));
  const admitted = admit(profiled, config);
  return field(admitted, "spec", "predictor", "model") === undefined ? admitted : withServerDefaults(admitted, runtime);
}

function buildSpec(
  service: Traced,
  runtime: Traced | undefined,
  annotations: Traced,
  problems: TracedProblem[],
): Traced {
  const predictor = field(service, "spec", "predictor");
  const isModel = field(predictor, "model") !== undefined;
  const own = decode(podFields(predictor)) ?? added({});
  const merged = isModel ? mergePods(decode(field(runtime, "spec")), own) : own;
  const containers = isModel
    ? buildContainers(service, runtime ?? added({}), problems)
    : customContainers(field(own, "containers"));
  const named = withVariable(containers, "INFERENCE_SERVICE_NAME", field(service, "metadata", "name"));
  const stored = withStorageUris(withField(merged, "containers", named), predictor, annotations);
  return withPodDefaults(withoutMultiNode(stored, predictor));
}

/** Fields of `spec.predictor` that are not part of its inline PodSpec. */
const PREDICTOR_FIELDS = [
  ...["model", "storageUris", "workerSpec", "name", "labels", "annotations", "deploymentStrategy", "logger", "batcher"],
  ...["minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType", "autoScaling"],
  ...["containerConcurrency", "timeout", "canaryTrafficPercent"],
];

function podFields(predictor: Traced | undefined): Traced | undefined {
  return PREDICTOR_FIELDS.reduce<Traced | undefined>((rest, key) => rest && withField(rest, key, undefined), predictor);
}

/** Upstream puts the main container first, over whatever stood there. */
function customContainers(containers: Traced | undefined): Traced {
  const main = itemNamed(containers, MAIN_CONTAINER);
  if (containers?.kind !== "list" || main === undefined) return containers ?? added([]);
  return { ...containers, items: [main, ...containers.items.slice(1)] };
}

function withPodDefaults(pod: Traced): Traced {
  const defaults = {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    schedulerName: "default-scheduler",
  };
  const filled = Object.entries(defaults).reduce((rest, [key, value]) => withDefault(rest, key, value), pod);
  return changeField(filled, ["containers"], (containers) => mapItems(containers, withContainerDefaults));
}

/** The head of a multi-node service gets environment and accelerators by an arithmetic that is not modelled here. */
function withoutMultiNode(pod: Traced, predictor: Traced | undefined): Traced {
  const worker = field(predictor, "workerSpec");
  if (!isSet(worker)) return pod;
  return changeField(pod, ["containers"], (containers) =>
    mapItems(containers, (container) => {
      if (text(field(container, "name")) !== MAIN_CONTAINER) return container;
      const gap = unknown(worker?.origin);
      return withField(withField(container, "resources", gap), "env", gap);
    }),
  );
}
