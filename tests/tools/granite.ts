/** The smallest granite service: a vLLM runtime and an InferenceService that uses it. */
import type { InferenceService, ServingRuntime } from "../../sdk/kubernetes/kserve";
import { MAIN_CONTAINER, SERVING_V1ALPHA1, SERVING_V1BETA1 } from "../../sdk/kubernetes/kserve";

export function servingRuntime(namespace: string): ServingRuntime {
  return {
    apiVersion: SERVING_V1ALPHA1,
    kind: "ServingRuntime",
    metadata: { name: "granite", namespace },
    spec: {
      supportedModelFormats: [{ name: "vLLM", autoSelect: false }],
      containers: [
        {
          name: MAIN_CONTAINER,
          image: "quay.io/modh/vllm:rhoai-2.20-cuda",
          args: ["--port=8080", "--model=/mnt/models", "--served-model-name={{.Name}}"],
          ports: [{ containerPort: 8080, protocol: "TCP" }],
        },
      ],
    },
  };
}

export function inferenceService(
  namespace: string,
  { gpus, replicas = 1, product }: { gpus: number; replicas?: number; product?: string },
): InferenceService {
  const resources = { cpu: "4", memory: "16Gi", "nvidia.com/gpu": String(gpus) };
  return {
    apiVersion: SERVING_V1BETA1,
    kind: "InferenceService",
    metadata: { name: "granite", namespace, annotations: { "serving.kserve.io/autoscalerClass": "none" } },
    spec: {
      predictor: {
        minReplicas: replicas,
        maxReplicas: replicas,
        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
        ...(product !== undefined && { nodeSelector: { "nvidia.com/gpu.product": product } }),
        model: {
          modelFormat: { name: "vLLM" },
          runtime: "granite",
          storageUri: "oci://quay.io/redhat-ai-services/modelcar-catalog:granite-3.3-8b-instruct",
          resources: { requests: resources, limits: resources },
        },
      },
    },
  };
}
