/** The smallest objects that make an effective pod, each with what a test wants to say. */
import type { HardwareProfile } from "../../../sdk/kubernetes/hardwareProfile";
import type { InferenceService, ServingRuntime } from "../../../sdk/kubernetes/kserve";
import { effectivePod, type EffectivePod, type EffectivePodInput } from "../../../sdk/pod/effectivePod";

export type Loose = Record<string, unknown>;

export function runtime(container: Loose = {}, spec: Loose = {}): ServingRuntime {
  return {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata: { name: "vllm", namespace: "models" },
    spec: { containers: [{ name: "kserve-container", image: "vllm:1", ...container }], ...spec },
  };
}

export function service(model: Loose = {}, predictor: Loose = {}, metadata: Loose = {}): InferenceService {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "granite", namespace: "models", ...metadata },
    spec: { predictor: { model: { modelFormat: { name: "vLLM" }, runtime: "vllm", ...model }, ...predictor } },
  };
}

export function profile(spec: Loose): HardwareProfile {
  return {
    apiVersion: "infrastructure.opendatahub.io/v1",
    kind: "HardwareProfile",
    metadata: { name: "a100", namespace: "redhat-ods-applications" },
    spec: { identifiers: [], ...spec },
  };
}

export function podOf(model: Loose, container: Loose, rest: Partial<EffectivePodInput> = {}): EffectivePod {
  return effectivePod({ service: service(model), runtime: runtime(container), ...rest });
}

/** `kind: path` of an origin. */
export function shown(pod: EffectivePod, path: string): string | undefined {
  const origin = pod.origin(path);
  return origin && `${origin.object.kind}: ${origin.path}`;
}
