/** A model-serving stack without mistakes. Each example in this folder makes one. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const name = "granite";

/** How to serve: vLLM on NVIDIA GPUs. */
export function runtime() {
  const container = {
    name: "kserve-container",
    image: "quay.io/modh/vllm:rhoai-2.25-cuda",
    args: ["--port=8080", "--model=/mnt/models", "--served-model-name={{.Name}}", "--max-model-len=16384"],
    env: [{ name: "HF_HOME", value: "/tmp/hf_home" }],
    ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
    resources: { limits: {} as Amounts },
    volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
  };
  return {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata: {
      name,
      annotations: {
        "openshift.io/display-name": "vLLM NVIDIA GPU ServingRuntime for KServe",
        "opendatahub.io/recommended-accelerators": '["nvidia.com/gpu"]',
      },
      labels: { "opendatahub.io/dashboard": "true" },
    },
    spec: {
      annotations: { "prometheus.io/path": "/metrics", "prometheus.io/port": "8080" },
      multiModel: false,
      supportedModelFormats: [{ name: "vLLM", autoSelect: true }],
      containers: [container] as [typeof container],
      volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "12Gi" } }],
    },
  };
}

/** What to serve: a model of 8 billion parameters, over two GPUs unless told otherwise. */
export function service({ gpus = 2, replicas = 1 } = {}) {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: {
      name,
      annotations: {
        "openshift.io/display-name": "Granite 3.3 8B Instruct",
        "serving.kserve.io/deploymentMode": "Standard",
        "serving.kserve.io/autoscalerClass": "none",
        "pulumi.com/waitFor": "condition=Ready",
        "pulumi.com/timeoutSeconds": config.get("timeoutSeconds") ?? "600",
      },
      labels: { "opendatahub.io/dashboard": "true", "networking.kserve.io/visibility": "exposed" },
    },
    spec: {
      predictor: {
        minReplicas: replicas,
        maxReplicas: replicas,
        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
        model: {
          modelFormat: { name: "vLLM" },
          runtime: name,
          image: config.get("image"),
          storageUri: "oci://quay.io/redhat-ai-services/modelcar-catalog:granite-3.3-8b-instruct",
          args: [`--tensor-parallel-size=${gpus}`],
          resources: {
            requests: { cpu: "8", memory: "64Gi", "nvidia.com/gpu": String(gpus) } as Amounts,
            limits: { cpu: "16", memory: "64Gi", "nvidia.com/gpu": String(gpus) } as Amounts,
          },
        },
      },
    },
  };
}

/** Quantities by resource name. */
type Amounts = Record<string, string>;

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: object;
}

/** Creates the objects one after the other, in a namespace of their own. */
export function deploy(...manifests: Manifest[]): void {
  const namespace = config.get("namespace") ?? "models";
  let last: pulumi.Resource = new k8s.core.v1.Namespace(namespace, { metadata: { name: namespace } });
  for (const { apiVersion, kind, metadata, spec } of manifests) {
    const args = { apiVersion, kind, metadata: { ...metadata, namespace }, spec };
    last = new k8s.apiextensions.CustomResource(`${kind}-${metadata.name}`, args, { dependsOn: last });
  }
}
