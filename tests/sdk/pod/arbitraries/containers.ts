/** Random containers under a name, and the pod fields that runtime and service share. */
import * as fc from "fast-check";
import { affinity, containerParts, imagePullSecrets, nodeSelector, type PartChoice, tolerations } from "./podParts";

export const NAMESPACE = "pairs";
export const FORMATS = ["vLLM", "sklearn", "xgboost", "huggingface", "mlflow"];

export const image = fc.constantFrom(
  "quay.io/modh/vllm:rhoai-2.20",
  "registry:5000/serving/vllm",
  "quay.io/modh/vllm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "vllm-{{.Labels.modelClass}}:1",
  "kserve/huggingfaceserver:v0.17.0",
);

export const sharedPod = {
  nodeSelector,
  affinity,
  tolerations,
  imagePullSecrets,
  schedulerName: fc.constantFrom("default-scheduler", "kueue"),
};

export function container(name: string, choice: PartChoice): fc.Arbitrary<object> {
  return fc
    .tuple(image, containerParts(choice))
    .map(([picture, parts]) => ({ name, image: picture.replace("{{.Labels.modelClass}}", "x"), ...parts }));
}

/** Containers under some of these names. */
export function containersNamed(names: string[], choice: PartChoice): fc.Arbitrary<object[]> {
  return fc.subarray(names).chain((chosen) => fc.tuple(...chosen.map((name) => container(name, choice))));
}
