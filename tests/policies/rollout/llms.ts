/** An LLMInferenceService, its groups and the pods that run of it. */
import { gpus, pod } from "./plans";

export const llama = (spec: object) => ({
  apiVersion: "serving.kserve.io/v1alpha2",
  kind: "LLMInferenceService",
  metadata: { name: "llama", namespace: "models" },
  spec: { model: { uri: "pvc://llama" }, ...spec },
});
export const server = (count: number) => ({
  containers: [{ name: "main", resources: { limits: gpus(count), requests: gpus(count) } }],
});
export const llm = (on: string, component: string, count: number) =>
  pod(on, count, {
    "app.kubernetes.io/name": "llama",
    "app.kubernetes.io/part-of": "llminferenceservice",
    "app.kubernetes.io/component": `llminferenceservice-${component}`,
  });
export const group = { replicas: 1, parallelism: { data: 4, dataLocal: 2 }, template: server(2), worker: server(2) };
