/** The pods of an LLMInferenceService in the shape in which places for pods are counted. */
import type { PodShape } from "../../sdk/capacity/placement/placement";
import type { PodSpec } from "../../sdk/kubernetes/core";
import type { LLMInferenceService } from "../../sdk/kubernetes/llmInferenceService";
import type { EffectivePod } from "../../sdk/pod/effectivePod";
import { type LlmWorkload, llmPods } from "../../sdk/pod/llm/llmPods";
import { guard } from "../../sdk/pod/unknown";
import * as kinds from "./kinds";
import type { World, WorldObject } from "./types";
import { arriving, clusterObjects, controllerConfig } from "./workload";

/** A workload of which each replica is a group of pods that are placed, and replaced, together. */
export interface LlmGroup {
  /** Replicas, strategy, and the pods with the origins of their values. */
  workload: LlmWorkload;
  /** The pods of one replica. */
  members: { pod: PodShape; count: number; counted: () => PodSpec }[];
}

/**
 * The groups of a service, with the Configs of the world under it.
 * @throws UnknownValueError where a size, or what a pod asks for, is known only after apply
 * @throws QuantityError
 */
export function llmGroups(service: WorldObject<LLMInferenceService>, world: World): LlmGroup[] {
  const configs = world.list(kinds.llmInferenceServiceConfig).map(({ raw }) => raw);
  const input = { service: service.raw, configs, config: controllerConfig(world), objects: clusterObjects(world) };
  const pods = guard(llmPods(input), "pods");
  return pods.workloads.map((workload) => ({
    workload,
    members: workload.members.map(({ count, pod }) => ({
      count,
      ...arrivingMember(pod, service.ref.namespace, world),
    })),
  }));
}

function arrivingMember(pod: EffectivePod, namespace: string | undefined, world: World) {
  const { shape, counted } = arriving(pod, namespace, world);
  return { pod: shape, counted };
}
