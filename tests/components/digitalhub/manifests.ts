/** Servers without Pulumi, as the API server gets them. */
import { huggingFaceServeManifests } from "../../../components/digitalhub/huggingFaceServeManifests";
import { vllmServeManifests } from "../../../components/digitalhub/vllmServeManifests";
import type { Container, KubernetesObject } from "../../../sdk/kubernetes/core";
import type { Deployment } from "../../../sdk/kubernetes/apps";
import type { HuggingFaceServeArgs } from "../../../sdk/spec/digitalhub/huggingFaceServe";
import {
  huggingFaceServeRules,
  huggingFaceServeSchema,
  resolveHuggingFaceServe,
} from "../../../sdk/spec/digitalhub/huggingFaceServe";
import type { VllmServeArgs } from "../../../sdk/spec/digitalhub/vllmServe";
import { resolveVllmServe, vllmServeRules, vllmServeSchema } from "../../../sdk/spec/digitalhub/vllmServe";
import type { Plain } from "../../../sdk/spec/schema/plain";
import { parseSpec } from "../../../sdk/spec/schema/validate";

export function vllmObjects(name: string, args: Plain<VllmServeArgs>): KubernetesObject[] {
  return vllmServeManifests(resolveVllmServe(name, parseSpec(vllmServeSchema, vllmServeRules(name), args, name)));
}

export function huggingFaceObjects(name: string, args: Plain<HuggingFaceServeArgs>): KubernetesObject[] {
  const spec = parseSpec(huggingFaceServeSchema, huggingFaceServeRules(name), args, name);
  return huggingFaceServeManifests(resolveHuggingFaceServe(name, spec));
}

/** The pods of the Deployment among the objects. */
export function podOf(objects: readonly KubernetesObject[]): Deployment["spec"]["template"]["spec"] {
  const deployment = objects.find(({ kind }) => kind === "Deployment") as Deployment | undefined;
  if (deployment === undefined) throw new Error("no Deployment");
  return deployment.spec.template.spec;
}

export function containerOf(objects: readonly KubernetesObject[]): Container {
  const [container] = podOf(objects).containers;
  if (container === undefined) throw new Error("no container");
  return container;
}

/** Qwen2.5 0.5B on one GPU of any kind, with all that the guide names. */
export const FULL_VLLM: Plain<VllmServeArgs> = {
  namespace: "serving",
  url: "hf://Qwen/Qwen2.5-0.5B:main",
  modelName: "Qwen/Qwen2.5-0.5B",
  accelerator: "NVIDIA-A100-SXM4-80GB",
  acceleratorCount: 2,
  resources: { requests: { cpu: 2, memory: "32Gi" } },
  adapters: [
    { name: "sql", url: "hf://acme/qwen-sql" },
    { name: "legal", url: "pvc://adapters/legal/v1" },
  ],
  vllm: { maxModelLen: 4096 },
  args: ["--enable-prefix-caching"],
  env: [
    { name: "VLLM_LOGGING_LEVEL", value: "WARNING" },
    { name: "S3_KEY", secretName: "datalake", secretKey: "key" },
  ],
  secrets: { HF_TOKEN: "covered", VLLM_API_KEY: "covered" },
  cache: { claimName: "models" },
  enableTelemetry: true,
  otlpEndpoint: "http://collector.tracing:4317",
  autoscaling: { minReplicas: 1, maxReplicas: 3 },
  exposure: { auth: "apiKey", ingress: { host: "qwen.example.com", className: "nginx", tlsSecretName: "qwen-tls" } },
};

/** The same model on CPU, and nothing else said. */
export const CPU_VLLM: Plain<VllmServeArgs> = {
  namespace: "serving",
  url: "hf://Qwen/Qwen2.5-0.5B",
  useCpuImage: true,
};

/** The same model by the deprecated kind. */
export const HUGGING_FACE: Plain<HuggingFaceServeArgs> = {
  namespace: "serving",
  path: "huggingface://Qwen/Qwen2.5-0.5B",
  modelName: "qwen",
  backend: "huggingface",
  task: "sequence_classification",
  maxLength: 512,
  dtype: "float32",
  tokenizerRevision: "main",
  trustRemoteCode: true,
  disableLowerCase: true,
  disableSpecialTokens: true,
  tensorInputNames: ["input_ids", "attention_mask"],
  returnTokenTypeIds: true,
  returnProbabilities: true,
  disableLogRequests: true,
  maxLogLength: 100,
  args: ["--workers=1"],
  env: [{ name: "TRANSFORMERS_VERBOSITY", value: "error" }],
  secrets: { HF_TOKEN: "covered" },
};
