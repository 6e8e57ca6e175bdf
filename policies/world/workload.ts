/** A service as it will run: with its runtime, its hardware profile and the pod that the controllers make of them. */
import { acceleratorsIn } from "../../sdk/capacity/accelerators";
import { podShape, type PodShape } from "../../sdk/capacity/placement";
import { isExtendedResource, podRequests } from "../../sdk/capacity/requests";
import type { PodSpec } from "../../sdk/kubernetes/core";
import { annotations, type InferenceService } from "../../sdk/kubernetes/kserve";
import { readArguments } from "../../sdk/pod/arguments";
import {
  CONTROLLER_CONFIG_MAP,
  DEFAULT_CONTROLLER_CONFIG,
  readControllerConfig,
  type ControllerConfig,
} from "../../sdk/pod/controllerConfig";
import { effectivePod } from "../../sdk/pod/effectivePod";
import { resolveRuntime } from "../../sdk/pod/runtime";
import { guard } from "../../sdk/pod/unknown";
import * as kinds from "./kinds";
import { lazy } from "./lazy";
import { toleratesDevicesByItself } from "./platform";
import { nameOf, refOf } from "./reference";
import { snapshot } from "./snapshot";
import type { Place, ProfileReference, World, WorldObject, Workload } from "./types";

/** The workloads of all services that are judged. */
export function workloadsOf(world: World): Workload[] {
  const config = lazy(() => controllerConfig(world));
  return world.subjects(kinds.inferenceService).map((service) => workloadOf(service, world, config));
}

/** Builds the workload of one service; nothing is computed yet. */
export function workloadOf(
  service: WorldObject<InferenceService>,
  world: World,
  config: () => ControllerConfig,
): Workload {
  const { ref, source, object, raw } = service;
  const runtimes = lazy(() => [...world.list(kinds.servingRuntime), ...world.list(kinds.clusterServingRuntime)]);
  const resolution = lazy(() =>
    resolveRuntime(
      raw,
      runtimes().map((runtime) => runtime.raw),
    ),
  );
  const profile = lazy(() => profileOf(object, world));
  const plainPod = lazy(() => {
    const found = resolution();
    if (found.outcome === "failed") return undefined;
    const named = profile();
    return effectivePod({
      service: raw,
      runtime: found.outcome === "resolved" ? found.runtime : undefined,
      hardwareProfile: named.state === "found" ? named.profile.raw : undefined,
      config: config(),
    });
  });
  const pod = lazy(() => {
    const found = plainPod();
    return found === undefined ? undefined : guard(found, "pod");
  });
  const shape = lazy(() => {
    const found = pod();
    return found === undefined ? undefined : arrivingShape(found.spec, world);
  });
  const args = lazy(() => {
    const main = plainPod()?.main;
    return readArguments(main?.command, main?.args, main, "pod.main");
  });
  const accelerators = lazy(() => {
    const { requests, limits } = pod()?.main.resources ?? {};
    return acceleratorsIn(
      podRequests({ containers: [{ name: "main", resources: { requests: { ...requests, ...limits } } }] }),
    );
  });
  const placeOf = (path: string): Place | undefined => {
    const origin = plainPod()?.origin(path);
    return origin && { resource: refOf(origin.object), path: origin.path };
  };

  return {
    ref,
    source,
    service: object,
    placeOf,
    editable: (places) =>
      places.filter((place) => place !== undefined).sort(byKind)[0] ?? { resource: ref, path: "spec.predictor" },
    locate: (path) =>
      path.startsWith("pod.")
        ? (placeOf(path.slice("pod.".length)) ?? { resource: ref, path: "spec.predictor" })
        : undefined,
    get resolution() {
      return resolution();
    },
    get profile() {
      return profile();
    },
    get earlierPod() {
      const earlier = world.previous(service);
      return earlier === undefined ? undefined : workloadOf(earlier, world.before, config).pod;
    },
    get pod() {
      return pod();
    },
    get shape() {
      return shape();
    },
    get arguments() {
      return args();
    },
    get accelerators() {
      return accelerators();
    },
    get mode() {
      const written = object.metadata.annotations?.[annotations.deploymentMode];
      return written === undefined ? config().defaultDeploymentMode : (MODES[written] ?? written);
    },
  };
}

const MODES: Readonly<Record<string, string>> = { RawDeployment: "Standard", Serverless: "Knative" };

/** A place as a message quotes it: its path, with the object where that is not the finding's own. */
export function quotePlace({ resource, path }: Place, finding: Place): string {
  return nameOf(resource) === nameOf(finding.resource) ? path : `${path} of ${nameOf(resource)}`;
}

/** A pod's shape with the tolerations that the API server adds. */
function arrivingShape(spec: PodSpec, world: World): PodShape {
  const shape = snapshot(podShape(spec));
  if (!toleratesDevicesByItself(world)) return shape;
  const added = Object.keys(shape.requests)
    .filter(isExtendedResource)
    .map((key) => ({ key, operator: "Exists", effect: "NoSchedule" }));
  return { ...shape, tolerations: [...(shape.tolerations ?? []), ...added] };
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

/** The settings of the cluster's KServe where the inventory holds them. */
function controllerConfig(world: World): ControllerConfig {
  const map = world.list(kinds.configMap).find(({ ref }) => ref.name === CONTROLLER_CONFIG_MAP);
  return map?.object.data === undefined ? DEFAULT_CONTROLLER_CONFIG : readControllerConfig(map.object.data);
}
