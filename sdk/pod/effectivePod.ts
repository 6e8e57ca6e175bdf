/**
 * The pods that KServe 0.17.0 in Standard mode writes into the Deployments of an InferenceService. What its pod webhook
 * adds to each single pod is in {@link admittedPod}.
 *
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/*.go` and
 * `.../reconcilers/deployment/deployment_reconciler.go`. The oracle test compares every field with the real controller.
 */
import type { Container, DeploymentStrategy, PodSpec } from "../kubernetes/core";
import type { HardwareProfile } from "../kubernetes/hardwareProfile";
import {
  type ClusterServingRuntime,
  type InferenceService,
  MAIN_CONTAINER,
  type ServingRuntime,
} from "../kubernetes/kserve";
import type { ClusterObjects } from "./clusterObjects";
import { type ControllerConfig, DEFAULT_CONTROLLER_CONFIG } from "./controllerConfig";
import { added, field, itemNamed, items, type Origin, plain, select, trace, type Traced } from "./merge/traced";
import type { Problem } from "./problem";
import {
  type Component,
  deployments,
  predictorTemplates,
  type Template,
  type TemplateInput,
} from "./template/deployments";
import { applyHardwareProfile } from "./template/hardwareProfile";
import { WORKER_CONTAINER } from "./template/names";
import { admit, withServerDefaults } from "./template/serviceDefaults";

export type { ClusterObjects } from "./clusterObjects";
export type { Origin } from "./merge/traced";
export type { Component } from "./template/deployments";

export interface EffectivePodInput {
  service: InferenceService;
  /** The runtime that {@link resolveRuntime} finds; absent for a predictor of plain containers. */
  runtime?: ServingRuntime | ClusterServingRuntime | undefined;
  /** The profile that the service's annotations name, where the hardware profile webhook is installed. */
  hardwareProfile?: HardwareProfile | undefined;
  /** Default: KServe 0.17.0 as shipped. */
  config?: ControllerConfig | undefined;
  /** What is known of the cluster; what comes from other objects is unknown. Default: nothing. */
  objects?: ClusterObjects | undefined;
  /** `metadata.generation` the service will have, 1 for a new one; multi-node pods carry it. Default: unknown. */
  generation?: number | undefined;
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
  /** The container that serves; the same as the one of that name in `spec.containers`. */
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

/** A Deployment of a service. */
export interface ComponentPod {
  component: Component;
  /** The Deployment's name. */
  deployment: string;
  pod: EffectivePod;
}

/** The predictor's pod, of a multi-node service the head's. Never throws. */
export function effectivePod(input: EffectivePodInput): EffectivePod {
  return present(predictorTemplates(templateInput(input))[0]);
}

/** Every Deployment of a service: predictor, workers, transformer, explainer, as far as it has them. Never throws. */
export function effectivePods(input: EffectivePodInput): ComponentPod[] {
  return deployments(templateInput(input)).map(presentComponent);
}

/** A Deployment as plain data. */
export function presentComponent(template: Template): ComponentPod {
  return { component: template.component, deployment: plain(template.name) as string, pod: present(template) };
}

/** The service as admission leaves it, with everything else that its pods depend on. */
export function templateInput(input: EffectivePodInput): TemplateInput {
  const config = input.config ?? DEFAULT_CONTROLLER_CONFIG;
  const runtime = input.runtime && trace(input.runtime, input.runtime);
  const service = admittedService(input, config, runtime);
  return { service, runtime, config, objects: input.objects ?? {}, generation: input.generation };
}

/** A template as plain data that knows where everything came from. */
export function present(
  template: Omit<Template, "component" | "name">,
  main = mainContainer(template.spec),
): EffectivePod {
  const { labels, annotations, spec, replicas, strategy, problems } = template;
  const fields = { labels, annotations, spec, main, replicas, strategy };
  const root: Traced = { kind: "map", fields: new Map<string, Traced>(Object.entries(fields)) };
  return {
    labels: plain(labels) as Record<string, string>,
    annotations: plain(annotations) as Record<string, string>,
    spec: plain(spec) as PodSpec,
    main: plain(main) as Container,
    replicas: plain(replicas) as { min: number; max: number },
    strategy: plain(strategy) as DeploymentStrategy,
    problems: problemsOf(problems),
    origin: (path) => select(root, path)?.origin,
  };
}

/** Problems with the place where the user wrote what is wrong. */
export function problemsOf(problems: readonly Problem[]): PodProblem[] {
  return problems.map(({ message, at }) => (at.origin === undefined ? { message } : { message, origin: at.origin }));
}

function mainContainer(spec: Traced): Traced {
  const containers = field(spec, "containers");
  const named = itemNamed(containers, MAIN_CONTAINER) ?? itemNamed(containers, WORKER_CONTAINER);
  return named ?? items(containers)[0] ?? added({});
}

function admittedService(input: EffectivePodInput, config: ControllerConfig, runtime: Traced | undefined): Traced {
  const written = trace(input.service, input.service);
  const profile = input.hardwareProfile;
  const profiled = profile === undefined ? written : applyHardwareProfile(written, trace(profile, profile));
  const admitted = admit(profiled, config);
  return field(admitted, "spec", "predictor", "model") === undefined ? admitted : withServerDefaults(admitted, runtime);
}
