/** KubeAI Model (`kubeai.org/v1`), as plain data. Upstream: kubeai-project/kubeai `api/k8s/v1/model_types.go`. */
import type { EnvFromSource, KubernetesObject, ObjectMeta } from "./core";

export const KUBEAI_V1 = "kubeai.org/v1";

/** Longest name of a Model: the controller's own objects are named after it. */
export const LONGEST_MODEL_NAME = 40;

export interface KubeAiAdapter {
  name: string;
  url: string;
}

export interface KubeAiLoadBalancing {
  strategy: "LeastLoad" | "PrefixHash";
  prefixHash: { meanLoadFactor: number; replication: number; prefixCharLength: number };
}

export interface KubeAiModelSpec {
  url: string;
  engine: "OLlama" | "VLLM" | "FasterWhisper" | "Infinity";
  features: string[];
  /** `<profile>:<count>`. */
  resourceProfile: string;
  cacheProfile?: string;
  adapters?: KubeAiAdapter[];
  image?: string;
  args?: string[];
  /** A map, not the list of core/v1. */
  env?: Record<string, string>;
  envFrom?: EnvFromSource[];
  /** KubeAI's autoscaler writes it unless it is switched off. */
  replicas?: number;
  /** Always written: the rule that compares it with `maxReplicas` fails where it is missing. */
  minReplicas: number;
  maxReplicas?: number;
  autoscalingDisabled?: boolean;
  targetRequests: number;
  scaleDownDelaySeconds: number;
  loadBalancing: KubeAiLoadBalancing;
  files?: { path: string; content: string }[];
  priorityClassName?: string;
  owner?: string;
}

export interface KubeAiModel extends KubernetesObject {
  apiVersion: typeof KUBEAI_V1;
  kind: "Model";
  metadata: ObjectMeta & { namespace: string };
  spec: KubeAiModelSpec;
}
