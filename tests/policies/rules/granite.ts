/** The granite service with its runtime, as it should be, and the ways a test changes one field of it. */
import type { InferenceService, ServingRuntime } from "../../../sdk/kubernetes/kserve";
import type { Route } from "../../../sdk/kubernetes/route";
import type { Source, SourcedObject } from "../../../policies/world/source";

export function granite(): InferenceService {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: {
      name: "granite",
      namespace: "models",
      labels: { "opendatahub.io/dashboard": "true" },
      annotations: {
        "serving.kserve.io/deploymentMode": "Standard",
        "serving.kserve.io/autoscalerClass": "none",
      },
    },
    spec: {
      predictor: {
        minReplicas: 1,
        maxReplicas: 1,
        deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
        model: {
          modelFormat: { name: "vLLM" },
          runtime: "granite",
          storageUri: "oci://quay.io/redhat-ai-services/modelcar-catalog:granite-3.3-8b-instruct",
          args: ["--max-model-len=4096"],
          resources: {
            requests: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" },
            limits: { cpu: "8", memory: "24Gi", "nvidia.com/gpu": "1" },
          },
        },
      },
    },
  };
}

export function graniteRuntime(): ServingRuntime {
  return {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata: {
      name: "granite",
      namespace: "models",
      labels: { "opendatahub.io/dashboard": "true" },
      annotations: { "openshift.io/display-name": "vLLM NVIDIA GPU ServingRuntime for KServe" },
    },
    spec: {
      multiModel: false,
      supportedModelFormats: [{ name: "vLLM", autoSelect: true }],
      containers: [
        {
          name: "kserve-container",
          image: "quay.io/modh/vllm@sha256:0d55419f3d168fd80868a36ac89815dded9e063937a8409b7edf3529771383f3",
          command: ["python", "-m", "vllm.entrypoints.openai.api_server"],
          args: ["--port=8080", "--model=/mnt/models", "--served-model-name={{.Name}}"],
          ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
        },
      ],
    },
  };
}

export function graniteRoute(name = "granite"): Route {
  return {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: { name, namespace: "models" },
    spec: { to: { kind: "Service", name: "granite-predictor" }, tls: { termination: "edge" } },
  };
}

/** A deep copy with one change. */
export function changed<T>(object: T, change: (copy: T) => void): T {
  const copy = structuredClone(object);
  change(copy);
  return copy;
}

/** Objects as they come from a stack. */
export function inStack(...objects: unknown[]): SourcedObject[] {
  return objects.map((object, i) => ({ object, source: { from: "stack", urn: `urn:pulumi:test::p::t::o${i}` } }));
}

/** Objects as they come from `kubectl get … -o yaml`. */
export function inCluster(...objects: unknown[]): SourcedObject[] {
  const source: Source = { from: "inventory", file: "cluster.yaml" };
  return objects.map((object) => ({ object, source }));
}
