/** A service as it will run: with its runtime, its hardware profile and the pod that the controllers make of them. */
import { acceleratorsIn } from "../../sdk/catalog/acceleratorFamilies";
import { amountsOf } from "../../sdk/capacity/amounts";
import { podShape, type PodShape } from "../../sdk/capacity/placement/placement";
import { isExtendedResource, podRequests } from "../../sdk/capacity/placement/requests";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { annotations, type InferenceService } from "../../sdk/kubernetes/kserve";
import { admittedPod, admittedPods } from "../../sdk/pod/admittedPod";
import { readArguments } from "../../sdk/pod/arguments";
import {
  CONTROLLER_CONFIG_MAP,
  DEFAULT_CONTROLLER_CONFIG,
  readControllerConfig,
  type ControllerConfig,
} from "../../sdk/pod/controllerConfig";
import {
  type ClusterObjects,
  effectivePod,
  type EffectivePod,
  type EffectivePodInput,
} from "../../sdk/pod/effectivePod";
import { SHIPPED_STORAGE_CONTAINER } from "../../sdk/pod/storage/storageContainer";
import { resolveRuntime, type Runtime } from "../../sdk/pod/runtime";
import { guard } from "../../sdk/pod/unknown";
import * as kinds from "./kinds";
import { lazy } from "./lazy";
import { toleratesDevicesByItself } from "./platform";
import { nameOf, refOf } from "./reference";
import { readable, snapshot } from "./snapshot";
import { countedSpec, limitRangesOf } from "./quotas";
import type { Place, ProfileReference, World, WorldObject, Workload, WorkloadComponent } from "./types";

/** The workloads of all services that are judged. */
export function workloadsOf(world: World): Workload[] {
  const config = lazy(() => controllerConfig(world));
  return world.subjects(kinds.inferenceService).map((service) => new LazyWorkload(service, world, config));
}

/** The workload of one service; each part is computed when it is first read, and once. */
class LazyWorkload implements Workload {
  constructor(
    private readonly written: WorldObject<InferenceService>,
    private readonly world: World,
    private readonly config: () => ControllerConfig,
  ) {}

  private readonly resolved = lazy(() => resolveRuntime(this.written.raw, runtimesOf(this.world)));
  private readonly named = lazy(() => profileOf(this.service, this.world));
  private readonly unguarded = lazy(() => this.makePod());
  private readonly guarded = lazy(() => {
    const pod = this.unguarded();
    return pod === undefined ? undefined : guard(pod, POD);
  });
  private readonly read = lazy(() => {
    const main = this.unguarded()?.main;
    return readArguments(main?.command, main?.args, main, `${POD}.main`);
  });
  private readonly arriving = lazy(() => this.makeArriving());
  private readonly deployed = lazy(() => this.makeComponents());
  private readonly previous = lazy(() => {
    const earlier = this.world.previous(this.written);
    return earlier && new LazyWorkload(earlier, this.world.before, this.config);
  });

  get ref() {
    return this.written.ref;
  }

  get source() {
    return this.written.source;
  }

  get service() {
    return this.written.object;
  }

  get resolution() {
    return this.resolved();
  }

  get profile() {
    return this.named();
  }

  get pod() {
    return this.guarded();
  }

  get shape() {
    return this.arriving()?.shape;
  }

  get components() {
    return this.deployed();
  }

  get arguments() {
    return this.read();
  }

  get mode() {
    const written = this.service.metadata.annotations?.[annotations.deploymentMode];
    return written === undefined ? this.config().defaultDeploymentMode : (MODES[written] ?? written);
  }

  get earlier() {
    return this.previous();
  }

  get accelerators() {
    const { requests, limits } = this.pod?.main.resources ?? {};
    return acceleratorsIn(amountsOf({ ...requests, ...limits }));
  }

  placeOf(path: string): Place | undefined {
    const origin = this.unguarded()?.origin(path);
    return origin && { resource: refOf(origin.object), path: origin.path };
  }

  editable(places: (Place | undefined)[]): Place {
    const [first] = places.filter((place) => place !== undefined).sort(byKind);
    return first ?? { resource: this.ref, path: "spec.predictor" };
  }

  locate(path: string): Place | undefined {
    return path.startsWith(`${POD}.`) ? this.editable([this.placeOf(path.slice(POD.length + 1))]) : undefined;
  }

  private makePod(): EffectivePod | undefined {
    const input = this.podInput();
    return input && effectivePod(input);
  }

  /**
   * Of the pod that runs, with what the pod webhook adds. A model whose place is not known yet leaves only that open:
   * what is added asks for little and for no accelerator, so then the template must do.
   */
  private makeArriving(): Arriving | undefined {
    const [input, pod] = [this.podInput(), this.pod];
    if (input === undefined || pod === undefined) return undefined;
    const [admitted] = readable(() => [arriving(guard(admittedPod(input), POD), this.ref.namespace, this.world)]);
    return admitted ?? arriving(pod, this.ref.namespace, this.world);
  }

  private makeComponents(): WorkloadComponent[] {
    const [input, pod, predictors] = [this.podInput(), this.pod, this.arriving()];
    if (input === undefined || pod === undefined || predictors === undefined) return [];
    const { predictor, transformer, explainer } = this.service.spec;
    if ([predictor.workerSpec, transformer, explainer].every((part) => part === undefined)) {
      return [{ component: "predictor", deployment: `${this.ref.name}-predictor`, pod, ...predictors }];
    }
    return guard(admittedPods(input), POD).map((one) => ({
      component: one.component,
      deployment: one.deployment,
      pod: one.pod,
      ...arriving(one.pod, this.ref.namespace, this.world),
    }));
  }

  private podInput(): EffectivePodInput | undefined {
    const { resolution, profile } = this;
    if (resolution.outcome === "failed") return undefined;
    return {
      service: this.written.raw,
      runtime: resolution.outcome === "resolved" ? resolution.runtime : undefined,
      hardwareProfile: profile.state === "found" ? profile.profile.raw : undefined,
      config: this.config(),
      objects: clusterObjects(this.world),
      generation: this.generation(),
    };
  }

  /** As long as nothing changes; pods of a multi-node service carry it. */
  private generation(): number {
    const { generation } = (this.world.previous(this.written)?.object.metadata ?? {}) as { generation?: number };
    return generation ?? 1;
  }
}

/** What the paths of unknown values in a pod begin with. */
const POD = "pod";

const MODES: Readonly<Record<string, string>> = { RawDeployment: "Standard", Serverless: "Knative" };

/** A place as a message quotes it: its path, with the object where that is not the finding's own. */
export function quotePlace({ resource, path }: Place, finding: Place): string {
  return nameOf(resource) === nameOf(finding.resource) ? path : `${path} of ${nameOf(resource)}`;
}

type Arriving = Pick<WorkloadComponent, "shape" | "counted">;

/** A pod as it arrives at the scheduler, and as quotas count it. */
export function arriving(pod: Pick<EffectivePod, "labels" | "spec">, namespace: string | undefined, world: World) {
  const counted = lazy(() => countedSpec(pod.spec, namespace, world));
  return { shape: arrivingShape(pod, namespace, world), counted };
}

/** A pod's shape with the requests and tolerations that the API server adds. */
function arrivingShape(
  pod: Pick<EffectivePod, "labels" | "spec">,
  namespace: string | undefined,
  world: World,
): PodShape {
  // Labels matter only to rules about other pods; not knowing them must not hide what resources decide.
  const [labels] = readable(() => [snapshot(pod.labels)]);
  const metadata = { ...(namespace !== undefined && { namespace }), ...(labels !== undefined && { labels }) };
  const ranges = limitRangesOf(world, namespace);
  const defaulted = ranges.length > 0 && { requests: podRequests(countedSpec(pod.spec, namespace, world)) };
  const shape = { ...snapshot(podShape(pod.spec, metadata)), ...defaulted };
  if (!toleratesDevicesByItself(world)) return shape;
  const added = Object.keys(shape.requests)
    .filter(isExtendedResource)
    .map((key) => ({ key, operator: "Exists", effect: "NoSchedule" }));
  return { ...shape, tolerations: [...(shape.tolerations ?? []), ...added] };
}

function runtimesOf(world: World): Runtime[] {
  return [...world.list(kinds.servingRuntime), ...world.list(kinds.clusterServingRuntime)].map(({ raw }) => raw);
}

/** What KServe reads beside service and runtime; the shipped downloader is there unless another has its name. */
export function clusterObjects(world: World): ClusterObjects {
  const raw = <T extends KubernetesObject>(kind: kinds.Kind<T>): T[] => world.list(kind).map((one) => one.raw);
  const downloaders = raw(kinds.clusterStorageContainer);
  const shipped = downloaders.some(({ metadata }) => metadata.name === SHIPPED_STORAGE_CONTAINER.metadata.name);
  return {
    serviceAccounts: raw(kinds.serviceAccount),
    secrets: raw(kinds.secret),
    storageContainers: shipped ? downloaders : [...downloaders, SHIPPED_STORAGE_CONTAINER],
  };
}

function byKind(a: Place, b: Place): number {
  const order = ["InferenceService", "ServingRuntime", "ClusterServingRuntime", "HardwareProfile"];
  return order.indexOf(a.resource.kind) - order.indexOf(b.resource.kind);
}

function profileOf(service: InferenceService, world: World): ProfileReference {
  const written = service.metadata.annotations ?? {};
  const name = written[annotations.hardwareProfileName];
  if (name === undefined || name === "") return { state: "none" };
  const namespace = written[annotations.hardwareProfileNamespace] ?? service.metadata.namespace;
  const profile = world.find(kinds.hardwareProfile, name, namespace);
  return profile === undefined ? { state: "missing", name, namespace } : { state: "found", profile };
}

/** The settings of the cluster's KServe where the inventory holds them and they can be read. */
export function controllerConfig(world: World): ControllerConfig {
  const map = world.list(kinds.configMap).find(({ ref }) => ref.name === CONTROLLER_CONFIG_MAP);
  const [settings] = readable(() => (map?.object.data === undefined ? [] : [readControllerConfig(map.object.data)]));
  return settings ?? DEFAULT_CONTROLLER_CONFIG;
}
